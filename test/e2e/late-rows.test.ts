/**
 * Rows that appear, change or go long after their time, through the whole pipeline. What is younger than the
 * stream's lateness is read every night; what is older is read once more before the venue ceases to serve it.
 */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { Store } from "../../src/store/store.ts";
import { expectTruth } from "../support/auditor.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { newRig } from "../support/rig.ts";
import { scriptedWorld, withFills, withIncomes } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-01-05T00:00:00Z");
const day = (days: number, more: DurationMs = 0): Instant => plus(FROM, days * DAY_MS + more);

function differences(store: Store) {
  return sql<{ subject: string; difference: string }>`
    select distinct subject, trim_scale(difference)::text as difference from ledger.reconciliation where status = 'differs'
  `
    .execute(store.db)
    .then(({ rows }) => rows);
}

test.each(heavyKinds("Postgres"))(
  "a row that is inserted 30 hours behind what was read already is found by the stream's lateness, on %s",
  async (kind) => {
    const lateAt = day(3, 8 * HOUR_MS);
    const world = withIncomes(
      scriptedWorld([
        {
          name: "main",
          play: (account) =>
            account
              .cash(FROM, "TRANSFER", "1000")
              .cash(lateAt, "WELCOME_BONUS", "12.5")
              .cash(plus(lateAt, HOUR_MS / 2), "TRANSFER", "1")
              .cash(plus(lateAt, DAY_MS), "TRANSFER", "2"),
        },
      ]),
      (row) => (row.incomeType === "WELCOME_BONUS" ? { ...row, lateBy: 30 * HOUR_MS } : row),
    );
    const rig = await newRig({
      kind,
      world,
      now: day(1),
      accountLines: ["since: 2026-01-05"],
      reports: "at the end",
    });
    const night = async (at: Instant) => {
      rig.setNow(at);
      const { exitCode } = await rig.run("run");
      return { exitCode, differences: await rig.inspect(differences) };
    };
    const fine = { exitCode: 0, differences: [] };
    const missing = { exitCode: 3, differences: [{ subject: "USDT", difference: "-12.5" }] };
    expect(await night(day(1))).toEqual(fine);
    // The wallet has moved, and the row that tells why is not there: an alarm, until it is.
    expect(await night(plus(lateAt, HOUR_MS))).toEqual(missing);
    expect(await night(plus(lateAt, 25 * HOUR_MS)), "29 hours are not enough").toEqual(missing);
    expect(await night(plus(lateAt, 49 * HOUR_MS))).toEqual(fine);
    await rig.inspect((store) => expectTruth(store, world, plus(lateAt, 49 * HOUR_MS)));
    await rig.close();
  },
);

test("a cash row and a trade that appear five days behind their time are found by what the proofs lack, with the run after they appear", async () => {
  const at = day(3, 8 * HOUR_MS);
  const isLate = (one: Instant) => one >= at && one <= plus(at, HOUR_MS);
  const lateBy = 5 * DAY_MS;
  const told = scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account.cash(FROM, "TRANSFER", "1000");
        account.trade(day(1), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
        account.cash(at, "WELCOME_BONUS", "12.5");
        account.trade(plus(at, HOUR_MS), "BUY 2 BTCUSDT at 101", { fee: "0.1" });
        account.cash(day(5), "TRANSFER", "1");
      },
    },
  ]);
  const world = withFills(
    withIncomes(told, (row) => (isLate(row.occurredAt) ? { ...row, lateBy } : row)),
    (row) => (isLate(row.occurredAt) ? { ...row, lateBy } : row),
  );
  const rig = await newRig({
    kind: QUICK_KIND,
    world,
    now: day(2),
    accountLines: ["since: 2026-01-05"],
    reports: "at the end",
  });
  const night = async (days: number) => {
    rig.setNow(day(days));
    return (await rig.run("run")).exitCode;
  };
  expect(await night(2)).toBe(0);
  // The fourth night is within the lateness, the seventh is not; on the ninth the rows have been there since
  // eight hours.
  expect([await night(4), await night(7)]).toEqual([3, 3]);
  expect(await night(9)).toBe(0);
  await rig.inspect((store) => expectTruth(store, world, day(9)));
  await rig.close();
});

/** A quiet account: what happened is in its first fortnight, and later there is a transfer a month. */
const QUIET = scriptedWorld([
  {
    name: "main",
    play: (account) => {
      account.cash(FROM, "TRANSFER", "1000");
      account.trade(day(4), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
      account.cash(day(5), "REFERRAL_KICKBACK", "12.5");
      account.cash(day(6), "REFERRAL_KICKBACK", "3.25");
      account.trade(day(7), "SELL 1 BTCUSDT at 110", { fee: "0.055" });
      for (const days of [30, 60, 90]) account.cash(day(days), "TRANSFER", "1");
    },
  },
]);

function weekly(world: World, through?: ReturnType<typeof makeHarmfulProxy>): Promise<BinanceRig> {
  return newBinanceRig({
    kind: QUICK_KIND,
    world,
    now: day(1),
    since: "2026-01-05",
    reports: "at the end",
    ...(through === undefined ? {} : { proxy: through }),
  });
}

async function syncWeekly(rig: BinanceRig, from: number, until: number): Promise<void> {
  for (let days = from; days <= until; days += 7) {
    rig.setNow(day(days, 9 * HOUR_MS));
    expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  }
}

test("a row that appears 50 days late is found by the last read before it leaves the venue's retention", async () => {
  const lateBy = 50 * DAY_MS;
  const isLate = (at: Instant) => at >= day(4) && at <= day(5);
  const world = withFills(
    withIncomes(QUIET, (row) => (isLate(row.occurredAt) ? { ...row, lateBy } : row)),
    (row) => (isLate(row.occurredAt) ? { ...row, lateBy } : row),
  );
  const rig = await weekly(world);
  await syncWeekly(rig, 3, 73);
  const known = (store: Store) =>
    store.db.selectFrom("raw.record").select("stream").where("occurred_at", "<=", "2026-01-10").execute();
  // The rows have been there for two weeks: what was settled is not requested again each night.
  expect(await rig.inspect(known)).toEqual([{ stream: "income" }]);
  expect((await rig.run("run")).exitCode, "but their absence is an alarm all the while").toBe(3);
  await syncWeekly(rig, 80, 94);
  expect(await rig.run("run")).toMatchObject({ exitCode: 0, errors: "" });
  await rig.inspect((store) => expectTruth(store, world, rig.now()));
  await rig.close();
});

test("an amount that is changed, and a row that is gone, long after they were read are alarms at the last read, and the books keep what was said first", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await weekly(QUIET, proxy);
  await syncWeekly(rig, 3, 24);
  proxy.harm(({ path }) =>
    path === "/fapi/v1/income"
      ? {
          kind: "rewrite",
          change: (body) =>
            body.replace('"12.50000000"', '"99.00000000"').replace(/,?\{[^{]*"3\.25000000"[^{]*\}/, ""),
        }
      : null,
  );
  await syncWeekly(rig, 31, 73);
  expect((await rig.run("run")).exitCode, "nothing old was requested yet").toBe(0);
  await syncWeekly(rig, 80, 94);
  const outcome = await rig.run("run");
  expect(outcome).toMatchObject({ exitCode: 3, errors: "" });
  expect(outcome.output.match(/INCOMPLETE: .*/g)).toEqual([
    "INCOMPLETE: income: 1 record is set aside (rewritten)",
    "INCOMPLETE: income: 1 record is set aside (vanished)",
  ]);
  await rig.inspect(async (store) => {
    await expectTruth(store, QUIET, rig.now());
    const setAside = await store.db
      .selectFrom("raw.set_aside")
      .select(["kind", "occurred_at", "reason"])
      .orderBy("occurred_at")
      .execute();
    expect(setAside).toEqual([
      {
        kind: "rewritten",
        occurred_at: "2026-01-10T00:00:00.000Z",
        reason: "the venue changed income; the books keep what it said first",
      },
      {
        kind: "vanished",
        occurred_at: "2026-01-11T00:00:00.000Z",
        reason: "the venue no longer serves this record; the books keep it",
      },
    ]);
    const versions = await store.db
      .selectFrom("raw.record")
      .select(["version", "body"])
      .where("occurred_at", "=", "2026-01-10T00:00:00.000Z")
      .orderBy("version")
      .execute();
    expect(versions.map(({ body }) => body.match(/"income":"([\d.]+)"/)?.[1])).toEqual([
      "12.50000000",
      "99.00000000",
    ]);
  });
  await rig.close();
});

test("hours that are over only by the venue's clock, which is ahead, are read again", async () => {
  const [now, ahead] = [day(2), 20 * HOUR_MS];
  const world = scriptedWorld([
    {
      name: "main",
      play: (account) =>
        account.cash(FROM, "TRANSFER", "1000").trade(plus(FROM, HOUR_MS), "BUY 1 BTCUSDT at 100"),
    },
  ]);
  const rig = await newRig({ kind: QUICK_KIND, world, now, accountLines: ["since: 2026-01-05"] });
  rig.simulator.setClock(plus(now, ahead));
  expect((await rig.run("run")).exitCode).toBe(0);
  const settled = await rig.inspect((store) =>
    store.db
      .selectFrom("raw.window")
      .select((select) => ["stream", select.fn.max("until_time").as("until")])
      .where("is_settled", "=", true)
      .where("stream", "in", ["fills", "income"])
      .groupBy("stream")
      .orderBy("stream")
      .execute(),
  );
  expect(settled.map(({ stream, until }) => [stream, until])).toEqual([
    ["fills", "2026-01-06T22:00:00.000Z"],
  ]);
  await rig.close();
});

describe("what one bad answer said is taken back by the next run", () => {
  const world = scriptedWorld([
    {
      name: "main",
      play: (account) =>
        account
          .cash(FROM, "TRANSFER", "1000")
          .trade(day(0, 12.5 * HOUR_MS), "BUY 1 BTCUSDT at 100", { fee: "0.04" })
          .trade(day(0, 20 * HOUR_MS), "SELL 1 BTCUSDT at 101", { fee: "0.04" }),
    },
  ]);

  async function nights(path: string, change: (body: string) => string) {
    const proxy = makeHarmfulProxy();
    const rig = await newRig({
      kind: QUICK_KIND,
      world,
      now: day(0, 13 * HOUR_MS),
      accountLines: ["since: 2026-01-05"],
      through: proxy.through,
      reports: "at the end",
    });
    const codes = [(await rig.run("run")).exitCode];
    rig.setNow(day(1));
    proxy.harm((request) => (request.path === path ? { kind: "rewrite", change } : null));
    codes.push((await rig.run("run")).exitCode);
    const marks = await rig.inspect((store) =>
      store.db.selectFrom("raw.set_aside").select("kind").orderBy("kind").execute(),
    );
    proxy.harm(null);
    rig.setNow(day(1, MINUTE_MS));
    codes.push((await rig.run("run")).exitCode);
    await rig.close();
    return { codes, marks: marks.map(({ kind }) => kind) };
  }

  test.each([
    ["vanished", (body: string) => body.replace(/\{[^{}]*"price":"100[^{}]*\},?/, "")],
    ["rewritten", (body: string) => body.replaceAll('"price":"100', '"price":"90')],
  ])("of a record that is older than late rows come: %s", async (kind, change) => {
    expect(await nights("/fapi/v1/userTrades", change)).toEqual({ codes: [0, 3, 0], marks: [kind] });
  });

  test("of a contract that only a row named which was never understood: it has no gaps any more", async () => {
    const change = (body: string) => body.replace('"symbol":"BTCUSDT"', '"symbol":["BTCUSDT"]');
    expect(await nights("/fapi/v1/income", change)).toEqual({
      codes: [0, 3, 0],
      marks: ["not_understood", "vanished"],
    });
  });
});
