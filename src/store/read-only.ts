/**
 * The one door for SQL that the program did not write: `perpbooks sql`, and the select of every report file.
 *
 * Each select is one statement of the extended protocol, which refuses a second one, and it is sent as its
 * writer wrote it behind `declare … cursor for`, which takes a select and nothing else. It runs in a
 * transaction that only reads and that is always rolled back, on a connection that is given up afterwards: so
 * also what Postgres does not count as a write (a setting, a large object before version 16) is gone. Where
 * the program's role is a superuser's, the select runs as `pg_read_all_data`, which may read every table, and
 * may neither touch the server's files nor its other sessions.
 *
 * It is no wall against who owns the server: a superuser's session can take its role back by `set_config` and
 * then call whatever acts outside of transactions, and a function that somebody installed (`dblink`) may
 * write by another connection. Who gives SQL of others to the program gives it a role of its own.
 */

import { CompiledQuery, sql } from "kysely";
import { counted } from "../domain/counted.ts";
import { MINUTE_MS } from "../domain/instant.ts";
import { StatementTimedOutError, UsageError } from "../errors.ts";
import { type Column, CURSOR, columnsOf } from "./columns.ts";

import type { Database, Store, Transaction } from "./store.ts";
import { storeTrouble } from "./store-trouble.ts";

/**
 * Longer than any report takes. A server ends a statement that computes for so long; the embedded database
 * cannot. Between two batches either kind ends a select, whether it is slow to compute or to be read: as long
 * as it is open, the store is kept from the next run.
 */
const MINUTES_MAX = 10;

/** For each sort or grouping of a select, unless the server gives more. */
const WORK_MEMORY = "64MB";

/** Rows fetched at once: large enough to be quick, small enough to hold. */
const BATCH_ROWS = 1000;

/** A row's cells as text, in the order of the columns; null where there is none. */
export type RowCells = readonly (string | null)[];

export type OpenSelect = {
  readonly columns: readonly Column[];
  /** To be read to its end, or the transaction ended. */
  readonly batches: AsyncIterable<readonly RowCells[]>;
};

/**
 * What a refused select is called, what to do about it, and, where a person may fear for it, what is safe.
 */
export type SelectWords = { readonly where: string; readonly next: string; readonly safe?: string };

/** Everything that `work` reads is the database at one instant; it cannot write. */
export function readOnly<T>(store: Store, work: (db: Database) => Promise<T>): Promise<T> {
  return store.withSession(async (db) => {
    await sql`begin isolation level repeatable read, read only`.execute(db);
    try {
      await limit(db);
      return await work(db);
    } finally {
      await sql`rollback`.execute(db).catch(() => {});
    }
  });
}

/**
 * The same within a transaction that writes before or afterwards what must belong to what was read: the
 * limits last until the savepoint is taken back, and inside of it Postgres lets nobody write again.
 */
export async function readOnlyWithin<T>(
  transaction: Transaction,
  work: (db: Transaction) => Promise<T>,
): Promise<T> {
  await sql`savepoint read_only`.execute(transaction);
  await sql`set local transaction_read_only = on`.execute(transaction);
  await limit(transaction);
  const result = await work(transaction);
  await sql`rollback to savepoint read_only`.execute(transaction);
  return result;
}

async function limit(db: Database): Promise<void> {
  // Every cursor is read to its end. Left alone, Postgres plans it for the first tenth of its rows: 80,000
  // events of an export were joined by nested loops, and took minutes where the whole takes a second. And
  // Postgres' 4 MB a sort or grouping are for a server with many clients; what one nightly job reads would be
  // sorted on the disk.
  await sql`
    select
      set_config('statement_timeout', ${`${MINUTES_MAX}min`}, true),
      set_config('cursor_tuple_fraction', '1', true),
      case
        when pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(${WORK_MEMORY})
          then set_config('work_mem', ${WORK_MEMORY}, true)
      end
  `.execute(db);
  await giveUpRights(db);
}

/** On Citus the role would have to sign in to each worker, which it may not. */
async function giveUpRights(db: Database): Promise<void> {
  const { rows } = await sql`
    select
    from pg_roles
    where rolname = current_user
      and rolsuper
      and not exists (select from pg_extension where extname = 'citus')
  `.execute(db);
  // The embedded database lets no function change roles.
  if (rows.length > 0) await sql`set local role pg_read_all_data`.execute(db);
}

/** Opens a select inside `readOnly`; one at a time. Throws a `UsageError` when Postgres refuses it. */
export async function openSelect(
  db: Database,
  select: CompiledQuery,
  words: SelectWords,
  timeLimit: AbortSignal = AbortSignal.timeout(MINUTES_MAX * MINUTE_MS),
): Promise<OpenSelect> {
  // The protocol ends a statement there, and what is said of its rest helps nobody.
  if (select.sql.includes("\0")) {
    throw new UsageError({
      where: words.where,
      what: "the select has a NUL character",
      evidence: words.safe === undefined ? [] : [words.safe],
      next: words.next,
    });
  }
  const run = (query: CompiledQuery, before: string, rowsBefore = 0) =>
    db.executeQuery<RowCells>(query).catch((cause: unknown) => {
      throw refused(cause, select.sql, before.length, words, rowsBefore);
    });
  const declare = `declare ${CURSOR} no scroll cursor for `;
  await run(CompiledQuery.raw(`${declare}${select.sql}`, [...select.parameters]), declare);
  // The store works at the next batch while this one is used; what it refuses is thrown in its turn.
  const fetchNext = (rowsBefore: number) => {
    if (timeLimit.aborted) throw tookTooLong(words.where, "it was ended between two batches", rowsBefore);
    const batch = run(CompiledQuery.raw(`fetch ${BATCH_ROWS} from ${CURSOR}`), "", rowsBefore);
    batch.catch(() => {});
    return batch;
  };
  // The first batch tells the columns, also of a select that has no rows.
  const { rows } = await fetchNext(0);
  const close = () => run(CompiledQuery.raw(`close ${CURSOR}`), "");
  return { columns: columnsOf(rows), batches: readBatches(rows, fetchNext, close) };
}

async function* readBatches(
  first: readonly RowCells[],
  fetchNext: (rowsBefore: number) => Promise<{ readonly rows: readonly RowCells[] }>,
  close: () => Promise<unknown>,
): AsyncGenerator<readonly RowCells[]> {
  let next = Promise.resolve({ rows: first });
  for (let rowsRead = 0; ; ) {
    const { rows } = await next;
    rowsRead += rows.length;
    const isLast = rows.length < BATCH_ROWS;
    if (!isLast) next = fetchNext(rowsRead);
    if (rows.length > 0) yield rows;
    if (isLast) break;
  }
  await close();
}

/** Closes the cursor of a select that nobody reads. */
export async function closeSelect(db: Database): Promise<void> {
  await sql`close ${sql.ref(CURSOR)}`.execute(db);
}

/** As Postgres' codes look, unlike those of Node (`EPIPE`). */
const SQLSTATE = /^(?:\d\w|XX|P0|HV|F0)\w{3}$/;
const SYNTAX_ERROR = "42601";
const CANNOT_MODIFY = "0A000";
const CANCELED = "57014";

/**
 * Postgres' refusal of a statement as an error with a remedy, with the place in the words that were written;
 * anything else as it is. Of `rowsBefore` it is said that they are not all: they may have been printed.
 */
export function refused(
  cause: unknown,
  statement: string,
  charactersBefore: number,
  { where, next, safe }: SelectWords,
  rowsBefore = 0,
): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (!(cause instanceof Error) || !SQLSTATE.test(code) || storeTrouble(cause) !== null) return cause;
  if (code === CANCELED) return tookTooLong(where, "the server ended it", rowsBefore, cause);
  const position =
    "position" in cause && cause.position !== undefined
      ? positionOf(statement, +String(cause.position) - charactersBefore)
      : null;
  const isOther =
    (code === SYNTAX_ERROR && (position === null || position.isFirstWord)) ||
    (code === CANNOT_MODIFY && /data-modifying/.test(cause.message));
  return new UsageError(
    {
      where,
      what: isOther ? "only one select is allowed" : "Postgres refuses the select",
      evidence: [
        ...(isOther ? [otherThanSelect(cause, statement)] : [cause.message, ...(position?.lines ?? [])]),
        ...notAll(rowsBefore),
        ...(safe === undefined ? [] : [safe]),
      ],
      next,
    },
    { cause },
  );
}

/** Postgres complains of a syntax that is right in a statement of another kind, which would lead astray. */
function otherThanSelect(cause: Error, statement: string): string {
  if (/multiple commands/.test(cause.message)) return "another statement follows the first";
  if (/data-modifying/.test(cause.message)) return "a part of it would change data";
  const [first = ""] = withoutComments(statement)
    .trim()
    .split(/[\s(;]/);
  return `it begins with "${first}"`;
}

function withoutComments(sql: string): string {
  return sql.replace(/--.*|\/\*[\s\S]*?\*\//g, "");
}

function tookTooLong(where: string, how: string, rowsBefore: number, cause?: Error): StatementTimedOutError {
  return new StatementTimedOutError(
    {
      where,
      what: `the select took longer than ${MINUTES_MAX} minutes`,
      evidence: [how, ...notAll(rowsBefore)],
      next: "select less at once, or use the server's own tools for it",
    },
    { cause },
  );
}

function notAll(rowsBefore: number): string[] {
  return rowsBefore === 0
    ? []
    : [`${counted(rowsBefore, "row")} came before that: what was printed is not the whole answer`];
}

/**
 * Where in the statement: its line and column, the line itself and a mark under the place. Postgres counts
 * characters, from 1.
 */
function positionOf(statement: string, position: number): { isFirstWord: boolean; lines: string[] } {
  const before = [...statement].slice(0, Math.max(0, position - 1)).join("");
  const line = before.split("\n").length;
  const column = before.length - (before.lastIndexOf("\n") + 1) + 1;
  const text = (statement.split("\n")[line - 1] ?? "").replaceAll("\t", " ");
  return {
    isFirstWord: withoutComments(before).trim() === "",
    lines: [`at line ${line}, column ${column}:`, text, `${" ".repeat(column - 1)}^`],
  };
}
