/**
 * A close keeps what must not change with later evidence: the last record that was booked, the entries that
 * rest on no record of their own, and the hashes of the records and of the reports. A close changes nothing
 * in the books; what comes later is posted after it.
 */
import { createHash } from "node:crypto";
import { formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Transaction } from "../store/store.ts";
import type { ClosedPeriodRow } from "../store/tables.ts";
import { forgetBooksWithin } from "./book-account.ts";

/** A report's CSV of the account and period alone, by its hash. */
export type Output = { readonly report: string; readonly sha256: string };
export type Inputs = { readonly records: string; readonly sha256: string };

export type Close = {
  readonly accountId: string;
  readonly period: Period;
  readonly closedAt: Instant;
  readonly programVersion: string;
  /** Why, where something is open; else "". */
  readonly because: string;
  /** What is open, in sentences. */
  readonly accepted: readonly string[];
  readonly outputs: readonly Output[];
};

/** The period of a close as it was requested. */
export function periodOf(row: ClosedPeriodRow): Period {
  return {
    name: row.period_name,
    timeZone: row.time_zone,
    from: parseUtcInstant(row.from_time),
    until: parseUtcInstant(row.until_time),
  };
}

/** The account's closes that were not reopened, in the order in which they were made. */
export function readClosedPeriods(db: Database, accountId: string): Promise<ClosedPeriodRow[]> {
  return db
    .selectFrom("ledger.closed_period")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("reopened_at", "is", null)
    .orderBy("closing_number")
    .execute();
}

/**
 * To be called in the transaction in which the outputs were made, under the account's lock, when all that was
 * read is booked.
 */
export async function closePeriod(transaction: Transaction, close: Close): Promise<ClosedPeriodRow> {
  const { accountId: account_id, period, outputs } = close;
  const through = await lastSequence(transaction, account_id);
  const inputs = await readInputs(transaction, account_id, period, through);
  const closing_number = (await highestNumber(transaction, account_id)) + 1;
  const row: ClosedPeriodRow = {
    account_id,
    closing_number,
    period_name: period.name,
    from_time: formatInstant(period.from),
    until_time: formatInstant(period.until),
    time_zone: period.timeZone,
    through_sequence: through,
    closed_at: formatInstant(close.closedAt),
    program_version: close.programVersion,
    records: inputs.records,
    inputs_sha256: inputs.sha256,
    outputs_sha256: digestOf(outputs),
    because: close.because,
    accepted: close.accepted.join("\n"),
    reopened_at: null,
    reopen_reason: "",
  };
  // Before the close itself is written: what earlier closes keep is not kept again.
  await runSqlFile(transaction, "book/close-entries", {
    account_id,
    closing_number,
    until: row.until_time,
  });
  await runSqlFile(transaction, "book/close-position-openings", { account_id, closing_number });
  await runSqlFile(transaction, "book/close-valuations", {
    account_id,
    closing_number,
    until: row.until_time,
  });
  await insertRows(transaction, "ledger.closed_period", ["account_id", "closing_number"], [row]);
  await insertRows(
    transaction,
    "ledger.closed_output",
    ["account_id", "closing_number", "report"],
    outputs.map((output) => ({ account_id, closing_number, ...output })),
  );
  return row;
}

/**
 * Takes a close back. The account's books are dropped with the close, in one transaction, so that the next
 * booking builds them as if the period had never been closed, even if the program is killed in between.
 */
export async function reopenPeriod(
  transaction: Transaction,
  { account_id, closing_number }: ClosedPeriodRow,
  reopenedAt: Instant,
  because: string,
): Promise<void> {
  await transaction
    .updateTable("ledger.closed_period")
    .set({ reopened_at: formatInstant(reopenedAt), reopen_reason: because })
    .where("account_id", "=", account_id)
    .where("closing_number", "=", closing_number)
    .execute();
  await forgetBooksWithin(transaction, account_id);
}

/**
 * The records of the period up to a sequence. They are never changed, so they can be hashed again at any
 * time.
 */
export async function readInputs(
  db: Database,
  account_id: string,
  period: Period,
  through: string,
): Promise<Inputs> {
  const [row] = await runSqlFile<{ records: string; digest: string }>(db, "book/closed-inputs", {
    account_id,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
    through,
  });
  return { records: row?.records ?? "0", sha256: row?.digest ?? "" };
}

function digestOf(outputs: readonly Output[]): string {
  const lines = outputs.map(({ report, sha256 }) => `${report} ${sha256}`).toSorted();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

async function lastSequence(transaction: Transaction, accountId: string): Promise<string> {
  const account = await transaction
    .selectFrom("raw.account")
    .select("last_sequence")
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  return account.last_sequence;
}

async function highestNumber(transaction: Transaction, accountId: string): Promise<number> {
  const row = await transaction
    .selectFrom("ledger.closed_period")
    .select((expression) => expression.fn.max("closing_number").as("highest"))
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row?.highest ?? 0;
}
