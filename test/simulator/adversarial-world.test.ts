import { describe, expect, test } from "vitest";
import {
  ADVERSARIAL_TRAPS,
  type AdversarialWorld,
  adversarialWorld,
  NIGHTLY_TRAPS,
  type Trap,
  trapsOf,
} from "../../src/simulator/binance-family/world/adversarial.ts";
import { truthOf } from "../../src/simulator/binance-family/world/truth.ts";
import type { WorldAccount, WorldFill } from "../../src/simulator/binance-family/world/world.ts";

const SEEDS = Array.from({ length: 30 }, (_, nth) => nth + 1);
const VENUES = ["aster", "binance"] as const;
const WEEK = 7 * 86_400_000;

const all = VENUES.flatMap((venue) => SEEDS.map((seed) => adversarialWorld({ seed, venue })));
const accountOf = ({ world }: AdversarialWorld): WorldAccount => world.accounts[0] as WorldAccount;

/** Whether some seed's world with this trap alone has it. */
function isSprung(trap: Trap, has: (made: AdversarialWorld, account: WorldAccount) => boolean): boolean {
  const venues = ADVERSARIAL_TRAPS.find(({ name }) => name === trap)?.venues ?? [];
  return venues.every((venue) =>
    SEEDS.some((seed) => {
      const made = adversarialWorld({ seed, venue, traps: [trap] });
      return has(made, accountOf(made));
    }),
  );
}

/** The most rows that agree in a key. */
function most<Row>(rows: readonly Row[], keyOf: (row: Row) => string): number {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

describe("worlds full of traps", () => {
  test("the seed decides, and worlds stay small", () => {
    const text = (seed: number): string => JSON.stringify(adversarialWorld({ seed, venue: "aster" }));
    expect(text(3)).toBe(text(3));
    expect(text(3)).not.toBe(text(4));
    const rows = all.map((made) => accountOf(made).incomes.length + accountOf(made).fills.length);
    expect(Math.max(...rows)).toBeLessThan(600);
    expect(Math.min(...rows)).toBeGreaterThan(40);
  });
  test("every trap is set by some seed, and only where its venue has it", () => {
    for (const venue of VENUES) {
      const set = new Set(all.filter((made) => made.venue === venue).flatMap((made) => made.traps));
      const nightly = NIGHTLY_TRAPS.map(({ name }) => name);
      expect([...set].toSorted()).toEqual([...trapsOf(venue), ...nightly].toSorted());
    }
  });
  test("all has happened, and appeared, by the last night", () => {
    for (const made of all) {
      const account = accountOf(made);
      const last = made.nights.at(-1) ?? made.since;
      for (const row of [...account.incomes, ...account.fills]) {
        expect(row.occurredAt).toBeGreaterThanOrEqual(made.since);
        expect(row.occurredAt + row.lateBy).toBeLessThan(last);
      }
    }
  });
  test("every page limit leaves room for what cannot be separated further", () => {
    for (const made of all) {
      const { incomes, marginChanges, forcedOrders } = accountOf(made);
      const { pageLimits } = made;
      if (made.venue === "aster") {
        const group = most(incomes, (row) => `${row.occurredAt} ${row.incomeType} ${row.symbol}`);
        expect(group).toBeLessThan(pageLimits.income);
      }
      const direction = (amount: string): string => (amount.startsWith("-") ? "out" : "in");
      const margin = most(marginChanges, (row) => `${row.occurredAt} ${row.symbol} ${direction(row.amount)}`);
      expect(margin).toBeLessThan(pageLimits.marginChanges);
      const forced = most(forcedOrders, (row) => `${row.occurredAt} ${row.symbol} ${row.kind}`);
      expect(forced).toBeLessThan(pageLimits.forcedOrders);
    }
  });
  test("rows that are to be told apart differ in what tells them apart", () => {
    for (const made of all) {
      const key = (row: WorldAccount["incomes"][number]): string =>
        [row.incomeType, row.tranId, row.asset, row.symbol, row.tradeId, row.occurredAt].join(" ");
      expect(most(accountOf(made).incomes, key)).toBe(1);
    }
  });
  test("a delisted contract can be read before it is gone, and is flat by then", () => {
    for (const made of all.filter(({ traps }) => traps.includes("delisted"))) {
      const fills = accountOf(made).fills.filter((fill) => fill.symbol === "OLDUSDT");
      expect(fills.length).toBeGreaterThan(1);
      expect(made.nights[0]).toBeGreaterThan((fills.at(-1)?.occurredAt ?? 0) + 90 * 60_000);
      expect(truthOf(made.world)[0]?.positions.map((position) => position.symbol)).not.toContain("OLDUSDT");
      expect(made.leavesOpen).toContain("gap");
    }
  });
});

describe("each trap is what it says", () => {
  const sharedFill = (fills: readonly WorldFill[]): number =>
    most(fills, (fill) => `${fill.symbol} ${fill.fillId}`);
  test.each<[Trap, (made: AdversarialWorld, account: WorldAccount) => boolean]>([
    ["self_trades", (_, { fills }) => sharedFill(fills) === 2],
    [
      "ticker_reused",
      (_, { fills }) =>
        fills
          .filter((fill) => fill.symbol === "LITUSDT")
          .some((fill, nth, all) => nth > 0 && BigInt(fill.fillId) <= BigInt(all[nth - 1]?.fillId ?? 0)),
    ],
    [
      "shared_tran_ids",
      (_, { incomes }) =>
        incomes.some(
          (row) =>
            row.incomeType === "TRANSFER" &&
            incomes.some((other) => other.incomeType === "COMMISSION" && other.tranId === row.tranId),
        ),
    ],
    [
      "window_edges",
      ({ since }, { incomes }) =>
        [WEEK - 1, WEEK, 2 * WEEK - 1, 2 * WEEK].some((after) =>
          incomes.some((row) => row.occurredAt === since + after),
        ),
    ],
    ["first_instant", ({ since }, { incomes }) => incomes[0]?.occurredAt === since],
    ["present_instant", ({ nights }, { fills }) => fills.some((fill) => nights.includes(fill.occurredAt))],
    [
      "crowded_instants",
      ({ pageLimits }, { incomes }) => most(incomes, (row) => String(row.occurredAt)) > pageLimits.income,
    ],
    [
      "late_rows",
      (_, { incomes, fills }) => incomes.some((row) => row.lateBy > 0) && fills.some((row) => row.lateBy > 0),
    ],
    [
      "free_of_charge",
      (_, { fills, incomes }) =>
        fills.some((fill) => fill.symbol === "FREEUSDT") &&
        !incomes.some((row) => row.symbol === "FREEUSDT" && row.incomeType === "COMMISSION"),
    ],
    ["not_ascii", (_, { fills }) => fills.some((fill) => fill.symbol === "币安人生USDT")],
    [
      "rebates",
      (_, { incomes }) =>
        incomes.some((row) => row.incomeType === "COMMISSION" && !row.amount.startsWith("-")),
    ],
    ["fee_asset", (_, { fills }) => fills.some((fill) => fill.commissionAsset !== fill.marginAsset)],
    [
      "two_fundings",
      (_, { incomes }) =>
        most(
          incomes.filter((row) => row.incomeType === "FUNDING_FEE"),
          (row) => `${row.occurredAt} ${row.symbol} ${row.amount}`,
        ) > 1,
    ],
    ["ids_around_2_53", (_, { fills }) => most(fills, (fill) => `${fill.symbol} ${Number(fill.fillId)}`) > 1],
    ["forced_orders", (_, { forcedOrders }) => new Set(forcedOrders.map((order) => order.kind)).size === 2],
    ["isolated_margin", (_, { marginChanges }) => marginChanges.length > 2],
    [
      "equal_twins",
      (_, { fills }) =>
        most(fills, (fill) =>
          JSON.stringify([fill.symbol, fill.price, fill.quantity, fill.side, fill.orderId, fill.occurredAt]),
        ) > 1,
    ],
    [
      "not_open_yet",
      ({ world, nights }) => world.instruments.some((listed) => listed.listedAt > (nights.at(-1) ?? 0)),
    ],
    [
      "unknown_type",
      ({ leavesOpen }, { incomes }) =>
        leavesOpen.includes("unknown type") &&
        incomes.some((row) => row.incomeType === "EVENT_CONTRACTS_PAYOUT"),
    ],
    ["delisted", ({ world }) => world.instruments.some((listed) => listed.delisting !== undefined)],
    ["two_margin_assets", (_, { fills }) => new Set(fills.map((fill) => fill.marginAsset)).size === 2],
    [
      "conversions",
      (_, { incomes }) =>
        most(
          incomes.filter((row) => row.incomeType === "AUTO_EXCHANGE"),
          (row) => row.tranId,
        ) === 2,
    ],
  ])("%s", (trap, has) => {
    expect(isSprung(trap, has)).toBe(true);
  });
});
