// Makes a small store with all three venues and writes it as SQL, with what the same build's reports say of
// it, into an empty folder: `npm run build && node test/store/upgrade/keep-store.mjs FOLDER`. README.md says
// of which commit the kept ones are.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { sql } from "kysely";
import { runCommandLine } from "../../../dist/cli/command-line.js";
import { rehearsalClock } from "../../../dist/clock.js";
import { parseInstant } from "../../../dist/domain/calendar.js";
import { parsePeriod } from "../../../dist/domain/period.js";
import { listReports } from "../../../dist/report/definition.js";
import { runReport } from "../../../dist/report/run-report.js";
import { csvLines } from "../../../dist/report/write-csv.js";
import { startExampleVenues } from "../../../dist/simulator/example-venues.js";
import { openStore } from "../../../dist/store/open.js";

const NOW = parseInstant("2026-06-30T20:15:00Z");
/** The last days only, or there would be thousands of rows. */
const SINCE = "2026-06-28";
const CLOSED = "2026-06-28";
const PERIOD = "2026";
const ACCOUNTS = ["main", "second", "edgex-v2"];

const folder = resolve(process.argv[2]);
const books = await mkdtemp(join(tmpdir(), "perpbooks-keep-store-"));
const venues = await startExampleVenues({
  seed: "upgrade",
  now: NOW,
  clock: { kind: "frozen", at: NOW },
  daysAhead: 0,
  fills: { aster: 600, binance: 160, edgex: 120 },
});
try {
  const [head, ...accounts] = venues.accountsText.split(/^(?= {2}- name: )/m);
  const read = accounts.filter((text) => ACCOUNTS.some((name) => text.startsWith(`  - name: ${name}\n`)));
  const accountsText = `${head}${read.join("")}`.replaceAll(/since: .*/g, `since: ${SINCE}`);
  await writeFile(
    join(books, "perpbooks.yaml"),
    `store: ./store\ntimeZone: UTC\noutput: ./out\n${accountsText}`,
  );
  await command("run");
  await command("close", CLOSED, "--because", "for the test of the upgrade");
} finally {
  await venues.close();
}

const store = await openStore({ kind: "folder", path: join(books, "store") });
await writeFile(
  join(folder, "store.sql"),
  `${[...(await definitions()), ...(await contents())].join("\n\n")}\n`,
);
for (const definition of await listReports(null)) {
  const { columns, rows } = await runReport(store, definition, parsePeriod(PERIOD, "UTC"), null);
  await writeFile(join(folder, `${definition.name}.csv`), csvLines([columns, ...rows]));
}
await store.close();
await rm(books, { recursive: true });

async function command(...words) {
  const code = await runCommandLine([...words, "--config", join(books, "perpbooks.yaml")], {
    environment: venues.variables,
    clock: rehearsalClock(NOW),
    signal: new AbortController().signal,
    workingFolder: books,
    readInput: () => process.stdin,
    output: { write: (text) => process.stdout.write(text), columns: null },
    errors: { write: (text) => process.stderr.write(text), isTerminal: false },
  });
  process.stdout.write(`${words.join(" ")}: exit code ${code}\n`);
}

/**
 * The views and functions of the build, in the order in which they were made: an upgrade finds them in its
 * way.
 */
async function definitions() {
  const rows = await rowsOf(sql`
    select pg_proc.oid, trim(pg_get_functiondef(pg_proc.oid)) || ';' as text
    from pg_proc inner join pg_namespace on pronamespace = pg_namespace.oid
    where nspname in ('ledger', 'report')
    union all
    select pg_class.oid, 'create view ' || pg_class.oid::regclass || ' as' || pg_get_viewdef(pg_class.oid)
    from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
    where relkind = 'v' and nspname in ('ledger', 'report')
    order by oid
  `);
  return rows.map(({ text }) => text);
}

async function contents() {
  const tables = await rowsOf(sql`
    select pg_class.oid::regclass::text as name
    from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
    where relkind = 'r' and nspname in ('perpbooks', 'raw', 'snapshot', 'price', 'history', 'ledger')
    order by name
  `);
  const parts = [];
  for (const { name } of tables) {
    const rows = await rowsOf(sql`select * from ${sql.raw(name)}`);
    if (rows.length === 0) continue;
    const columns = Object.keys(rows[0]);
    const lines = rows.map((row) => `(${columns.map((column) => literal(row[column])).join(", ")})`);
    const names = columns.map((column) => `"${column}"`).join(", ");
    parts.push(`insert into ${name} (${names}) values\n${lines.toSorted().join(",\n")};`);
  }
  return parts;
}

async function rowsOf(query) {
  return (await query.execute(store.db)).rows;
}

function literal(value) {
  if (value === null) return "null";
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : `${value}`;
}
