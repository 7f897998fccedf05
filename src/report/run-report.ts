/** Runs a report's select through the door for SQL that the program did not write: `store/read-only.ts`. */
import { type CompiledQuery, sql } from "kysely";
import { formatInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { UsageError } from "../errors.ts";
import type { Column } from "../store/columns.ts";
import {
  closeSelect,
  type OpenSelect,
  openSelect,
  type RowCells,
  readOnly,
  refused,
  type SelectWords,
} from "../store/read-only.ts";
import { bindParameters } from "../store/sql-file.ts";
import type { Database, Store } from "../store/store.ts";
import type { ReportDefinition } from "./definition.ts";

export type ReportResult = {
  readonly definition: ReportDefinition;
  readonly columns: readonly string[];
  readonly rows: readonly RowCells[];
};

export type OpenReport = {
  readonly columns: readonly string[];
  /** Batches of rows; to be read to its end, or the transaction ended. */
  readonly batches: AsyncIterable<readonly RowCells[]>;
};

/** Of `text`, in the catalog of every Postgres. */
const TEXT_TYPE_ID = 25;

/** Runs a report by itself for one account, or for all (null). */
export async function runReport(
  store: Store,
  definition: ReportDefinition,
  period: Period,
  accountId: string | null,
): Promise<ReportResult> {
  return readOnly(store, (db) => readReport(db, definition, period, [accountId]));
}

/** As `openReport`, and holds the rows: for a terminal, not for a file. */
export async function readReport(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  accounts: readonly (string | null)[],
): Promise<ReportResult> {
  const { columns, batches } = await openReport(db, definition, period, accounts);
  const rows: RowCells[] = [];
  for await (const batch of batches) for (const row of batch) rows.push(row);
  return { definition, columns, rows };
}

/**
 * Opens a report inside a transaction. `accounts` are run one after the other and their rows follow each
 * other; null among them stands for all accounts at once. A report that does not take one account at a time
 * is run once, for all of them. Throws a `UsageError` when Postgres refuses the select or a column is not
 * text.
 */
export async function openReport(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  accounts: readonly (string | null)[],
): Promise<OpenReport> {
  const runs = definition.parameters.includes("account") ? accounts : [null];
  const open = (account: string | null) => openRun(db, definition, period, account, accounts);
  // The first run tells the columns, also of a report that has no rows, or of which there is nobody to run it
  // for.
  const first = await open(runs[0] ?? null);
  const columns = await textColumns(db, definition, first.columns);
  if (runs.length > 0) return { columns, batches: readBatches(first, runs.slice(1), open) };
  await closeSelect(db);
  return { columns, batches: noBatches() };
}

async function* readBatches(
  first: OpenSelect,
  others: readonly (string | null)[],
  open: (account: string | null) => Promise<OpenSelect>,
): AsyncGenerator<readonly RowCells[]> {
  yield* first.batches;
  for (const account of others) yield* (await open(account)).batches;
}

async function* noBatches(): AsyncGenerator<readonly RowCells[]> {}

async function openRun(
  db: Database,
  definition: ReportDefinition,
  period: Period,
  account: string | null,
  accounts: readonly (string | null)[],
): Promise<OpenSelect> {
  const select = bind(definition, definition.statement, period, account, accounts);
  // Postgres cannot know how many rows a grouping by several columns gives, takes one, and joins the
  // groupings of a whole period row by row: 93 s where a hash join needs half a second (pnl-three-way of
  // 40,000 fills). A report reads periods and not single rows, so such a join never serves it. Nor does one
  // of sorted rows, which a hash join does not need; to weigh it takes a fifth of the planning. A cursor is
  // planned when it is declared.
  await planJoins(db, "off");
  const open = await openSelect(db, select, wordsOf(`report ${definition.file}`));
  await planJoins(db, "on");
  return open;
}

/** Of one row after the other, and of sorted rows. */
async function planJoins(db: Database, others: "on" | "off"): Promise<void> {
  await sql`
    select set_config('enable_nestloop', ${others}, true), set_config('enable_mergejoin', ${others}, true)
  `.execute(db);
}

function wordsOf(where: string): SelectWords {
  return { where, next: "correct the file; nothing was written" };
}

/**
 * Each column must be text, because what becomes of other types is not ours to decide, and have a name of its
 * own, because it is the name of a member in JSON.
 */
async function textColumns(
  db: Database,
  definition: ReportDefinition,
  columns: readonly Column[],
): Promise<string[]> {
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

/**
 * The parameter `accounts`: as Postgres writes an array of text; null where one of them stands for all
 * accounts.
 */
export function arrayText(accounts: readonly (string | null)[]): string | null {
  if (accounts.includes(null)) return null;
  const elements = accounts.map((account) => `"${(account ?? "").replaceAll(/[\\"]/g, "\\$&")}"`);
  return `{${elements.join(",")}}`;
}

/** Runs a select of a report's file that gives a few rows. Throws a `UsageError` when Postgres refuses it. */
export async function runSelect<Row>(db: Database, where: string, query: CompiledQuery): Promise<Row[]> {
  try {
    return (await db.executeQuery<Row>(query)).rows;
  } catch (cause) {
    throw refused(cause, query.sql, 0, wordsOf(where));
  }
}
