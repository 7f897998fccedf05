import { earliest, formatInstant, type Instant, latest, parseUtcInstant } from "../domain/instant.ts";
import { EVERY_SYMBOL } from "../domain/record.ts";
import { union, type Window } from "../domain/window.ts";
import { closeGap, gapsWithin } from "../load/close-gap.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Store } from "../store/store.ts";

export type GapDecision = {
  readonly accountId: string;
  /** Null for every stream. */
  readonly stream: string | null;
  /** Null for every symbol. */
  readonly symbol: string | null;
  readonly window: Window;
  /** Why the person takes the books to be complete without these records. */
  readonly because: string;
  readonly decidedAt: Instant;
  readonly runId: string;
};

export type AcceptedGap = { readonly stream: string; readonly symbol: string; readonly window: Window };

/**
 * Records a person's decision that nothing is missing in a span the venue no longer serves. The span then
 * counts as covered, with the reason beside it in every report that it touches. Only gaps can be accepted:
 * what the venue still serves is read instead. Returns what was closed.
 */
export async function acceptGaps(store: Store, decision: GapDecision): Promise<AcceptedGap[]> {
  const { accountId: account_id, window } = decision;
  return store.db.transaction().execute(async (transaction) => {
    const gaps = (await gapsWithin(transaction, account_id, window)).filter(
      (gap) =>
        (decision.stream === null || gap.stream === decision.stream) &&
        (decision.symbol === null || gap.symbol === decision.symbol),
    );
    const accepted: AcceptedGap[] = [];
    for (const gap of gaps) {
      const whole = { from: parseUtcInstant(gap.from_time), until: parseUtcInstant(gap.until_time) };
      const part = { from: latest(whole.from, window.from), until: earliest(whole.until, window.until) };
      accepted.push({ stream: gap.stream, symbol: gap.symbol, window: part });
      await closeGap(transaction, gap, part);
    }
    await insertRows(
      transaction,
      "raw.window",
      ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
      decidedSpans(accepted, decision.symbol === null).map(({ stream, symbol, window: part }) => ({
        account_id,
        stream,
        symbol,
        from_time: formatInstant(part.from),
        until_time: formatInstant(part.until),
        is_settled: true,
        row_count: 0,
        read_at: formatInstant(decision.decidedAt),
        run_id: decision.runId,
        evidence: "decision",
        note: decision.because,
      })),
    );
    return accepted;
  });
}

/**
 * What a decision covers. One that names no symbol holds for every symbol of the stream: also for a contract
 * that is traded for the first time later, whose history would otherwise begin with the same gap again.
 */
function decidedSpans(accepted: readonly AcceptedGap[], isForEverySymbol: boolean): AcceptedGap[] {
  if (!isForEverySymbol) return [...accepted];
  const streams = [...new Set(accepted.map((gap) => gap.stream))];
  return streams.flatMap((stream) => {
    const own = accepted.filter((gap) => gap.stream === stream);
    const symbol = own.every((gap) => gap.symbol === "") ? "" : EVERY_SYMBOL;
    return union(own.map((gap) => gap.window)).map((window) => ({ stream, symbol, window }));
  });
}
