/**
 * What edgeX's figures say of each other, to the last digit, on figures of real accounts: those that public
 * sources print (typed in here), and rows of two accounts that lie beside the repository, not in it. Without
 * them nothing is compared, and the test says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Decimal, divide, formatDecimal, parseDecimal, sum } from "../../../src/domain/decimal.ts";
import type { CollateralState, PositionState } from "../../../src/domain/record.ts";
import { assert } from "../../../src/errors.ts";
import { readStatement } from "../../../src/venues/edgex/payloads.ts";
import { envelope, events, NAMES, recordsOf, whyUnknown } from "./answers.ts";
import { statementRow, tradeRow } from "./rows.ts";

type Row = Readonly<Record<string, unknown>>;

const NOTHING = {
  cumDepositAmount: "0",
  cumWithdrawAmount: "0",
  cumTransferInAmount: "0",
  cumTransferOutAmount: "0",
  cumFillFeeIncomeAmount: "0",
};

/**
 * The statement of an account of one collateral and at most one position. Figures that no source prints are
 * "".
 */
function statementOf(collateral: Row, position: Row | null, values: Row, totalEquity: string) {
  const { contractId } = position ?? { contractId: "" };
  return readStatement(
    envelope({
      version: "1",
      collateralList: [{ coinId: "1000", ...collateral }],
      positionList: position === null ? [] : [position],
      positionAssetList:
        position === null ? [] : [{ contractId, positionValue: "", unrealizePnl: "", ...values }],
      collateralAssetModelList: [{ coinId: "1000", totalEquity }],
    }),
    NAMES,
  );
}

function only<Value>(values: readonly Value[]): Value {
  const [value] = values;
  assert(value !== undefined && values.length === 1, "one was expected");
  return value;
}

const text = (values: readonly Decimal[]): string => formatDecimal(sum(values));

function expectCollateralIdentity(state: CollateralState): void {
  const { deposits, withdrawals, transfersIn, transfersOut, bought, sold, fillFees, fundingFees, feeIncome } =
    state;
  expect(
    text([deposits, withdrawals, transfersIn, transfersOut, bought, sold, fillFees, fundingFees, feeIncome]),
  ).toBe(formatDecimal(state.amount));
}

/**
 * Both sides of the account's life: prices, fees and funding are the whole of what the wallet gained beside
 * deposits and transfers.
 */
function expectLifeIdentities(state: CollateralState, position: PositionState): void {
  const { sides, openValue } = position;
  expect(text([state.amount, openValue])).toBe(formatDecimal(state.legacyAmount));
  expect(text(sides.flatMap((side) => [side.openFee, side.closeFee]))).toBe(formatDecimal(state.fillFees));
  expect(text(sides.map((side) => side.fundingFee))).toBe(formatDecimal(state.fundingFees));
  const [long, short] = sides;
  assert(long?.side === "LONG" && short?.side === "SHORT", "both sides were expected");
  expect(formatDecimal(long.openValue.plus(short.closeValue).negated())).toBe(formatDecimal(state.bought));
  expect(formatDecimal(long.closeValue.plus(short.openValue).negated())).toBe(formatDecimal(state.sold));
  const priceResult = openValue.minus(sum(sides.flatMap((side) => [side.openValue, side.closeValue])));
  expect(
    text([
      state.deposits,
      state.withdrawals,
      state.transfersIn,
      state.transfersOut,
      priceResult,
      state.fillFees,
      state.fundingFees,
    ]),
  ).toBe(formatDecimal(state.legacyAmount));
}

describe("figures that public sources print", () => {
  /** A V1 account of October 2025 with a short position. */
  const SHORT = statementOf(
    {
      ...NOTHING,
      amount: "335.868157",
      legacyAmount: "201.413257",
      cumTransferInAmount: "200.000000",
      cumPositionBuyAmount: "-348.7420",
      cumPositionSellAmount: "484.8585",
      cumFillFeeAmount: "-0.256172",
      cumFundingFeeAmount: "0.007829",
    },
    {
      coinId: "1000",
      // Not printed; any number does.
      contractId: "10000002",
      openSize: "-0.03",
      openValue: "-134.454900",
      openFee: "-0.048403",
      fundingFee: "0.000000",
      longTermCount: 3,
      shortTermCount: 5,
      longTotalStat: {
        cumOpenSize: "0.04",
        cumOpenValue: "171.937800",
        cumOpenFee: "-0.040077",
        cumCloseSize: "-0.04",
        cumCloseValue: "-173.669200",
        cumCloseFee: "-0.040420",
        cumFundingFee: "0.007829",
        cumLiquidateFee: "0",
      },
      shortTotalStat: {
        cumOpenSize: "-0.07",
        cumOpenValue: "-311.189300",
        cumOpenFee: "-0.112026",
        cumCloseSize: "0.04",
        cumCloseValue: "176.804200",
        cumCloseFee: "-0.063649",
        cumFundingFee: "0",
        cumLiquidateFee: "0",
      },
    },
    {
      positionValue: "-134.5122000016272068023681640625",
      unrealizePnl: "-0.0573000016272068023681640625",
    },
    "201.3559569983727931976318359375",
  );

  test("a short account: collateral, wallet, fees, funding, purchases and sales add up", () => {
    const state = only(SHORT.collateral);
    expectCollateralIdentity(state);
    expectLifeIdentities(state, only(SHORT.positions));
  });

  test("a short account: equity is collateral and value, and wallet and unrealized result, in all 28 decimals", () => {
    const { amount, legacyAmount, totalEquity } = only(SHORT.collateral);
    const { positionValue, unrealizedPnl, openValue, openSize, sides } = only(SHORT.positions);
    assert(positionValue !== null && unrealizedPnl !== null, "the position is open");
    expect(text([amount, positionValue])).toBe("201.3559569983727931976318359375");
    expect(text([legacyAmount, unrealizedPnl])).toBe(formatDecimal(totalEquity));
    expect(formatDecimal(positionValue.minus(openValue))).toBe(formatDecimal(unrealizedPnl));
    expect(text(sides.flatMap((side) => [side.openSize, side.closeSize]))).toBe(formatDecimal(openSize));
  });

  test("an account with much funding: the collateral adds up", () => {
    const { collateral, positions } = statementOf(
      {
        ...NOTHING,
        amount: "105.444919",
        legacyAmount: "105.444919",
        cumDepositAmount: "1200.000000",
        cumWithdrawAmount: "-3.000000",
        cumTransferInAmount: "1000.000000",
        cumTransferOutAmount: "-1110.000000",
        cumPositionBuyAmount: "-4618.3770",
        cumPositionSellAmount: "4170.092034",
        cumFillFeeAmount: "-0.418796",
        cumFundingFeeAmount: "-532.851319",
      },
      null,
      {},
      "105.444919",
    );
    expectCollateralIdentity(only(collateral));
    expect(positions).toEqual([]);
  });

  test("a partial close of V2: cash, cost released and wallet", () => {
    const before = { amount: parseDecimal("83.512690"), openValue: parseDecimal("69.600200") };
    const after = { amount: parseDecimal("129.690336"), openValue: parseDecimal("23.200067") };
    const cash = after.amount.minus(before.amount);
    const released = before.openValue.minus(after.openValue);
    const row = tradeRow({
      type: "POSITION_SELL",
      deltaAmount: formatDecimal(cash),
      deltaLegacyAmount: formatDecimal(cash.minus(released)),
      beforeAmount: formatDecimal(before.amount),
      beforeLegacyAmount: formatDecimal(before.amount.plus(before.openValue)),
      fillCloseSize: "-0.02",
      fillCloseValue: "-46.1952",
      fillCloseFee: "-0.017554",
    });
    expect(recordsOf("income", row)[0]).toMatchObject({ amount: "46.177646", liquidationFeeBasis: "none" });
    // 46.195200 was received for what had cost 46.400133.
    expect(events(row)).toEqual(["realized_pnl realized_pnl -0.204933", "trading_fee fee -0.017554"]);
  });

  test("the transfer behind it", () => {
    const row = statementRow({
      type: "TRANSFER_OUT",
      transferReason: "USER_TRANSFER",
      transferOutId: "564819036077031694",
      deltaAmount: "-1.000000",
      deltaLegacyAmount: "-1.000000",
      beforeAmount: "129.690336",
      beforeLegacyAmount: "152.890403",
    });
    expect(events(row)).toEqual(["transfer -1"]);
    expect(recordsOf("income", row)[0]).toMatchObject({ transferId: "564819036077031694" });
  });
});

const RECORDED = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data", "edgex-records.json");

type Recorded = {
  readonly account_A: Readonly<Record<string, readonly Row[]>> & {
    readonly collateral: Row;
    readonly position: Row;
  };
  readonly account_B: {
    readonly collateral: Row;
    readonly FUNDING_SETTLEMENT: { readonly collateralTransaction: Row; readonly positionTransaction: Row };
  };
};

/** The file's accounts; null, with a notice, where it is not there. */
function recorded(note: (notice: string) => void): Recorded | null {
  if (existsSync(RECORDED)) return JSON.parse(readFileSync(RECORDED, "utf8")) as Recorded;
  const notice = "edgeX's records are not here (../shared/data/edgex-records.json): nothing was compared";
  process.stderr.write(`${notice}\n`);
  note(notice);
  return null;
}

describe("recorded rows of two accounts", () => {
  test("the collateral identity of both accounts", ({ annotate }) => {
    const accounts = recorded(annotate);
    if (accounts === null) return;
    const { account_A: a, account_B: b } = accounts;
    for (const collateral of [a.collateral, b.collateral]) {
      // No equity was recorded beside them; it is not what is compared.
      expectCollateralIdentity(only(statementOf(collateral, null, {}, "0").collateral));
    }
    const whole = statementOf(a.collateral, a.position, {}, "0");
    expect(formatDecimal(only(whole.collateral).amount)).toBe("-81.943188");
    expectLifeIdentities(only(whole.collateral), only(whole.positions));
  });

  test("a close: its result is the released cost against what came in, less the fee; size and cost go with it", ({
    annotate,
  }) => {
    const accounts = recorded(annotate);
    if (accounts === null) return;
    const row =
      recordsOf("position_transactions", only(accounts.account_A["positionTransaction"] ?? []))[0] ?? {};
    expect(row).toMatchObject({
      transactionType: "SELL_POSITION",
      symbol: "BTCUSD",
      realizedPnl: "-0.004528",
      isLiquidation: false,
      fundingAt: null,
      fundingRate: null,
      eventNumber: "892720",
      occurredAt: 1734661081049,
    });
    const of = (name: string): Decimal => parseDecimal(String(row[name]));
    const byParts = of("openValue")
      .minus(of("fillOpenValue"))
      .minus(of("fillCloseValue"))
      .plus(of("fillCloseFee"))
      .plus(of("fillOpenFee"));
    expect(formatDecimal(byParts)).toBe("-0.004528");
    expect(text([of("fillOpenSize"), of("fillCloseSize")])).toBe(formatDecimal(of("openSize")));
    const closed = of("openValueBefore").times(of("fillCloseSize").abs());
    const releasedCost = divide(closed, of("openSizeBefore").abs(), 6);
    expect(formatDecimal(of("fillOpenValue").minus(releasedCost))).toBe(formatDecimal(of("openValue")));
  });

  test("an opening fill has no result; terms, deposit and funding are what they say", ({ annotate }) => {
    const accounts = recorded(annotate);
    if (accounts === null) return;
    const { account_A: a, account_B: b } = accounts;
    expect(recordsOf("fills", only(a["orderFillTransaction"] ?? []))).toEqual([
      expect.objectContaining({
        side: "BUY",
        price: "97444.5",
        quantity: "0.001",
        value: "97.4445",
        fee: "0.01754",
        realizedPnl: "0",
        isMaker: true,
      }),
    ]);
    expect((a["positionTerm"] ?? []).map((row) => recordsOf("position_cycles", row)[0])).toEqual([
      expect.objectContaining({ side: "LONG", cycleNumber: "2", closeSize: "0", openFee: "-0.048406" }),
      expect.objectContaining({
        side: "LONG",
        cycleNumber: "1",
        closeSize: "-0.001",
        closeValue: "-96.8571",
      }),
    ]);
    expect(events(only(a["collateralTransaction"] ?? []))).toEqual(["deposit 10"]);

    // The settlement was recorded without some of its fields; what they say is not what is compared.
    const { collateralTransaction, positionTransaction } = b.FUNDING_SETTLEMENT;
    expect(whyUnknown("income", collateralTransaction)).toMatch(/^"beforeLegacyAmount": /);
    expect(whyUnknown("position_transactions", positionTransaction)).toMatch(/^"deltaOpenSize": /);
    // The collateral before it, and the cost of the position that had been bought with what was missing since
    // the last state.
    const settlement = { ...collateralTransaction, beforeLegacyAmount: "105.429301" };
    expect(recordsOf("income", settlement)).toEqual([
      expect.objectContaining({ transactionType: "POSITION_FUNDING", legacyAmount: "0", symbol: "BNB2USD" }),
      expect.objectContaining({
        kind: "funding",
        amount: "0",
        occurredAt: 1775699400000,
        valueAt: 1775699460199,
      }),
    ]);
  });
});
