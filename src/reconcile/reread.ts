/**
 * Where a proof says that a span lacks a row, the span is read again at the next run: `raw.reread` names it,
 * the planner of the extraction takes it, and the finding says what is true, that it will be read or that it
 * was and nothing came.
 *
 * It is read once for what was found; other figures are new evidence. What is young is read at each run, so
 * that a row that comes days behind its time comes in with the run after it, and one that never comes is not
 * sought for ever.
 *
 * An opening that was inferred from the first snapshot is no difference, but it may be such a row: what was
 * young at that snapshot is read again too.
 */
import { formatDecimal } from "../domain/decimal.ts";
import { formatInstant, HOUR_MS, parseUtcInstant, plus } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import { insertRows } from "../store/insert-rows.ts";
import { REREAD_UNTIL_MS } from "../store/rereads.ts";
import type { Transaction } from "../store/store.ts";
import type { RereadRow } from "../store/tables.ts";
import type { Finding, Lacking } from "./finding.ts";

/** Rows of one event lie so far apart at most: a settlement is entered a minute behind its instant. */
const MARGIN_MS = HOUR_MS;

/**
 * Keeps what is to be read again, and no longer what is no longer found. Returns the findings with what a
 * person can do about them.
 */
export async function recordRereads(
  transaction: Transaction,
  account_id: string,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const beginnings = await readBeginnings(transaction, account_id);
  const known = await transaction
    .selectFrom("raw.reread")
    .selectAll()
    .where("account_id", "=", account_id)
    .execute();
  const readAt = new Map(known.map((row) => [keyOf(row), row.read_at]));
  const rows = new Map<string, RereadRow>();
  const advised = findings.map((finding) => {
    const { lacking, next } = finding;
    if (lacking === undefined) return finding;
    const own = lacking.streams.flatMap((stream): RereadRow[] => {
      const begins = beginnings.get(stream);
      if (begins === undefined) return [];
      const span = rowOf(account_id, stream, finding, lacking, begins);
      // What lies before all that was requested was not read a first time.
      if (span.from_time >= span.until_time) return [];
      return [{ ...span, read_at: readAt.get(keyOf(span)) ?? null }];
    });
    for (const row of own) rows.set(keyOf(row), row);
    const [first] = own;
    return first === undefined || next === undefined ? finding : { ...finding, next: advice(first, next) };
  });
  await transaction.deleteFrom("raw.reread").where("account_id", "=", account_id).execute();
  const key = ["account_id", "stream", "symbol", "from_time", "until_time", "evidence"] as const;
  await insertRows(transaction, "raw.reread", key, [...rows.values()]);
  return advised;
}

function advice({ read_at, until_time }: RereadRow, next: string): string {
  if (read_at === null) return `run again, which reads that time once more; if this stays, ${next}`;
  const readUntil = formatInstant(plus(parseUtcInstant(until_time), REREAD_UNTIL_MS));
  const read = `that time was read again at ${read_at}, and nothing came that settles this`;
  return read_at < readUntil
    ? `run again: ${read}, and it is read at each run until ${readUntil}; if this stays, ${next}`
    : `${next}; ${read}`;
}

function rowOf(
  account_id: string,
  stream: StreamName,
  finding: Finding,
  { symbol, from, until }: Lacking,
  begins: string,
): RereadRow {
  const { check_name, subject, expected, found } = finding;
  const from_time = from === null ? begins : startOf(from, begins);
  return {
    account_id,
    stream,
    symbol,
    from_time,
    until_time: formatInstant(plus(parseUtcInstant(until), MARGIN_MS)),
    evidence: `${check_name} ${subject}: expected ${formatDecimal(expected)}, found ${formatDecimal(found)}`,
    read_at: null,
  };
}

/** Never before what was requested a first time. */
function startOf(from: string, begins: string): string {
  const start = plus(parseUtcInstant(from), -MARGIN_MS);
  return start < parseUtcInstant(begins) ? begins : formatInstant(start);
}

/** What a stream may not have shown yet when the snapshot at `until` was taken. */
export function mayBeLate(stream: StreamName, symbol: string, until: string): Lacking {
  return {
    streams: [stream],
    symbol,
    from: formatInstant(plus(parseUtcInstant(until), -REREAD_UNTIL_MS)),
    until,
  };
}

function keyOf({ stream, symbol, from_time, until_time, evidence }: RereadRow): string {
  return JSON.stringify([stream, symbol, from_time, until_time, evidence]);
}

/** Since when the venue was requested each stream; it may have no such stream, or the key no right to it. */
async function readBeginnings(
  transaction: Transaction,
  account_id: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await transaction
    .selectFrom("raw.window")
    .select(({ fn }) => ["stream", fn.min("from_time").as("from_time")])
    .where("account_id", "=", account_id)
    .where("evidence", "=", "venue")
    .groupBy("stream")
    .execute();
  return new Map(rows.map(({ stream, from_time }) => [stream, from_time]));
}
