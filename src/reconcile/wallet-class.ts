/**
 * What a wallet's difference is, by evidence alone: no amount is guessed, and what nothing shows stays
 * unexplained. Pure.
 */
import { counted } from "../domain/counted.ts";
import { type Decimal, parseDecimal } from "../domain/decimal.ts";
import { covers, type DifferenceClass, differenceOf, type Finding } from "./finding.ts";
import type { WalletLink } from "./wallets.ts";

/**
 * A posting as large as the difference (`posting_*` null where there is none), and what is known of the time
 * that the difference is about.
 */
export type WalletEvidence = {
  readonly asset: string;
  readonly taken_at: string;
  /** Postings of the asset in that time. */
  readonly postings: number;
  readonly set_aside_records: number;
  /** Whether no more rows of it may appear. */
  readonly is_settled: boolean;
  readonly posting_kind: string | null;
  readonly posting_symbol: string | null;
  readonly posting_record_key: string | null;
  readonly posting_amount: string | null;
  readonly posting_at: string | null;
  readonly is_inside: boolean | null;
  readonly is_near_edge: boolean | null;
};

export type WalletDifference = {
  readonly link: WalletLink;
  /** All wallets that differ, this one among them. */
  readonly differing: readonly WalletLink[];
  readonly postings: readonly WalletEvidence[];
  /** What the other laws found. */
  readonly others: readonly Finding[];
  /** One unit of the last decimal that the venue keeps of an amount. */
  readonly amountUnit: Decimal;
};

/** A stranded lot explains no wallet: what was settled is in it. */
export type WalletClass = Exclude<DifferenceClass, "stranded_lot">;

type Explained = { readonly class: WalletClass; readonly because: string };

export function classifyWallet(difference: WalletDifference): Explained {
  const { link, differing, postings, others, amountUnit } = difference;
  const size = differenceOf({ expected: link.shown, found: link.found });
  const opposite = differing.find(
    (other) =>
      other.asset === link.asset &&
      other.takenAt !== link.takenAt &&
      differenceOf({ expected: other.shown, found: other.found }).eq(size.negated()),
  );
  const known = postings[0];
  const near = postings.find((row) => row.is_near_edge === true);
  if ((known?.set_aside_records ?? 0) > 0) {
    return { class: "unknown_kind", because: `records set aside: ${known?.set_aside_records}` };
  }
  const shown = byAnotherLaw(link, size, others);
  if (shown !== null) return shown;
  if (opposite !== undefined && near !== undefined) {
    return { class: "snapshot_skew", because: named(near) };
  }
  if (opposite !== undefined) {
    return {
      class: "altered_row",
      because: `the opposite is found up to the snapshot of ${opposite.takenAt}: a row is booked at another time`,
    };
  }
  const extra = postings.find((row) => row.is_inside === true && sizeOf(row)?.eq(size));
  if (extra !== undefined) return { class: "doubled_row", because: named(extra) };
  if (known !== undefined && known.postings > 0 && size.abs().lte(amountUnit.times(known.postings))) {
    return { class: "truncation", because: counted(known.postings, "posting") };
  }
  // The statement may still bring what is missing; what is too much it will not take away.
  if (known?.is_settled === false && size.isNegative()) return { class: "late_row", because: "" };
  return { class: "unexplained", because: "" };
}

/** The seal, a trade's cash or a funding interval of the same asset and time, if one of them differs. */
function byAnotherLaw(link: WalletLink, size: Decimal, others: readonly Finding[]): Explained | null {
  const open = others.filter(
    (other) =>
      other.class !== "" &&
      other.class !== "truncation" &&
      covers({ from_time: link.from, checked_at: link.takenAt }, other.checked_at),
  );
  const seal = open.find(
    ({ check_name, subject }) => check_name.startsWith("record_") && subject.startsWith("income"),
  );
  const trade = open.find(
    (other) => other.asset === link.asset && other.status === "differs" && differenceOf(other).eq(size),
  );
  const interval = open.find(
    (other) => other.asset === link.asset && other.check_name === "funding_interval",
  );
  const other = seal ?? trade ?? interval;
  if (other === undefined || other.class === "" || other.class === "stranded_lot") return null;
  return { class: other.class, because: `${other.check_name} ${other.subject}` };
}

function sizeOf(row: WalletEvidence): Decimal | null {
  return row.posting_amount === null ? null : parseDecimal(row.posting_amount);
}

function named(row: WalletEvidence): string {
  const symbol = row.posting_symbol === "" ? "" : ` of ${row.posting_symbol}`;
  return `${row.posting_kind}${symbol} at ${row.posting_at}, record ${row.posting_record_key}`;
}
