/**
 * What the venue shows of marks and equity, kept as it was shown; and its public marks at every midnight at
 * which a position was open. The simulated venues tell what each account was worth at any instant.
 */
import { afterEach, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { type Decimal, parseDecimal, sum, ZERO } from "../../src/domain/decimal.ts";
import { DAY_MS, formatInstant, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { Marks } from "../../src/simulator/binance-family/marks.ts";
import { equityBefore } from "../../src/simulator/binance-family/world/equity.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { openPositions } from "../../src/simulator/binance-family/world/truth.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import type { AnswerRule } from "../../src/simulator/shared/answer-rules.ts";
import type { Store } from "../../src/store/store.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newRig, type Outcome, type ReportsWritten } from "../support/rig.ts";
import { longTest } from "../support/sample.ts";
import { QUICK_KIND, type StoreKind } from "../support/stores.ts";

const FROM = parseInstant("2026-05-02T00:00:00Z");
const NOW = parseInstant("2026-05-07T09:30:20Z");

/** What either venue's rig can do. */
type VenueRig = {
  readonly simulator: Simulator;
  run(...words: string[]): Promise<Outcome>;
  setNow(now: Instant): void;
  inspect<T>(work: (store: Store) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

const world = (venue: "aster" | "binance", mode: "one-way" | "hedge", more: object = {}) =>
  generateWorld({
    seed: `marks/${venue}`,
    from: FROM,
    until: plus(NOW, 3 * DAY_MS),
    fills: 30,
    accounts: [{ name: "main", mode }],
    venue,
    openingPositions: true,
    ...more,
  });

const rigs: VenueRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function rigOf(
  venue: "aster" | "binance",
  of: World,
  kind: StoreKind,
  rules: readonly AnswerRule[] = [],
  reports: ReportsWritten = "each night",
): Promise<VenueRig> {
  const simulator = { rules: () => rules };
  const rig =
    venue === "aster"
      ? await newRig({ kind, world: of, now: NOW, accountLines: ["since: 2026-05-02"], simulator, reports })
      : await newBinanceRig({ kind, world: of, now: NOW, since: "2026-05-02", simulator, reports });
  rigs.push(rig);
  return rig;
}

const balancesOf = (rig: VenueRig) =>
  rig.inspect(({ db }) => db.selectFrom("snapshot.balance").selectAll().orderBy("asset").execute());
const positionsOf = (rig: VenueRig) =>
  rig.inspect(({ db }) => db.selectFrom("snapshot.position").selectAll().execute());
const takenOf = (rig: VenueRig) =>
  rig.inspect(({ db }) => db.selectFrom("snapshot.taken").selectAll().executeTakeFirstOrThrow());

async function marksOf(rig: VenueRig): Promise<readonly string[]> {
  const rows = await rig.inspect(({ db }) =>
    db.selectFrom("price.mark").select(["symbol", "marked_at", "price"]).execute(),
  );
  return rows
    .map(({ symbol, marked_at, price }) => `${symbol} ${new Date(marked_at).toISOString()} ${price}`)
    .toSorted();
}

/** Every mark that there should be, by the world's own positions. */
function dueMarks(of: World, midnights: readonly Instant[]): readonly string[] {
  const [account] = of.accounts;
  if (account === undefined) throw new Error("the world has no account");
  const marks = new Marks(of.prices ?? []);
  const due = midnights.flatMap((at) =>
    openPositions(account, at).map(({ symbol }) => {
      // With the digits that the venue sends.
      return `${symbol} ${formatInstant(at)} ${marks.at(symbol, at)}`;
    }),
  );
  return [...new Set(due)].toSorted();
}

const midnights = (first: Instant, until: Instant): readonly Instant[] => {
  const found: Instant[] = [];
  for (let at = first; at <= until; at = plus(at, DAY_MS)) found.push(at);
  return found;
};

const markRequests = (rig: VenueRig) =>
  rig.simulator.requests().filter(({ path }) => path.endsWith("/markPriceKlines"));

const amount = (text: string | null): Decimal => parseDecimal(text ?? "");

/** The venue cuts each position's unrealized PnL at its eighth decimal, and shows the average with eight. */
const CUT = parseDecimal("0.00000001");
/** The average's ninth decimal, times the largest quantity that a generated account holds. */
const AVERAGE_CUT = parseDecimal("0.001");

describe.each([
  ["aster", "one-way", "Postgres"],
  ["binance", "hedge", "PGlite"],
] as const)("%s, %s, on %s", (venue, mode, kind) => {
  test("an asset's equity is its wallet with what its positions have gained, and what the world says it was worth", async () => {
    const of = world(venue, mode);
    const rig = await rigOf(venue, of, kind);
    expect(await rig.run("sync")).toMatchObject({ exitCode: 0 });
    expect(await takenOf(rig)).toMatchObject({
      position_mode: mode,
      is_multi_assets: venue === "binance" ? false : null,
    });
    const positions = await positionsOf(rig);
    expect(positions.length).toBeGreaterThan(1);
    const truth = equityBefore(of, "main", plus(NOW, 1));
    const assetOf = (symbol: string) =>
      of.instruments.find((listed) => listed.symbol === symbol)?.marginAsset ?? "";
    for (const { asset, wallet, unrealized_pnl, equity } of await balancesOf(rig)) {
      const own = positions.filter(({ symbol }) => assetOf(symbol) === asset);
      const gained = sum(own.map((position) => amount(position.unrealized_pnl)));
      expect(amount(unrealized_pnl), asset).toEqual(gained);
      expect(amount(equity), asset).toEqual(amount(wallet).plus(gained));
      const off = amount(equity)
        .minus(truth[asset]?.equity ?? "0")
        .abs();
      expect(
        off.lessThanOrEqualTo(CUT.times(own.length).plus(own.length === 0 ? ZERO : AVERAGE_CUT)),
        `${asset} ${off}`,
      ).toBe(true);
    }
    const marks = new Marks(of.prices ?? []);
    for (const position of positions) {
      expect(position).toMatchObject({
        mark_price: amount(marks.at(position.symbol, NOW)).toFixed(),
        leverage: "10",
        margin_type: "cross",
        liquidation_price: null,
      });
      expect(amount(position.maintenance_margin).greaterThan(0)).toBe(true);
    }
  });

  test("a mark for every contract and midnight with a position open, each requested once", async () => {
    const of = world(venue, mode);
    const rig = await rigOf(venue, of, kind, [], "at the end");
    await rig.run("run");
    expect(await marksOf(rig)).toEqual(dueMarks(of, midnights(FROM, NOW)));
    const requested = markRequests(rig);
    // The midnights of UTC are days: a contract's are one request.
    expect(new Set(requested.map(({ params }) => params["symbol"])).size).toBe(requested.length);
    expect(new Set(requested.map(({ params }) => params["interval"]))).toEqual(new Set(["1d"]));
    await rig.run("run");
    expect(markRequests(rig)).toHaveLength(requested.length);
    rig.setNow(plus(NOW, DAY_MS));
    await rig.run("run");
    expect(await marksOf(rig)).toEqual(dueMarks(of, midnights(FROM, plus(NOW, DAY_MS))));
    const later = markRequests(rig).slice(requested.length);
    expect(later.map(({ params }) => params["limit"])).toEqual(later.map(() => "1"));
  });
});

test("midnights of a zone are those of its clocks: hours where it is whole hours off, quarters where it is not", async () => {
  for (const [zone, offset, interval] of [
    ["America/New_York", 4 * HOUR_MS, "1h"],
    ["Asia/Kathmandu", -5.75 * HOUR_MS, "15m"],
  ] as const) {
    const of = world("aster", "one-way");
    const rig = await newRig({ kind: QUICK_KIND, world: of, now: NOW, accountLines: ["since: 2026-05-02"] });
    rigs.push(rig);
    await rig.reconfigure((text) => `timeZone: ${zone}\n${text}`);
    await rig.run("run");
    const first = plus(FROM, offset < 0 ? offset + DAY_MS : offset);
    expect(await marksOf(rig), zone).toEqual(dueMarks(of, midnights(first, NOW)));
    expect(new Set(markRequests(rig).map(({ params }) => params["interval"])), zone).toEqual(
      new Set([interval]),
    );
  }
});

test("a contract that the venue no longer shows has no marks, which is said and needs nobody", async () => {
  const of = world("aster", "one-way");
  const delisted = [
    {
      path: "markPriceKlines",
      query: "symbol=BTCUSDT",
      status: 400,
      body: '{"code":-1121,"msg":"Invalid symbol."}',
    },
  ];
  const rig = await rigOf("aster", of, QUICK_KIND, delisted);
  const outcome = await rig.run("run");
  const marks = await marksOf(rig);
  expect(marks).toEqual(dueMarks(of, midnights(FROM, NOW)).filter((mark) => !mark.startsWith("BTCUSDT ")));
  expect(outcome.errors).toContain("main marks: BTCUSDT: ");
  const open = await rig.inspect(({ db }) => db.selectFrom("raw.open_item").selectAll().execute());
  expect(open).toEqual([]);
});

longTest(
  "a mark that the venue does not serve is requested again ever more rarely, and kept when it comes",
  async () => {
    const of = world("aster", "one-way");
    const none = { path: "markPriceKlines", query: "symbol=BTCUSDT", status: 200, body: "[]" };
    const rules = [none];
    const rig = await rigOf("aster", of, QUICK_KIND, rules);
    const ofBitcoin = () => markRequests(rig).filter(({ params }) => params["symbol"] === "BTCUSDT").length;
    const requested: number[] = [];
    const begun = plus(NOW, -9 * HOUR_MS);
    for (let hours = 0; hours <= 8; hours += 1) {
      const before = ofBitcoin();
      rig.setNow(plus(begun, hours * HOUR_MS));
      await rig.run("run");
      if (ofBitcoin() > before) requested.push(hours);
    }
    // At once, the next time, and then when as much time has passed as since the first.
    expect(requested).toEqual([0, 1, 2, 4, 8]);
    const unserved = () =>
      rig.inspect(({ db }) =>
        db.selectFrom("price.unserved").select(["kind", "symbol", "instant"]).execute(),
      );
    expect(new Set((await unserved()).map(({ kind, symbol }) => `${kind} ${symbol}`))).toEqual(
      new Set(["mark BTCUSDT"]),
    );
    rules.splice(0);
    rig.setNow(plus(begun, 16 * HOUR_MS));
    await rig.run("run");
    expect(await unserved()).toEqual([]);
    expect(await marksOf(rig)).toEqual(dueMarks(of, midnights(FROM, NOW)));
  },
);

test.each([
  ["cannot be read", 200, '{"assets":7}'],
  ["is refused", 404, "{}"],
])(
  "an account that %s ends no sync: its equity is not known, and the log says why",
  async (_, status, body) => {
    const rules = [{ path: "/account$", status, body }];
    const rig = await rigOf("aster", world("aster", "one-way"), QUICK_KIND, rules);
    expect(await rig.run("sync", "--log", "-")).toMatchObject({
      exitCode: 0,
      errors: expect.stringContaining('"event":"account_not_shown"'),
    });
    for (const balance of await balancesOf(rig))
      expect(balance).toMatchObject({ unrealized_pnl: null, equity: null });
    for (const position of await positionsOf(rig)) {
      expect(position.mark_price).not.toBeNull();
      expect(position.unrealized_pnl).not.toBeNull();
    }
  },
);

describe("funding", () => {
  const proofs = (rig: VenueRig) =>
    rig.inspect(({ db }) =>
      db
        .selectFrom("ledger.reconciliation")
        .selectAll()
        .where("check_name", "=", "funding_amount")
        .orderBy("checked_at")
        .execute(),
    );
  const rateRequests = (rig: VenueRig) =>
    rig.simulator.requests().filter(({ path }) => path.endsWith("/fundingRate"));

  test.each([
    ["aster", "one-way", "Postgres"],
    ["binance", "hedge", "PGlite"],
  ] as const)(
    "%s, %s: every payment is position × mark × rate, and no rate is requested twice",
    async (venue, mode, kind) => {
      const of = world(venue, mode, { openingPositions: false });
      const rig = await rigOf(venue, of, kind, [], "at the end");
      await rig.run("run");
      const found = await proofs(rig);
      expect(found.map(({ status }) => status)).toEqual(found.map(() => "agrees"));
      const paid = of.accounts[0]?.incomes.filter(
        ({ incomeType, occurredAt }) => incomeType === "FUNDING_FEE" && occurredAt <= NOW,
      );
      expect(sum(found.map((proof) => amount(proof.found))).toNumber()).toBe(paid?.length);
      const requested = rateRequests(rig).length;
      expect(requested).toBe(new Set(paid?.map(({ symbol }) => symbol)).size);
      await rig.run("run");
      expect(rateRequests(rig)).toHaveLength(requested);
    },
  );

  test("a payment or a rate that is another is named, by what the wallet proves of it and by what is usual", async () => {
    const rig = await rigOf(
      "aster",
      world("aster", "one-way", { openingPositions: false }),
      QUICK_KIND,
      [],
      "at the end",
    );
    await rig.run("run");
    rig.setNow(plus(NOW, DAY_MS));
    await rig.run("run");
    const payments = await rig.inspect(({ db }) =>
      db
        .selectFrom("history.income")
        .select(["symbol", "occurred_at", "record_key"])
        .where("kind", "=", "funding")
        .where("symbol", "=", "ETHUSDT")
        .orderBy("occurred_at")
        .execute(),
    );
    const [first, last] = [payments[0], payments.at(-1)];
    if (first === undefined || last === undefined) throw new Error("nothing was paid");
    expect(parseInstant(last.occurred_at)).toBeGreaterThan(NOW);
    const hourOf = (at: string) => `${at.slice(0, 13)}:00:00.000Z`;
    const doubted = async () => {
      await rig.run("reconcile");
      const found = await proofs(rig);
      return found
        .filter(({ status }) => status !== "agrees")
        .map(({ subject, status }) => `${subject} ${status}`);
    };
    // Before the first snapshot the wallet proves no row: a payment may have been changed.
    await rig.inspect(({ db }) =>
      db
        .updateTable("history.income")
        .set({ amount: "7" })
        .where("record_key", "=", first.record_key)
        .execute(),
    );
    expect(await doubted()).toEqual([`ETHUSDT ${hourOf(first.occurred_at)} differs`]);
    // Between two snapshots it proves what was paid: the rate is another than the one that was counted by.
    await rig.inspect(({ db }) =>
      db
        .updateTable("price.funding_rate")
        .set({ rate: "0.05" })
        .where("symbol", "=", "ETHUSDT")
        .where("settled_at", ">=", hourOf(last.occurred_at))
        .execute(),
    );
    expect(await doubted()).toEqual([
      `ETHUSDT ${hourOf(first.occurred_at)} differs`,
      `ETHUSDT ${hourOf(last.occurred_at)} inferred`,
    ]);
    // Where nothing fits, it is the rule that does not.
    await rig.inspect(({ db }) =>
      db.updateTable("price.funding_rate").set({ rate: "0.05" }).where("symbol", "=", "ETHUSDT").execute(),
    );
    const all = await doubted();
    expect(all.length).toBeGreaterThan(2);
    expect(all.filter((one) => !one.endsWith(" inferred"))).toEqual([]);
  });
});

test("each night asks for the fee rates of one contract that was traded, each in its turn", async () => {
  const of = world("aster", "one-way", { symbols: ["BTCUSDT", "XRPUSDT"] });
  const rig = await rigOf("aster", of, QUICK_KIND);
  // The first night does not know yet what was traded.
  for (let night = 0; night < 4; night += 1) {
    rig.setNow(plus(NOW, night * HOUR_MS));
    await rig.run("sync");
  }
  const asked = await rig.inspect(({ db }) =>
    db
      .selectFrom("snapshot.fee_rate")
      .select(["symbol", "maker_rate", "taker_rate"])
      .orderBy("taken_at")
      .execute(),
  );
  const rates = { BTCUSDT: ["0.0001", "0.00035"], XRPUSDT: ["-0.00005", "0.00035"] };
  expect(asked.map(({ symbol, maker_rate, taker_rate }) => [symbol, maker_rate, taker_rate])).toEqual([
    ["BTCUSDT", ...rates.BTCUSDT],
    ["XRPUSDT", ...rates.XRPUSDT],
    ["BTCUSDT", ...rates.BTCUSDT],
  ]);
});
