/**
 * Aster's answers: what makes a page, who a row is, and how the fields are written. Ids, times and amounts come quoted or bare
 * from one generation to the next, so that every field is read as its text.
 */
import { type Decimal, formatDecimal, readDecimal } from "../../domain/decimal.ts";
import { type Instant, readMilliseconds } from "../../domain/instant.ts";
import {
  FieldError,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonText,
  optionalTextField,
  parseJsonExactly,
  textField,
} from "../../domain/json.ts";
import type {
  Balance,
  ForcedOrder,
  Instrument,
  Position,
  PositionSide,
  StreamName,
} from "../../domain/record.ts";
import { PageStalledError, RequestRefusedError } from "../../errors.ts";
import type { PageAsk, VerbatimRow } from "../venue.ts";

const EXCERPT_LENGTH = 200;

/** The beginning of a text on one line, for messages. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= EXCERPT_LENGTH ? line : `${line.slice(0, EXCERPT_LENGTH - 1)}…`;
}

// Fields ----------------------------------------------------------------------------------------------------------------

const WITH_EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;

/** Decimal text as plain digits: `1E-8` becomes `0.00000001`, exactly. Other text is given back as it is. */
export function withoutExponent(text: string): string {
  const parts = WITH_EXPONENT.exec(text);
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = ""] = parts;
  const shift = Number(exponent);
  const point = whole.length + Math.max(0, shift);
  const digits = `${"0".repeat(Math.max(0, -shift))}${whole}${fraction}`.padEnd(point, "0");
  const wholeDigits = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  return `${sign}${wholeDigits}${point < digits.length ? `.${digits.slice(point)}` : ""}`;
}

export function decimalField(row: JsonObject, name: string): Decimal {
  const value = readDecimal(withoutExponent(textField(row, name)));
  if (value !== null) return value;
  throw new FieldError(
    `"${name}": a decimal was expected, found ${jsonText(row[name] ?? null).slice(0, 80)}`,
  );
}

/** A field whose text is not blank. */
export function wordField(row: JsonObject, name: string): string {
  const text = textField(row, name);
  if (text !== "") return text;
  throw new FieldError(`"${name}": text was expected, found ""`);
}

export function timeField(row: JsonObject, name: string): Instant {
  const at = readMilliseconds(textField(row, name));
  if (at !== null) return at;
  throw new FieldError(
    `"${name}": milliseconds were expected, found ${jsonText(row[name] ?? null).slice(0, 80)}`,
  );
}

/** A field that must be one of a few words. */
export function choiceField<Word extends string>(
  row: JsonObject,
  name: string,
  words: readonly Word[],
): Word {
  const text = textField(row, name);
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new FieldError(
    `"${name}": ${words.join(", ")} was expected, found ${JSON.stringify(text).slice(0, 80)}`,
  );
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

// Pages -----------------------------------------------------------------------------------------------------------------

const PAGE_PLACES: Readonly<Record<StreamName, string>> = {
  income: "aster income",
  fills: "aster fills",
  forced_orders: "aster forced orders",
  margin_changes: "aster margin changes",
};

/**
 * The rows of a page, verbatim. Throws a SyntaxError for a body that is cut off, a `RequestRefusedError` for one that is no page, and
 * a `PageStalledError` when a filter was ignored: only the rows' own fields can show that.
 */
export function readPage(ask: PageAsk, body: string): readonly VerbatimRow[] {
  const where = ask.symbol === "" ? PAGE_PLACES[ask.stream] : `${PAGE_PLACES[ask.stream]} ${ask.symbol}`;
  return objectsOf(where, body).map((row) => {
    const occurredAt = readOr(where, body, () => timeField(row, "time"));
    refuseIgnoredFilter(where, ask, row);
    return {
      identity: identityOf(ask.stream, row, occurredAt),
      symbol: textOf(row, "symbol"),
      occurredAt,
      body: jsonText(row),
      id: ask.stream === "fills" ? fillIdOf(row) : null,
    };
  });
}

/** The row that a `VerbatimRow` holds; an empty one where its text is no object. */
export function readRow(body: string): JsonObject {
  const value = parseJsonExactly(body);
  return isJsonObject(value) ? value : {};
}

function refuseIgnoredFilter(where: string, { filters }: PageAsk, row: JsonObject): void {
  for (const name of ["incomeType", "type", "symbol"]) {
    const asked = filters[name];
    const found = textOf(row, name);
    if (asked === undefined || asked === found) continue;
    throw new PageStalledError({
      where,
      what: `a row of ${name} "${found}" came for a question about "${asked}" only`,
      evidence: [
        "the venue ignored a parameter, so this page proves nothing; what was loaded before it is safe",
      ],
      next: "run it again; if it persists, the filters in src/venues/aster/requests.ts must change",
    });
  }
}

/**
 * The fields that tell a row from others. An id alone never does: a `tranId` is unique within its income type only (the venue's own
 * example gives one to a TRANSFER and a COMMISSION), a trade id within its symbol only, and both sides of a
 * self-trade carry the same one. Margin changes have no id at all.
 */
function identityOf(stream: StreamName, row: JsonObject, occurredAt: Instant): readonly string[] {
  const time = String(occurredAt);
  switch (stream) {
    case "income":
      return [...texts(row, ["incomeType", "tranId", "tradeId", "symbol", "asset"]), time];
    case "fills":
      return [...texts(row, ["symbol", "id", "side", "positionSide"]), time];
    case "forced_orders":
      return [...texts(row, ["symbol", "orderId"]), time];
    case "margin_changes":
      return [...texts(row, ["symbol", "positionSide", "type", "asset"]), amountOf(row), time];
  }
}

function texts(row: JsonObject, names: readonly string[]): readonly string[] {
  return names.map((name) => textOf(row, name));
}

/** A field's text, "" where it is missing: a row that cannot be decoded has an identity all the same. */
function textOf(row: JsonObject, name: string): string {
  const value: Json | undefined = row[name];
  if (value === undefined || value === null) return "";
  return typeof value === "boolean" || Array.isArray(value) || isJsonObject(value)
    ? jsonText(value)
    : textField(row, name);
}

/** The amount without regard to trailing zeros, so that a change in how the venue prints it makes no new row. */
function amountOf(row: JsonObject): string {
  const text = textOf(row, "amount");
  const amount = readDecimal(withoutExponent(text));
  return amount === null ? text : formatDecimal(amount);
}

function fillIdOf(row: JsonObject): string | null {
  const id = textOf(row, "id");
  return /^\d+$/.test(id) ? id : null;
}

// Snapshots -------------------------------------------------------------------------------------------------------------

export function readTime(body: string): Instant {
  const where = "aster time";
  return readOr(where, body, () => timeField(objectOf(where, body), "serverTime"));
}

export function readInstruments(body: string): readonly Instrument[] {
  const where = "aster exchange information";
  const symbols = objectOf(where, body)["symbols"];
  if (!Array.isArray(symbols) || !symbols.every(isJsonObject))
    throw notUnderstood(where, body, "a list of symbols");
  return readOr(where, body, () =>
    symbols.map((row) => ({
      symbol: wordField(row, "symbol"),
      status: textOf(row, "status"),
      marginAsset: textOf(row, "marginAsset"),
      listedAt: optionalTextField(row, "onboardDate") === null ? null : timeField(row, "onboardDate"),
    })),
  );
}

/** Every asset, with a balance or without: an asset that went to zero is evidence too. */
export function readBalances(body: string): readonly Balance[] {
  const where = "aster balances";
  return objectsOf(where, body).map((row) =>
    readOr(where, body, () => ({
      asset: wordField(row, "asset"),
      // `balance` alone is without unrealized PnL; the other figures are not comparable with the cash statement.
      wallet: decimalField(row, "balance"),
    })),
  );
}

/** Open positions. V1 answers with every symbol there is, so rows without a quantity are left out. */
export function readPositions(body: string): readonly Position[] {
  const where = "aster positions";
  const rows = objectsOf(where, body).filter((row) =>
    readOr(where, body, () => !decimalField(row, "positionAmt").isZero()),
  );
  return rows.map((row) =>
    readOr(where, body, () => ({
      symbol: wordField(row, "symbol"),
      positionSide: choiceField(row, "positionSide", POSITION_SIDES),
      quantity: decimalField(row, "positionAmt"),
      entryPrice: decimalField(row, "entryPrice"),
    })),
  );
}

// Answers of the wrong shape --------------------------------------------------------------------------------------------

function objectOf(where: string, body: string): JsonObject {
  const value = parseJsonExactly(body);
  if (isJsonObject(value)) return value;
  throw notUnderstood(where, body, "an object");
}

function objectsOf(where: string, body: string): readonly JsonObject[] {
  const value = parseJsonExactly(body);
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw notUnderstood(where, body, "a list of objects");
}

function readOr<Value>(where: string, body: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw notUnderstood(where, body, `rows that can be read (${error.message})`);
  }
}

function notUnderstood(where: string, body: string, expected: string): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: `${expected} was expected, found something else`,
    evidence: [
      `the answer begins: ${excerpt(body)}`,
      "nothing of this answer was kept; what was loaded before it is safe",
    ],
    next: "run it again; if it persists, the venue has changed its answer and src/venues/aster/payloads.ts must follow",
  });
}
