/**
 * Rows become records, in words that both venues share. Income is signed + in / − out as sent; a fill's
 * commission is positive when paid; a margin change is signed by its type, because rows with a minus for type
 * 2 and rows without any sign have both been seen.
 */
import { booleanField, FieldError, type JsonObject, optionalTextField } from "../../domain/json.ts";
import type {
  CommonStreamName,
  Fill,
  ForcedOrder,
  HistoryRecord,
  Income,
  MarginChange,
  Side,
  StreamName,
} from "../../domain/record.ts";
import { bookedField, choiceField, nonBlankText, positiveField, readRow, timeField } from "../fields.ts";
import type { Decoded } from "../venue.ts";
import { KIND_OF_INCOME_TYPE } from "./cash-kinds.ts";
import { commonStream, forcedOrderKind, POSITION_SIDES } from "./rows.ts";

const SIDES: readonly Side[] = ["BUY", "SELL"];

const DECODERS: Readonly<Record<CommonStreamName, (row: JsonObject) => HistoryRecord>> = {
  income: decodeIncome,
  fills: decodeFill,
  forced_orders: decodeForcedOrder,
  margin_changes: decodeMarginChange,
};

/**
 * Pure. A row with a field that is missing or not understood is unknown, with that field's name; it is never
 * guessed.
 */
export function decode(stream: StreamName, body: string): Decoded {
  const decodeRow = DECODERS[commonStream(stream)];
  try {
    return { kind: "known", records: [decodeRow(readRow(body))] };
  } catch (error) {
    if (error instanceof FieldError) return { kind: "unknown", why: error.message };
    throw error;
  }
}

/** Unknown types are income too: the wallet did move. */
function decodeIncome(row: JsonObject): Income {
  const incomeType = nonBlankText(row, "incomeType");
  return {
    stream: "income",
    part: "",
    kind: KIND_OF_INCOME_TYPE.get(incomeType) ?? "unknown",
    incomeType,
    amount: bookedField(row, "income"),
    asset: nonBlankText(row, "asset"),
    symbol: optionalTextField(row, "symbol") ?? "",
    tranId: nonBlankText(row, "tranId"),
    tradeId: optionalTextField(row, "tradeId") ?? "",
    info: optionalTextField(row, "info") ?? "",
    occurredAt: timeField(row, "time"),
    valueAt: timeField(row, "time"),
  };
}

function decodeFill(row: JsonObject): Fill {
  const quantity = positiveField(row, "qty");
  const price = positiveField(row, "price");
  return {
    stream: "fills",
    symbol: nonBlankText(row, "symbol"),
    fillId: nonBlankText(row, "id"),
    orderId: nonBlankText(row, "orderId"),
    side: choiceField(row, "side", SIDES),
    positionSide: choiceField(row, "positionSide", POSITION_SIDES),
    price,
    quantity,
    // `quoteQty` is rounded by the venue, so the notional is always price × quantity.
    value: price.times(quantity),
    fee: bookedField(row, "commission"),
    feeAsset: nonBlankText(row, "commissionAsset"),
    realizedPnl: bookedField(row, "realizedPnl"),
    // Live rows have it, documented ones do not.
    marginAsset: optionalTextField(row, "marginAsset") || null,
    isMaker: booleanField(row, "maker"),
    occurredAt: timeField(row, "time"),
    valueAt: timeField(row, "time"),
  };
}

function decodeForcedOrder(row: JsonObject): ForcedOrder {
  return {
    stream: "forced_orders",
    symbol: nonBlankText(row, "symbol"),
    orderId: nonBlankText(row, "orderId"),
    kind: forcedOrderKind(row),
    status: nonBlankText(row, "status"),
    side: choiceField(row, "side", SIDES),
    positionSide: choiceField(row, "positionSide", POSITION_SIDES),
    averagePrice: bookedField(row, "avgPrice"),
    executedQuantity: bookedField(row, "executedQty"),
    clientOrderId: optionalTextField(row, "clientOrderId") ?? "",
    // The order's creation; `updateTime` moves while it is being filled.
    occurredAt: timeField(row, "time"),
  };
}

function decodeMarginChange(row: JsonObject): MarginChange {
  const size = bookedField(row, "amount").abs();
  const isIntoPosition = choiceField(row, "type", ["1", "2"]) === "1";
  return {
    stream: "margin_changes",
    symbol: nonBlankText(row, "symbol"),
    positionSide: choiceField(row, "positionSide", POSITION_SIDES),
    amount: isIntoPosition ? size : size.negated(),
    asset: nonBlankText(row, "asset"),
    direction: isIntoPosition ? "into_position" : "out_of_position",
    // USER_ADJUST, TRADE, FUNDING_FEE, …; Aster documents none.
    reason: optionalTextField(row, "deltaType") ?? "",
    occurredAt: timeField(row, "time"),
  };
}
