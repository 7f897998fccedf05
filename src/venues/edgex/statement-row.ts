/**
 * What a row of the collateral statement did to the conventional wallet, and whether its own arithmetic
 * explains it.
 *
 * The statement counts cash as StarkEx does: a purchase takes its whole value, a sale brings it.
 * `deltaLegacyAmount` is what the wallet as people know it moved by, and the parts that are booked add up to
 * it, always. Where a row's own figures do not add up, it is marked, and the wallet moves by the venue's
 * figure nevertheless.
 */
import { type Decimal, ZERO } from "../../domain/decimal.ts";
import { FieldError, type JsonObject, optionalTextField } from "../../domain/json.ts";
import type { CollateralTransaction, Income } from "../../domain/record.ts";
import { assert } from "../../errors.ts";
import { bookedField } from "../fields.ts";
import { amountField, optionalAmount, readOptionalAmount } from "./rows.ts";

export type TradeParts = {
  /** Of prices alone: what was closed against its cost, before fees. */
  readonly priceResult: Decimal;
  /** Negative when paid. */
  readonly fee: Decimal;
  readonly liquidationFee: Decimal;
};

export type StatementAmounts = Pick<
  CollateralTransaction,
  | "amount"
  | "amountBefore"
  | "legacyAmount"
  | "legacyAmountBefore"
  | "openValue"
  | "closeValue"
  | "openFee"
  | "closeFee"
  | "liquidationFee"
  | "liquidationFeeBasis"
>;

const NO_TRADE = {
  openValue: ZERO,
  closeValue: ZERO,
  openFee: ZERO,
  closeFee: ZERO,
  liquidationFee: ZERO,
};

/** The amounts of a purchase or sale. Throws a `FieldError` for one that is missing. */
export function tradeAmounts(row: JsonObject): StatementAmounts {
  const amount = bookedField(row, "deltaAmount");
  const legacyAmount = bookedField(row, "deltaLegacyAmount");
  const amounts = {
    amount,
    amountBefore: bookedField(row, "beforeAmount"),
    legacyAmount,
    legacyAmountBefore: bookedField(row, "beforeLegacyAmount"),
    openValue: amountField(row, "fillOpenValue", bookedField),
    closeValue: amountField(row, "fillCloseValue", bookedField),
    openFee: amountField(row, "fillOpenFee", bookedField),
    closeFee: amountField(row, "fillCloseFee", bookedField),
    liquidationFee: optionalAmount(row, "liquidateFee", bookedField),
  };
  return { ...amounts, liquidationFeeBasis: feeBasis(amounts) };
}

/** The amounts of what is no trade: cash and wallet move alike. */
export function otherAmounts(row: JsonObject): StatementAmounts {
  const amount = bookedField(row, "deltaAmount");
  const legacyAmount = readOptionalAmount(row, "deltaLegacyAmount", bookedField) ?? amount;
  return {
    ...NO_TRADE,
    amount,
    amountBefore: bookedField(row, "beforeAmount"),
    legacyAmount,
    legacyAmountBefore: bookedField(row, "beforeLegacyAmount"),
    liquidationFeeBasis: legacyAmount.equals(amount) ? "none" : "unexplained",
  };
}

/**
 * Where the liquidation fee is, by the row's cash: inside the value (then the cash is value and fees alone)
 * or beside it. No public record shows one, so both are understood. What only opens moves the wallet by its
 * fees and by nothing else.
 */
function feeBasis(
  trade: Omit<StatementAmounts, "liquidationFeeBasis">,
): StatementAmounts["liquidationFeeBasis"] {
  const { amount, legacyAmount, openValue, closeValue, liquidationFee } = trade;
  const fee = trade.openFee.plus(trade.closeFee);
  const inside = fee.minus(openValue).minus(closeValue);
  const beside = inside.plus(liquidationFee);
  const isOpeningOnly = closeValue.isZero();
  if (isOpeningOnly && !legacyAmount.equals(fee.plus(liquidationFee))) return "unexplained";
  if (amount.equals(inside)) return liquidationFee.isZero() ? "none" : "inside_value";
  return amount.equals(beside) ? "beside_value" : "unexplained";
}

/**
 * The parts of what a trade moved the wallet by. The result of prices is what the fees leave: they are inside
 * of it or beside it, but never twice.
 */
export function tradeParts(trade: StatementAmounts): TradeParts {
  const fee = trade.openFee.plus(trade.closeFee);
  const { liquidationFee } = trade;
  const priceResult = trade.legacyAmount.minus(fee).minus(liquidationFee);
  const total = priceResult.plus(fee).plus(liquidationFee);
  assert(total.equals(trade.legacyAmount), "the parts of a trade do not add up to what the wallet moved by");
  return { priceResult, fee, liquidationFee };
}

type Meaning = Pick<Income, "kind" | "info">;

const BRIDGED: ReadonlyMap<string, Meaning> = new Map([
  ["CROSS_DEPOSIT", { kind: "bridge_deposit", info: "deposit" }],
  ["CROSS_WITHDRAW", { kind: "bridge_withdrawal", info: "withdrawal" }],
  ["FAST_WITHDRAW", { kind: "bridge_withdrawal", info: "withdrawal" }],
]);

/**
 * What a transfer was to its owner. A deposit from another chain and a withdrawal paid by the venue's pool
 * come as transfers with that pool: the reason tells them from what went to another account.
 */
export function meaningOfTransfer(reason: string): Meaning {
  return BRIDGED.get(reason) ?? { kind: "transfer", info: "transfer" };
}

/**
 * Whether the row did anything to the account. What became of one that was rejected, no document says: a
 * person must look.
 */
export function requireApplied(row: JsonObject): string {
  const status = optionalTextField(row, "censorStatus") ?? "";
  if (["", "CENSOR_SUCCESS", "L2_APPROVED"].includes(status)) return status;
  throw new FieldError(
    `"censorStatus": ${JSON.stringify(status).slice(0, 80)} does not say that the row counts for the account`,
  );
}
