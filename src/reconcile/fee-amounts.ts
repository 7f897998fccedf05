/**
 * Each fee is the fill's value × a rate, cut or rounded at the venue's last decimal (measured: all 2,434 fees
 * in USDT of 24 real Binance accounts, of which 140 are one unit below a product that has no more decimals;
 * all 8 printed ones of edgeX). No venue tells rates of the past, so they are read from the fees themselves
 * (`sql/views/report_fee_rates.sql`); a fee at another rate than its neighbours is no difference, and stands
 * in the report `fee-rates`. A difference is a fee that no rate gives.
 */
import { contractsKnown } from "../book/depends-on.ts";
import { addingUp, type Onward, sumsOf } from "../book/onward.ts";
import { counted } from "../domain/counted.ts";
import { parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { covers, type Finding, recomputed } from "./finding.ts";
import { isProven, type WalletLink } from "./wallets.ts";

type SymbolRow = {
  readonly symbol: string;
  readonly agreeing: string;
  readonly rounded: string;
  readonly off: string;
  readonly is_kept: boolean;
};
type OffRow = {
  readonly symbol: string;
  readonly asset: string;
  readonly day: string;
  readonly fills: number;
  /** One of them. */
  readonly record_key: string;
  /** What the neighbours' rate makes of them, and what was charged: − paid, + a rebate. */
  readonly expected: string;
  readonly found: string;
  readonly first_at: string;
  readonly last_at: string;
};

/** `fillCash` is what the fills' own fees were found to be beside the cash. */
export async function checkFeeAmounts(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
  evidence: { readonly wallets: readonly WalletLink[]; readonly fillCash: readonly Finding[] },
  onward: Onward,
): Promise<Finding[]> {
  const symbols = await onward.prove<SymbolRow, readonly SymbolRow[]>({
    name: "reconcile/fee-amounts",
    read: ({ from_time, keep_until }) =>
      runSqlFile<SymbolRow>(transaction, "reconcile/fee-amounts", { account_id, from_time, keep_until }),
    dependsOn: (until) => contractsKnown(transaction, account_id, until),
    isKept: ({ is_kept }) => is_kept,
    add: addingUp(["symbol"], (one, other) => ({
      ...one,
      ...sumsOf(["agreeing", "rounded", "off"], one, other),
    })),
    say: (rows) => Promise.resolve(rows),
    isClean: (rows) => rows.every(hasNoneOff),
  });
  // Rarely any, and looking at the neighbours takes several times as long as counting.
  const off = symbols.every(hasNoneOff)
    ? []
    : await runSqlFile<OffRow>(transaction, "reconcile/fees-of-no-rate", { account_id });
  return symbols.flatMap((row) => [
    ...recomputed({
      symbol: row.symbol,
      agreeing: BigInt(row.agreeing),
      rounded: BigInt(row.rounded),
      checked_at,
      check_name: "fee_amount",
      of: "fee",
      as: "value × a rate",
    }),
    ...off
      .filter(({ symbol }) => symbol === row.symbol)
      .map((one) => differs(one, noteOf(one, row, evidence))),
  ]);
}

function hasNoneOff({ off }: SymbolRow): boolean {
  return off === "0";
}

const PAID_AS_BOOKED = "the wallet shows that this was paid; no rate gives such a fee";
const NOT_CONTRADICTED = "neither cash nor wallet contradicts it; no rate gives such a fee";
const OTHER_RULE =
  "most fees of the contract are not value × rate: the venue counts by another rule, or in another asset";

/**
 * Why nobody is needed: neither the cash of the fills nor a wallet around them says otherwise, or the
 * contract has more such fees than others. A first sync finds the fees of months that no snapshot is behind;
 * an odd one of them alone is no reason to call a person. Null where a person must look.
 */
function noteOf(
  { symbol, asset, first_at, last_at }: OffRow,
  { agreeing, rounded, off }: SymbolRow,
  { wallets, fillCash }: { readonly wallets: readonly WalletLink[]; readonly fillCash: readonly Finding[] },
): string | null {
  const isCashAnother = fillCash.some(
    (finding) =>
      finding.check_name === "fee_cash" &&
      finding.status === "differs" &&
      finding.symbol === symbol &&
      finding.checked_at >= first_at &&
      (finding.from_time === null || finding.from_time <= last_at),
  );
  const around = wallets.filter((link) => {
    const span = { from_time: link.from, checked_at: link.takenAt };
    return link.asset === asset && (covers(span, first_at) || covers(span, last_at));
  });
  if (!isCashAnother && around.every((link) => link.agrees))
    return around.length > 0 && around.every(isProven) ? PAID_AS_BOOKED : NOT_CONTRADICTED;
  return BigInt(off) > BigInt(agreeing) + BigInt(rounded) ? OTHER_RULE : null;
}

function differs(
  { symbol, asset, day, fills, record_key, expected, found, first_at, last_at }: OffRow,
  inferredFrom: string | null,
): Finding {
  const which = fills === 1 ? `the fill ${record_key}` : `${counted(fills, "fill")}, one is ${record_key}`;
  return {
    check_name: "fee_amount",
    subject: `${symbol} ${asset} ${day}`,
    asset,
    symbol,
    from_time: first_at,
    checked_at: last_at,
    expected: parseDecimal(expected),
    found: parseDecimal(found),
    class: "altered_row",
    ...(inferredFrom === null
      ? {
          status: "differs",
          note: `${which}: value × the rate of the fills around, beside the fee on it`,
          suspect: "a fee, a price or a quantity that was changed",
          next: "compare the fill with the venue's statement; the report fee-rates has it with its neighbours",
        }
      : { status: "inferred", note: `${which}: ${inferredFrom}` }),
  };
}
