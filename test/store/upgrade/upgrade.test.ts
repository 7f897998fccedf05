/**
 * What the build before a migration kept is upgraded, and its reports say the same. README.md says how the
 * kept store was made.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgetBooks } from "../../../src/book/book-account.ts";
import { bookNewCash } from "../../../src/book/book-cash.ts";
import { readInputs } from "../../../src/book/close-period.ts";
import { CASH_KINDS } from "../../../src/domain/cash-kind.ts";
import { parsePeriod } from "../../../src/domain/period.ts";
import { normalise } from "../../../src/normalise/normalise.ts";
import { listReports } from "../../../src/report/definition.ts";
import { runReport } from "../../../src/report/run-report.ts";
import { csvLines } from "../../../src/report/write-csv.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { SQL_FOLDER } from "../../../src/store/sql-file.ts";
import type { Store } from "../../../src/store/store.ts";
import { decode as decodeAster } from "../../../src/venues/aster/decode.ts";
import { KIND_OF_INCOME_TYPE } from "../../../src/venues/binance-family/cash-kinds.ts";
import { decode as decodeBinance } from "../../../src/venues/binance-usdm/decode.ts";
import { decode as decodeEdgex } from "../../../src/venues/edgex/decode.ts";
import { newStore, QUICK_KIND } from "../../support/stores.ts";

const KEPT = readFileSync(join(import.meta.dirname, "store.sql"), "utf8");
const LAST_MIGRATION = "0057_closed_valuations.sql";
const DECODE = { main: decodeAster, second: decodeBinance, "edgex-v2": decodeEdgex };

/**
 * What reports say otherwise on purpose: the column of a report, and the words of the venue that it has
 * instead of those it had.
 */
const CHANGED: Readonly<
  Record<string, { readonly account: string; readonly column: string; readonly was: string }>
> = {
  // edgeX's rows bore Binance's word.
  transfers: { account: "edgex-v2", column: "income_type", was: "TRANSFER" },
};

/** Columns that a report has no more; those that it has since are not compared. */
const GONE: Readonly<Record<string, readonly string[]>> = {
  positions: ["opening_fee", "funding"],
  "fees-by-symbol": [],
};

/** Reports that there were none of. */
const NEW_REPORTS: readonly string[] = [
  "balance-sheet",
  "equity",
  "fee-rates",
  "performance",
  "valued-balance-sheet",
  "valued-performance",
];

/** A store as it was before: its tables, views and rows. */
async function storeOfBefore(contents: string): Promise<Store> {
  const store = await newStore(QUICK_KIND);
  await store.executeScript(`
    drop schema perpbooks, raw, snapshot, price, history, ledger, report cascade;
    create schema perpbooks;
    create table perpbooks.migration (name text primary key, sha256 text not null);
  `);
  for (const name of readdirSync(join(SQL_FOLDER, "migrations")).toSorted()) {
    if (name > LAST_MIGRATION) break;
    await store.executeScript(readFileSync(join(SQL_FOLDER, "migrations", name), "utf8"));
  }
  await store.executeScript("create schema if not exists report");
  await store.executeScript(contents);
  return store;
}

async function rowsOf(store: Store, relation: string, where = "true"): Promise<readonly string[]> {
  const { rows } = await sql<{ row: string }>`
    select to_jsonb(kept)::text as row from ${sql.table(relation)} as kept where ${sql.raw(where)} order by 1
  `.execute(store.db);
  return rows.map(({ row }) => row);
}

describe("a store of the build before our own kinds of cash", () => {
  let store: Store;
  beforeAll(async () => {
    store = await storeOfBefore(KEPT);
    await migrate(store);
  });
  afterAll(() => store.close());

  test("says the same in every report, but for what was changed on purpose", async () => {
    const kept = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".csv"));
    expect(kept.length).toBeGreaterThan(20);
    for (const definition of await listReports(null)) {
      if (NEW_REPORTS.includes(definition.name)) continue;
      const { columns, rows } = await runReport(store, definition, parsePeriod("2026", "UTC"), null);
      const changed = CHANGED[definition.name];
      const before = rows.map((cells) =>
        cells.map((cell, place) =>
          changed !== undefined && columns[place] === changed.column && cells[0] === changed.account
            ? changed.was
            : cell,
        ),
      );
      const text = readFileSync(join(import.meta.dirname, `${definition.name}.csv`), "utf8");
      const gone = GONE[definition.name];
      if (gone === undefined) {
        expect(csvLines([columns, ...before]), definition.name).toBe(text);
        continue;
      }
      const keptRows = text
        .trim()
        .split("\r\n")
        .map((line) => line.split(","));
      const shared = keptRows[0]?.filter((column) => !gone.includes(column)) ?? [];
      const only = (names: readonly string[], all: readonly (readonly (string | null)[])[]) =>
        all.map((cells) => shared.map((column) => cells[names.indexOf(column)] ?? ""));
      expect(only(columns, before), definition.name).toEqual(only(keptRows[0] ?? [], keptRows.slice(1)));
    }
  });

  test("has the rows of history, and of the books, that its records give today", async () => {
    const upgraded = {
      history: await rowsOf(store, "history.income"),
      entries: await rowsOf(store, "ledger.entry", "stream = 'income' and basis = 'cash'"),
      movements: await rowsOf(store, "ledger.movement", "entry_id like 'income/%'"),
    };
    expect(upgraded.history.length).toBeGreaterThan(100);
    for (const [account, decode] of Object.entries(DECODE)) {
      await forgetBooks(store, account);
      await normalise(store, account, decode);
      await bookNewCash(store, account);
    }
    expect({
      history: await rowsOf(store, "history.income"),
      entries: await rowsOf(store, "ledger.entry", "stream = 'income' and basis = 'cash'"),
      movements: await rowsOf(store, "ledger.movement", "entry_id like 'income/%'"),
    }).toEqual(upgraded);
  });
});

test("what was called position terms is called position cycles, and every seal and decision of before holds", async () => {
  const store = await storeOfBefore(`${KEPT}
    insert into raw.record
    select account_id, 'position_terms', 'cycle', version, symbol, occurred_at, body, 1000, run_id,
      raw.digest_of('position_terms', 'cycle', version, symbol, occurred_at, 1000, body)
    from raw.record where account_id = 'edgex-v2' and stream = 'fills' order by record_key limit 1;
    insert into raw.decision (account_id, decision_number, what, stream, subject, seen, because, decided_at)
    values
      ('edgex-v2', 1, 'difference', '', 'position_terms BTCUSDC LONG', 'expected 1, found 2', 'seen', now()),
      ('edgex-v2', 2, 'vanished', 'position_terms', 'cycle', 'gone', 'seen', now());
    insert into raw.open_item (account_id, what, subject, opened_at)
    values ('edgex-v2', 'gap', 'position_terms  2026-06-28T00:00:00Z', now());`);
  await migrate(store);
  const { rows } = await sql<{ text: string }>`
    select stream || ' ' || record_key as text from raw.record where stream like 'position%s' and record_key = 'cycle'
    union all
    select 'changed: ' || record_key from raw.record
    where digest <> raw.digest_of(stream, record_key, version, symbol, occurred_at, sequence, body)
    union all
    select decision_number || ': ' || stream || ' ' || subject from raw.decision
    union all
    select subject from raw.open_item where what = 'gap'
    union all
    select stream || ' until ' || (until_time at time zone 'UTC')::text from raw.window where stream = 'position_cycles' and is_settled
    order by 1`.execute(store.db);
  expect(rows.map(({ text }) => text)).toEqual([
    "1:  position_cycles BTCUSDC LONG",
    "2: position_cycles cycle",
    "position_cycles  2026-06-28T00:00:00Z",
    "position_cycles cycle",
    "position_cycles until 2026-06-28 20:15:00",
  ]);

  const record = await store.db
    .selectFrom("raw.record")
    .select(["stream", "version", "body", "occurred_at"])
    .where("record_key", "=", "cycle")
    .executeTakeFirstOrThrow();
  const sealed = `position_terms cycle ${record.version} ${sha256(record.body)}`;
  const day = record.occurred_at.slice(0, "2026-06-28".length);
  // Of this record alone, by the name that a close before the upgrade knew it by.
  await store.db.deleteFrom("raw.record").where("record_key", "<>", "cycle").execute();
  const { sha256: inputs } = await readInputs(store.db, "edgex-v2", parsePeriod(day, "UTC"), "1000");
  expect(inputs).toBe(sha256(`${day} ${sha256(sealed)}`));
  await store.close();
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Rows of the cash statement as the build before wrote them; the edgeX ones with their statement. */
type Before = {
  readonly word: string;
  readonly statement?: readonly [type: string, reason: string];
  readonly part?: string;
};

test("each word that the venues have for cash gets the kind that it is decoded to, and one that is not known is unknown", async () => {
  const binance = [...KIND_OF_INCOME_TYPE, ["LIEN_CLAIM", "unknown"] as const];
  const edgex: readonly (Before & { readonly kind: string })[] = [
    { word: "REALIZED_PNL", statement: ["POSITION_SELL", ""], part: "realized_pnl", kind: "realized_pnl" },
    { word: "COMMISSION", statement: ["POSITION_BUY", ""], part: "fee", kind: "trading_fee" },
    {
      word: "INSURANCE_CLEAR",
      statement: ["POSITION_SELL", ""],
      part: "liquidation_fee",
      kind: "liquidation",
    },
    { word: "FUNDING_FEE", statement: ["POSITION_FUNDING", ""], kind: "funding" },
    { word: "COMMISSION_REBATE", statement: ["FILL_FEE_INCOME", ""], kind: "rebate" },
    { word: "TRANSFER", statement: ["DEPOSIT", ""], kind: "deposit" },
    { word: "TRANSFER", statement: ["WITHDRAW", ""], kind: "withdrawal" },
    { word: "TRANSFER", statement: ["TRANSFER_IN", "USER_TRANSFER"], kind: "transfer" },
    { word: "TRANSFER", statement: ["TRANSFER_IN", "CROSS_DEPOSIT"], kind: "bridge_deposit" },
    { word: "TRANSFER", statement: ["TRANSFER_OUT", "CROSS_WITHDRAW"], kind: "bridge_withdrawal" },
    { word: "TRANSFER", statement: ["TRANSFER_OUT", "FAST_WITHDRAW"], kind: "bridge_withdrawal" },
    { word: "AIR_DROP", statement: ["AIR_DROP", ""], kind: "unknown" },
    // A word of Binance's that edgeX's documents do not have.
    { word: "API_REBATE", statement: ["API_REBATE", ""], kind: "unknown" },
  ];
  const statements = edgex.map(
    ({ word, statement: [type, reason] = ["", ""], part = "" }, place) => `
      insert into history.income (account_id, record_key, part, income_type, amount, asset, symbol, tran_id, trade_id, info, occurred_at, recorded_at, posted_at, sequence)
      values ('edgex', '${place}', '${part}', '${word}', 1, 'USD', '', '', '', '', now(), now(), now(), 1);
      insert into history.collateral_transaction
      select (jsonb_populate_record(kept, '{"account_id":"edgex","record_key":"${place}","transaction_type":"${type}","transfer_reason":"${reason}"}')).*
      from history.collateral_transaction as kept where account_id = 'edgex-v2' order by record_key limit 1;`,
  );
  const rows = binance.map(
    ([word]) => `
      insert into history.income (account_id, record_key, part, income_type, amount, asset, symbol, tran_id, trade_id, info, occurred_at, recorded_at, posted_at, sequence)
      values ('binance', '${word}', '', '${word}', 1, 'USDT', '', '', '', '', now(), now(), now(), 1);`,
  );
  const store = await storeOfBefore([KEPT, ...statements, ...rows].join("\n"));
  await migrate(store);
  const found = await store.db
    .selectFrom("history.income")
    .select(["account_id", "record_key", "income_type", "kind"])
    .where("account_id", "in", ["binance", "edgex"])
    .execute();
  const told = (rows: readonly string[]) => rows.toSorted();
  expect(
    told(found.map((row) => `${row.account_id} ${row.record_key} ${row.income_type} ${row.kind}`)),
  ).toEqual(
    told([
      ...binance.map(([word, kind]) => `binance ${word} ${word} ${kind}`),
      ...edgex.map(({ statement, kind }, place) => `edgex ${place} ${statement?.[0]} ${kind}`),
    ]),
  );
  expect([...new Set(found.map(({ kind }) => kind))].toSorted(), "every kind is among them").toEqual(
    [...CASH_KINDS].toSorted(),
  );
  await store.close();
});

test("what became of a run of before is one word, and what stopped it another", async () => {
  const ends = ["null, null", "'2026-06-01', 'done'", "'2026-06-01', 'stopped: the venue: 3 times in a row'"];
  const runs = ends.map(
    (end, place) => `
      insert into raw.run (account_id, run_id, command, started_at, finished_at, outcome)
      values ('runs', '${place}', 'run', '2026-06-01', ${end});`,
  );
  const store = await storeOfBefore([KEPT, ...runs].join("\n"));
  await migrate(store);
  const found = await store.db
    .selectFrom("raw.run")
    .select(["outcome", "stopped_by"])
    .where("account_id", "=", "runs")
    .orderBy("run_id")
    .execute();
  expect(found).toEqual([
    { outcome: null, stopped_by: null },
    { outcome: "done", stopped_by: null },
    { outcome: "stopped", stopped_by: "the venue: 3 times in a row" },
  ]);
  await store.close();
});

test("the note of a difference of before is told apart into evidence, suspect and next step", async () => {
  const evidence = "hour 2026-05-02";
  const suspect = "a row that is missing; or one that is doubled";
  const next = "run again; if this stays, look at it";
  const notes = [
    ["agrees", "3 compared"],
    ["differs", `suspect: ${suspect}; next: ${next}`],
    ["differs", `${evidence}; suspect: ${suspect}; next: ${next}`],
    ["differs", `suspect: ${suspect}`],
  ] as const;
  const rows = notes.map(
    ([status, note], place) => `
      insert into ledger.reconciliation
        (account_id, check_name, subject, expected, found, difference, status, note, checked_at, asset, symbol, class, is_standing)
      values ('notes', 'wallet', '${place}', 1, 1, 0, '${status}', '${note}', '2026-06-01', '', '', '', false);`,
  );
  const store = await storeOfBefore([KEPT, ...rows].join("\n"));
  await migrate(store);
  const found = await store.db
    .selectFrom("ledger.reconciliation")
    .select(["note", "suspect", "next"])
    .where("account_id", "=", "notes")
    .orderBy("subject")
    .execute();
  expect(found).toEqual([
    { note: "3 compared", suspect: "", next: "" },
    { note: "", suspect, next },
    { note: evidence, suspect, next },
    { note: "", suspect, next: "" },
  ]);
  const { rows: words } = await sql<{ note: string }>`
    select note from report.proof where account_id = 'notes' order by subject
  `.execute(store.db);
  expect(words.map(({ note }) => note)).toEqual(notes.map(([, note]) => note));
  await store.close();
});
