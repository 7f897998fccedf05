/**
 * Differences of a contract that another law has explained: what one row did shows in several proofs. Pure.
 */
import type { Finding } from "./finding.ts";

/**
 * A position, an entry price or a realized PnL follows from all fills before it. Where a fill of the same
 * contract is shown to be missing, doubled or altered by then, that is what the difference comes from; the
 * newest such finding is named.
 */
export function explained(findings: readonly Finding[]): Finding[] {
  const causes = findings.filter(isCause);
  return findings.map((finding) => {
    if (finding.class !== "unexplained" || finding.suspect === undefined || finding.symbol === "")
      return finding;
    const cause = causes
      .filter(({ symbol, from_time }) => symbol === finding.symbol && (from_time ?? "") <= finding.checked_at)
      .toSorted((a, b) => (a.checked_at < b.checked_at ? 1 : -1))[0];
    if (cause === undefined) return finding;
    const suspect = `${finding.suspect} (${cause.check_name} ${cause.subject})`;
    return { ...finding, class: cause.class, suspect };
  });
}

/** What is shown of a row of the contract by itself. */
function isCause({ check_name, status, class: kind, subject }: Finding): boolean {
  if (status !== "differs" || kind === "unexplained") return false;
  const isOfFills = ["realized_pnl_cash", "fee_cash", "forced_order"].includes(check_name);
  return isOfFills || (check_name.startsWith("record_") && subject.startsWith("fills"));
}
