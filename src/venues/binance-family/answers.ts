/**
 * The venues' answers: pages, snapshots, and what is thrown for an answer of another shape. The venue's name
 * is handed in: its messages begin with it.
 */
import type { Decimal } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";
import {
  FieldError,
  isJsonObject,
  type JsonObject,
  jsonText,
  optionalTextField,
  parseJsonExactly,
} from "../../domain/json.ts";
import type {
  Balance,
  CommonStreamName,
  Instrument,
  MarginType,
  ShownAccount,
  ShownPosition,
} from "../../domain/record.ts";
import { PageStalledError, RequestRefusedError } from "../../errors.ts";
import {
  choiceField,
  decimalField,
  eachOnce,
  nonBlankText,
  readCount,
  shownDecimal,
  textOrEmpty,
  timeField,
} from "../fields.ts";
import type { PageQuery, Venue, VerbatimRow } from "../venue.ts";
import { commonStream, fillIdOf, identityOf, POSITION_SIDES } from "./rows.ts";

export type AnswerTerms = {
  /** The venue's id. */
  readonly venue: string;
  /** What tells one margin change from another, beside its amount and time. */
  readonly marginChangeFields: readonly string[];
};

export type AnswerReaders = Pick<
  Venue,
  "readTime" | "readInstruments" | "readBalances" | "readPositions" | "readPage"
> & { readWeightLimit(body: string): number | null; readAccount(body: string): ShownAccount };

const STREAM_WORDS: Readonly<Record<CommonStreamName, string>> = {
  income: "income",
  fills: "fills",
  forced_orders: "forced orders",
  margin_changes: "margin changes",
};

export function answerReaders({ venue, marginChangeFields }: AnswerTerms): AnswerReaders {
  const at = (words: string): Answer => ({ where: `${venue} ${words}` });
  return {
    readPage(pageQuery, body) {
      const words = STREAM_WORDS[commonStream(pageQuery.stream)];
      return readPage(
        at(pageQuery.symbol === "" ? words : `${words} ${pageQuery.symbol}`),
        pageQuery,
        body,
        marginChangeFields,
      );
    },
    readTime: (body) => readTime(at("time"), body),
    readInstruments: (body) => readInstruments(at("exchange information"), body),
    readWeightLimit: (body) => readWeightLimit(at("exchange information"), body),
    readBalances: (body) => readBalances(at("balances"), body),
    readPositions: (body) => readPositions(at("positions"), body),
    readAccount: (body) => readAccount(at("account"), body),
  };
}

/** Which answer is being read, for messages. */
type Answer = { readonly where: string };

// Pages ----------------------------------------------------------------------------------------------------

/**
 * The rows of a page, verbatim. Throws a SyntaxError for a body that is cut off, a `RequestRefusedError` for
 * one that is no page, and a `PageStalledError` when a filter was ignored: only the rows' own fields can show
 * that.
 */
function readPage(
  answer: Answer,
  pageQuery: PageQuery,
  body: string,
  marginChangeFields: readonly string[],
): readonly VerbatimRow[] {
  return objectsOf(answer, body).map((row) => {
    const occurredAt = readOr(answer, body, () => timeField(row, "time"));
    refuseIgnoredFilter(answer, pageQuery, row);
    return {
      identity: identityOf(pageQuery.stream, row, occurredAt, marginChangeFields),
      symbol: textOrEmpty(row, "symbol"),
      occurredAt,
      body: jsonText(row),
      id: pageQuery.stream === "fills" ? fillIdOf(row) : null,
    };
  });
}

function refuseIgnoredFilter({ where }: Answer, { filters }: PageQuery, row: JsonObject): void {
  for (const name of ["incomeType", "type", "symbol"]) {
    const requested = filters[name];
    const found = textOrEmpty(row, name);
    if (requested === undefined || requested === found) continue;
    throw new PageStalledError({
      where,
      what: `a row of ${name} "${found}" came for a query of "${requested}" only`,
      evidence: [
        "the venue ignored a parameter, so this page proves nothing; what was loaded before it is safe",
      ],
      next: "run it again; if it persists, the venue has changed what it accepts: report it",
    });
  }
}

// Snapshots ------------------------------------------------------------------------------------------------

function readTime(answer: Answer, body: string): Instant {
  return readOr(answer, body, () => timeField(objectOf(answer, body), "serverTime"));
}

function readInstruments(answer: Answer, body: string): readonly Instrument[] {
  const symbols = objectOf(answer, body)["symbols"];
  if (!Array.isArray(symbols) || !symbols.every(isJsonObject))
    throw notUnderstood(answer, body, "a list of symbols");
  return readOr(answer, body, () => {
    const instruments = symbols.map((row) => ({
      symbol: nonBlankText(row, "symbol"),
      status: optionalTextField(row, "status") ?? "",
      marginAsset: optionalTextField(row, "marginAsset") ?? "",
      listedAt: optionalTextField(row, "onboardDate") === null ? null : timeField(row, "onboardDate"),
    }));
    return eachOnce(instruments, "symbols", ({ symbol }) => [symbol]);
  });
}

/** The request weight that the exchange information grants a minute; null where it does not say. */
function readWeightLimit(answer: Answer, body: string): number | null {
  const limits = objectOf(answer, body)["rateLimits"];
  if (!Array.isArray(limits)) return null;
  const perMinute = limits
    .filter(isJsonObject)
    .find(
      (limit) =>
        textOrEmpty(limit, "rateLimitType") === "REQUEST_WEIGHT" &&
        textOrEmpty(limit, "interval") === "MINUTE" &&
        textOrEmpty(limit, "intervalNum") === "1",
    );
  const weight = perMinute === undefined ? null : readCount(textOrEmpty(perMinute, "limit"));
  return weight === 0 ? null : weight;
}

/** Every asset, with a balance or without: an asset that went to zero is evidence too. */
function readBalances(answer: Answer, body: string): readonly Balance[] {
  const rows = objectsOf(answer, body);
  return readOr(answer, body, () => {
    const balances = rows.map((row) => ({
      asset: nonBlankText(row, "asset"),
      // `balance` alone is without unrealized PnL; the other figures are not comparable with the cash
      // statement.
      wallet: decimalField(row, "balance"),
    }));
    return eachOnce(balances, "assets", ({ asset }) => [asset]);
  });
}

/**
 * Open positions. Older versions answer with every symbol there is, so rows without a quantity are left out.
 */
function readPositions(answer: Answer, body: string): readonly ShownPosition[] {
  const rows = objectsOf(answer, body);
  return readOr(answer, body, () => {
    const open = rows.filter((row) => !decimalField(row, "positionAmt").isZero());
    const positions = open.map((row) => ({
      symbol: nonBlankText(row, "symbol"),
      positionSide: choiceField(row, "positionSide", POSITION_SIDES),
      quantity: decimalField(row, "positionAmt"),
      entryPrice: decimalField(row, "entryPrice"),
      markPrice: shownDecimal(row, "markPrice"),
      unrealizedPnl: shownDecimal(row, "unRealizedProfit"),
      liquidationPrice: liquidationPriceOf(row),
      leverage: shownDecimal(row, "leverage"),
      marginType: MARGIN_TYPES.get(textOrEmpty(row, "marginType")) ?? null,
      maintenanceMargin: shownDecimal(row, "maintMargin"),
    }));
    return eachOnce(positions, "positions", ({ symbol, positionSide }) => [symbol, positionSide]);
  });
}

/** Of a position that no price liquidates, the venues say 0. */
function liquidationPriceOf(row: JsonObject): Decimal | null {
  const price = shownDecimal(row, "liquidationPrice");
  return price?.isZero() ? null : price;
}

/** Positions say the type, and the account whether it is `isolated`. */
const MARGIN_TYPES: ReadonlyMap<string, MarginType> = new Map([
  ["cross", "cross"],
  ["isolated", "isolated"],
  ["false", "cross"],
  ["true", "isolated"],
]);

/**
 * The account with what it is worth by asset (`marginBalance`), and its open positions. Sums of all assets
 * are not read: their unit changes with the account's mode.
 */
function readAccount(answer: Answer, body: string): ShownAccount {
  const account = objectOf(answer, body);
  const [assets, positions] = [account["assets"], account["positions"]];
  if (!Array.isArray(assets) || !assets.every(isJsonObject))
    throw notUnderstood(answer, body, "a list of assets");
  if (!Array.isArray(positions) || !positions.every(isJsonObject))
    throw notUnderstood(answer, body, "a list of positions");
  return readOr(answer, body, () => {
    const equities = assets.map((row) => ({
      asset: nonBlankText(row, "asset"),
      wallet: decimalField(row, "walletBalance"),
      unrealizedPnl: shownDecimal(row, "unrealizedProfit"),
      equity: shownDecimal(row, "marginBalance"),
    }));
    const open = positions.filter((row) => !decimalField(row, "positionAmt").isZero());
    const held = open.map((row) => ({
      symbol: nonBlankText(row, "symbol"),
      positionSide: choiceField(row, "positionSide", POSITION_SIDES),
      quantity: decimalField(row, "positionAmt"),
      unrealizedPnl: shownDecimal(row, "unrealizedProfit"),
      leverage: shownDecimal(row, "leverage"),
      marginType: MARGIN_TYPES.get(textOrEmpty(row, "isolated")) ?? null,
      maintenanceMargin: shownDecimal(row, "maintMargin"),
    }));
    const multiAssets = account["multiAssetsMargin"];
    return {
      positionMode: positionModeOf(positions),
      isMultiAssets: typeof multiAssets === "boolean" ? multiAssets : null,
      equities: eachOnce(equities, "assets", ({ asset }) => [asset]),
      positions: eachOnce(held, "positions", ({ symbol, positionSide }) => [symbol, positionSide]),
    };
  });
}

/**
 * The list has every contract there is, in one-way mode by BOTH alone and in hedge mode by LONG and SHORT.
 * Null for a list that has both or nothing.
 */
function positionModeOf(positions: readonly JsonObject[]): ShownAccount["positionMode"] {
  const sides = new Set(positions.map((row) => textOrEmpty(row, "positionSide")));
  if (sides.has("BOTH")) return sides.size === 1 ? "one-way" : null;
  return sides.has("LONG") && sides.has("SHORT") && sides.size === 2 ? "hedge" : null;
}

// Answers of the wrong shape -------------------------------------------------------------------------------

function objectOf(answer: Answer, body: string): JsonObject {
  const value = parseJsonExactly(body);
  if (isJsonObject(value)) return value;
  throw notUnderstood(answer, body, "an object");
}

function objectsOf(answer: Answer, body: string): readonly JsonObject[] {
  const value = parseJsonExactly(body);
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw notUnderstood(answer, body, "a list of objects");
}

function readOr<Value>(answer: Answer, body: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw notUnderstood(answer, body, `rows that can be read (${error.message})`);
  }
}

function notUnderstood({ where }: Answer, body: string, expected: string): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: `${expected} was expected, found something else`,
    evidence: [
      `the answer begins: ${excerpt(body)}`,
      "nothing of this answer was kept; what was loaded before it is safe",
    ],
    next: "run it again; if it persists, the venue has changed its answer: report it",
  });
}

const EXCERPT_LENGTH = 200;

/** The beginning of a text on one line, for messages. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= EXCERPT_LENGTH ? line : `${line.slice(0, EXCERPT_LENGTH - 1)}…`;
}
