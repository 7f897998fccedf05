import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Period, parsePeriod } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { listReports, type ReportDefinition, readDefinition } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import { summaryText } from "../../src/report/summary.ts";
import { writeReports } from "../../src/report/write-reports.ts";
import type { Store } from "../../src/store/store.ts";
import { readSummary } from "../support/read-summary.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { account, book, fillStore, insert, record, spoilStore, window } from "./small-books.ts";

function definitionOf(select: string, parameters = "none"): ReportDefinition {
  return readDefinition(
    "mine/own.sql",
    `--! title: t\n--! grain: g\n--! parameters: ${parameters}\n--! sign: s\n--! units: u\n${select}`,
  );
}

async function builtIn(name: string): Promise<ReportDefinition> {
  const found = (await listReports(null)).find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`no report ${name}`);
  return found;
}

const MARCH = parsePeriod("2026-03", "Europe/Berlin");

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    let folder: string;
    beforeAll(async () => {
      store = await newStore(kind);
      folder = await mkdtemp(join(tmpdir(), "perpbooks-reports-"));
      await fillStore(store);
    });
    afterAll(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    const daily = async (period: Period, accountId: string | null = null) => {
      const { columns, rows } = await runReport(store, await builtIn("daily-result"), period, accountId);
      const at = (name: string) => columns.indexOf(name);
      return rows.map((row) => [row[at("day")], row[at("asset")], row[at("wallet_change")]].join(" "));
    };

    test("days begin at midnight of the time zone: a day of 23 hours in Berlin is cut elsewhere in UTC", async () => {
      // 500 USDC came at 23:30 UTC of the 28th, half past midnight in Berlin; the clocks go forward; the next
      // day begins at 22:00 UTC.
      expect(await daily(MARCH, "Zweite")).toEqual([
        "2026-03-29 USDC 500",
        "2026-03-30 USDC -0.000000000000000001",
      ]);
      expect(await daily(parsePeriod("2026-03", "UTC"), "Zweite")).toEqual([
        "2026-03-28 USDC 500",
        "2026-03-29 USDC -0.000000000000000001",
      ]);
      expect(await daily(parsePeriod("2026-03-29", "Europe/Berlin"), "Zweite")).toEqual([
        "2026-03-29 USDC 500",
      ]);
    });

    test("a period is half-open: what happens at its end belongs to the next", async () => {
      expect(await daily(parsePeriod("2026-03-31", "Europe/Berlin"))).toEqual([]);
      expect(await daily(parsePeriod("2026-04-01", "Europe/Berlin"))).toEqual(["2026-04-01 USDT 7"]);
    });

    test("the days of a period add up to its balances, in every column", async () => {
      await book(store, "sums", []);
      const { columns, rows } = await runReport(store, await builtIn("balances"), MARCH, null);
      const cell = (row: readonly (string | null)[], name: string) => row[columns.indexOf(name)];
      for (const row of rows) {
        const days = await runReport(
          store,
          await builtIn("daily-result"),
          MARCH,
          cell(row, "account") ?? null,
        );
        for (const column of [
          "realized_pnl",
          "trading_fees",
          "funding",
          "net_result",
          "transfers",
          "suspense",
        ]) {
          const values = days.rows
            .filter((day) => day[days.columns.indexOf("asset")] === cell(row, "asset"))
            .map((day) => day[days.columns.indexOf(column)] ?? "0");
          const { rows: total } = await sql<{ total: string }>`
            select report.plain(coalesce(sum(value::numeric), 0)) as total
            from json_array_elements_text(${JSON.stringify(values)}::json) as value
          `.execute(store.db);
          expect(total[0]?.total, `${cell(row, "account")} ${cell(row, "asset")} ${column}`).toBe(
            cell(row, column),
          );
        }
      }
    });

    test("every report of a time without events has its columns all the same", async () => {
      const empty = join(folder, "empty");
      await writeReports({
        store,
        definitions: await listReports(null),
        period: parsePeriod("2020", "UTC"),
        accountIds: ["Zweite"],
        outputFolder: empty,
        formats: ["csv"],
        csvDialect: "plain",
        treatment: DEFAULT_TREATMENT,
      });
      expect(await readFile(join(empty, "funding-by-symbol.csv"), "utf8")).toBe(
        "account,symbol,asset,received,paid,net_funding,payments,basis\r\n",
      );
      expect(await readFile(join(empty, "balances.csv"), "utf8")).toMatch(
        /^account,asset,opening,.*,basis\r\n$/,
      );
    });

    test("rows beyond one batch arrive complete and in order", async () => {
      const many = definitionOf(
        "select n::text as n from generate_series(1, 12001) as series (n) order by series.n",
      );
      const { rows } = await runReport(store, many, MARCH, null);
      expect(rows.length).toBe(12001);
      expect(rows.every((row, index) => row[0] === String(index + 1))).toBe(true);
    });

    test("an order within the select is kept, and equal numbers are equal texts", async () => {
      const mine = definitionOf(
        `with amounts (name, amount) as (values ('b', 1.10), ('a', 2.000), ('B', 0.000000010), ('c', 1e30))
        select name as name, report.plain(sum(amount)) as amount from amounts group by name order by amounts.name collate "C" desc`,
      );
      const { columns, rows } = await runReport(store, mine, MARCH, null);
      expect(columns).toEqual(["name", "amount"]);
      expect(rows).toEqual([
        ["c", "1000000000000000000000000000000"],
        ["b", "1.1"],
        ["a", "2"],
        ["B", "0.00000001"],
      ]);
    });

    test("local times carry the offset of their zone, east and west, in summer and winter", async () => {
      const mine = definitionOf(`select
        report.local_time('2026-03-29T00:59:59.999Z', 'Europe/Berlin') as before,
        report.local_time('2026-03-29T01:00:00Z', 'Europe/Berlin') as after,
        report.local_time('2026-10-25T00:30:00Z', 'Europe/Berlin') as first,
        report.local_time('2026-10-25T01:30:00Z', 'Europe/Berlin') as second,
        report.local_time('2026-01-01T00:00:00Z', 'America/St_Johns') as west,
        report.local_time('2026-01-01T00:00:00Z', 'UTC') as utc,
        report.local_time(null, 'UTC') as never`);
      expect((await runReport(store, mine, MARCH, null)).rows).toEqual([
        [
          "2026-03-29T01:59:59.999+01:00",
          "2026-03-29T03:00:00.000+02:00",
          "2026-10-25T02:30:00.000+02:00",
          "2026-10-25T02:30:00.000+01:00",
          "2025-12-31T20:30:00.000-03:30",
          "2026-01-01T00:00:00.000+00:00",
          null,
        ],
      ]);
    });

    test("a select that Postgres refuses is the user's to correct, with Postgres' own words", async () => {
      await expect(
        runReport(store, definitionOf("select nothing::text as n from nowhere"), MARCH, null),
      ).rejects.toThrow(`report mine/own.sql: Postgres refuses the select
  relation "nowhere" does not exist
  at line 1, column 32:
  select nothing::text as n from nowhere
                                 ^
  next: correct the file; nothing was written`);
    });

    test("columns that are not text are refused, all at once", async () => {
      await expect(
        runReport(
          store,
          definitionOf("select 1 as n, 'a'::text as a, 1.5 as amount where false"),
          MARCH,
          null,
        ),
      ).rejects.toThrow(`report mine/own.sql: every column must be text
  "n" is of type integer
  "amount" is of type numeric
  next: write \`::text\` behind each (amounts: report.plain(amount); instants: report.local_time(instant, :time_zone))`);
    });

    test("two columns of one name are refused: one would hide the other", async () => {
      await expect(
        runReport(store, definitionOf("select 'a'::text as a, 'b'::text as a"), MARCH, null),
      ).rejects.toThrow(`report mine/own.sql: every column must have a name of its own
  more than one is called "a"
  next: rename all but one of them`);
    });

    test("a report cannot write, whatever its file says", async () => {
      const writes = definitionOf(
        "with gone as (delete from raw.account returning account_id) select account_id as a from gone",
      );
      await expect(runReport(store, writes, MARCH, null)).rejects.toThrow(
        "report mine/own.sql: only one select is allowed",
      );
      const { rows } = await sql<{ n: string }>`select count(*) as n from raw.account`.execute(store.db);
      expect(rows).toEqual([{ n: "2" }]);
    });

    test("when one report fails, the folder stays as it was", async () => {
      const output = join(folder, "kept");
      await mkdir(output);
      await writeFile(join(output, "fills.csv"), "of yesterday");
      const definitions = [await builtIn("fills"), definitionOf("select x as x from nowhere")];
      await expect(
        writeReports({
          store,
          definitions,
          period: MARCH,
          accountIds: null,
          outputFolder: output,
          formats: ["csv"],
          csvDialect: "plain",
          treatment: DEFAULT_TREATMENT,
        }),
      ).rejects.toThrow("nowhere");
      expect(await readdir(output)).toEqual(["fills.csv"]);
      expect(await readFile(join(output, "fills.csv"), "utf8")).toBe("of yesterday");
    });

    test("an account that is not in the store is refused", async () => {
      await expect(
        writeReports({
          store,
          definitions: [],
          period: MARCH,
          accountIds: ["mian"],
          outputFolder: folder,
          formats: [],
          csvDialect: "plain",
          treatment: DEFAULT_TREATMENT,
        }),
      ).rejects.toThrow(`report: the store has no account "mian"
  it has Zweite, main
  next: give the name of an account that was synced`);
    });

    test("the summary tells a trader what came, what went and whether it is proven", async () => {
      expect(
        summaryText(await readSummary(store, MARCH, ["main"], DEFAULT_TREATMENT)),
      ).toBe(`2026-03 (Europe/Berlin)

main (aster)
        opening  transfers  realized PnL    fees  funding  other      net  apart  closing
  BNB         0          0             0  -0.001        0      0   -0.001  0.001        0
  FREE        0          0             0       0        0      0        0      0        0
  USDT        0       1000       -46.009    -1.9     -0.2   -2.5  -50.609     50  999.391
  proven: of the checks 3 agree with the venue, 1 agrees within a named tolerance
  note: the history begins at 2026-03-01T01:00:00.000+01:00; what came before is not here
  note: forced_orders: not read from 2026-03-01T01:00:00.000+01:00 until 2026-03-20T01:00:00.000+01:00
`);
    });

    test("under another treatment than the venue's, the summary has one result, and the way to it from the cash", async () => {
      const inside = { method: "average", fees: "inside", funding: "inside" } as const;
      const text = summaryText(await readSummary(store, MARCH, ["main"], inside));
      // Closed in March: 3.996 − 50.005 of PnL, 4.32 of fees, −0.08 of funding; what the open lot holds is
      // not in it.
      const lines = text.split("\n");
      expect(lines.filter((line) => /result| {2}= /.test(line))).toEqual([
        "  result by average, fees inside, funding inside: 0 BNB",
        "    = -0.001 net of cash + 0.001 by the lots (the report bridge says of what)",
        "  result by average, fees inside, funding inside: -50.409 USDT",
        "    = -50.609 net of cash + 2.5 other, which is in no treatment - 2.3 by the lots (the report bridge says of what)",
      ]);
      expect(lines[3]).toMatch(/ {2}other {2}net of cash {2}apart /);
    });

    test("the summary of a spoiled period says what is wrong", async () => {
      await spoilStore(store);
      const text = summaryText(await readSummary(store, MARCH, null, DEFAULT_TREATMENT));
      expect(text.split("\n").filter((line) => /proven:|PROVEN|INCOMPLETE|ACCEPTED/.test(line))).toEqual([
        "  proven: of the checks 1 is inferred and so not proven",
        "  INCOMPLETE: fills of BTCUSDT, ethusdt: a gap from 2026-02-01T01:00:00.000+01:00 until 2026-03-05T01:00:00.000+01:00: the venue keeps 90 days",
        "  NOT PROVEN: of the checks 3 agree with the venue, 1 agrees within a named tolerance, 1 DIFFERS (1 unexplained)",
        "  INCOMPLETE: income: 1 record is set aside (not understood)",
        "  INCOMPLETE: suspense: 1 posting of kinds that are not known, together 0.7 ASTER",
        "  INCOMPLETE: wallet ASTER: the books differ from the venue by -0.7 (next: read the record)",
        "  ACCEPTED: income: 1 record is set aside (rewritten); accepted, because the venue's support confirms the first amount",
      ]);
    });
  });
}

describe("what was not read makes a period incomplete", () => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore("PGlite");
    await insert(store, "raw.account", [account("a", "aster", "2026-01-01T00:00:00.000Z")]);
  });
  afterAll(() => store.close());

  const incomplete = async (name: string) => {
    const { facts } = await readSummary(store, parsePeriod(name, "UTC"), null, DEFAULT_TREATMENT);
    return facts.accounts.flatMap((one) => one.incomplete);
  };

  test("an account that was never read", async () => {
    expect(await incomplete("2026-01")).toEqual([
      "nothing was ever read of this account; next: perpbooks run",
    ]);
  });

  test("a stream that carries figures was not read at all, or has a hole, or stops long before the others", async () => {
    await insert(store, "raw.window", [
      window("a", "income", "", "2026-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"),
    ]);
    expect(await incomplete("2026-01")).toEqual([]);
    await insert(store, "raw.record", [record("a", "income", "r", "BTCUSDT", "2026-01-02T00:00:00.000Z")]);
    expect(await incomplete("2026-01")).toEqual([
      "fills of BTCUSDT: not read from 2026-01-01T00:00:00.000Z until 2026-02-01T00:00:00.000Z; next: perpbooks run",
    ]);
    await insert(store, "raw.window", [
      window("a", "fills", "BTCUSDT", "2026-01-01T00:00:00.000Z", "2026-01-08T00:00:00.000Z"),
      window("a", "fills", "BTCUSDT", "2026-01-09T00:00:00.000Z", "2026-02-05T00:00:00.000Z"),
    ]);
    expect(await incomplete("2026-01")).toEqual([
      "fills of BTCUSDT: not read from 2026-01-08T00:00:00.000Z until 2026-01-09T00:00:00.000Z; next: perpbooks run",
    ]);
    expect(await incomplete("2026-02")).toEqual([
      "fills of BTCUSDT: not read from 2026-02-05T00:00:00.000Z until 2026-03-01T00:00:00.000Z; next: perpbooks run",
    ]);
  });

  test("a period that begins after what was read; but not one before the history that was requested", async () => {
    expect(await incomplete("2026-03")).toEqual([
      "nothing of the period was read yet: the account was read until 2026-03-01T00:00:00.000Z; next: perpbooks run",
    ]);
    expect(await incomplete("2025-12")).toEqual([]);
  });

  test("a period that is not over yet is not incomplete for that; it is remarked on", async () => {
    await insert(store, "raw.window", [
      window("a", "fills", "BTCUSDT", "2026-01-08T00:00:00.000Z", "2026-03-01T00:00:00.000Z"),
    ]);
    const { facts } = await readSummary(store, parsePeriod("2026", "UTC"), null, DEFAULT_TREATMENT);
    expect(facts.accounts.flatMap((one) => one.incomplete)).toEqual([]);
    expect(facts.accounts.flatMap((one) => one.remarks)).toEqual([
      "the account was read until 2026-03-01T00:00:00.000Z; the rest of the period is not here",
    ]);
  });
});
