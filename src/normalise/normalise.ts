/**
 * raw → history: decodes the records that are new, in batches by their sequence, so that memory does not grow
 * with history and a killed run goes on where it stopped. What cannot be decoded is set aside with its
 * reason, and the rest goes on.
 */
import { type Closing, closedThrough, postedAt } from "../domain/closing.ts";
import { COMMON_STREAM_NAMES, type HistoryRecord, type Names, type StreamName } from "../domain/record.ts";
import { readClosings } from "../store/closings.ts";
import { insertRows } from "../store/insert-rows.ts";
import { keepNumbers, type NamesInUse, namesInUse, readNames } from "../store/names.ts";
import { readProgress, saveProgress } from "../store/progress.ts";
import { setBackSums } from "../store/set-back.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { SetAsideRow } from "../store/tables.ts";
import type { Venue } from "../venues/venue.ts";
import { HistoryRows } from "./history-rows.ts";

const BATCH_RECORDS = 2_000;

type RawRow = {
  stream: StreamName;
  record_key: string;
  version: number;
  symbol: string;
  occurred_at: string;
  body: string;
  sequence: string;
};

export type Normalised = {
  /** How many records were processed. */
  readonly records: number;
  /** How many of them occurred in a closed period, and so are posted later than they occurred. */
  readonly adjusting: number;
};

/** The result does not depend on `batchRecords`. */
export async function normalise(
  store: Store,
  accountId: string,
  decode: Venue["decode"],
  batchRecords: number = BATCH_RECORDS,
): Promise<Normalised> {
  const names = namesInUse(await readNames(store.db, accountId));
  const closings = await readClosings(store.db, accountId);
  let [records, adjusting] = [0, 0];
  for (;;) {
    const batch = await store.db
      .transaction()
      .execute((transaction) =>
        normaliseBatch(transaction, accountId, decode, names, closings, batchRecords),
      );
    records += batch.records;
    adjusting += batch.adjusting;
    if (batch.records < batchRecords) return { records, adjusting };
  }
}

async function normaliseBatch(
  transaction: Transaction,
  account_id: string,
  decode: Venue["decode"],
  names: NamesInUse,
  closings: readonly Closing[],
  batchRecords: number,
): Promise<Normalised> {
  const after = await readProgress(transaction, account_id, "normalise");
  const records = await runSqlFile<RawRow>(transaction, "normalise/next-records", {
    account_id,
    after,
    batch: batchRecords,
  });
  const last = records.at(-1);
  if (last === undefined) return { records: 0, adjusting: 0 };
  let adjusting = 0;
  const rows = new HistoryRows();
  const setAside = new Map<string, SetAsideRow>();
  for (const record of records) {
    const { stream, record_key, version, symbol, occurred_at, sequence } = record;
    const decoded = decode(stream, record.body, names);
    if (decoded.kind === "known") {
      const open = await openParts(transaction, account_id, record, decoded.records, decode, names, closings);
      for (const one of open) {
        rows.add({ account_id, record_key, sequence }, one, postedAt(one.occurredAt, sequence, closings));
      }
      if (
        open.some((one) => isPosted(one) && postedAt(one.occurredAt, sequence, closings) !== one.occurredAt)
      )
        adjusting += 1;
      setAside.delete(`${stream} ${record_key}`);
      // The venue has fixed what could not be read before.
      if (version > 1) await takeBack(transaction, account_id, stream, record_key);
    } else {
      setAside.set(`${stream} ${record_key}`, {
        account_id,
        stream,
        record_key,
        symbol,
        occurred_at,
        reason: decoded.why,
        kind: "not_understood",
        read_again_at: null,
      });
    }
  }
  const replaced = records.filter(({ version }) => version > 1).map(({ record_key }) => record_key);
  await setBackSums(transaction, account_id, [
    ...rows.times(),
    await firstTime(transaction, account_id, replaced),
  ]);
  await rows.insert(transaction);
  await keepNumbers(transaction, account_id, names);
  await insertRows(
    transaction,
    "raw.set_aside",
    ["account_id", "stream", "record_key", "kind"],
    [...setAside.values()],
  );
  await saveProgress(transaction, account_id, "normalise", last.sequence);
  return { records: records.length, adjusting };
}

/**
 * The events of a record without those that an earlier version had and a close keeps: these stay as the
 * closed reports have them. A version that comes after the close adds only what is new.
 */
async function openParts(
  transaction: Transaction,
  account_id: string,
  { stream, record_key, version, sequence }: RawRow,
  records: readonly HistoryRecord[],
  decode: Venue["decode"],
  names: Names,
  closings: readonly Closing[],
): Promise<readonly HistoryRecord[]> {
  const throughOf = (part: HistoryRecord) => closedThrough(part.occurredAt, sequence, closings);
  if (version === 1 || records.every((part) => throughOf(part) === null)) return records;
  const earlier = await transaction
    .selectFrom("raw.record")
    .select(["sequence", "body"])
    .where("account_id", "=", account_id)
    .where("stream", "=", stream)
    .where("record_key", "=", record_key)
    .where("version", "<", version)
    .execute();
  const told = earlier.flatMap((one) => {
    const decoded = decode(stream, one.body, names);
    const parts = decoded.kind === "known" ? decoded.records.map(partOf) : [];
    return parts.map((part) => ({ part, sequence: BigInt(one.sequence) }));
  });
  return records.filter((part) => {
    const through = throughOf(part);
    if (through === null) return true;
    return !told.some((one) => one.part === partOf(part) && one.sequence <= BigInt(through));
  });
}

/** The earliest time of the rows that the records have. */
async function firstTime(
  transaction: Transaction,
  account_id: string,
  recordKeys: readonly string[],
): Promise<string | null> {
  if (recordKeys.length === 0) return null;
  const record_keys = JSON.stringify(recordKeys);
  const [row] = await runSqlFile<{ first_at: string | null }>(transaction, "normalise/first-replaced", {
    account_id,
    record_keys,
  });
  return row?.first_at ?? null;
}

/** The books and reports are made from these streams; the others serve the checks. */
function isPosted(record: HistoryRecord): boolean {
  return COMMON_STREAM_NAMES.some((stream) => stream === record.stream);
}

function partOf(record: HistoryRecord): string {
  return record.stream === "income" ? `income ${record.part}` : record.stream;
}

async function takeBack(
  transaction: Transaction,
  account_id: string,
  stream: StreamName,
  record_key: string,
): Promise<void> {
  await transaction
    .deleteFrom("raw.set_aside")
    .where("account_id", "=", account_id)
    .where("stream", "=", stream)
    .where("record_key", "=", record_key)
    .where("kind", "=", "not_understood")
    .execute();
}
