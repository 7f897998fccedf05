import { readDecimal } from "../domain/decimal.ts";
import { BOOKED_DECIMALS_MAX, decimalFault } from "../domain/storable.ts";
import type { PositionOpening } from "./configuration.ts";
import { alternatives, type Mapping, type Place, type Reading } from "./reading.ts";

const KEYS = ["symbol", "positionSide", "quantity", "entryPrice"];
const SIDES = ["BOTH", "LONG", "SHORT"] as const;

/** Reads the positions that were open before an account's history begins; null after a mistake. */
export function readOpenings(reading: Reading, place: Place): readonly PositionOpening[] | null {
  const items = reading.list(place, "a list of positions (symbol, quantity, entryPrice)");
  if (items === null) return null;
  const openings = items.map((item) => readOpening(reading, item));
  const linesOfSeries = new Map<string, number>();
  for (const [index, opening] of openings.entries()) {
    const at = items[index];
    if (opening === null || at === undefined) continue;
    const series = `${opening.symbol} ${opening.positionSide}`;
    const first = linesOfSeries.get(series);
    if (first !== undefined)
      reading.mistake(at, `expected one opening of ${series}, found another on line ${first}`);
    linesOfSeries.set(series, first ?? at.line);
  }
  const read = openings.filter((opening) => opening !== null);
  return read.length === openings.length ? read : null;
}

function readOpening(reading: Reading, place: Place): PositionOpening | null {
  const mapping = reading.mapping(place, "a position (symbol, quantity, entryPrice)", KEYS);
  if (mapping === null) return null;
  const symbolAt = reading.required(mapping, "symbol", "a symbol such as BTCUSDT");
  const symbol = symbolAt === null ? null : reading.text(symbolAt, "a symbol such as BTCUSDT");
  const positionSide = readSide(reading, mapping);
  const quantity = readNumber(reading, mapping, "quantity", "a quantity such as 0.5, or -0.5 for a short");
  const entryPrice = readNumber(reading, mapping, "entryPrice", "a price such as 60000.5");
  if (symbol === null || positionSide === null || quantity === null || entryPrice === null) return null;
  const isShort = quantity.startsWith("-");
  const isWrongSide = (positionSide === "LONG" && isShort) || (positionSide === "SHORT" && !isShort);
  if (isWrongSide) {
    reading.mistake(
      place,
      `expected a quantity ${isShort ? "without" : "with"} a minus sign for ${positionSide}, found ${quantity}`,
    );
    return null;
  }
  return { symbol: symbol.value, positionSide, quantity, entryPrice };
}

function readSide(reading: Reading, mapping: Mapping): PositionOpening["positionSide"] | null {
  const place = mapping.entries.get("positionSide");
  if (place === undefined) return "BOTH";
  const text = reading.text(place, alternatives(SIDES));
  const side = SIDES.find((one) => one === text?.value);
  if (side === undefined && text !== null) {
    reading.mistake(place, `expected ${alternatives(SIDES)}, found ${text.shown}`);
  }
  return side ?? null;
}

/** A plain decimal that is not zero, as its text: a float would change its digits. */
function readNumber(reading: Reading, mapping: Mapping, key: string, expected: string): string | null {
  const place = reading.required(mapping, key, expected);
  const text = place && reading.text(place, expected);
  if (place === null || text === null) return null;
  const value = readDecimal(text.value);
  const isPositive = key === "quantity" || value?.isPositive() === true;
  const fault = value === null ? null : decimalFault(value, BOOKED_DECIMALS_MAX);
  if (value !== null && !value.isZero() && isPositive && fault === null) return text.value;
  reading.mistake(
    place,
    `expected ${[expected, fault].filter((part) => part !== null).join(", ")}, found ${text.shown}`,
  );
  return null;
}
