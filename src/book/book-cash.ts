/**
 * The cash statement → entries: what is new, in batches by sequence. Cash is booked from here and nowhere
 * else. A record may be several rows of one sequence, and progress is kept as a sequence, so a batch never
 * ends between two of them.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import { readProgress, saveProgress } from "../store/progress.ts";
import type { Store, Transaction } from "../store/store.ts";
import { bookCash } from "./cash-rules.ts";
import { writeEntries } from "./write-entries.ts";

const BATCH_ROWS = 2_000;

/** Returns how many rows were booked. What is booked does not depend on `batchRows`. */
export async function bookNewCash(
  store: Store,
  accountId: string,
  batchRows: number = BATCH_ROWS,
): Promise<number> {
  let done = 0;
  for (;;) {
    const count = await store.db
      .transaction()
      .execute((transaction) => bookBatch(transaction, accountId, batchRows));
    done += count;
    if (count < batchRows) return done;
  }
}

async function bookBatch(transaction: Transaction, accountId: string, batchRows: number): Promise<number> {
  const after = await readProgress(transaction, accountId, "cash");
  const rows = await transaction
    .selectFrom("history.income")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .fetch(batchRows, "with ties")
    .execute();
  const last = rows.at(-1);
  if (last === undefined) return 0;
  const entries = rows.map((row) => {
    const entry = bookCash(row.record_key, {
      stream: "income",
      part: row.part,
      kind: row.kind,
      incomeType: row.income_type,
      amount: parseDecimal(row.amount),
      asset: row.asset,
      symbol: row.symbol,
      tranId: row.tran_id,
      tradeId: row.trade_id,
      info: row.info,
      occurredAt: parseUtcInstant(row.occurred_at),
      valueAt: parseUtcInstant(row.value_at),
    });
    return {
      ...entry,
      stream: "income",
      recordKey: row.record_key,
      basis: "cash" as const,
      valueAt: parseUtcInstant(row.value_at),
      postedAt: parseUtcInstant(row.posted_at),
    };
  });
  await writeEntries(transaction, accountId, entries);
  await saveProgress(transaction, accountId, "cash", last.sequence);
  return rows.length;
}
