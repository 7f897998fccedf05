/**
 * Closed periods, through the whole pipeline: a month is closed, rows of it come late, and its files stay
 * what they were. What came is in the open time, said aloud; with it the closed month would be what the books
 * without any close say.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { readClosedPeriods, reopenPeriod } from "../../src/book/close-period.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { listReports } from "../../src/report/definition.ts";
import { isKeptAtClose } from "../../src/report/outputs.ts";
import { tradeFiles, transactionFiles } from "../../src/simulator/binance/csv.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { type ReportsWritten, readFolder } from "../support/rig.ts";
import { scriptedWorld, withFills, withIncomes } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND, type StoreKind } from "../support/stores.ts";

const FROM = parseInstant("2026-01-05T00:00:00Z");
const day = (days: number, more = 0): Instant => plus(FROM, days * DAY_MS + more);

const QUIET = scriptedWorld([
  {
    name: "main",
    play: (account) => {
      account.cash(FROM, "TRANSFER", "1000");
      account.trade(day(4), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
      account.cash(day(5), "REFERRAL_KICKBACK", "12.5");
      account.trade(day(7), "SELL 1 BTCUSDT at 110", { fee: "0.055" });
      account.cash(day(20), "REFERRAL_KICKBACK", "3.25");
      for (const days of [30, 60, 90]) account.cash(day(days), "TRANSFER", "1");
    },
  },
]);

/**
 * The purchase, its fee and a kickback of January are shown 50 days late: long after all was settled, and
 * found by the last read.
 */
const lateBy = 50 * DAY_MS;
const isLate = (at: Instant) => at >= day(4) && at <= day(5);
const LATE_CASH = withIncomes(QUIET, (row) => (isLate(row.occurredAt) ? { ...row, lateBy } : row));
const LATE = withFills(LATE_CASH, (row) => (isLate(row.occurredAt) ? { ...row, lateBy } : row));

/** Days of syncs before the close, in February, and after it: the last of them read January once more. */
const BEFORE = [3, 10, 38];
const AFTER = [59, 80, 87, 94];

function newRig(kind: StoreKind, world: World, reports?: ReportsWritten): Promise<BinanceRig> {
  return newBinanceRig({
    kind,
    world,
    now: day(1),
    since: "2026-01-01",
    ...(reports === undefined ? {} : { reports }),
  });
}

/** Syncs on these days after the history's beginning. */
async function syncOn(rig: BinanceRig, ...onDays: readonly number[]): Promise<void> {
  for (const days of onDays) {
    rig.setNow(day(days, 9 * HOUR_MS));
    expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  }
}

/** The CSV of each report that a close keeps, of a period. */
async function keptFiles(rig: BinanceRig, period: string): Promise<Record<string, string>> {
  const folder = `out-${period}`;
  await rig.run("report", "--period", period, "--output", folder);
  const kept = (await listReports(null)).filter(isKeptAtClose).map(({ name }) => `${name}.csv`);
  return Object.fromEntries(
    Object.entries(await csvFiles(join(rig.folder, folder))).filter(([name]) => kept.includes(name)),
  );
}

/**
 * Every CSV of a folder, by its report: whether a file calls itself incomplete is no part of what it says.
 */
async function csvFiles(folder: string): Promise<Record<string, string>> {
  const files = Object.entries(await readFolder(folder)).filter(
    // Those that the close wrote stay as they are.
    ([name]) => name.endsWith(".csv") && !name.startsWith("2026-01/"),
  );
  return Object.fromEntries(files.map(([name, text]) => [name.replace("-INCOMPLETE", ""), text]));
}

async function printed(rig: BinanceRig, report: string, period: string): Promise<readonly string[]> {
  const { output } = await rig.run("report", report, "--period", period, "--format", "csv");
  return output.trimEnd().split(/\r?\n/).slice(1);
}

const BECAUSE = "the venue was asked about the missing trade";

/** What the books have of a month by the time at which things occurred, ledger account by ledger account. */
async function occurredIn(rig: BinanceRig, from: string, until: string): Promise<readonly string[]> {
  return rig.inspect(async (store) => {
    const { rows } = await sql<{ line: string }>`
      select ledger_account || ',' || asset || ',' || report.plain(-sum(amount)) as line
      from report.journal
      where ledger_account <> 'assets:wallet' and occurred_at >= ${from} and occurred_at < ${until}
      group by ledger_account, asset
      order by ledger_account collate "C", asset collate "C"
    `.execute(store.db);
    return rows.map(({ line }) => line);
  });
}

for (const kind of heavyKinds("Postgres")) {
  describe(`on ${kind}`, () => {
    test("what comes after a close changes no file of the closed month, is adjusted in the open one, and adds up", {
      timeout: 240_000,
    }, async () => {
      const rig = await newRig(kind, LATE);
      const never = await newRig(kind, LATE, "at the end");
      await syncOn(never, ...BEFORE, ...AFTER);
      await never.run("run");

      await syncOn(rig, ...BEFORE);
      const open = await rig.run("close", "2026-01");
      expect(open).toMatchObject({ exitCode: 3, output: "" });
      expect(open.errors).toMatch(
        /^perpbooks close 2026-01: something is open up to the end of the period\n {2}main: /,
      );
      expect(open.errors).toContain("main: wallet USDT: the books differ from the venue by -12.45");
      expect(open.errors).toContain("main: position BTCUSDT BOTH: the books differ from the venue by -1");
      expect(open.errors).toMatch(
        /\n {2}nothing was closed\n {2}next: settle these \(perpbooks status says how; what is not settled yet settles with later runs\), or accept them with --because "…"\n$/,
      );
      expect(await rig.run("close", "--verify")).toMatchObject({ exitCode: 2, output: "" });

      const closed = await rig.run("close", "2026-01", "--because", BECAUSE, "--verbose");
      expect(closed).toMatchObject({ exitCode: 0, errors: "" });
      const [first, ...lines] = closed.output.trimEnd().split("\n");
      expect(first).toBe("main: 2026-01 is closed, [2026-01-01T00:00:00.000Z, 2026-02-01T00:00:00.000Z)");
      expect(lines).toContain(`  because ${BECAUSE}`);
      expect(lines.filter((line) => line.startsWith("  accepted: wallet USDT"))).toHaveLength(1);
      expect(closed.output).toMatch(
        /\n {2}it rests on 5 records, and \d+ reports of it stay as they are; what comes later is posted after it\n/,
      );
      expect(closed.output).toMatch(/\n {2}inputs {2,}[0-9a-f]{64}\n/);
      expect(closed.output).toMatch(/\n {2}daily-result {2,}[0-9a-f]{64}\n/);
      expect(closed.output).not.toMatch(/\n {2}(positions|reconciliation|gaps|restatement) /);
      expect(await rig.run("close", "2026-01")).toEqual({
        exitCode: 2,
        output: "",
        errors: `perpbooks close 2026-01: it is closed already for main
  since 2026-02-12T09:00:00.000Z
  nothing was closed
  next: perpbooks close --verify 2026-01, or perpbooks reopen 2026-01 --because "…"
`,
        log: expect.any(String),
      });
      const before = await keptFiles(rig, "2026-01");
      expect(Object.keys(before).length).toBeGreaterThan(8);

      await syncOn(rig, ...AFTER);
      const late = await rig.run("run");
      expect(late.errors).toBe(
        "main: 3 records of closed periods came after their close and are posted in the open period\n  next: perpbooks report adjustments\n",
      );
      expect(late.output).toContain(
        "note: 3 events of closed periods came after the close and count later than they occurred: see adjustments",
      );
      expect((await rig.run("status")).output).toContain(
        `\n  closed: 2026-01 since 2026-02-12T09:00:00.000Z, because ${BECAUSE}; events that came later and count in a later period: 3\n`,
      );
      expect(await keptFiles(rig, "2026-01"), "to the byte").toEqual(before);
      expect(await printed(rig, "adjustments", "2026-01")).toEqual([]);
      const adjusted = (await printed(rig, "adjustments", "2026-02")).map((line) => line.split(","));
      expect(adjusted.map((cells) => cells.slice(1, 10).join(","))).toEqual(
        [
          "09T00:00:00.000+00:00 cash,trading_fee,BTCUSDT,,-0.05,USDT",
          "09T00:00:00.000+00:00 fill,buy,BTCUSDT,1,,",
          "10T00:00:00.000+00:00 cash,reward,,,12.5,USDT",
        ].map((line) => `2026-01-${line.replace(" ", ",2026-02-01T00:00:00.000+00:00,2026-01,")}`),
      );

      // Original + adjustment = what the books say that were never closed.
      const restated = (await printed(rig, "restatement", "2026-01")).map((line) => line.split(","));
      expect(restated.map((cells) => [cells[4], cells[5], cells[9]].join(","))).toEqual(
        await occurredIn(never, "2026-01-01", "2026-02-01"),
      );

      // Built from empty, the books are the same, file by file.
      const grown = await csvFiles(join(rig.folder, "out"));
      await rig.run("book", "--from-empty");
      await rig.run("reconcile");
      await rig.run("report");
      expect(await csvFiles(join(rig.folder, "out"))).toEqual(grown);
      expect(await rig.run("close", "--verify")).toMatchObject({
        exitCode: 0,
        output: `main: 2026-01: 5 records and ${Object.keys(before).length} reports are as they were at the close\n`,
        errors: "",
      });

      // Reopened, they are those that were never closed.
      expect(await rig.run("reopen", "2026-01", "--because", "the missing trade was found")).toMatchObject({
        exitCode: 0,
        output: "main: 2026-01 is reopened, because the missing trade was found; its books are built again\n",
      });
      await rig.run("report");
      await never.run("report");
      expect(await csvFiles(join(rig.folder, "out"))).toEqual(await csvFiles(join(never.folder, "out")));
      await rig.close();
      await never.close();
    });
  });
}

for (const kind of heavyKinds("Postgres")) {
  describe(`on ${kind}`, () => {
    test("what was inferred or booked from a fill without the cash that came late is adjusted in the open time; what was tampered with is found", {
      timeout: 240_000,
    }, async () => {
      const rig = await newRig(kind, LATE_CASH);
      // The first snapshot comes after the cash that is missing: the wallet seems to have begun with it.
      await syncOn(rig, 10, 38);
      const closed = await rig.run("close", "2026-01");
      expect(closed).toMatchObject({ exitCode: 0, errors: "" });
      expect(closed.output).not.toMatch(/[0-9a-f]{64}/);
      expect(closed.output).toMatch(
        /\n\d+ files in .*\/out\/2026-01\nnext: perpbooks close --verify compares what is closed with what the books say, whenever you like\n$/,
      );
      expect(closed.output).not.toContain("accepted");
      const written = Object.keys(await readFolder(join(rig.folder, "out", "2026-01")));
      expect(written).toEqual(expect.arrayContaining(["balances.csv", "fills.csv", "manifest.json"]));
      const before = await keptFiles(rig, "2026-01");
      await syncOn(rig, ...AFTER);
      expect((await rig.run("run")).exitCode, "all is proven, with the adjustments").toBe(0);
      expect(await keptFiles(rig, "2026-01")).toEqual(before);
      const adjusted = (await printed(rig, "adjustments", "2026-02")).map((line) => line.split(","));
      expect(adjusted.map((cells) => cells.slice(4, 12).join(","))).toEqual([
        "cash,opening,,,-12.5,USDT,equity:opening,inferred",
        "cash,trading_fee,BTCUSDT,,0.05,USDT,expenses:trading_fees,reversal",
        "cash,trading_fee,BTCUSDT,,-0.05,USDT,expenses:trading_fees,cash",
        "cash,reward,,,12.5,USDT,income:rewards,cash",
      ]);
      const restated = (await printed(rig, "restatement", "2026-01")).map((line) => line.split(","));
      expect(restated.map((cells) => cells.slice(4).join(","))).toEqual([
        "equity:opening,USDT,12.5,0,-12.5,0",
        "equity:transfers,USDT,1000,0,0,1000",
        "expenses:trading_fees,USDT,-0.105,0,0,-0.105",
        "income:realized_pnl,USDT,10,0,0,10",
        "income:rewards,USDT,3.25,0,12.5,15.75",
      ]);

      const write = (statement: ReturnType<typeof sql>) =>
        rig.inspect((store) => statement.execute(store.db));
      await write(sql`update ledger.movement set amount = 11 where amount = 10`);
      const books = await rig.run("close", "--verify", "2026-01");
      expect(books.exitCode).toBe(3);
      expect(books.output).toMatch(/^main: 2026-01: closed_period: differs from what was closed\n/);
      // What starts from the sums of days says what was closed; that a posting is another than in its sum,
      // the check day_sums says.
      const named = [
        ...books.output.matchAll(/^ {2}([a-z-]+): [0-9a-f]{64} now, [0-9a-f]{64} at the close$/gm),
      ];
      expect(named.map(([, report]) => report)).toEqual(expect.arrayContaining(["journal"]));
      await rig.run("book", "--from-empty");
      expect((await rig.run("close", "--verify", "2026-01")).exitCode).toBe(0);

      await write(
        sql`update raw.record set body = replace(body, '3.25', '3.26') where occurred_at = '2026-01-25T00:00:00Z'`,
      );
      const records = await rig.run("close", "--verify");
      expect(records.exitCode).toBe(3);
      expect(records.output).toContain(
        "\n  the records that were read by then differ: 6 now, 6 at the close\n",
      );
      await write(
        sql`update raw.record set body = replace(body, '3.26', '3.25') where occurred_at = '2026-01-25T00:00:00Z'`,
      );

      // A reopening that is killed before it books leaves no half: the next booking makes the books.
      await rig.inspect(async (store) => {
        const [row] = await readClosedPeriods(store.db, "main");
        if (row === undefined) throw new Error("a closed period was expected");
        await store.db
          .transaction()
          .execute((transaction) => reopenPeriod(transaction, row, rig.now(), "killed half-way"));
      });
      await rig.run("book");
      expect(await printed(rig, "adjustments", "2026-02")).toEqual([]);
      expect(await occurredIn(rig, "2026-01-01", "2026-02-01")).toEqual([
        "equity:transfers,USDT,1000",
        "expenses:trading_fees,USDT,-0.105",
        "income:realized_pnl,USDT,10",
        "income:rewards,USDT,15.75",
      ]);
      await rig.close();
    });
  });
}

test("files that close a gap of a closed month are adjusted in the open time, to the last row", {
  timeout: 240_000,
}, async () => {
  const rig = await newRig("Postgres", QUIET);
  // January is served no more.
  await syncOn(rig, 130);
  const refused = await rig.run("close", "2026-01");
  expect(refused.errors).toMatch(/main: income: a gap from 2026-01-01T00:00:00.000Z until /);
  expect((await rig.run("close", "2026-01", "--because", "the files come next week")).exitCode).toBe(0);
  const before = await keptFiles(rig, "2026-01");
  const account = QUIET.accounts[0];
  const until = day(59);
  const isBefore = (row: { readonly occurredAt: Instant }) => row.occurredAt < until;
  const files = [
    ...transactionFiles((account?.incomes ?? []).filter(isBefore), "T1"),
    ...tradeFiles((account?.fills ?? []).filter(isBefore), "F2"),
  ];
  for (const file of files) await rig.write(file.name, file.content);
  const names = files.map((file) => file.name);
  const imported = await rig.run(
    "import",
    "--account",
    "main",
    "--period",
    "2026-01-01..2026-03-04",
    ...names,
  );
  expect(imported).toMatchObject({
    exitCode: 0,
    errors:
      "main: 8 records of closed periods came after their close and are posted in the open period\n  next: perpbooks report adjustments\n",
  });
  await rig.run("book");
  await rig.run("reconcile");
  expect(await keptFiles(rig, "2026-01")).toEqual(before);
  const restated = (await printed(rig, "restatement", "2026-01")).map((line) => line.split(","));
  expect(restated.map((cells) => cells.slice(4).join(","))).toEqual([
    "equity:opening,USDT,1026.645,0,-1026.645,0",
    "equity:transfers,USDT,0,0,1000,1000",
    "expenses:trading_fees,USDT,0,0,-0.105,-0.105",
    "income:realized_pnl,USDT,0,0,10,10",
    "income:rewards,USDT,0,0,15.75,15.75",
  ]);
  expect((await rig.run("close", "--verify")).exitCode).toBe(0);
  await rig.close();
});

test("a close that cannot be made says everything that stands against it, and changes nothing", {
  timeout: 240_000,
}, async () => {
  const rig = await newRig(QUICK_KIND, QUIET);
  const refused = async (exitCode: number, message: string, ...words: string[]) => {
    const outcome = await rig.run(...words);
    expect({ ...outcome, log: "" }).toEqual({ exitCode, output: "", errors: `${message}\n`, log: "" });
  };
  await syncOn(rig, 3, 27);
  const periodMissing = `perpbooks close: a period is missing
  nothing was done
  next: give the period to close: 2025, 2025-Q1, 2025-03 or FIRST..LAST`;
  await refused(2, periodMissing, "close");
  const both = `perpbooks close: --verify closes nothing, so there is no --because
  nothing was done
  next: leave one of the two out`;
  await refused(2, both, "close", "2026-01", "--verify", "--because", "x");
  const empty = `perpbooks close: --because gives no reason
  nothing was done
  next: say why it can be closed: an auditor will ask`;
  for (const none of [" ", "…"]) await refused(2, empty, "close", "2026-01", "--because", none);
  const noPeriod = `--period: "last winter" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST
  nothing was done
  next: give one of these forms, the earlier end first; days are those of the time zone`;
  await refused(2, noPeriod, "close", "last winter");
  const running = `perpbooks close 2026-02: the period is not over before 2026-03-01T00:00:00.000Z
  nothing was closed
  next: close it then`;
  await refused(3, running, "close", "2026-02");
  await refused(3, running, "close", "2026-02", "--because", "we are in a hurry");
  const unsettled = `perpbooks close 2026-01: something is open up to the end of the period
  main: forced_orders: not settled from 2026-01-30T09:00:00.000Z until 2026-02-01T00:00:00.000Z: rows may still appear
  main: income: not settled from 2026-01-30T09:00:00.000Z until 2026-02-01T00:00:00.000Z: rows may still appear
  nothing was closed
  next: settle these (perpbooks status says how; what is not settled yet settles with later runs), or accept them with --because "…"`;
  await refused(3, unsettled, "close", "2026-01");
  const notClosed = `perpbooks reopen 2026-01: it is not closed
  nothing was changed
  next: perpbooks status shows the closed periods`;
  await refused(2, notClosed, "reopen", "2026-01", "--because", "x");
  const noneClosed = `perpbooks close: no period is closed
  nothing was done
  next: perpbooks close PERIOD closes one`;
  await refused(2, noneClosed, "close", "--verify");
  expect(await rig.inspect((store) => readClosedPeriods(store.db, "main"))).toEqual([]);

  expect((await rig.run("close", "2026-01", "--because", "nothing ever comes late")).exitCode).toBe(0);
  await syncOn(rig, 59);
  expect((await rig.run("close", "2026-02", "--because", "nothing ever comes late")).exitCode).toBe(0);
  const restsOn = `perpbooks reopen 2026-01: main has closed 2026-02 since, which rests on it
  nothing was changed
  next: perpbooks reopen 2026-02 first`;
  await refused(2, restsOn, "reopen", "2026-01", "--because", "x");
  const noReason = `perpbooks reopen 2026-02: --because gives no reason
  nothing was changed
  next: say why: an auditor will ask`;
  await refused(2, noReason, "reopen", "2026-02", "--because", "");
  expect((await rig.run("reopen", "2026-02", "--because", "one more look")).exitCode).toBe(0);
  expect((await rig.run("close", "--verify")).output).toMatch(
    /^main: 2026-01: .* are as they were at the close\n$/,
  );
  // What was closed and reopened stays on record.
  const all = await rig.inspect((store) =>
    store.db
      .selectFrom("ledger.closed_period")
      .select(["closing_number", "period_name", "because", "reopen_reason"])
      .orderBy("closing_number")
      .execute(),
  );
  expect(all).toEqual([
    { closing_number: 1, period_name: "2026-01", because: "nothing ever comes late", reopen_reason: "" },
    {
      closing_number: 2,
      period_name: "2026-02",
      because: "nothing ever comes late",
      reopen_reason: "one more look",
    },
  ]);
  await rig.close();
});

test("a price, peg or reporting currency that changes after a close is named until it is given back or the period is reopened; one that was missing may come", {
  timeout: 240_000,
}, async () => {
  const world = scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account.cash(FROM, "TRANSFER", "1000");
        account.cash(day(1), "TRANSFER", "2", { asset: "BNB" });
        account.trade(day(2), "BUY 1 BTCUSDT at 100");
        account.trade(day(3), "SELL 1 BTCUSDT at 120", { fee: "0.1", feeAsset: "BNB" });
        account.cash(day(31), "TRANSFER", "1");
      },
    },
  ]);
  const rig = await newRig(QUICK_KIND, world, "at the end");
  const path = join(rig.folder, "perpbooks.yaml");
  const base = await readFile(path, "utf8");
  const runWith = async (currency: string, usdt: string, more = "") => {
    const peg = `pegs:\n  - {asset: USDT, currency: ${currency}, price: "${usdt}", because: test}\n${more}`;
    await writeFile(path, `reportingCurrency: ${currency}\n${peg}${base}`);
    return rig.run("run");
  };
  const valued = () => printed(rig, "valued-result", "2026-01");
  const bnb = (price: string) => `  - {asset: BNB, currency: EUR, price: "${price}", because: test}\n`;
  await syncOn(rig, 5);
  rig.setNow(day(33));
  await runWith("EUR", "0.9");
  await rig.run("close", "2026-01", "--because", "x");
  const atClose = await valued();
  expect(atClose.join("\n")).toContain("EUR,18,");
  const same = { exitCode: 0, errors: "", output: expect.stringMatching(/are as they were at the close\n$/) };
  expect(await rig.run("close", "--verify")).toMatchObject(same);

  // Missing at the close, and there since.
  const whole = await runWith("EUR", "0.9", bnb("500"));
  expect(whole).toMatchObject({ exitCode: 0, errors: "" });
  expect(await valued()).not.toEqual(atClose);
  expect(await rig.run("close", "--verify")).toMatchObject(same);

  const next = `next: declare the price, peg or reporting currency of the close again and run, or perpbooks reopen PERIOD --because "…"\n`;
  const changed = async (outcome: { exitCode: number; errors: string }, now: string) => {
    const sentence = `2 prices of USDT changed after the close of 2026-01: of 2026-01-05T00:00:00.000Z ${now} now, 0.9 EUR at the close`;
    expect(outcome.exitCode).toBe(3);
    const status = await rig.run("status");
    expect(status.output).toContain("prices changed after the close of 2026-01");
    expect(status.output).toContain(next);
    expect(await rig.run("close", "--verify")).toMatchObject({
      exitCode: 3,
      output: expect.stringMatching(/^main: 2026-01: closed_period: differs from what was closed\n/),
    });
    const { output } = await rig.run("close", "--verify");
    expect(output).toContain(`  ${sentence}\n`);
    expect(output).toContain(`  ${next}`);
    const shown = await rig.run("report", "valued-result", "--period", "2026-01");
    // Without a reporting currency there is no such report.
    if (now !== "none") expect(shown.output).toContain(`INCOMPLETE: main: ${sentence}`);
    else expect(shown).toMatchObject({ exitCode: 2, output: "" });
  };
  await changed(await runWith("EUR", "0.8", bnb("500")), "0.8 EUR");
  await changed(await runWith("USD", "1.1"), "1.1 USD");
  await writeFile(path, base);
  await changed(await rig.run("run"), "none");

  expect(await runWith("EUR", "0.90", bnb("500"))).toMatchObject({ exitCode: 0, errors: "" });
  expect(await rig.run("close", "--verify")).toMatchObject(same);
  await runWith("EUR", "0.8", bnb("500"));
  await rig.run("reopen", "2026-01", "--because", "another peg");
  expect((await rig.run("run")).exitCode).toBe(0);
  await rig.run("close", "2026-01", "--because", "x");
  expect(await rig.run("close", "--verify")).toMatchObject(same);
  await rig.close();
});
