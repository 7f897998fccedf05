/**
 * The first sync of an account without `since`: it is read from its first cash on, and what lies before that
 * is one inference, on record, told, and taken back by an earlier row.
 */
import { expect, test } from "vitest";
import { rehearsalClock } from "../../src/clock.ts";
import { Secret } from "../../src/config/secret.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, HOUR_MS, type Instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { syncAccount } from "../../src/extract/sync-account.ts";
import { createVenueClient } from "../../src/http/client.ts";
import { WeightBudget } from "../../src/http/weight.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { type AnswerRule, type SeenRequest, startAsterSimulator } from "../../src/simulator/server.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { expectTruth } from "../support/auditor.ts";
import { newRig, type Rig, type RigOptions } from "../support/rig.ts";
import { inPart, sampleOf } from "../support/sample.ts";
import { type ScriptedAccount, scriptedWorld, withFills, withIncomes } from "../support/scripted-world.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-06-01T09:30:00Z");
/** What Aster grants a minute. */
const WEIGHT_PER_MINUTE = 2_400;
const LISTED = 300;
/** The share by which an estimate may miss: it knows neither the busy windows nor the contracts. */
const ESTIMATE_OFF_MAX = 0.3;
/** How much later than what it is of a cash row may be booked. */
const LATENESS_MS = 48 * HOUR_MS;

function daysAgo(days: number): Instant {
  return plus(NOW, -days * DAY_MS);
}

/** As many listed contracts as a real venue has; most of them are never traded. */
function onALongList(world: World): World {
  const [first] = world.instruments;
  if (first === undefined) return expect.unreachable();
  const others = Array.from({ length: LISTED - world.instruments.length }, (_, nth) => ({
    ...first,
    symbol: `COIN${nth}USDT`,
    baseAsset: `COIN${nth}`,
  }));
  return { ...world, instruments: [...world.instruments, ...others] };
}

/** Trades of two contracts once a week, with fees and funding, from the day after money came in. */
function trades(account: ScriptedAccount, days: number): ScriptedAccount {
  for (let day = days - 1; day > 2; day -= 7) {
    account
      .trade(daysAgo(day), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
      .fund(plus(daysAgo(day), HOUR_MS), "BTCUSDT", "-0.01")
      .trade(plus(daysAgo(day), 2 * HOUR_MS), "SELL 1 BTCUSDT at 103", { fee: "0.05" })
      .trade(plus(daysAgo(day), 3 * HOUR_MS), "SELL 2 ETHUSDT at 50", { fee: "0.05" })
      .trade(plus(daysAgo(day), 4 * HOUR_MS), "BUY 2 ETHUSDT at 51", { fee: "0.05" });
  }
  return account;
}

/** Bought and sold without a fee or a result: no cash tells of it. */
function untold(account: ScriptedAccount, days: number): ScriptedAccount {
  return account
    .trade(daysAgo(days), "BUY 3 币安人生USDT at 7")
    .trade(plus(daysAgo(days), HOUR_MS), "SELL 3 币安人生USDT at 7");
}

function worldOf(play: (account: ScriptedAccount) => void): World {
  return scriptedWorld([{ name: "main", play }]);
}

const SIXTY_DAYS = (account: ScriptedAccount) => trades(account.cash(daysAgo(60), "TRANSFER", "10000"), 60);

function rigOf(world: World, options: Partial<RigOptions> = {}): Promise<Rig> {
  return newRig({ kind: QUICK_KIND, world, now: NOW, accountLines: [], reports: "at the end", ...options });
}

function weightOf(requests: readonly SeenRequest[]): number {
  return requests.reduce((sum, { weight }) => sum + weight, 0);
}

/** The spans of each stream that are taken to be empty. */
function beginnings(rig: Rig): Promise<string[]> {
  return rig.inspect(async ({ db }) => {
    const rows = await db
      .selectFrom("raw.window")
      .select(["stream", "symbol", "until_time"])
      .where("evidence", "=", "beginning")
      .orderBy("stream")
      .execute();
    return rows.map(({ stream, symbol, until_time }) => `${stream} ${symbol} ${until_time}`);
  });
}

function beginningAt(at: Instant): string[] {
  const until = formatInstant(plus(at, -LATENESS_MS));
  return [`fills * ${until}`, `forced_orders  ${until}`, `income  ${until}`, `margin_changes * ${until}`];
}

async function expectComplete(rig: Rig, world: World, at = NOW): Promise<void> {
  await rig.run("book");
  await rig.inspect((store) => expectTruth(store, world, at));
}

/** How many rows of a fill are in the store. */
function fillsOf(rig: Rig, symbol: string): Promise<number> {
  return rig.inspect(async ({ db }) => {
    const rows = await db
      .selectFrom("raw.record")
      .select("record_key")
      .where("stream", "=", "fills")
      .where("symbol", "=", symbol)
      .execute();
    return rows.length;
  });
}

test("an account 60 days old on a venue with 300 contracts is read within three minutes of its weight, and completely", async () => {
  const world = onALongList(worldOf((account) => untold(SIXTY_DAYS(account), 1.5)));
  const rig = await rigOf(world);
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(weightOf(rig.simulator.requests())).toBeLessThan(3 * WEIGHT_PER_MINUTE);
  expect(await fillsOf(rig, "币安人生USDT")).toBe(2);
  await expectComplete(rig, world);
  expect(await beginnings(rig)).toEqual(beginningAt(daysAgo(60)));
  const { output } = await rig.run("status");
  expect(output).toContain(
    "  begins: 2026-03-31T09:30:00.000Z; what is before was not requested, because the first cash row is of 2026-04-02T09:30:00.000Z (inferred)\n",
  );
  expect((await rig.run("report", "gaps", "--period", "2021..2026")).output).toMatch(/\n0 rows\n/);
  // What was not read is not called complete above the line that says so.
  for (const stream of ["income", "fills", "margin_changes"])
    expect(output).toMatch(new RegExp(`\\n${stream} +2026-03-31T09:30:00\\.000Z {2}2026-06-01`));
  await rig.close();
});

test("a night after it costs no more than one of an account that was told where to begin", async () => {
  const costs: number[][] = [];
  for (const accountLines of [[], ["since: 2026-04-02"]]) {
    const world = sampleOf(worldOf(SIXTY_DAYS), onALongList(worldOf(SIXTY_DAYS)));
    const rig = await rigOf(world, { accountLines });
    await rig.run("sync");
    const nights: number[] = [];
    for (const night of [1, 2, 9]) {
      const before = weightOf(rig.simulator.requests());
      rig.setNow(plus(NOW, night * DAY_MS));
      await rig.run("sync");
      nights.push(weightOf(rig.simulator.requests()) - before);
    }
    costs.push(nights);
    await rig.close();
  }
  expect(costs[0]).toEqual(costs[1]);
});

const nothing = { status: 200, body: "[]" };
test.each<{ what: string; rules: readonly AnswerRule[] }>(
  inPart(2, [
    {
      what: "is silent about income of more than a week",
      rules: [{ path: "/income$", query: "startTime=1627603200000&endTime=17", ...nothing }],
    },
    {
      what: "refuses income of more than a week",
      rules: [
        {
          path: "/income$",
          query: "startTime=1627603200000&endTime=17",
          status: 400,
          body: '{"code":-4165,"msg":"Invalid time interval"}',
        },
      ],
    },
    { what: "is silent about fills by id", rules: [{ path: "/userTrades$", query: "fromId=", ...nothing }] },
    {
      what: "refuses fills by id",
      rules: [
        {
          path: "/userTrades$",
          query: "fromId=",
          status: 400,
          body: '{"code":-1102,"msg":"Mandatory parameter \'startTime\' was not sent"}',
        },
      ],
    },
  ]),
)("a venue that $what is read by windows, and as completely", async ({ rules }) => {
  const world = worldOf((account) => untold(SIXTY_DAYS(account), 30));
  const rig = await rigOf(world, { simulator: { rules: () => rules } });
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await fillsOf(rig, "币安人生USDT")).toBe(2);
  await expectComplete(rig, world);
  await rig.close();
});

test("the silence of fills by id counts no further back than the oldest fill that they have shown", async () => {
  const world = worldOf((account) => trades(untold(account.cash(daysAgo(60), "TRANSFER", "10000"), 55), 40));
  const query = `symbol=${encodeURIComponent("币安人生USDT")}&fromId=`;
  const rules = [{ path: "/userTrades$", query, ...nothing }];
  const rig = await rigOf(world, { simulator: { rules: () => rules } });
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await fillsOf(rig, "币安人生USDT")).toBe(2);
  await rig.close();
});

test.each<{ what: string; play: (account: ScriptedAccount) => void }>(
  inPart(1, [
    {
      what: "a fee",
      play: (account) => account.trade(daysAgo(20), "BUY 1 BTCUSDT at 100", { fee: "0.05" }),
    },
    { what: "funding", play: (account) => account.fund(daysAgo(20), "BTCUSDT", "0.5") },
    { what: "a withdrawal", play: (account) => account.cash(daysAgo(20), "TRANSFER", "-50") },
    {
      what: "a result",
      play: (account) => account.trade(daysAgo(20), "SELL 1 BTCUSDT at 120"),
    },
  ]),
)(
  "an account whose first row is $what is older than what the venue shows: nothing is inferred",
  async ({ play }) => {
    const world = worldOf((account) => {
      account
        .cash(daysAgo(100), "TRANSFER", "10000")
        .trade(daysAgo(99), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
      play(account);
      trades(account, 15);
    });
    const rig = await rigOf(world, { simulator: { retention: 30 * DAY_MS } });
    await rig.run("sync");
    expect(await beginnings(rig)).toEqual([]);
    const starts = rig.simulator
      .requests()
      .filter(({ path }) => path.endsWith("/forceOrders"))
      .map(({ params }) => params["startTime"]);
    expect(starts).toContain(String(parseInstant("2021-07-30T00:00:00Z")));
    await rig.close();
  },
);

test.each<{ what: string; play: (account: ScriptedAccount) => void; hasBegun: boolean }>([
  { what: "never had anything", play: () => {}, hasBegun: true },
  {
    what: "holds money of which no row tells",
    play: (account) => account.cash(daysAgo(100), "TRANSFER", "5"),
    hasBegun: false,
  },
])("an account without a row that $what", async ({ play, hasBegun }) => {
  const world = worldOf(play);
  const rig = await rigOf(world, { simulator: { retention: 30 * DAY_MS } });
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  const { output } = await rig.run("status");
  const others = beginningAt(NOW).filter((line) => !line.startsWith("income"));
  expect(await beginnings(rig)).toEqual(hasBegun ? others : []);
  expect(output.includes("because no cash row yet (inferred)")).toBe(hasBegun);
  await rig.close();
});

test("what happens in it later is read all the same", async () => {
  const begins = plus(NOW, 3 * DAY_MS);
  const world = worldOf((account) =>
    account
      .cash(begins, "TRANSFER", "100")
      .trade(plus(begins, HOUR_MS), "BUY 1 BTCUSDT at 100", { fee: "0.05" }),
  );
  const rig = await rigOf(world);
  await rig.run("sync");
  const later = plus(NOW, 4 * DAY_MS);
  rig.setNow(later);
  await rig.run("sync");
  await expectComplete(rig, world, later);
  await rig.close();
});

const LATER = plus(NOW, DAY_MS);
/** Of the day before money came in, as far as anybody could see at the first sync. */
const EARLIER = daysAgo(70);
test.each<{ what: string; world: World; begins: string[] }>(
  inPart(2, [
    {
      what: "money that is shown later",
      world: withIncomes(
        worldOf((account) => SIXTY_DAYS(account.cash(EARLIER, "TRANSFER", "5"))),
        (row) => (row.occurredAt === EARLIER ? { ...row, lateBy: LATER - EARLIER } : row),
      ),
      begins: beginningAt(EARLIER),
    },
    {
      what: "a fill without cash that is shown later",
      world: withFills(
        worldOf((account) =>
          SIXTY_DAYS(
            account
              .trade(EARLIER, "BUY 3 币安人生USDT at 7")
              .trade(plus(EARLIER, HOUR_MS), "SELL 3 币安人生USDT at 7"),
          ),
        ),
        (row) => (row.occurredAt < daysAgo(65) ? { ...row, lateBy: LATER - row.occurredAt } : row),
      ),
      begins: [],
    },
    {
      what: "a withdrawal that is shown later",
      world: withIncomes(
        worldOf((account) => SIXTY_DAYS(account.cash(EARLIER, "TRANSFER", "-5"))),
        (row) => (row.occurredAt === EARLIER ? { ...row, lateBy: LATER - EARLIER } : row),
      ),
      begins: [],
    },
  ]),
)(
  "$what is found when all contracts are searched again, and takes the beginning back in the same run",
  async ({ world, begins }) => {
    const rig = await rigOf(world);
    await rig.run("sync");
    expect(await beginnings(rig)).toEqual(beginningAt(daysAgo(60)));
    rig.setNow(plus(LATER, MINUTE_MS));
    expect(await rig.run("sync", "--all-symbols")).toMatchObject({ exitCode: 0, errors: "" });
    expect(await beginnings(rig)).toEqual(begins);
    await expectComplete(rig, world, rig.now());
    await rig.close();
  },
);

test.each<{ since: string; begins: string[] }>([
  { since: "2026-03-01", begins: [] },
  { since: "2026-05-01", begins: beginningAt(daysAgo(60)) },
])("a since of $since is requested from there on", async ({ since, begins }) => {
  const rig = await rigOf(worldOf(SIXTY_DAYS));
  await rig.run("sync");
  await rig.reconfigure((text) => text.replace("venue: aster", `venue: aster\n    since: ${since}`));
  const before = rig.simulator.requests().length;
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await beginnings(rig)).toEqual(begins);
  const starts = rig.simulator
    .requests()
    .slice(before)
    .map(({ params }) => params["startTime"]);
  expect(starts.includes(String(parseInstant(since)))).toBe(begins.length === 0);
  await rig.close();
});

test("before the first of many requests it says how long they will take, and then how much of them is done", async () => {
  const simulator = await startAsterSimulator({
    world: onALongList(worldOf(SIXTY_DAYS)),
    clock: { kind: "frozen", at: NOW },
    weightPerMinute: Number.POSITIVE_INFINITY,
    credentials: [{ account: "main", kind: "v1", apiKey: "key", apiSecret: "secret" }],
  });
  const store = await newStore(QUICK_KIND);
  const clock = rehearsalClock(NOW);
  const venue = asterVenue({ kind: "v1", apiKey: new Secret("key"), apiSecret: new Secret("secret") });
  const told: { readonly text: string; readonly after: number }[] = [];
  const shares: number[] = [];
  await syncAccount(
    {
      accountId: "main",
      store,
      client: createVenueClient({
        venue,
        baseUrl: simulator.url,
        clock,
        budget: new WeightBudget({ weightPerMinute: WEIGHT_PER_MINUTE, clock }),
        log: () => {},
      }),
      log: () => {},
      signal: new AbortController().signal,
      runId: "first",
      progress: (_, share) => {
        if (share !== undefined && share.total > 0) shares.push(share.done / share.total);
      },
      tell: (text) => told.push({ text, after: simulator.requests().length }),
    },
    { since: null, symbols: [], sweepAgain: false, requestsAtOnce: 4 },
  );
  const requests = simulator.requests();
  await store.close();
  await simulator.close();

  expect(told).toEqual([
    {
      text: expect.stringMatching(
        /^main: about \d+ requests, some 2 min within the limits of Aster \(an estimate\)$/,
      ),
      // The time, the snapshot's four, and two that look where the account begins.
      after: 7,
    },
  ]);
  const [, foreseen = ""] = /about (\d+) /.exec(told[0]?.text ?? "") ?? [];
  const off = Math.abs(Number.parseInt(foreseen, 10) - (requests.length - 7)) / requests.length;
  expect(off, `${foreseen} were foreseen, ${requests.length} sent`).toBeLessThan(ESTIMATE_OFF_MAX);
  expect(shares.every((share, nth) => share <= 1 && share >= (shares[nth - 1] ?? 0) - ESTIMATE_OFF_MAX)).toBe(
    true,
  );
  expect(shares.filter((share) => share > 0.25 && share < 0.75).length).toBeGreaterThan(100);
  expect(shares.at(-1)).toBeGreaterThan(1 - ESTIMATE_OFF_MAX);
});
