import { formatInstant } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Database, Transaction } from "../store/store.ts";
import type { GapRow } from "../store/tables.ts";

/** The account's gaps that overlap the span, in order of stream, symbol and time. */
export function gapsWithin(db: Database, accountId: string, span: Window): Promise<GapRow[]> {
  return db
    .selectFrom("raw.gap")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("from_time", "<", formatInstant(span.until))
    .where("until_time", ">", formatInstant(span.from))
    .orderBy("stream")
    .orderBy("symbol")
    .orderBy("from_time")
    .execute();
}

/** Takes `part` out of a gap; what lies before and after it stays a gap. */
export async function closeGap(transaction: Transaction, gap: GapRow, part: Window): Promise<void> {
  await transaction
    .deleteFrom("raw.gap")
    .where("account_id", "=", gap.account_id)
    .where("stream", "=", gap.stream)
    .where("symbol", "=", gap.symbol)
    .where("from_time", "=", gap.from_time)
    .execute();
  const left = [
    { ...gap, until_time: formatInstant(part.from) },
    { ...gap, from_time: formatInstant(part.until) },
  ];
  await insertRows(
    transaction,
    "raw.gap",
    ["account_id", "stream", "symbol", "from_time"],
    left.filter((row) => row.from_time < row.until_time),
  );
}
