/**
 * What a law of the reconciliation finds: the venue's figure, the books' figure, what they are about, and
 * what a difference is.
 */
import { counted } from "../domain/counted.ts";
import { type Decimal, formatDecimal, parseDecimal } from "../domain/decimal.ts";
import type { StreamName } from "../domain/record.ts";
import type { ReconciliationRow } from "../store/tables.ts";

/** Every law, in the order that the column's comment in the catalog names them. */
export const CHECK_NAMES = [
  "wallet",
  "wallet_opening",
  "position",
  "entry_price",
  "unrealized_pnl",
  "equity",
  "realized_pnl_cash",
  "fee_cash",
  "realized_pnl_average",
  "funding_interval",
  "funding_amount",
  "fee_amount",
  "forced_order",
  "liquidation_order",
  "contract_settlement",
  "stranded_lot",
  "late_funding",
  "coin_name",
  "record_sequence",
  "record_count",
  "record_digest",
  "record_history",
  "record_entries",
  "day_sums",
  "collateral_chain",
  "position_chain",
  "collateral_totals",
  "collateral_identities",
  "collateral_cash",
  "fill_legs",
  "funding_pairs",
  "position_states",
  "side_statistics",
  "position_cycles",
  "position_cost",
  "liquidation_fees",
  "liquidation_flags",
  "venue_status",
  "equity_snapshots",
  "own_transfers",
  "same_account",
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

/**
 * What the evidence shows a difference to be. `unexplained` is the rest, which stays in suspense: it is
 * listed and named, and nothing is booked for it.
 */
export type DifferenceClass =
  | "late_row"
  | "snapshot_skew"
  | "unknown_kind"
  | "truncation"
  | "missing_row"
  | "doubled_row"
  | "altered_row"
  | "stranded_lot"
  | "unexplained";

export type Finding = {
  readonly check_name: CheckName;
  readonly subject: string;
  /** "" where the figures are no amounts of an asset. */
  readonly asset: string;
  /** "" where the law is not about one contract. */
  readonly symbol: string;
  /**
   * ISO 8601 in UTC: where the time begins that it is about; null for the beginning of the books. It ends
   * with `checked_at`.
   */
  readonly from_time: string | null;
  readonly checked_at: string;
  /**
   * Whether it is of all that there is by `checked_at`, and not of a time: with the same figures, another
   * night shows the same fact. Default: no.
   */
  readonly is_standing?: boolean;
  readonly expected: Decimal;
  readonly found: Decimal;
  readonly status: "agrees" | "within_tolerance" | "inferred" | "differs";
  /** "" where there is no difference. */
  readonly class: DifferenceClass | "";
  /** What was compared, or the evidence of a difference where its figures do not say it all. */
  readonly note?: string;
  /** Where it differs: what it may come from, and what a person can do. */
  readonly suspect?: string;
  readonly next?: string;
  /** Where a row seems to be missing: that is read again. */
  readonly lacking?: Lacking;
};

/** A span of streams, both ends included; of one contract where `symbol` is not "". */
export type Lacking = {
  readonly streams: readonly StreamName[];
  readonly symbol: string;
  /** ISO 8601 in UTC; null for the beginning of the history. */
  readonly from: string | null;
  readonly until: string;
};

export function differenceOf({ expected, found }: Pick<Finding, "expected" | "found">): Decimal {
  return found.minus(expected);
}

export function nothingDiffers(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== "differs");
}

export function toRow(account_id: string, { lacking: _, ...finding }: Finding): ReconciliationRow {
  return {
    account_id,
    ...finding,
    note: finding.note ?? "",
    suspect: finding.suspect ?? "",
    next: finding.next ?? "",
    is_standing: finding.is_standing ?? false,
    expected: formatDecimal(finding.expected),
    found: formatDecimal(finding.found),
    difference: formatDecimal(differenceOf(finding)),
  };
}

/** Whether an instant (ISO 8601 in UTC, as the store gives it) lies in the time that a finding is about. */
export function covers(finding: Pick<Finding, "from_time" | "checked_at">, at: string): boolean {
  return at <= finding.checked_at && (finding.from_time === null || at >= finding.from_time);
}

/**
 * What a law found of a contract's amounts that it recomputed: one finding for those that agree to the last
 * digit, and one for those that agree but for one unit of it. `of` and `as` are its words.
 */
export function recomputed(law: {
  readonly check_name: CheckName;
  readonly symbol: string;
  readonly agreeing: bigint;
  readonly rounded: bigint;
  readonly checked_at: string;
  readonly of: string;
  readonly as: string;
}): Finding[] {
  const { check_name, symbol, checked_at } = law;
  const finding = (count: bigint, status: "agrees" | "within_tolerance"): Finding => {
    const amount = parseDecimal(String(count));
    const how = status === "agrees" ? "to the last digit" : "but for one unit of the last digit";
    return {
      check_name,
      subject: status === "agrees" ? symbol : `${symbol} rounded`,
      asset: "",
      symbol,
      from_time: null,
      checked_at,
      expected: amount,
      found: amount,
      status,
      class: status === "agrees" ? "" : "truncation",
      note: `${counted(count, law.of)}: ${law.as}, ${how}`,
    };
  };
  return [
    ...(law.agreeing === 0n ? [] : [finding(law.agreeing, "agrees")]),
    ...(law.rounded === 0n ? [] : [finding(law.rounded, "within_tolerance")]),
  ];
}
