/**
 * What the venue no longer serves of a contract, from before anything names it as the account's, while the
 * cash statement was read: inferred to be nothing, as a fee, a result, funding and a position would each have
 * named it. It is kept as coverage with the evidence `silence`, and taken back by an earlier row of the
 * contract, of whatever stream.
 */
import { formatInstant, type Instant } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Transaction } from "../store/store.ts";

export type Silence = {
  readonly accountId: string;
  readonly stream: StreamName;
  readonly symbol: string;
  /** What is taken to be empty. */
  readonly windows: readonly Window[];
  readonly readAt: Instant;
  readonly runId: string;
  /** What the inference rests on, in words. */
  readonly note: string;
};

export async function recordSilences(db: Database, silences: readonly Silence[]): Promise<void> {
  await insertRows(
    db,
    "raw.window",
    ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
    silences.flatMap(({ accountId, stream, symbol, windows, readAt, runId, note }) =>
      windows.map((window) => ({
        account_id: accountId,
        stream,
        symbol,
        from_time: formatInstant(window.from),
        until_time: formatInstant(window.until),
        is_settled: true,
        row_count: 0,
        read_at: formatInstant(readAt),
        run_id: runId,
        evidence: "silence",
        note,
      })),
    ),
  );
}

/** To be called where spans of the cash statement are no longer covered: what is silent rested on them. */
export async function forgetSilences(
  transaction: Transaction,
  accountId: string,
  spans: readonly { readonly from_time: string; readonly until_time: string }[],
): Promise<void> {
  for (const { from_time, until_time } of spans) {
    await transaction
      .deleteFrom("raw.window")
      .where("account_id", "=", accountId)
      .where("evidence", "=", "silence")
      .where("from_time", "<", until_time)
      .where("until_time", ">", from_time)
      .execute();
  }
}

/** `rows` name their contracts, each at an instant; `occurred_at` is ISO 8601 in UTC. */
export async function takeBackSilence(
  transaction: Transaction,
  account_id: string,
  rows: readonly { readonly symbol: string; readonly occurred_at: string }[],
): Promise<void> {
  await runSqlFile(transaction, "load/take-back-silence", {
    account_id,
    rows: JSON.stringify(rows.map(({ symbol, occurred_at }) => ({ symbol, occurred_at }))),
  });
}
