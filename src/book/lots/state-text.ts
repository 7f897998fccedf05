/** The state of a symbol's book as JSON text, amounts as strings, and back: what a checkpoint keeps. */

import { formatInstant, type Instant, parseUtcInstant } from "../../domain/instant.ts";
import {
  booleanField,
  isJsonObject,
  type JsonObject,
  optionalTextField,
  parseJsonExactly,
  requiredText,
} from "../../domain/json.ts";
import type { PositionSide } from "../../domain/record.ts";
import { LOT_METHODS, type LotMethod } from "../../domain/treatment.ts";
import type { Amounts } from "./amounts.ts";
import type { HeldLot } from "./events.ts";
import { type Fixed, formatFixed, parseFixed } from "./fixed.ts";
import type { Lot } from "./lot.ts";
import type { MethodState, PositionState } from "./position.ts";
import type { SymbolState } from "./symbol-book.ts";

/** Raised when states are written, or events booked, in another way: everything is then booked again. */
export const STATE_FORM = "3";

export function writeState(state: SymbolState): string {
  return JSON.stringify({
    number: String(state.number),
    fills: String(state.fills),
    hasListed: state.hasListed,
    positions: state.positions.map(writePosition),
    formerPositions: state.formerPositions.map(writePosition),
    stranded: state.stranded.map(writeHeldLot),
  });
}

/** Throws a `FieldError` or RangeError on a text that `writeState` did not write. */
export function readState(text: string): SymbolState {
  const json = objectOf(parseJsonExactly(text));
  return {
    number: count(json, "number"),
    fills: count(json, "fills"),
    hasListed: booleanField(json, "hasListed"),
    positions: list(json, "positions").map(readPosition),
    formerPositions: list(json, "formerPositions").map(readPosition),
    stranded: list(json, "stranded").map(readHeldLot),
  };
}

function writePosition(position: PositionState) {
  return {
    positionSide: position.positionSide,
    isShort: position.isShort,
    quantity: formatFixed(position.quantity),
    asset: position.asset,
    openedAt: writeInstant(position.openedAt),
    roundTripKey: position.roundTripKey,
    fundingPerUnit: writeAmounts(position.fundingPerUnit),
    openingFills: String(position.openingFills),
    closingFills: String(position.closingFills),
    openedQuantity: formatFixed(position.openedQuantity),
    largestQuantity: formatFixed(position.largestQuantity),
    openedValue: formatFixed(position.openedValue),
    closedValue: formatFixed(position.closedValue),
    openingFees: writeAmounts(position.openingFees),
    closingFees: writeAmounts(position.closingFees),
    funding: writeAmounts(position.funding),
    isInferred: position.isInferred,
    venueRealizedPnl: formatFixed(position.venueRealizedPnl),
    methods: position.methods.map(({ method, lots, fundingHeld }) => ({
      method,
      lots: lots.map(writeLot),
      fundingHeld: writeAmounts(fundingHeld),
    })),
  };
}

function readPosition(json: JsonObject): PositionState {
  return {
    positionSide: requiredText(json, "positionSide") as PositionSide,
    isShort: booleanField(json, "isShort"),
    quantity: fixed(json, "quantity"),
    asset: requiredText(json, "asset"),
    openedAt: optionalInstant(json, "openedAt"),
    roundTripKey: requiredText(json, "roundTripKey"),
    fundingPerUnit: readAmounts(json, "fundingPerUnit"),
    openingFills: count(json, "openingFills"),
    closingFills: count(json, "closingFills"),
    openedQuantity: fixed(json, "openedQuantity"),
    largestQuantity: fixed(json, "largestQuantity"),
    openedValue: fixed(json, "openedValue"),
    closedValue: fixed(json, "closedValue"),
    openingFees: readAmounts(json, "openingFees"),
    closingFees: readAmounts(json, "closingFees"),
    funding: readAmounts(json, "funding"),
    isInferred: booleanField(json, "isInferred"),
    venueRealizedPnl: fixed(json, "venueRealizedPnl"),
    methods: list(json, "methods").map(
      (one): MethodState => ({
        method: readMethod(one),
        lots: list(one, "lots").map(readLot),
        fundingHeld: readAmounts(one, "fundingHeld"),
      }),
    ),
  };
}

function writeHeldLot(held: HeldLot) {
  return {
    ...held,
    lot: writeLot(held.lot),
    funding: writeAmounts(held.funding),
    strandedAt: writeInstant(held.strandedAt),
  };
}

function readHeldLot(json: JsonObject): HeldLot {
  return {
    method: readMethod(json),
    positionSide: requiredText(json, "positionSide") as PositionSide,
    isShort: booleanField(json, "isShort"),
    roundTripKey: requiredText(json, "roundTripKey"),
    lot: readLot(objectOf(json["lot"])),
    funding: readAmounts(json, "funding"),
    asset: requiredText(json, "asset"),
    strandedAt: optionalInstant(json, "strandedAt"),
  };
}

function writeLot(lot: Lot) {
  return {
    number: String(lot.number),
    openingKey: lot.openingKey,
    openedAt: writeInstant(lot.openedAt),
    isInferred: lot.isInferred,
    openedQuantity: formatFixed(lot.openedQuantity),
    openedValue: formatFixed(lot.openedValue),
    quantity: formatFixed(lot.quantity),
    value: formatFixed(lot.value),
    fees: writeAmounts(lot.fees),
    fundingPerUnitBefore: writeAmounts(lot.fundingPerUnitBefore),
  };
}

function readLot(json: JsonObject): Lot {
  return {
    number: count(json, "number"),
    openingKey: requiredText(json, "openingKey"),
    openedAt: optionalInstant(json, "openedAt"),
    isInferred: booleanField(json, "isInferred"),
    openedQuantity: fixed(json, "openedQuantity"),
    openedValue: fixed(json, "openedValue"),
    quantity: fixed(json, "quantity"),
    value: fixed(json, "value"),
    fees: readAmounts(json, "fees"),
    fundingPerUnitBefore: readAmounts(json, "fundingPerUnitBefore"),
  };
}

function writeAmounts(amounts: Amounts) {
  return amounts.map(({ asset, amount }) => ({ asset, amount: formatFixed(amount) }));
}

function readAmounts(json: JsonObject, name: string): Amounts {
  return list(json, name).map((one) => ({ asset: requiredText(one, "asset"), amount: fixed(one, "amount") }));
}

function readMethod(json: JsonObject): LotMethod {
  const name = requiredText(json, "method");
  const method = LOT_METHODS.find((one) => one === name);
  if (method === undefined) throw new RangeError(`a lot method was expected, found "${name}"`);
  return method;
}

/** How many events or fills: fifteen digits are exact, and more than there can be. */
function count(json: JsonObject, name: string): number {
  const text = requiredText(json, name);
  if (!/^\d{1,15}$/.test(text)) throw new RangeError(`"${name}": a count was expected, found "${text}"`);
  return Number(text);
}

function fixed(json: JsonObject, name: string): Fixed {
  return parseFixed(requiredText(json, name));
}

function writeInstant(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

function optionalInstant(json: JsonObject, name: string): Instant | null {
  const text = optionalTextField(json, name);
  return text === null ? null : parseUtcInstant(text);
}

function list(json: JsonObject, name: string): readonly JsonObject[] {
  const value = json[name];
  if (!Array.isArray(value)) throw new RangeError(`"${name}": a list was expected`);
  return value.map(objectOf);
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  if (!isJsonObject(value)) throw new RangeError("an object was expected");
  return value;
}
