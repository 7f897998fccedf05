/**
 * Runs a report's select. Its rows are read through a cursor, some thousand at a time, so that a report of any length takes little
 * memory. All reports of one call see the same state of the database, and can only read, whatever a user's own file says.
 */
import { CompiledQuery, sql } from "kysely";
import { formatInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { UsageError } from "../errors.ts";
import { columnsOf } from "../store/columns.ts";
import { bindParameters } from "../store/sql-file.ts";
import type { Database, Store } from "../store/store.ts";
import type { ReportDefinition } from "./definition.ts";

/** The cells in the order of the columns; null where the report has no value. */
export type ReportRow = readonly (string | null)[];

export type ReportResult = {
  readonly definition: ReportDefinition;
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
};

export type OpenReport = {
  readonly columns: readonly string[];
  /** Batches of rows; to be read to its end, or the transaction ended. */
  readonly batches: AsyncIterable<readonly ReportRow[]>;
};

/** Rows fetched at once: large enough to be quick, small enough to hold. */
const BATCH_ROWS = 5000;

/** Of `text`, in the catalog of every Postgres. */
const TEXT_TYPE_ID = 25;

/** Runs a report by itself for one account, or for all (null). */
export async function runReport(
  store: Store,
  definition: ReportDefinition,
  period: Period,
  accountId: string | null,
): Promise<ReportResult> {
  return readConsistently(store, (db) => readReport(db, definition, period, [accountId]));
}

/** As `openReport`, and holds the rows: for a terminal, not for a file. */
export async function readReport(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  accounts: readonly (string | null)[],
): Promise<ReportResult> {
  const { columns, batches } = await openReport(db, definition, period, accounts);
  const rows: ReportRow[] = [];
  for await (const batch of batches) for (const row of batch) rows.push(row);
  return { definition, columns, rows };
}

/** Everything that `work` reads is the database at one instant; it cannot write. */
export function readConsistently<T>(store: Store, work: (db: Database) => Promise<T>): Promise<T> {
  return store.db.transaction().execute(async (transaction) => {
    await sql`set transaction isolation level repeatable read, read only`.execute(transaction);
    return work(transaction);
  });
}

/**
 * Opens a report inside a transaction. `accounts` are run one after the other and their rows follow each other; null among them stands
 * for all accounts at once. A report that does not take one account at a time is run once, for all of them. Throws a `UsageError` when Postgres refuses the select or a column is not text.
 */
export async function openReport(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  accounts: readonly (string | null)[],
): Promise<OpenReport> {
  const runs = definition.parameters.includes("account") ? accounts : [null];
  // The cursor tells the columns, also of a report that has no rows, or of which there is nobody to run it for.
  await declareRows(db, definition, period, runs[0] ?? null, accounts);
  const columns = await readColumns(db, definition);
  if (runs.length === 0) await closeRows(db, definition);
  return { columns, batches: readBatches(db, definition, period, accounts, runs, columns) };
}

/** The cursor of the first run is open already. */
async function* readBatches(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  accounts: readonly (string | null)[],
  runs: readonly (string | null)[],
  columns: readonly string[],
): AsyncGenerator<readonly ReportRow[]> {
  for (const [place, account] of runs.entries()) {
    if (place > 0) await declareRows(db, definition, period, account, accounts);
    for (;;) {
      const rows = await run(db, definition, CompiledQuery.raw(`fetch ${BATCH_ROWS} from report_rows`));
      if (rows.length > 0) yield rows.map((row) => columns.map((column) => row[column] ?? null));
      if (rows.length < BATCH_ROWS) break;
    }
    await closeRows(db, definition);
  }
}

async function declareRows(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  account: string | null,
  accounts: readonly (string | null)[],
): Promise<void> {
  const select = bind(definition, definition.statement, period, account, accounts);
  const declare = `declare report_rows no scroll cursor for ${select.sql}`;
  // Postgres cannot know how many rows a grouping by several columns gives, takes one, and joins the groupings of a whole period row by row:
  // 93 s where a hash join needs half a second (pnl-three-way of 40,000 fills). A report reads periods and not single rows, so such a join never
  // serves it. A cursor is planned when it is declared.
  await sql`set local enable_nestloop = off`.execute(db);
  await run(db, definition, CompiledQuery.raw(declare, [...select.parameters]));
  await sql`set local enable_nestloop to default`.execute(db);
}

async function closeRows(db: Database, definition: ReportDefinition): Promise<void> {
  await run(db, definition, CompiledQuery.raw("close report_rows"));
}

/**
 * The columns of the open cursor. Each must be text, because what a driver makes of other types is not ours to decide, and have a name of its
 * own, because two of one name would become one.
 */
async function readColumns(db: Database, definition: ReportDefinition): Promise<string[]> {
  const columns = columnsOf(await run(db, definition, CompiledQuery.raw("fetch 0 from report_rows")));
  const names = columns.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, place) => names.indexOf(name) !== place))];
  if (twice.length > 0) {
    throw new UsageError({
      where: `report ${definition.file}`,
      what: "every column must have a name of its own",
      evidence: twice.map((name) => `more than one is called "${name}"`),
      next: "rename all but one of them",
    });
  }
  const others = columns.filter(({ typeId }) => typeId !== TEXT_TYPE_ID);
  if (others.length === 0) return names;
  throw new UsageError({
    where: `report ${definition.file}`,
    what: "every column must be text",
    evidence: await Promise.all(
      others.map(async ({ name, typeId }) => `"${name}" is of type ${await typeName(db, typeId)}`),
    ),
    next: "write `::text` behind each (amounts: report.plain(amount); instants: report.local_time(instant, :time_zone))",
  });
}

async function typeName(db: Database, typeId: number): Promise<string> {
  const { rows } = await sql<{ name: string }>`select ${typeId}::oid::regtype::text as name`.execute(db);
  return rows[0]?.name ?? `${typeId}`;
}

function bind(
  definition: ReportDefinition,
  text: string,
  period: Period,
  account: string | null,
  accounts: readonly (string | null)[],
): CompiledQuery {
  const values = {
    from: formatInstant(period.from),
    until: formatInstant(period.until),
    time_zone: period.timeZone,
    account,
    accounts: arrayText(accounts),
  };
  return bindParameters(
    text,
    Object.fromEntries(definition.parameters.map((parameter) => [parameter, values[parameter]])),
  );
}

/** The parameter `accounts`: as Postgres writes an array of text; null where one of them stands for all accounts. */
export function arrayText(accounts: readonly (string | null)[]): string | null {
  if (accounts.includes(null)) return null;
  const elements = accounts.map((account) => `"${(account ?? "").replaceAll(/[\\"]/g, "\\$&")}"`);
  return `{${elements.join(",")}}`;
}

function run(
  db: Database,
  definition: ReportDefinition,
  query: CompiledQuery,
): Promise<Record<string, string | null>[]> {
  return runSelect(db, `report ${definition.file}`, query);
}

/** Runs a select of a report's file. Throws a `UsageError` when Postgres refuses it. */
export async function runSelect<Row>(db: Database, where: string, query: CompiledQuery): Promise<Row[]> {
  try {
    return (await db.executeQuery<Row>(query)).rows;
  } catch (cause) {
    // Postgres' own codes are five characters; anything else is not about the select.
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (!(cause instanceof Error) || !/^(0A|22|25006|42)/.test(code)) throw cause;
    throw new UsageError(
      {
        where,
        what: "Postgres refuses the select",
        evidence: [cause.message],
        next: "correct the file; nothing was written",
      },
      { cause },
    );
  }
}
