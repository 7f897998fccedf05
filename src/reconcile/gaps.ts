/**
 * Differences of a contract whose fills have a gap: what is missing has a name, and the history need not
 * begin earlier for it.
 */
import type { Transaction } from "../store/store.ts";
import type { GapRow } from "../store/tables.ts";
import type { CheckName, Finding } from "./finding.ts";

/** They follow from all fills before them. */
const FOLLOWING_FILLS: readonly CheckName[] = [
  "position",
  "entry_price",
  "realized_pnl_average",
  "contract_settlement",
];

export function readFillGaps(transaction: Transaction, accountId: string): Promise<GapRow[]> {
  return transaction
    .selectFrom("raw.gap")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("stream", "=", "fills")
    .orderBy("symbol")
    .orderBy("from_time")
    .execute();
}

/**
 * Names the first gap that lies before what differs; of what another law has explained, nothing is changed.
 * Pure.
 */
export function withGapsNamed(findings: readonly Finding[], gaps: readonly GapRow[]): Finding[] {
  return findings.map((finding) => {
    const { status, class: kind, check_name, symbol, checked_at } = finding;
    if (status !== "differs" || kind !== "unexplained" || !FOLLOWING_FILLS.includes(check_name))
      return finding;
    const gap = gaps.find((one) => ["", symbol].includes(one.symbol) && one.from_time <= checked_at);
    if (gap === undefined) return finding;
    return {
      ...finding,
      note: "",
      suspect: `fills in the gap from ${gap.from_time} until ${gap.until_time}: ${gap.reason}`,
      next: "settle that gap: `perpbooks status` says how",
    };
  });
}
