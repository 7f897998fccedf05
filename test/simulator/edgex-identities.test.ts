import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Instant } from "../../src/domain/instant.ts";
import { EdgexAccountView } from "../../src/simulator/edgex/account-view.ts";
import { EdgexCounters, realizedUnits, sizeDecimalsIn } from "../../src/simulator/edgex/counters.ts";
import { adversarialEdgexWorld } from "../../src/simulator/edgex/world/adversarial.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import { timeOfEdgexId } from "../../src/simulator/edgex/world/ids.ts";
import { moneyOf } from "../../src/simulator/edgex/world/position.ts";
import { edgexTruthOf } from "../../src/simulator/edgex/world/truth.ts";
import type { EdgexAccountHistory, EdgexEvent, EdgexWorld } from "../../src/simulator/edgex/world/world.ts";
import {
  add,
  compare,
  divide,
  type Fraction,
  fractionOf,
  magnitudeOf,
  multiply,
  negate,
  parseFraction,
  plainText,
  signOf,
  subtract,
  sumOf,
  truncatedUnits,
  ZERO_FRACTION,
} from "../../src/simulator/shared/fraction.ts";
import { edgexPlan } from "./edgex-requesting.ts";

/** "" is nothing. */
const amount = (text: string | undefined): Fraction =>
  text === undefined || text === "" ? ZERO_FRACTION : parseFraction(text);
const isSomething = (text: string | undefined): boolean => /[1-9]/.test(text ?? "");
const same = (a: Fraction, b: Fraction): boolean => compare(a, b) === 0;
const total = (texts: readonly (string | undefined)[]): Fraction => sumOf(texts.map(amount));
const micro = (units: bigint): string => plainText(moneyOf(units));

type Law = (event: EdgexEvent, world: EdgexWorld) => boolean;

/** The identities that were verified on real records, by their numbers in the field notes of the venue. */
const LAWS: readonly { readonly title: string; readonly holds: Law }[] = [
  {
    title: "2: the wallet moves by the collateral's change and the cost's",
    holds: ({ collateral, position }) =>
      same(
        amount(collateral.deltaLegacyAmount),
        total([collateral.deltaAmount, position === null ? "0" : position.deltaOpenValue]),
      ),
  },
  {
    title: "4: realizePnl of a trade is its price result and its fees, and what the wallet moves by",
    holds: ({ position: row, collateral, fill }) =>
      row === null ||
      fill === null ||
      (same(
        amount(row.realizePnl),
        add(
          subtract(amount(row.deltaOpenValue), amount(row.fillOpenValue)),
          subtract(total([row.fillCloseFee, row.fillOpenFee]), amount(row.fillCloseValue)),
        ),
      ) &&
        row.realizePnl === collateral.deltaLegacyAmount &&
        row.realizePnl === fill.realizePnl),
  },
  {
    title: "5: the cash of a trade is its value and its fees",
    holds: ({ collateral: row, fill }) =>
      fill === null ||
      same(
        amount(row.deltaAmount),
        subtract(total([row.fillOpenFee, row.fillCloseFee]), total([row.fillOpenValue, row.fillCloseValue])),
      ),
  },
  {
    title: "6: sizes add up, and the cost is released in proportion, to half a unit of the sixth decimal",
    holds: ({ position: row, fill }) => {
      if (row === null || fill === null) return true;
      const [open, closed] = [amount(row.beforeOpenSize), amount(row.fillCloseSize)];
      const share = signOf(open) === 0 ? ZERO_FRACTION : divide(closed, open);
      const released = (delta: string, opened: string, before: string): boolean => {
        const off = subtract(subtract(amount(delta), amount(opened)), multiply(amount(before), share));
        return compare(magnitudeOf(off), fractionOf(5n, 7)) <= 0;
      };
      return (
        same(amount(row.deltaOpenSize), total([row.fillOpenSize, row.fillCloseSize])) &&
        released(row.deltaOpenValue, row.fillOpenValue, row.beforeOpenValue) &&
        released(row.deltaOpenFee, row.fillOpenFee, row.beforeOpenFee) &&
        released(row.deltaFundingFee, "0", row.beforeFundingFee)
      );
    },
  },
  {
    title: "8: the fee is the value at the contract's rate, truncated toward zero at six decimals",
    holds: ({ fill }, world) => {
      const contract = world.contracts.find(({ contractId }) => contractId === fill?.contractId);
      if (fill === null || contract === undefined) return true;
      const rate = fill.isDeleverage
        ? "0"
        : fill.direction === "MAKER"
          ? contract.makerFeeRate
          : contract.takerFeeRate;
      const value = multiply(amount(fill.fillPrice), amount(fill.fillSize));
      return truncatedUnits(multiply(value, amount(rate)), 6) === truncatedUnits(amount(fill.fillFee), 6);
    },
  },
  {
    title: "5.3: what a liquidation takes is inside the value of what it closes",
    holds: ({ fill, position }) => {
      if (fill === null || position === null) return true;
      const gross = multiply(amount(fill.fillPrice), amount(fill.fillSize));
      const signedGross = fill.orderSide === "BUY" ? gross : negate(gross);
      const value = total([position.fillOpenValue, position.fillCloseValue, fill.liquidateFee]);
      return same(value, signedGross) && fill.isLiquidate === (fill.liquidateFee !== "0");
    },
  },
  {
    title: "13: money that no trade caused moves collateral and wallet alike",
    holds: ({ collateral, position }) =>
      position !== null || collateral.deltaAmount === collateral.deltaLegacyAmount,
  },
  {
    title: "fills, statement and position rows of one trade name each other and agree",
    holds: ({ fill, position, collateral }) =>
      fill === null ||
      (fill.positionTransactionId === position?.id &&
        fill.collateralTransactionId === collateral.id &&
        collateral.positionTransactionId === position.id &&
        collateral.orderFillTransactionId === fill.id &&
        same(amount(fill.fillValue), magnitudeOf(total([position.fillOpenValue, position.fillCloseValue]))) &&
        same(amount(fill.fillFee), negate(total([position.fillOpenFee, position.fillCloseFee])))),
  },
  {
    title: "funding rows come in pairs of one amount, about a minute after the instant they settle",
    holds: ({ collateral, position, createdAt }) =>
      collateral.type !== "POSITION_FUNDING" ||
      (position?.type === "SETTLE_FUNDING_FEE" &&
        position.deltaFundingFee === collateral.deltaAmount &&
        position.fundingTime === collateral.fundingTime &&
        createdAt - Number(collateral.fundingTime) >= 60_000 &&
        createdAt - Number(collateral.fundingTime) < 120_000),
  },
  {
    title: "no funding of what was closed meanwhile: nobody has seen what the venue does with it",
    holds: ({ position }) => position?.type !== "SETTLE_FUNDING_FEE" || isSomething(position.beforeOpenSize),
  },
  {
    title: "3.4: an id holds the time of the row",
    holds: ({ collateral, createdAt }) => timeOfEdgexId(collateral.id) === BigInt(createdAt),
  },
];

function offences(world: EdgexWorld): string[] {
  return world.accounts.flatMap((account) => [
    ...account.events.flatMap((event, nth) =>
      LAWS.filter(({ holds }) => !holds(event, world)).map(
        ({ title }) => `${account.name} event ${nth}, ${title}: ${JSON.stringify(event)}`,
      ),
    ),
    ...chainOffences(account),
  ]);
}

/** What one row leaves is what the next one finds; numbers and ids ascend. */
function chainOffences({ name, events }: EdgexAccountHistory): string[] {
  const found: string[] = [];
  const after = new Map<string, string>();
  let last = { number: 0n, id: 0n };
  const follow = (what: string, before: string, delta: string): void => {
    const expected = after.get(what) ?? "0";
    if (!same(amount(before), amount(expected))) {
      found.push(`${name} ${what}: ${before} follows ${expected}`);
    }
    after.set(what, plainText(total([before, delta])));
  };
  for (const { collateral: row, position, censorTxId, createdAt, appliedAt } of events) {
    follow("amount", row.beforeAmount, row.deltaAmount);
    follow("wallet", row.beforeLegacyAmount, row.deltaLegacyAmount);
    if (position !== null) {
      const { contractId: id } = position;
      follow(`${id} size`, position.beforeOpenSize, position.deltaOpenSize);
      follow(`${id} cost`, position.beforeOpenValue, position.deltaOpenValue);
      follow(`${id} fee`, position.beforeOpenFee, position.deltaOpenFee);
      follow(`${id} funding`, position.beforeFundingFee, position.deltaFundingFee);
    }
    // What was on its way for some time has an id of when it was made.
    const id = createdAt < appliedAt ? last.id + 1n : BigInt(row.id);
    const next = { number: BigInt(censorTxId), id };
    if (next.number <= last.number || next.id <= last.id) found.push(`${name}: ${row.id} is out of order`);
    last = next;
  }
  return found;
}

/**
 * Counters of the account against sums of its rows, and against the truth, which was found from the fills
 * alone.
 */
function expectCounted(world: EdgexWorld): void {
  for (const [nth, account] of world.accounts.entries()) {
    const truth = edgexTruthOf(world)[nth];
    const counters = new EdgexCounters(sizeDecimalsIn(world.contracts));
    for (const event of account.events) counters.add(event);
    const { amountUnits, legacyUnits, counters: cash } = counters.collateral;
    const uncounted = account.events
      .filter(({ collateral: { type } }) => type.startsWith("BUG_FIX") || type === UNKNOWN_TYPE)
      .map(({ collateral }) => collateral.deltaAmount);
    const open = counters.positions.reduce((sum, { valueUnits }) => sum + valueUnits, 0n);
    const sides = counters.positions.flatMap(({ total: { long, short } }) => [long, short]);
    const sum = (pick: (side: (typeof sides)[number]) => bigint): bigint =>
      sides.map(pick).reduce((a, b) => a + b, 0n);
    const [long, short] = (["long", "short"] as const).map((side) => ({
      opened: counters.positions.reduce((all, one) => all + one.total[side].openValueUnits, 0n),
      closed: counters.positions.reduce((all, one) => all + one.total[side].closeValueUnits, 0n),
    }));
    expect({
      1: micro(amountUnits),
      2: micro(legacyUnits),
      "9 fees": micro(sum((side) => side.openFeeUnits + side.closeFeeUnits)),
      "9 bought": micro(-(long?.opened ?? 0n) - (short?.closed ?? 0n)),
      "9 sold": micro(-(long?.closed ?? 0n) - (short?.opened ?? 0n)),
      "9 funding": micro(sum((side) => side.fundingUnits)),
      "wallet by the truth": truth?.wallet,
      "amount by the truth": truth?.amount,
    }).toEqual({
      1: plainText(
        add(moneyOf(Object.values(cash).reduce((all, units) => all + units, 0n)), total(uncounted)),
      ),
      2: micro(amountUnits + open),
      "9 fees": micro(cash.fillFee),
      "9 bought": micro(cash.positionBuy),
      "9 sold": micro(cash.positionSell),
      "9 funding": micro(cash.fundingFee),
      "wallet by the truth": micro(legacyUnits),
      "amount by the truth": micro(amountUnits),
    });
    for (const contract of truth?.contracts ?? []) {
      const held = counters.positions.find(({ contractId }) => contractId === contract.contractId);
      const terms = counters.terms.filter(({ contractId }) => contractId === contract.contractId);
      // 6 and 10: what the venue keeps strays from the exact cost by half a unit for each close, and the
      // result with it.
      const bound = fractionOf(BigInt(contract.closingFills) * 5n + 1n, 7);
      const stray = (a: string, b: string): boolean =>
        compare(magnitudeOf(total([a, `-${b}`.replace("--", "")])), bound) <= 0;
      expect({
        quantity: contract.quantity,
        terms: contract.terms,
        realized: contract.realizedPnl,
        costIsNear: stray(contract.exactCost, contract.venueCost),
        resultIsNear: stray(contract.exactPnl, contract.realizedPnl),
      }).toEqual({
        quantity: plainText(
          fractionOf(held?.steps ?? 0n, sizeDecimalsIn(world.contracts)(contract.contractId)),
        ),
        terms: terms.length,
        // 10, of both sides, and without what liquidations took.
        realized: micro(
          ["long", "short"].reduce((all, side) => {
            const stat = held?.total[side as "long" | "short"];
            if (held === undefined || stat === undefined) return all;
            const isOpen = side === "long" ? held.steps > 0n : held.steps < 0n;
            const units = realizedUnits(isOpen ? held : { ...held, valueUnits: 0n }, stat);
            return all + units - stat.liquidateFeeUnits;
          }, 0n),
        ),
        costIsNear: true,
        resultIsNear: true,
      });
    }
    // 11: what came in, results, fees and funding are the wallet.
    const parts = truth?.contracts.flatMap(({ realizedPnl, fees, funding, liquidationFees }) => [
      realizedPnl,
      `-${fees}`.replace("--", ""),
      funding,
      liquidationFees,
    ]);
    expect(plainText(total([...(truth?.cash.map((one) => one.amount) ?? []), ...(parts ?? [])]))).toBe(
      truth?.wallet,
    );
  }
}

const UNKNOWN_TYPE = "AIRDROP_AMOUNT";

describe("every world keeps the venue's identities", () => {
  test("calm ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const world = generateEdgexWorld(
          edgexPlan({ seed, withBugFix: true, unknownType: UNKNOWN_TYPE, fills: 200 }),
        );
        expect(offences(world)).toEqual([]);
        expectCounted(world);
      }),
      { numRuns: 8 },
    );
  });
  test("adversarial ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const { world } = adversarialEdgexWorld({ seed });
        expect(offences(world)).toEqual([]);
        expectCounted(world);
      }),
      { numRuns: 25 },
    );
  });
  test("and these checks see: a unit of the last decimal more in any amount", () => {
    const world = generateEdgexWorld(edgexPlan({ fills: 60 }));
    const changed = (change: (event: EdgexEvent) => EdgexEvent): EdgexWorld => ({
      ...world,
      accounts: world.accounts.map((account) => ({
        ...account,
        events: account.events.map((event, nth) => (nth === 30 ? change(event) : event)),
      })),
    });
    const more = (text: string): string => plainText(add(amount(text), fractionOf(1n, 6)));
    for (const field of ["deltaAmount", "beforeAmount", "deltaLegacyAmount", "beforeLegacyAmount"] as const) {
      const wrong = changed((event) => ({
        ...event,
        collateral: { ...event.collateral, [field]: more(event.collateral[field]) },
      }));
      expect(offences(wrong).length, field).toBeGreaterThan(0);
    }
  });
});

describe("a calm world has what the books must know", () => {
  const world = generateEdgexWorld(edgexPlan({ fills: 600 }));
  const events = world.accounts.flatMap((account) => account.events);

  test("all kinds of rows", () => {
    expect([...new Set(events.map(({ collateral }) => collateral.type))].toSorted()).toEqual([
      "DEPOSIT",
      "FILL_FEE_INCOME",
      "POSITION_BUY",
      "POSITION_FUNDING",
      "POSITION_SELL",
      "TRANSFER_IN",
      "TRANSFER_OUT",
      "WITHDRAW",
    ]);
    const reasons = events.map(({ collateral }) => collateral.transferReason);
    expect([...new Set(reasons)].toSorted()).toEqual([
      "CROSS_DEPOSIT",
      "FAST_WITHDRAW",
      "UNKNOWN_TRANSFER_REASON",
      "USER_TRANSFER",
    ]);
    const has = (holds: (event: EdgexEvent) => boolean): boolean => events.some(holds);
    expect({
      liquidation: has(({ fill }) => fill?.isLiquidate === true),
      adl: has(({ fill }) => fill?.isDeleverage === true),
      flip: has(
        ({ position }) => isSomething(position?.fillCloseSize) && isSomething(position?.fillOpenSize),
      ),
      zeroFunding: has(
        ({ collateral }) => collateral.fundingTime !== "0" && collateral.deltaAmount === "0.000000",
      ),
      paidFunding: has(
        ({ collateral }) => collateral.type === "POSITION_FUNDING" && collateral.deltaAmount.startsWith("-"),
      ),
      receivedFunding: has(
        ({ collateral }) =>
          collateral.type === "POSITION_FUNDING" && /^[0-9.]*[1-9]/.test(collateral.deltaAmount),
      ),
      freeOfCharge: has(({ fill }) => fill !== null && !isSomething(fill.fillFee) && !fill.isDeleverage),
      manyInOneMillisecond: has(
        (event) => events.filter(({ createdAt }) => createdAt === event.createdAt).length > 2,
      ),
    }).toEqual({
      liquidation: true,
      adl: true,
      flip: true,
      zeroFunding: true,
      paidFunding: true,
      receivedFunding: true,
      freeOfCharge: true,
      manyInOneMillisecond: true,
    });
  });
  test("both legs of a transfer share the venue's number, and no other events do", () => {
    const numbers = new Map<string, EdgexEvent[]>();
    for (const event of events)
      numbers.set(event.censorTxId, [...(numbers.get(event.censorTxId) ?? []), event]);
    const shared = [...numbers.values()].filter((legs) => legs.length > 1);
    expect(shared).toHaveLength(2);
    for (const [one, other] of shared) {
      expect(one?.collateral.transferReason).toBe("USER_TRANSFER");
      expect(plainText(total([one?.collateral.deltaAmount, other?.collateral.deltaAmount]))).toBe("0");
    }
  });
  test("no two rows share an id", () => {
    const ids = events.flatMap(({ collateral, position, fill }) => [collateral.id, position?.id, fill?.id]);
    const given = ids.filter((id) => id !== undefined);
    expect(new Set(given).size).toBe(given.length);
  });
  test("the same seed gives the same world", () => {
    const rows = (seed: number): string => JSON.stringify(generateEdgexWorld(edgexPlan({ seed })).accounts);
    expect(rows(3)).toBe(rows(3));
    expect(rows(3)).not.toBe(rows(4));
  });
  test("nothing later than the given instant is counted", () => {
    const until = events[40]?.createdAt as Instant;
    const early = edgexTruthOf(world, until)[0]?.rows.collateral ?? 0;
    expect(early).toBe(world.accounts[0]?.events.filter(({ createdAt }) => createdAt <= until).length);
  });
  test("3: equity is collateral and the value of what is open, and the wallet and the unrealized result", () => {
    const [account] = world.accounts as [EdgexAccountHistory];
    const view = new EdgexAccountView(account, world);
    const snapshots = view.snapshots(edgexPlan().until);
    expect(snapshots.length).toBe(12 * 24 + 1);
    for (const snapshot of snapshots.toReversed()) {
      const counters = view.counters(snapshot.at);
      const { totalEquity, unrealizedPnl } = snapshot;
      expect(plainText(subtract(totalEquity, unrealizedPnl))).toBe(micro(counters.collateral.legacyUnits));
    }
  });
});
