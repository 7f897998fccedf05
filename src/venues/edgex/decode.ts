/**
 * Rows to records. Signs: the statement and the positions are signed as sent (+ in, bought or long; fees −
 * when paid), fills are not: their size, value and fee are positive, and the side says the rest.
 *
 * What moves money must be known: a row with a word there that no document has is set aside with its reason.
 * A type of cash that is not known is income too, because the wallet did move; the booking puts it into
 * suspense.
 */
import { type Decimal, divide, lastPlace, ZERO } from "../../domain/decimal.ts";
import { type Instant, latest } from "../../domain/instant.ts";
import { booleanField, FieldError, found, type JsonObject, optionalTextField } from "../../domain/json.ts";
import type {
  CollateralTransaction,
  EquitySnapshot,
  Fill,
  ForcedOrder,
  HistoryRecord,
  Income,
  Names,
  PositionCycle,
  PositionTransaction,
  Side,
  StreamName,
} from "../../domain/record.ts";
import { assert } from "../../errors.ts";
import {
  bookedField,
  choiceField,
  countField,
  decimalField,
  nonBlankText,
  positiveField,
  readRow,
  textOrEmpty,
  timeField,
} from "../fields.ts";
import type { Decoded } from "../venue.ts";
import { type EdgexStream, isEdgexStream } from "./requests.ts";
import { amountField, idField, idOf, optionalAmount, readOptionalAmount, sideOfTerm } from "./rows.ts";
import {
  meaningOfTransfer,
  otherAmounts,
  requireApplied,
  type StatementAmounts,
  tradeAmounts,
  tradeParts,
} from "./statement-row.ts";

type Decoder = (row: JsonObject, names: Names) => readonly HistoryRecord[];

const DECODERS: Readonly<Record<EdgexStream, Decoder>> = {
  income: decodeStatementRow,
  fills: decodeFill,
  position_transactions: (row, names) => [decodePositionTransaction(row, names)],
  position_cycles: (row, names) => [decodePositionCycle(row, names)],
  hourly_equity: (row, names) => [decodeEquity("hour", row, names)],
  daily_equity: (row, names) => [decodeEquity("day", row, names)],
};

/**
 * Pure. A row with a field that is missing or not understood is unknown, with that field's name; it is never
 * guessed.
 */
export function decode(stream: StreamName, body: string, names: Names): Decoded {
  assert(isEdgexStream(stream), `edgex has no stream ${stream}`);
  try {
    return { kind: "known", records: DECODERS[stream](readRow(body), names) };
  } catch (error) {
    if (error instanceof FieldError) return { kind: "unknown", why: error.message };
    throw error;
  }
}

function assetOf(row: JsonObject, names: Names): string {
  return names.asset(nonBlankText(row, "coinId"));
}

function symbolOf(row: JsonObject, names: Names): string {
  const contractId = idField(row, "contractId") || idField(row, "positionContractId");
  return contractId === "" ? "" : names.contract(contractId);
}

/** The contract of a row that must have one. */
function tradedSymbol(row: JsonObject, names: Names): string {
  const symbol = symbolOf(row, names);
  if (symbol !== "") return symbol;
  const name = row["contractId"] === undefined ? "positionContractId" : "contractId";
  throw new FieldError(`"${name}": a contract was expected, found none`);
}

/** True only where the venue says so; old rows need not have the field. */
function isTrue(row: JsonObject, name: string): boolean {
  return row[name] !== undefined && row[name] !== null && booleanField(row, name);
}

/**
 * From when on the venue counts the row. It is made when it is requested, and counts when it is confirmed:
 * mostly at once, a deposit perhaps hours later.
 */
function countedFrom(row: JsonObject): Instant {
  const createdAt = timeField(row, "createdTime");
  return idOf(row, "censorTime") === "" ? createdAt : latest(createdAt, timeField(row, "censorTime"));
}

// The collateral statement ---------------------------------------------------------------------------------

const TRADES = ["POSITION_BUY", "POSITION_SELL"];

/** One row: as the statement has it, and as the events of the wallet that it holds. */
function decodeStatementRow(row: JsonObject, names: Names): readonly HistoryRecord[] {
  const type = nonBlankText(row, "type");
  const isTrade = TRADES.includes(type);
  const status = requireApplied(row);
  const amounts = isTrade ? tradeAmounts(row) : otherAmounts(row);
  const reason = optionalTextField(row, "transferReason") ?? "";
  const transaction: CollateralTransaction = {
    stream: "collateral_transactions",
    transactionId: nonBlankText(row, "id"),
    transactionType: type,
    asset: assetOf(row, names),
    symbol: isTrade ? tradedSymbol(row, names) : symbolOf(row, names),
    ...amounts,
    transferReason: reason === "UNKNOWN_TRANSFER_REASON" ? "" : reason,
    transferId:
      ["depositId", "withdrawId", "transferInId", "transferOutId"]
        .map((name) => idField(row, name))
        .find((id) => id !== "") ?? "",
    fillId: idField(row, "orderFillTransactionId"),
    positionTransactionId: idField(row, "positionTransactionId"),
    isLiquidation: isTrue(row, "isLiquidate"),
    isDeleveraging: isTrue(row, "isDeleverage"),
    status,
    eventNumber: idField(row, "censorTxId"),
    occurredAt: timeField(row, "createdTime"),
    valueAt: countedFrom(row),
  };
  return [transaction, ...(isTrade ? tradeEvents(transaction, amounts) : [singleEvent(row, transaction)])];
}

/** What all events of one row have in common. */
function eventOf(transaction: CollateralTransaction): Omit<Income, "part" | "kind" | "amount"> {
  return {
    stream: "income",
    incomeType: transaction.transactionType,
    asset: transaction.asset,
    symbol: transaction.symbol,
    tranId: transaction.transactionId,
    tradeId: transaction.fillId,
    info: transaction.transactionType,
    occurredAt: transaction.occurredAt,
    valueAt: transaction.valueAt,
  };
}

/**
 * Result, fee and liquidation fee. A close has its result even where it is zero: that says that it was
 * booked.
 */
function tradeEvents(transaction: CollateralTransaction, amounts: StatementAmounts): readonly Income[] {
  const { priceResult, fee, liquidationFee } = tradeParts(amounts);
  const event = eventOf(transaction);
  const hasResult = !amounts.closeValue.isZero() || !priceResult.isZero();
  return [
    ...(hasResult
      ? [{ ...event, part: "realized_pnl", kind: "realized_pnl" as const, amount: priceResult }]
      : []),
    ...(fee.isZero() ? [] : [{ ...event, part: "fee", kind: "trading_fee" as const, amount: fee }]),
    ...(liquidationFee.isZero()
      ? []
      : [{ ...event, part: "liquidation_fee", kind: "liquidation" as const, amount: liquidationFee }]),
  ];
}

function singleEvent(row: JsonObject, transaction: CollateralTransaction): Income {
  const { transactionType: type, transferReason } = transaction;
  const event = { ...eventOf(transaction), part: "", amount: transaction.legacyAmount };
  switch (type) {
    case "POSITION_FUNDING":
      // Settled at its instant, and put into the statement about a minute later.
      return { ...event, kind: "funding", occurredAt: settledAt(row) };
    case "DEPOSIT":
      return { ...event, kind: "deposit", info: "deposit" };
    case "WITHDRAW":
      return { ...event, kind: "withdrawal", info: "withdrawal" };
    case "TRANSFER_IN":
    case "TRANSFER_OUT":
      return { ...event, ...meaningOfTransfer(transferReason) };
    case "FILL_FEE_INCOME":
      return { ...event, kind: "rebate" };
    default:
      return { ...event, kind: "unknown" };
  }
}

function settledAt(row: JsonObject) {
  if (idOf(row, "fundingTime") === "") throw new FieldError(`"fundingTime": a time was expected, found none`);
  return timeField(row, "fundingTime");
}

// Fills ----------------------------------------------------------------------------------------------------

const SIDES: readonly Side[] = ["BUY", "SELL"];
/** How many decimals the statement keeps of an amount. */
export const AMOUNT_DECIMALS = 6;
const VALUE_UNIT = lastPlace(AMOUNT_DECIMALS);
/** Where the shown price is too coarse to give the value, it is divided. */
const PRICE_SCALE = 18;

function decodeFill(row: JsonObject, names: Names): readonly HistoryRecord[] {
  const status = requireApplied(row);
  const side = choiceField(row, "orderSide", SIDES);
  const quantity = positiveField(row, "fillSize");
  const shownPrice = amountField(row, "fillPrice", positiveField);
  const value = tradedValue(row, side, shownPrice.times(quantity));
  const price = isSameValue(value, shownPrice.times(quantity))
    ? shownPrice
    : divide(value, quantity, PRICE_SCALE);
  if (!price.greaterThan(0)) {
    throw new FieldError(
      `"fillValue" ÷ "fillSize": a price above zero was expected, found ${found(row["fillValue"])} ÷ ${found(row["fillSize"])}`,
    );
  }
  const asset = assetOf(row, names);
  const fill: Fill = {
    stream: "fills",
    symbol: tradedSymbol(row, names),
    fillId: nonBlankText(row, "id"),
    orderId: nonBlankText(row, "orderId"),
    side,
    positionSide: "BOTH",
    price,
    quantity,
    value,
    fee: bookedField(row, "fillFee"),
    feeAsset: asset,
    realizedPnl: priceResultOfFill(row),
    marginAsset: asset,
    isMaker: isMaker(row),
    occurredAt: timeField(row, "createdTime"),
    valueAt: countedFrom(row),
  };
  const kind = forcedKind(row);
  return kind === null ? [fill] : [fill, forcedOrder(fill, kind, status)];
}

/** Null for a word that no document has, and for none: neither is a taker. */
function isMaker(row: JsonObject): boolean | null {
  const direction = textOrEmpty(row, "direction");
  return direction === "MAKER" ? true : direction === "TAKER" ? false : null;
}

/**
 * What was exchanged for the quantity. A liquidation's fee seems to be inside of `fillValue`: there, what was
 * received is too small by it, or what was paid too large. Where price × size is `fillValue` itself, it is
 * not.
 */
function tradedValue(row: JsonObject, side: Side, byPrice: Decimal): Decimal {
  const value = bookedField(row, "fillValue");
  const liquidationFee = optionalAmount(row, "liquidateFee", bookedField).abs();
  if (liquidationFee.isZero() || isSameValue(value, byPrice)) return value;
  return side === "SELL" ? value.plus(liquidationFee) : value.minus(liquidationFee);
}

/** Alike but for the rounding of the last decimal, whichever way it went. */
function isSameValue(a: Decimal, b: Decimal): boolean {
  return a.minus(b).abs().lessThan(VALUE_UNIT);
}

/**
 * The venue's figure without its fees, to compare with ours; what is booked comes from the statement.
 * `realizePnl` is net of the fee: an opening has minus its fee, which gives zero here. Of some openings it
 * has been seen to be plainly "0", and the row does not say what it opens or closes: zero is therefore read
 * as no result, though a close whose result is exactly its fee would look the same.
 */
function priceResultOfFill(row: JsonObject): Decimal {
  const net = amountField(row, "realizePnl", bookedField);
  if (net.isZero()) return ZERO;
  return net.plus(bookedField(row, "fillFee")).minus(optionalAmount(row, "liquidateFee", bookedField));
}

function forcedKind(row: JsonObject): ForcedOrder["kind"] | null {
  if (isTrue(row, "isLiquidate")) return "liquidation";
  return isTrue(row, "isDeleverage") ? "adl" : null;
}

function forcedOrder(fill: Fill, kind: ForcedOrder["kind"], status: string): ForcedOrder {
  return {
    stream: "forced_orders",
    symbol: fill.symbol,
    orderId: fill.orderId,
    kind,
    status,
    side: fill.side,
    positionSide: fill.positionSide,
    averagePrice: fill.price,
    executedQuantity: fill.quantity,
    clientOrderId: "",
    occurredAt: fill.occurredAt,
  };
}

// Positions and equity -------------------------------------------------------------------------------------

const POSITION_TYPES = [
  "BUY_POSITION",
  "SELL_POSITION",
  "SETTLE_FUNDING_FEE",
  "BUG_FIX_POSITION_TRANSACTION_TYPE",
] as const;

function decodePositionTransaction(row: JsonObject, names: Names): PositionTransaction {
  const type = choiceField(row, "type", POSITION_TYPES);
  const isFunding = type === "SETTLE_FUNDING_FEE";
  return {
    stream: "position_transactions",
    transactionId: nonBlankText(row, "id"),
    transactionType: type,
    asset: assetOf(row, names),
    symbol: tradedSymbol(row, names),
    openSize: amountField(row, "deltaOpenSize"),
    openValue: amountField(row, "deltaOpenValue"),
    openFee: amountField(row, "deltaOpenFee"),
    fundingFee: amountField(row, "deltaFundingFee"),
    openSizeBefore: amountField(row, "beforeOpenSize"),
    openValueBefore: amountField(row, "beforeOpenValue"),
    openFeeBefore: amountField(row, "beforeOpenFee"),
    fundingFeeBefore: amountField(row, "beforeFundingFee"),
    fillOpenSize: optionalAmount(row, "fillOpenSize"),
    fillOpenValue: optionalAmount(row, "fillOpenValue"),
    fillOpenFee: optionalAmount(row, "fillOpenFee"),
    fillCloseSize: optionalAmount(row, "fillCloseSize"),
    fillCloseValue: optionalAmount(row, "fillCloseValue"),
    fillCloseFee: optionalAmount(row, "fillCloseFee"),
    liquidationFee: optionalAmount(row, "liquidateFee"),
    realizedPnl: optionalAmount(row, "realizePnl"),
    isLiquidation: isTrue(row, "isLiquidate"),
    isDeleveraging: isTrue(row, "isDeleverage"),
    fundingAt: isFunding ? settledAt(row) : null,
    fundingRate: isFunding ? readOptionalAmount(row, "fundingRate") : null,
    fundingPrice: isFunding ? readOptionalAmount(row, "fundingOraclePrice") : null,
    fundingSize: isFunding ? readOptionalAmount(row, "fundingPositionSize") : null,
    fillId: idField(row, "orderFillTransactionId"),
    collateralTransactionId: idField(row, "collateralTransactionId"),
    status: requireApplied(row),
    eventNumber: idField(row, "censorTxId"),
    occurredAt: timeField(row, "createdTime"),
    valueAt: countedFrom(row),
  };
}

function decodePositionCycle(row: JsonObject, names: Names): PositionCycle {
  const openSize = amountField(row, "cumOpenSize");
  const side = sideOfTerm(row);
  if (side === null)
    throw new FieldError(`"cumOpenSize": the sign that tells the side was expected, found 0`);
  return {
    stream: "position_cycles",
    asset: assetOf(row, names),
    symbol: tradedSymbol(row, names),
    side,
    cycleNumber: countField(row, "termCount"),
    openSize,
    openValue: amountField(row, "cumOpenValue"),
    openFee: amountField(row, "cumOpenFee"),
    closeSize: amountField(row, "cumCloseSize"),
    closeValue: amountField(row, "cumCloseValue"),
    closeFee: amountField(row, "cumCloseFee"),
    fundingFee: amountField(row, "cumFundingFee"),
    liquidationFee: optionalAmount(row, "cumLiquidateFee"),
    occurredAt: timeField(row, "createdTime"),
    updatedAt: timeField(row, "updatedTime"),
  };
}

function decodeEquity(interval: EquitySnapshot["interval"], row: JsonObject, names: Names): EquitySnapshot {
  return {
    stream: "equity_snapshots",
    interval,
    asset: assetOf(row, names),
    symbol: "",
    totalEquity: decimalField(row, "totalEquity"),
    unrealizedPnl: amountField(row, "unrealizePnl"),
    occurredAt: timeField(row, "snapshotTime"),
  };
}
