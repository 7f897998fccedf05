/**
 * `perpbooks status`: how complete each account's history is, how its last run ended, and what to do next.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, HOUR_MS, plus } from "../../src/domain/instant.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { newRig, type RigOptions } from "../support/rig.ts";
import { type AccountScript, scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const NOW = parseInstant("2026-05-20T09:30:00Z");

const play: AccountScript["play"] = (account) =>
  account
    .cash(FROM, "TRANSFER", "1000")
    .trade(plus(FROM, DAY_MS), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
    .trade(plus(FROM, 2 * DAY_MS), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
    .cash(plus(NOW, HOUR_MS), "TRANSFER", "5");

const world = scriptedWorld([
  { name: "first", play },
  { name: "second", play: (account) => account.cash(FROM, "TRANSFER", "7") },
]);

function rig(options: Partial<RigOptions> = {}) {
  return newRig({ kind: QUICK_KIND, world, now: NOW, ...options });
}

test("before the first run, it says so", async () => {
  const { run, close } = await rig();
  expect(await run("status")).toEqual({
    exitCode: 3,
    output: `first on aster
  last run: never
  last success: never
  open items: nothing has run yet
  next: perpbooks doctor, then perpbooks run

second on aster
  last run: never
  last success: never
  open items: nothing has run yet
  next: perpbooks doctor, then perpbooks run
`,
    errors: "",
  });
  await close();
});

test.each([
  ["status"],
  ["sql", "select 1 as one"],
  ["report", "balances"],
  ["accept", "--account", "first", "--record", "none", "--because", "a test"],
  ["gap", "accept", "--account", "first", "--period", "2025", "--because", "a test"],
])("perpbooks %s sends no request, and runs without the secrets of the venue", async (...words) => {
  const { runWith, environment, close } = await rig({ kind: "Postgres" });
  const unset = Object.keys(environment).filter((name) => name !== "DATABASE_URL");
  const { errors } = await runWith(Object.fromEntries(unset.map((name) => [name, undefined])), ...words);
  expect(unset.length).toBeGreaterThan(0);
  expect(errors).not.toContain("is not set");
  await close();
});

test("per account and stream: since when and until when it is complete, of how many symbols, records and gaps", async () => {
  const { run, close } = await rig();
  await run("run");
  expect(await run("status")).toEqual({
    exitCode: 0,
    output: `first on aster
  last run: 2026-05-20T09:30:00.000Z done, 22 requests sent; new records: 6
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: none
  next: nothing; the next nightly run
stream          complete from             complete until            symbols queried  records  gaps
fills           2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                3        2     0
forced_orders   2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                         0     0
income          2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                         4     0
margin_changes  2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                1        0     0
4 rows

second on aster
  last run: 2026-05-20T09:30:00.000Z done, 20 requests sent; new records: 1
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: none
  next: nothing; the next nightly run
stream         complete from             complete until            symbols queried  records  gaps
fills                                                                            3        0     0
forced_orders  2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                         0     0
income         2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                         1     0
3 rows
`,
    errors: "",
  });
  await close();
});

test("at a terminal a line of blocks shows what came of the days that were read; elsewhere it does not", async () => {
  const { run, runWatched, close } = await rig();
  await run("run");
  const { output } = await runWatched("status");
  const lines = output.split("\n").filter((line) => line.includes("net result"));
  // The fee of the second day is seen beside no gain of the third; the other account only holds.
  expect(lines).toEqual(["  net result of 20 days: ▁▁██████████████████ +29.885 USDT"]);
  expect((await run("status")).output).not.toContain("net result");
  expect((await runWatched("status", "--json")).output).not.toContain("net result");
  await close();
});

test("as JSON it says the same, with instants in UTC whatever the zone of the reports", async () => {
  const { run, reconfigure, close } = await rig({
    world: { ...world, accounts: world.accounts.slice(0, 1) },
  });
  await reconfigure((text) => `timeZone: Asia/Tokyo\n${text}`);
  await run("run");
  const { output, exitCode } = await run("status", "--json");
  expect(exitCode).toBe(0);
  const whole = { complete_from: "2026-04-30T15:00:00.000Z", complete_until: "2026-05-20T09:30:00.001Z" };
  expect(JSON.parse(output)).toEqual([
    {
      account: "first",
      venue: "aster",
      streams: [
        { stream: "fills", ...whole, symbols: 3, records: "2", gaps: "0" },
        { stream: "forced_orders", ...whole, symbols: 0, records: "0", gaps: "0" },
        { stream: "income", ...whole, symbols: 0, records: "4", gaps: "0" },
        { stream: "margin_changes", ...whole, symbols: 1, records: "0", gaps: "0" },
      ],
      lastRun: {
        started_at: "2026-05-20T09:30:00.000Z",
        outcome: "done",
        stopped_by: null,
        requests: 22,
        new_records: 6,
      },
      lastSuccess: "2026-05-20T09:30:00.000Z",
      losses: [],
      beginning: null,
      proven: { wholeAt: "2026-05-20T09:30:00.000Z", from: "2026-05-13T00:00:00.000Z" },
      closedPeriods: [],
      notKept: [],
      openItems: [],
      openItemCount: 0,
      accepted: [],
      next: "nothing; the next nightly run",
    },
  ]);
  expect((await run("status")).output).toContain(
    "2026-05-01T00:00:00.000+09:00  2026-05-20T18:30:00.001+09:00",
  );
  await close();
});

test("new records are those of all streams and symbols, though several are read at once", async () => {
  const busy = scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account.cash(FROM, "TRANSFER", "1000");
        for (const symbol of ["BTCUSDT", "ETHUSDT", "币安人生USDT"])
          account.trade(plus(FROM, DAY_MS), `BUY 1 ${symbol} at 100`, { fee: "0.05" }, 3);
      },
    },
  ]);
  const { run, close } = await rig({ world: busy });
  await run("run");
  expect((await run("status")).output).toContain("new records: 19\n");
  await close();
});

describe("the last run", () => {
  const one = { ...world, accounts: world.accounts.slice(0, 1) };
  const head = (output: string) => output.split("\n").slice(0, 6).join("\n");

  test("that was stopped shows the first line of why, and what to do", async () => {
    const proxy = makeHarmfulProxy();
    const { run, setNow, close } = await rig({ world: one, through: proxy.through, reports: "at the end" });
    await run("run");
    setNow(plus(NOW, DAY_MS));
    proxy.harm(({ path }) =>
      path === "/fapi/v1/income" ? { kind: "answer", status: 502, body: "<html></html>" } : null,
    );
    expect((await run("run")).exitCode).toBe(1);
    const { exitCode, output } = await run("status");
    expect(exitCode).toBe(3);
    expect(head(output)).toBe(`first on aster
  last run: 2026-05-21T09:30:00.000Z stopped: first income [2026-05-18T09:30:00.000Z, 2026-05-21T09:30:00.001Z): the venue failed 6 times in a row, 12 requests sent; new records: 0
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: the last run was stopped
  next: fix what stopped the last run, then perpbooks run`);
    await close();
  });

  test.each(heavyKinds("Postgres"))(
    "that was killed has no end, and the next one says so once (%s)",
    async (kind) => {
      const { run, runUnwatched, inspect, setNow, close } = await rig({
        world: one,
        kind,
        reports: "at the end",
      });
      await run("run");
      const killed = {
        account_id: "first",
        run_id: "killed",
        command: "run",
        started_at: formatInstant(plus(NOW, DAY_MS)),
        finished_at: null,
        outcome: null,
        stopped_by: null,
        requests: null,
        new_records: null,
      };
      await inspect((store) => store.db.insertInto("raw.run").values(killed).execute());
      const { exitCode, output } = await run("status");
      expect(exitCode).toBe(3);
      expect(head(output)).toBe(`first on aster
  last run: 2026-05-21T09:30:00.000Z killed, 0 requests sent; new records: 0
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: the last run was killed
  next: perpbooks run, which goes on where the last one stopped`);
      // Its lock goes with its process: while it is held, the run goes on.
      await inspect((store) =>
        store.withRunLock("killed", async () => {
          expect(head((await run("status")).output)).toBe(`first on aster
  last run: 2026-05-21T09:30:00.000Z and still going on, 0 requests sent; new records: 0
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: none
  next: wait until the run that is going on has ended`);
        }),
      );
      setNow(plus(NOW, DAY_MS + HOUR_MS));
      expect(await runUnwatched("run")).toMatchObject({
        exitCode: 0,
        errors:
          "0, done: first: the run of 2026-05-21T09:30:00.000Z was killed, and this one went on where it stopped; next: nothing here; see why it was killed: a restart, or too little memory\n",
      });
      expect((await run("status")).output).toContain("open items: none");
      setNow(plus(NOW, 2 * DAY_MS));
      expect(await runUnwatched("run")).toEqual({ exitCode: 0, output: "", errors: "" });
      await close();
    },
  );

  test("that left a difference ends with 3, and says where to look", async () => {
    const hidden = withIncomes(one, (row) => (row.occurredAt > NOW ? { ...row, isOmitted: true } : row));
    const { run, setNow, close } = await rig({ world: hidden, reports: "at the end" });
    await run("run");
    setNow(plus(NOW, DAY_MS));
    await run("run");
    const { exitCode, output } = await run("status");
    expect(exitCode).toBe(3);
    expect(head(output)).toBe(`first on aster
  last run: 2026-05-21T09:30:00.000Z done, 10 requests sent; new records: 0
  last success: 2026-05-21T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-14T00:00:00.000Z on
  open items: 1 difference (1 late row)
  next: perpbooks report reconciliation`);
    await close();
  });
});

test("a stream that the key may not read is not kept, which is said once and is no gap", async () => {
  const { run, close } = await newBinanceRig({
    kind: QUICK_KIND,
    world: { ...world, accounts: world.accounts.slice(0, 1) },
    now: NOW,
    since: "2026-05-01",
    simulator: { canReadMarginHistory: false },
  });
  expect((await run("run")).exitCode).toBe(0);
  const { exitCode, output } = await run("status");
  expect(exitCode).toBe(0);
  // How many symbols' margin changes were under way when the first refusal came, the network decides.
  expect(output.replace(/\d+ requests/, "SOME requests")).toBe(`first on binance-usdm
  last run: 2026-05-20T09:30:00.000Z done, SOME requests sent; new records: 6
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: none
  not kept: margin_changes: the key lacks the right that Binance USDⓈ-M requires
  next: nothing; the next nightly run
stream         complete from             complete until            symbols queried  records  gaps
fills          2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                3        2     0
forced_orders  2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                         0     0
income         2026-05-01T00:00:00.000Z  2026-05-20T09:30:00.001Z                         4     0
3 rows
`);
  await close();
});

test("runs that have stopped are an open item after 36 hours, or what staleAfter says; and what the venue forgets by then is said", async () => {
  const rig = await newBinanceRig({
    kind: "Postgres",
    world: { ...world, accounts: world.accounts.slice(0, 1) },
    now: NOW,
    since: "2026-05-01",
  });
  await rig.run("run");
  const head = async () => {
    const { exitCode, output } = await rig.run("status");
    return `${exitCode}\n${output.split("\nstream ")[0]?.replace(/\d+ requests/, "SOME requests")}`;
  };
  rig.setNow(plus(NOW, 36 * HOUR_MS));
  expect(await head()).toBe(`0
first on binance-usdm
  last run: 2026-05-20T09:30:00.000Z done, SOME requests sent; new records: 6
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: none
  next: nothing; the next nightly run`);
  rig.setNow(plus(NOW, 36 * HOUR_MS + 1));
  expect(await head()).toBe(`3
first on binance-usdm
  last run: 2026-05-20T09:30:00.000Z done, SOME requests sent; new records: 6
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: no run has succeeded since 2026-05-20T09:30:00.000Z, which is more than 36 hours ago
  if nothing runs: fills since 2026-05-20T09:30:00.001Z will be lost from 2026-08-17T09:30:00.001Z on
  if nothing runs: forced_orders since 2026-05-20T09:30:00.001Z will be lost from 2026-08-17T09:30:00.001Z on
  if nothing runs: income since 2026-05-20T09:30:00.001Z will be lost from 2026-08-17T09:30:00.001Z on
  if nothing runs: margin_changes since 2026-05-20T09:30:00.001Z will be lost from 2026-06-18T09:30:00.001Z on
  next: perpbooks run, and see why it was not started`);
  const path = join(rig.folder, "perpbooks.yaml");
  await rig.write("perpbooks.yaml", `staleAfter: 60d\n${await readFile(path, "utf8")}`);
  rig.setNow(parseInstant("2026-06-10T09:30:00Z"));
  expect(await head(), "what is about to be lost is said, however often runs are expected").toBe(`3
first on binance-usdm
  last run: 2026-05-20T09:30:00.000Z done, SOME requests sent; new records: 6
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: margin_changes since 2026-05-20T09:30:00.001Z will be lost from 2026-06-18T09:30:00.001Z on
  next: perpbooks run`);
  await rig.close();
});

test("where nothing ever ran, status says so and what to do, and makes no store; nor does any other command that only reads", async () => {
  const { folder, runWith, run, close } = await rig({ kind: "Postgres" });
  await rm(join(folder, "perpbooks.yaml"));
  expect((await run("init", "--venue", "aster")).exitCode).toBe(0);
  const reads = (...words: string[]) => runWith({ DATABASE_URL: undefined }, ...words);
  const nothing = `store ${join(folder, "perpbooks-data")}: there is none yet: nothing has run`;
  const next = "  next: fill in the configuration and .env, then perpbooks doctor and perpbooks run\n";
  expect(await reads("status")).toEqual({ exitCode: 3, output: `${nothing}\n${next}`, errors: "" });
  expect(await reads("status", "--json")).toEqual({ exitCode: 3, output: "[]\n", errors: "" });
  for (const words of [["report"], ["report", "balances"], ["sql", "select 1 as one"]]) {
    const errors = `${nothing}\n  none was made\n${next}`;
    expect(await reads(...words)).toEqual({ exitCode: 2, output: "", errors });
  }
  expect(await readdir(folder)).toEqual([".env.example", "perpbooks.yaml"]);
  await close();
});
