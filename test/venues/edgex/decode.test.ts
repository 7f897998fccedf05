import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDecimal, parseDecimal, sum } from "../../../src/domain/decimal.ts";
import { events, recordsOf, whyUnknown } from "./answers.ts";
import { fillRow, positionRow, snapshotRow, statementRow, termRow, tradeRow } from "./rows.ts";

const basis = (row: object) => recordsOf("income", row)[0]?.["liquidationFeeBasis"];

describe("a row of the statement is itself and the events of the wallet in it", () => {
  test("a deposit", () => {
    const row = statementRow({ id: "563516408265179918", depositId: "563516408235819790" });
    expect(recordsOf("income", row)).toEqual([
      {
        stream: "collateral_transactions",
        transactionId: "563516408265179918",
        transactionType: "DEPOSIT",
        asset: "USD",
        symbol: "",
        amount: "10",
        amountBefore: "6",
        legacyAmount: "10",
        legacyAmountBefore: "6",
        openValue: "0",
        closeValue: "0",
        openFee: "0",
        closeFee: "0",
        liquidationFee: "0",
        liquidationFeeBasis: "none",
        transferReason: "",
        transferId: "563516408235819790",
        fillId: "",
        positionTransactionId: "",
        status: "L2_APPROVED",
        isLiquidation: false,
        isDeleveraging: false,
        eventNumber: "893179",
        occurredAt: 1734661081049,
        valueAt: 1734661081049,
      },
      {
        stream: "income",
        part: "",
        kind: "deposit",
        incomeType: "DEPOSIT",
        amount: "10",
        asset: "USD",
        symbol: "",
        tranId: "563516408265179918",
        tradeId: "",
        info: "deposit",
        occurredAt: 1734661081049,
        valueAt: 1734661081049,
      },
    ]);
  });

  test("a close is its result and its fee", () => {
    // The documents print the position's row of this close; the statement's is what identities 2 and 5 make
    // of it.
    const row = tradeRow({
      type: "POSITION_SELL",
      deltaAmount: "96.808672",
      deltaLegacyAmount: "-0.004528",
      beforeAmount: "-81.943188",
      beforeLegacyAmount: "14.870012",
      fillCloseSize: "-0.001",
      fillCloseValue: "-96.857100",
      fillCloseFee: "-0.048428",
    });
    const [transaction, result, fee] = recordsOf("income", row);
    expect(transaction).toMatchObject({
      symbol: "BTCUSD",
      closeValue: "-96.8571",
      closeFee: "-0.048428",
      liquidationFeeBasis: "none",
      fillId: "564809510875562254",
      positionTransactionId: "564809510904923406",
    });
    const shared = { symbol: "BTCUSD", tradeId: "564809510875562254", tranId: "564809510904922382" };
    expect(result).toMatchObject({
      ...shared,
      part: "realized_pnl",
      kind: "realized_pnl",
      incomeType: "POSITION_SELL",
      amount: "0.0439",
    });
    expect(fee).toMatchObject({
      ...shared,
      part: "fee",
      kind: "trading_fee",
      incomeType: "POSITION_SELL",
      amount: "-0.048428",
    });
  });

  test.each<[what: string, row: object, found: readonly string[], basis: string]>([
    [
      "an opening is its fee alone",
      {
        type: "POSITION_BUY",
        deltaAmount: "-60.086618",
        deltaLegacyAmount: "-0.015618",
        fillOpenValue: "60.071000",
        fillOpenFee: "-0.015618",
      },
      ["trading_fee fee -0.015618"],
      "none",
    ],
    [
      "an opening without a fee is no event",
      { type: "POSITION_BUY", deltaAmount: "-60.071", deltaLegacyAmount: "0", fillOpenValue: "60.071000" },
      [],
      "none",
    ],
    [
      "a fill that closes one side and opens the other is one result and one fee",
      // 2 long at 100 are sold at 110, and 1 is sold short.
      {
        type: "POSITION_SELL",
        deltaAmount: "329.7",
        deltaLegacyAmount: "19.7",
        fillCloseValue: "-220",
        fillCloseFee: "-0.2",
        fillOpenValue: "-110",
        fillOpenFee: "-0.1",
      },
      ["realized_pnl realized_pnl 20", "trading_fee fee -0.3"],
      "none",
    ],
    [
      "a close at cost has a result of zero",
      { type: "POSITION_SELL", deltaAmount: "100", deltaLegacyAmount: "0", fillCloseValue: "-100" },
      ["realized_pnl realized_pnl 0"],
      "none",
    ],
    [
      "a liquidation whose fee is inside the value",
      // 1 long at 100 is sold at 90; 0.9 of it is the fee of the liquidation.
      {
        type: "POSITION_SELL",
        deltaAmount: "89.05",
        deltaLegacyAmount: "-10.95",
        fillCloseValue: "-89.1",
        fillCloseFee: "-0.05",
        liquidateFee: "-0.9",
        isLiquidate: true,
      },
      ["realized_pnl realized_pnl -10", "trading_fee fee -0.05", "liquidation liquidation_fee -0.9"],
      "inside_value",
    ],
    [
      "a liquidation whose fee is cash beside the value",
      {
        type: "POSITION_SELL",
        deltaAmount: "89.05",
        deltaLegacyAmount: "-10.95",
        fillCloseValue: "-90",
        fillCloseFee: "-0.05",
        liquidateFee: "-0.9",
        isLiquidate: true,
      },
      ["realized_pnl realized_pnl -10", "trading_fee fee -0.05", "liquidation liquidation_fee -0.9"],
      "beside_value",
    ],
    [
      "a trade that does not explain its cash moves the wallet all the same, and says so",
      {
        type: "POSITION_SELL",
        deltaAmount: "80",
        deltaLegacyAmount: "-12",
        fillCloseValue: "-90",
        fillCloseFee: "-0.05",
        liquidateFee: "-0.9",
      },
      ["realized_pnl realized_pnl -11.05", "trading_fee fee -0.05", "liquidation liquidation_fee -0.9"],
      "unexplained",
    ],
    [
      "an opening that moved the wallet by more than its fee",
      {
        type: "POSITION_BUY",
        deltaAmount: "-10.1",
        deltaLegacyAmount: "0",
        fillOpenValue: "10",
        fillOpenFee: "-0.1",
      },
      ["realized_pnl realized_pnl 0.1", "trading_fee fee -0.1"],
      "unexplained",
    ],
  ])("%s", (_what, changes, found, expected) => {
    const row = tradeRow(changes);
    expect(events(row)).toEqual(found);
    expect(basis(row)).toBe(expected);
  });

  test.each<[type: string, reason: string, amount: string, kind: string, info: string]>([
    ["DEPOSIT", "UNKNOWN_TRANSFER_REASON", "10", "deposit", "deposit"],
    ["WITHDRAW", "UNKNOWN_TRANSFER_REASON", "-3", "withdrawal", "withdrawal"],
    ["TRANSFER_IN", "USER_TRANSFER", "5", "transfer", "transfer"],
    ["TRANSFER_OUT", "USER_TRANSFER", "-5", "transfer", "transfer"],
    ["TRANSFER_IN", "CROSS_DEPOSIT", "5", "bridge_deposit", "deposit"],
    ["TRANSFER_OUT", "CROSS_WITHDRAW", "-5", "bridge_withdrawal", "withdrawal"],
    ["TRANSFER_OUT", "FAST_WITHDRAW", "-5", "bridge_withdrawal", "withdrawal"],
    ["FILL_FEE_INCOME", "UNKNOWN_TRANSFER_REASON", "0.01", "rebate", "FILL_FEE_INCOME"],
    ["BUG_FIX_COLLATERAL_TRANSACTION_TYPE", "", "0.5", "unknown", "BUG_FIX_COLLATERAL_TRANSACTION_TYPE"],
    ["UNRECOGNIZED", "", "-1", "unknown", "UNRECOGNIZED"],
    ["AIR_DROP", "", "7", "unknown", "AIR_DROP"],
    // Words of another venue mean nothing here.
    ["COMMISSION", "", "-1", "unknown", "COMMISSION"],
  ])("%s of the reason %s: %s", (type, transferReason, amount, kind, info) => {
    const row = statementRow({ type, transferReason, deltaAmount: amount, deltaLegacyAmount: amount });
    expect(recordsOf("income", row)[1]).toMatchObject({ kind, incomeType: type, info, amount, part: "" });
  });

  test("funding is of the instant that was settled, and in the wallet when the row was made; zero is an event too", () => {
    const row = statementRow({
      type: "POSITION_FUNDING",
      deltaAmount: "0.000000",
      deltaLegacyAmount: "0.000000",
      fundingTime: "1775699400000",
      positionContractId: "10000004",
      createdTime: "1775699460199",
    });
    expect(recordsOf("income", row)[1]).toMatchObject({
      kind: "funding",
      incomeType: "POSITION_FUNDING",
      amount: "0",
      symbol: "BNB2USD",
      occurredAt: 1775699400000,
      valueAt: 1775699460199,
    });
  });

  test("what the wallet moved by is the cash where it is not said, except of trades", () => {
    const unsaid = { deltaLegacyAmount: "" };
    expect(events(statementRow(unsaid))).toEqual(["deposit 10"]);
    expect(whyUnknown("income", tradeRow({ type: "POSITION_BUY", ...unsaid }))).toMatch(
      /"deltaLegacyAmount"/,
    );
  });

  test("what moved the wallet otherwise than the cash, and is no trade, says so", () => {
    const row = statementRow({ deltaLegacyAmount: "9" });
    expect(events(row)).toEqual(["deposit 9"]);
    expect(basis(row)).toBe("unexplained");
  });

  test("whatever a trade consists of, its events add up to what the wallet moved by", () => {
    const micros = fc
      .integer({ min: -1_000_000_000, max: 1_000_000_000 })
      .map((value) => parseDecimal(`${value}`).times(parseDecimal("0.000001")));
    const paid = micros.map((value) => value.abs().negated());
    fc.assert(
      fc.property(
        fc.record({
          open: micros,
          close: micros,
          released: micros,
          openFee: paid,
          closeFee: paid,
          liquidation: paid,
        }),
        fc.boolean(),
        ({ open, close, released, openFee, closeFee, liquidation }, isInside) => {
          fc.pre(!close.isZero());
          const fees = openFee.plus(closeFee);
          const cash = fees
            .minus(open)
            .minus(close)
            .plus(isInside ? 0 : liquidation);
          const legacy = cash.plus(open).minus(released);
          const row = tradeRow({
            type: "POSITION_BUY",
            deltaAmount: formatDecimal(cash),
            deltaLegacyAmount: formatDecimal(legacy),
            fillOpenValue: formatDecimal(open),
            fillCloseValue: formatDecimal(close),
            fillOpenFee: formatDecimal(openFee),
            fillCloseFee: formatDecimal(closeFee),
            liquidateFee: formatDecimal(liquidation),
          });
          const income = recordsOf("income", row).filter(({ stream }) => stream === "income");
          const total = sum(income.map(({ amount }) => parseDecimal(String(amount))));
          expect(formatDecimal(total)).toBe(formatDecimal(legacy));
          const expected = isInside ? "inside_value" : "beside_value";
          expect(basis(row)).toBe(liquidation.isZero() ? "none" : expected);
          const result = income.find(({ part }) => part === "realized_pnl")?.["amount"];
          // Prices alone: what came in for what was closed, gross of the liquidation's fee, and what it had
          // cost.
          const gross = isInside ? close.plus(liquidation) : close;
          expect(result).toBe(formatDecimal(gross.negated().minus(released)));
        },
      ),
    );
  });

  test.each<[why: RegExp, changes: object]>([
    [/^"type": text was expected/, { type: "" }],
    [/^"deltaAmount": /, { deltaAmount: "" }],
    [/^"beforeAmount": /, { beforeAmount: null }],
    [/^"beforeLegacyAmount": /, { beforeLegacyAmount: undefined }],
    [/^"fundingTime": a time was expected/, { type: "POSITION_FUNDING" }],
    [/^"censorStatus": "CENSOR_FAILURE" does not say/, { censorStatus: "CENSOR_FAILURE" }],
    [/^"censorStatus": "L2_REJECT" does not say/, { censorStatus: "L2_REJECT" }],
    [/^"censorStatus": "INIT" does not say/, { censorStatus: "INIT" }],
    [
      /^"positionContractId": a contract was expected/,
      { ...tradeRow({ type: "POSITION_BUY", positionContractId: "0" }) },
    ],
    [/^"fillOpenFee": /, { ...tradeRow({ type: "POSITION_BUY", fillOpenFee: undefined }) }],
    [/^"id": /, { id: undefined }],
  ])("a row is set aside where it must not be guessed: %s", (why, changes) => {
    expect(whyUnknown("income", statementRow(changes))).toMatch(why);
  });
});

const CREATED = 1_734_661_081_049;

describe("what the venue counts from its confirmation on", () => {
  const kinds = [
    ["income", statementRow],
    ["income", (changes: object) => tradeRow({ type: "POSITION_BUY", ...changes })],
    [
      "income",
      (changes: object) =>
        statementRow({ type: "POSITION_FUNDING", fundingTime: `${CREATED - 60_000}`, ...changes }),
    ],
    ["fills", fillRow],
    ["position_transactions", positionRow],
  ] as const;
  test.each([
    ["confirmed at once", `${CREATED}`, CREATED],
    ["confirmed an hour later", `${CREATED + 3_600_000}`, CREATED + 3_600_000],
    ["confirmed before it was made, by another clock", `${CREATED - 5}`, CREATED],
    ["without a time of confirmation", "0", CREATED],
    ["without the field", undefined, CREATED],
  ])(
    "is recorded at the later of the two times, and occurred when it was made: %s",
    (_, censorTime, valueAt) => {
      for (const [stream, row] of kinds) {
        const records = recordsOf(stream, row({ createdTime: `${CREATED}`, censorTime }));
        expect(records.length).toBeGreaterThan(0);
        for (const record of records.filter((one) => one["stream"] !== "forced_orders")) {
          const occurredAt = record["kind"] === "funding" ? CREATED - 60_000 : CREATED;
          expect(record, `${record["stream"]}`).toMatchObject({ occurredAt, valueAt });
        }
      }
    },
  );
});

describe("a fill", () => {
  test("is unsigned, and its result is gross of the fee", () => {
    expect(recordsOf("fills", fillRow())).toEqual([
      {
        stream: "fills",
        symbol: "BTCUSD",
        fillId: "564809510875562254",
        orderId: "564809510842007822",
        side: "SELL",
        positionSide: "BOTH",
        price: "100",
        quantity: "0.1",
        value: "10",
        fee: "0.005",
        feeAsset: "USD",
        realizedPnl: "0.5",
        marginAsset: "USD",
        isMaker: false,
        occurredAt: 1734661081049,
        valueAt: 1734661081049,
      },
    ]);
  });

  test.each<[direction: string | null | undefined, isMaker: boolean | null]>([
    ["MAKER", true],
    ["TAKER", false],
    ["UNKNOWN_ORDER_DIRECTION", null],
    ["maker", null],
    ["", null],
    [null, null],
    [undefined, null],
  ])("of direction %j never becomes one that took", (direction, isMaker) => {
    expect(recordsOf("fills", fillRow({ direction }))[0]?.["isMaker"]).toBe(isMaker);
  });

  test.each<[what: string, changes: object, price: string, value: string]>([
    ["a price that gives the value", {}, "100", "10"],
    [
      "a value rounded at its last decimal",
      { fillSize: "0.3", fillPrice: "33.3333333", fillValue: "9.999999" },
      "33.3333333",
      "9.999999",
    ],
    [
      "a price too coarse for the value",
      { fillSize: "3", fillPrice: "3.33", fillValue: "10.000000" },
      "3.333333333333333333",
      "10",
    ],
    ["no price", { fillPrice: "" }, "100", "10"],
    [
      "a liquidation's fee inside of what a sale brought",
      { fillValue: "9.910000", liquidateFee: "-0.090000" },
      "100",
      "10",
    ],
    [
      "a liquidation's fee inside of what a purchase took",
      { orderSide: "BUY", fillValue: "10.090000", liquidateFee: "-0.090000" },
      "100",
      "10",
    ],
    ["a liquidation's fee beside the value", { liquidateFee: "-0.090000" }, "100", "10"],
  ])("with %s", (_what, changes, price, value) => {
    expect(recordsOf("fills", fillRow(changes))[0]).toMatchObject({ price, value });
  });

  test.each<[what: string, changes: object, realizedPnl: string]>([
    ["an opening whose figure is minus its fee", { realizePnl: "-0.005000" }, "0"],
    ["an opening whose figure is zero", { realizePnl: "0" }, "0"],
    ["an opening without a figure", { realizePnl: "" }, "0"],
    ["a liquidation", { realizePnl: "-1.095000", liquidateFee: "-0.090000" }, "-1"],
  ])("%s", (_what, changes, realizedPnl) => {
    expect(recordsOf("fills", fillRow(changes))[0]).toMatchObject({ realizedPnl });
  });

  test.each<[changes: object, kind: string]>([
    [{ isLiquidate: true }, "liquidation"],
    [{ isDeleverage: true }, "adl"],
    [{ isLiquidate: true, isDeleverage: true }, "liquidation"],
  ])("%j is a forced order as well", (changes, kind) => {
    expect(recordsOf("fills", fillRow(changes))[1]).toEqual({
      stream: "forced_orders",
      symbol: "BTCUSD",
      orderId: "564809510842007822",
      kind,
      status: "L2_APPROVED",
      side: "SELL",
      positionSide: "BOTH",
      averagePrice: "100",
      executedQuantity: "0.1",
      clientOrderId: "",
      occurredAt: 1734661081049,
    });
  });

  test.each<[why: RegExp, changes: object]>([
    [/^"orderSide": BUY, SELL was expected, found "UNKNOWN_ORDER_SIDE"/, { orderSide: "UNKNOWN_ORDER_SIDE" }],
    [/^"fillSize": a decimal above zero/, { fillSize: "-0.1" }],
    [/^"fillSize": a decimal above zero/, { fillSize: "0.000" }],
    [/^"fillPrice": a decimal above zero/, { fillPrice: "0" }],
    [/^"fillPrice": a decimal above zero/, { fillPrice: "-100" }],
    [/^"fillValue" ÷ "fillSize": a price above zero was expected, found "0" ÷ "0.1"$/, { fillValue: "0" }],
    [/^"fillValue": /, { fillValue: "" }],
    [/^"fillFee": /, { fillFee: undefined }],
    [/^"contractId": /, { contractId: "0" }],
    [/^"isLiquidate": true or false was expected/, { isLiquidate: "yes" }],
    [/^"censorStatus": "L2_REJECT_APPROVED" does not say/, { censorStatus: "L2_REJECT_APPROVED" }],
  ])("is set aside where it must not be guessed: %s", (why, changes) => {
    expect(whyUnknown("fills", fillRow(changes))).toMatch(why);
  });
});

describe("a change of a position", () => {
  test("by funding tells what was settled, at which price, and when", () => {
    expect(recordsOf("position_transactions", positionRow())).toEqual([
      expect.objectContaining({
        transactionType: "SETTLE_FUNDING_FEE",
        symbol: "BNB2USD",
        openSize: "0",
        fundingFee: "-0.006005",
        openSizeBefore: "0.1",
        openValueBefore: "60.071",
        openFeeBefore: "-0.015618",
        fundingAt: 1775699400000,
        fundingRate: "0.0001",
        fundingPrice: "600.53739626891911029815673828125",
        fundingSize: "0.1",
        fillId: "",
        collateralTransactionId: "736936948907639311",
        realizedPnl: "0",
        occurredAt: 1775699460199,
      }),
    ]);
  });

  test("by a fill tells what was opened and closed, and settles nothing", () => {
    const row = positionRow({
      type: "SELL_POSITION",
      deltaOpenSize: "-0.10",
      fillCloseSize: "-0.10",
      fillCloseValue: "-61.000000",
      isLiquidate: true,
      liquidateFee: "-0.610000",
      orderFillTransactionId: "736936948907639999",
      fundingTime: "0",
      fundingRate: "",
      fundingOraclePrice: "",
      fundingPositionSize: "",
    });
    expect(recordsOf("position_transactions", row)[0]).toMatchObject({
      openSize: "-0.1",
      fillCloseValue: "-61",
      liquidationFee: "-0.61",
      isLiquidation: true,
      isDeleveraging: false,
      fillId: "736936948907639999",
      fundingAt: null,
      fundingRate: null,
      fundingPrice: null,
      fundingSize: null,
    });
  });

  test.each<[why: RegExp, changes: object]>([
    [/^"type": .* found "LIQUIDATE"/, { type: "LIQUIDATE" }],
    [/^"type": .* found "UNRECOGNIZED"/, { type: "UNRECOGNIZED" }],
    [/^"fundingTime": /, { fundingTime: "0" }],
    [/^"beforeOpenValue": /, { beforeOpenValue: undefined }],
    [/^"censorStatus": /, { censorStatus: "CENSOR_FAILURE" }],
  ])("is set aside where it must not be guessed: %s", (why, changes) => {
    expect(whyUnknown("position_transactions", positionRow(changes))).toMatch(why);
  });
});

describe("a term", () => {
  test.each<[cumOpenSize: string, side: string]>([
    ["0.001", "LONG"],
    ["-0.001", "SHORT"],
  ])("that opened %s is %s", (cumOpenSize, side) => {
    expect(recordsOf("position_cycles", termRow({ cumOpenSize }))).toEqual([
      {
        stream: "position_cycles",
        asset: "USD",
        symbol: "BTCUSD",
        side,
        cycleNumber: "2",
        openSize: cumOpenSize,
        openValue: "-96.813",
        openFee: "-0.048406",
        closeSize: "0.001",
        closeValue: "96.8571",
        closeFee: "-0.048428",
        fundingFee: "0",
        liquidationFee: "0",
        occurredAt: 1734661093450,
        updatedAt: 1734661093460,
      },
    ]);
  });

  test("that opened nothing has no side, and is set aside", () => {
    expect(whyUnknown("position_cycles", termRow({ cumOpenSize: "0" }))).toMatch(/^"cumOpenSize": /);
  });
});

describe("equity", () => {
  test.each([
    ["hourly_equity", "hour"],
    ["daily_equity", "day"],
  ] as const)("%s is the venue's own valuation, with all its digits", (stream, interval) => {
    expect(recordsOf(stream, snapshotRow())).toEqual([
      {
        stream: "equity_snapshots",
        interval,
        asset: "USD",
        symbol: "",
        totalEquity: "15.7909125016272068023681640625",
        unrealizedPnl: "0.2896005016272068023681640625",
        occurredAt: 1734663600000,
      },
    ]);
  });
});
