/** A row of a stream: its text, what identifies it, and what its words mean. */
import { formatDecimal, readDecimal } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";
import type { JsonObject } from "../../domain/json.ts";
import {
  type CommonStreamName,
  type ForcedOrder,
  isCommonStream,
  type PositionSide,
  type StreamName,
} from "../../domain/record.ts";
import { assert } from "../../errors.ts";
import { textOrEmpty, withoutExponent } from "../fields.ts";

/** The family has the four common streams and no other. */
export function commonStream(stream: StreamName): CommonStreamName {
  assert(isCommonStream(stream), `venues of Binance's family have no stream ${stream}`);
  return stream;
}

export const POSITION_SIDES: readonly PositionSide[] = ["BOTH", "LONG", "SHORT"];

/** Why an order was forced, by the prefix of its client order id. */
export function forcedOrderKind(row: JsonObject): ForcedOrder["kind"] {
  const clientOrderId = row["clientOrderId"];
  if (typeof clientOrderId !== "string") return "unknown";
  if (clientOrderId.startsWith("autoclose-")) return "liquidation";
  if (clientOrderId.startsWith("adl_autoclose")) return "adl";
  if (clientOrderId.startsWith("settlement_autoclose-")) return "settlement";
  return "unknown";
}

/**
 * The fields that tell a row from others. An id alone never does: a `tranId` is unique within its income type
 * only (the venues' own example gives one to a TRANSFER and a COMMISSION), a trade id within its symbol only,
 * and both sides of a self-trade carry the same one. Margin changes have no id at all; `marginChangeFields`
 * are their words, beside amount and time.
 */
export function identityOf(
  stream: StreamName,
  row: JsonObject,
  occurredAt: Instant,
  marginChangeFields: readonly string[],
): readonly string[] {
  const time = String(occurredAt);
  switch (commonStream(stream)) {
    case "income":
      return [...texts(row, ["incomeType", "tranId", "tradeId", "symbol", "asset"]), time];
    case "fills":
      return [...texts(row, ["symbol", "id", "side", "positionSide"]), time];
    case "forced_orders":
      return [...texts(row, ["symbol", "orderId"]), time];
    case "margin_changes":
      return [...texts(row, marginChangeFields), amountOf(row), time];
  }
}

function texts(row: JsonObject, names: readonly string[]): readonly string[] {
  return names.map((name) => textOrEmpty(row, name));
}

/**
 * The amount without regard to trailing zeros, so that a change in how the venue prints it makes no new row.
 */
function amountOf(row: JsonObject): string {
  const text = textOrEmpty(row, "amount");
  const amount = readDecimal(withoutExponent(text));
  return amount === null ? text : formatDecimal(amount);
}

/** The number of a fill in its symbol's sequence; null where it is none. */
export function fillIdOf(row: JsonObject): string | null {
  const id = textOrEmpty(row, "id");
  return /^\d+$/.test(id) ? id : null;
}
