/**
 * Each funding payment is the position at the settlement times the venue's public mark and rate, cut at the
 * last decimal that it keeps of an amount (seen to the last digit in all 792 payments of a real account). A
 * payment whose settlement lacks the rate or the mark is left to the check of intervals.
 *
 * Rows do not say which side of a hedge they are of, so the payments of an hour are compared with what is due
 * on all sides together. Payments that are too many or too few are no matter of this check either.
 */
import { contractsKnown } from "../book/depends-on.ts";
import { addingUp, type Onward, type Span, sumsOf } from "../book/onward.ts";
import { type Decimal, formatDecimal, lastPlace, parseDecimal, sum } from "../domain/decimal.ts";
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { covers, type Finding, nothingDiffers, recomputed } from "./finding.ts";
import { isProven, type WalletLink } from "./wallets.ts";

/** What one side comes to: as it was on the hour, or as it was later within the minute of the settlement. */
export type FundingDue = {
  readonly side: string;
  readonly isOnHour: boolean;
  readonly amount: Decimal;
};

export type FundingVerdict = {
  /** How many payments are what is due, to the last digit, and how many are one unit of it off. */
  readonly agreeing: number;
  readonly rounded: number;
  /** What is due and what was paid, of all others together; null where there are none. */
  readonly off: { readonly expected: Decimal; readonly found: Decimal } | null;
};

/** Compares the payments of one contract and hour with what is due. Pure. */
export function judgeFunding(
  due: readonly FundingDue[],
  payments: readonly Decimal[],
  unit: Decimal,
): FundingVerdict {
  const open = [...payments];
  const sides = new Set(due.map(({ side }) => side));
  const settle = (fits: (one: FundingDue, payment: Decimal) => boolean): number => {
    let settled = 0;
    for (const side of sides) {
      const own = due.filter((one) => one.side === side);
      const index = open.findIndex((payment) => own.some((one) => fits(one, payment)));
      if (index < 0) continue;
      open.splice(index, 1);
      sides.delete(side);
      settled += 1;
    }
    return settled;
  };
  const agreeing =
    settle((one, payment) => one.isOnHour && one.amount.eq(payment)) +
    settle((one, payment) => one.amount.eq(payment));
  const rounded = settle((one, payment) => one.amount.minus(payment).abs().lte(unit));
  // Of a side that was flat on the hour nothing was due, whatever it was a moment later.
  const unpaid = due.filter((one) => one.isOnHour && sides.has(one.side)).map(({ amount }) => amount);
  const pairs = Math.min(unpaid.length, open.length);
  const off =
    pairs === 0
      ? null
      : { expected: sum(bySize(unpaid).slice(0, pairs)), found: sum(bySize(open).slice(0, pairs)) };
  return { agreeing, rounded, off };
}

function bySize(amounts: readonly Decimal[]): readonly Decimal[] {
  return amounts.toSorted((a, b) => b.abs().comparedTo(a.abs()));
}

type DueRow = {
  readonly symbol: string;
  readonly hour: string;
  readonly position_side: string;
  readonly is_on_hour: boolean;
  readonly amount: string;
};
type PaymentRow = {
  readonly symbol: string;
  readonly asset: string;
  readonly hour: string;
  readonly amount: string;
  readonly is_kept: boolean;
};

/** What was judged of a contract's payments; those that are off one by one (`hour` not null). */
type Row = {
  readonly symbol: string;
  readonly asset: string;
  readonly hour: string | null;
  readonly is_kept: boolean;
  readonly agreeing: string;
  readonly rounded: string;
  readonly expected: string;
  readonly found: string;
};

/**
 * `doubtful` are contracts whose positions do not agree with the venue's; `amountDecimals` is how many the
 * venue keeps of an amount.
 */
export function checkFundingAmounts(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
  evidence: {
    readonly wallets: readonly WalletLink[];
    readonly doubtful: ReadonlySet<string>;
    readonly amountDecimals: number;
  },
  onward: Onward,
): Promise<Finding[]> {
  const { wallets, doubtful, amountDecimals } = evidence;
  return onward.prove<Row, Finding[]>({
    name: "reconcile/funding-amounts",
    read: (span) => readJudged(transaction, account_id, span, amountDecimals),
    dependsOn: async (until) => {
      const [rates] = await runSqlFile<{ digest: string }>(transaction, "reconcile/funding-rates-known", {
        account_id,
        until,
      });
      return `${rates?.digest} ${await contractsKnown(transaction, account_id, until)}`;
    },
    isKept: ({ is_kept }) => is_kept,
    add: addingUp(["symbol", "hour"], (one, other) => ({
      ...one,
      ...sumsOf(["agreeing", "rounded"], one, other),
    })),
    say: (rows) =>
      Promise.resolve(
        findingsOf(
          rows.filter(({ symbol }) => !doubtful.has(symbol)),
          checked_at,
          wallets,
        ),
      ),
    isClean: nothingDiffers,
  });
}

async function readJudged(
  transaction: Transaction,
  account_id: string,
  { from_time, keep_until }: Span,
  decimals: number,
): Promise<Row[]> {
  const payments = await runSqlFile<PaymentRow>(transaction, "reconcile/funding-payments", {
    account_id,
    from_time,
    keep_until,
  });
  if (payments.length === 0) return [];
  const rows = await runSqlFile<DueRow>(transaction, "reconcile/funding-due", {
    account_id,
    decimals,
    from_time,
  });
  const due = grouped(rows, settlementOf);
  const unit = lastPlace(decimals);
  return [...grouped(payments, settlementOf)].flatMap(([settlement, paid]) => {
    const [first] = paid;
    if (first === undefined) return [];
    const { agreeing, rounded, off } = judgeFunding(
      (due.get(settlement) ?? []).map((row) => ({
        side: row.position_side,
        isOnHour: row.is_on_hour,
        amount: parseDecimal(row.amount),
      })),
      paid.map(({ amount }) => parseDecimal(amount)),
      unit,
    );
    const { symbol, asset, hour, is_kept } = first;
    const judged: Row = {
      symbol,
      asset,
      hour: null,
      is_kept,
      agreeing: String(agreeing),
      rounded: String(rounded),
      expected: "0",
      found: "0",
    };
    const apart = (one: NonNullable<typeof off>): Row => ({
      ...judged,
      hour,
      agreeing: "0",
      rounded: "0",
      expected: formatDecimal(one.expected),
      found: formatDecimal(one.found),
    });
    return [judged, ...(off === null ? [] : [apart(off)])];
  });
}

function findingsOf(rows: readonly Row[], checked_at: string, wallets: readonly WalletLink[]): Finding[] {
  return [...grouped(rows, ({ symbol }) => symbol)].flatMap(([symbol, own]) => {
    const total = (count: "agreeing" | "rounded") => own.reduce((all, row) => all + BigInt(row[count]), 0n);
    const [agreeing, rounded] = [total("agreeing"), total("rounded")];
    const off = own.filter(isOff);
    return [
      ...recomputed({
        check_name: "funding_amount",
        symbol,
        agreeing,
        rounded,
        checked_at,
        of: "funding payment",
        as: "position × mark × rate",
      }),
      ...off.map((one) => differs(one, wallets, agreeing + rounded > BigInt(off.length))),
    ];
  });
}

type Off = Row & { readonly hour: string };

function isOff(row: Row): row is Off {
  return row.hour !== null;
}

function settlementOf({ symbol, hour }: Pick<DueRow, "symbol" | "hour">): string {
  return `${hour} ${symbol}`;
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

const PAID_AS_BOOKED =
  "the wallet shows that this was paid; position, mark and rate as published give another amount";
const OTHER_RULE =
  "most payments of the contract are not position × mark × rate as published: the venue counts by another rule";

/**
 * Where the wallet proves that the payment moved as it is booked, the books are right, and what is left is a
 * matter between the account and its venue: it is told, and needs nobody. So it is where more payments of the
 * contract are other amounts than are not (`isUsual` is false): then the venue counts by another rule.
 */
function differs(
  { symbol, asset, hour: at, expected, found }: Off,
  wallets: readonly WalletLink[],
  isUsual: boolean,
): Finding {
  const hour = formatInstant(parseUtcInstant(at));
  const isMoved = wallets.some(
    (link) =>
      link.asset === asset &&
      isProven(link) &&
      covers({ from_time: link.from, checked_at: link.takenAt }, hour),
  );
  return {
    check_name: "funding_amount",
    subject: `${symbol} ${hour}`,
    asset,
    symbol,
    from_time: hour,
    checked_at: hour,
    expected: parseDecimal(expected),
    found: parseDecimal(found),
    status: isMoved || !isUsual ? "inferred" : "differs",
    class: "altered_row",
    ...(isMoved || !isUsual
      ? { note: isMoved ? PAID_AS_BOOKED : OTHER_RULE }
      : {
          note: "position × mark × rate as the venue publishes them, beside what is booked",
          suspect: "a funding row that was changed",
          next: "compare the hour's funding row with the venue's statement",
        }),
  };
}
