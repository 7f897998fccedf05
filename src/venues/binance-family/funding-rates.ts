/**
 * The family's public funding rates: one row a settlement, oldest first, 1,000 at most; both ends of the span
 * are inclusive. Source: "Get Funding Rate History" of both venues. The mark is empty in rows of before
 * 31 October 2023, and where a venue shows none. Rows of the rate type `Special` (dividends of stocks, since
 * July 2026) are paid beside the regular rate, perhaps at its very instant.
 */
import { FieldError, isJsonObject, type JsonObject, parseJsonExactly } from "../../domain/json.ts";
import type { Window } from "../../domain/window.ts";
import { RequestRefusedError } from "../../errors.ts";
import { decimalField, shownDecimal, textOrEmpty, timeField } from "../fields.ts";
import type { FundingRate, FundingRates } from "../venue.ts";
import { excerpt } from "./answers.ts";

const ROWS_MAX = 1_000;

/** `weight` is what a request counts of the host's budget. */
export function fundingRatesAt(venue: string, path: string, weight: number): FundingRates {
  return {
    rowsMax: ROWS_MAX,
    request: (symbol, window) => ({
      path,
      query: [
        ["symbol", symbol],
        ["startTime", String(window.from)],
        ["endTime", String(window.until - 1)],
        ["limit", String(ROWS_MAX)],
      ],
      weight,
      isSigned: false,
      isOfHistory: true,
    }),
    read: (symbol, window, body) => readRates(`${venue} funding rates ${symbol}`, symbol, window, body),
  };
}

function readRates(where: string, symbol: string, window: Window, body: string): readonly FundingRate[] {
  const rows = parseJsonExactly(body);
  if (!Array.isArray(rows) || !rows.every(isJsonObject)) throw notRates(where, body);
  // A proxy may hand out the answer to another request: the payments of one contract by the rates of another.
  if (rows.some((row) => textOrEmpty(row, "symbol") !== symbol)) throw notRates(where, body);
  const rates = ratesOf(where, rows, body);
  const isWhole = rates.every(
    ({ settledAt }, index) =>
      settledAt >= Math.max(window.from, rates[index - 1]?.settledAt ?? 0) && settledAt < window.until,
  );
  if (!isWhole) throw notRates(where, body);
  return rates;
}

function ratesOf(where: string, rows: readonly JsonObject[], body: string) {
  try {
    return rows.map(rateOf);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw notRates(where, body);
  }
}

function rateOf(row: JsonObject): FundingRate {
  const markPrice = shownDecimal(row, "markPrice");
  return {
    settledAt: timeField(row, "fundingTime"),
    rate: decimalField(row, "fundingRate"),
    markPrice: markPrice?.greaterThan(0) ? markPrice : null,
    isRegular: ["", "Regular"].includes(textOrEmpty(row, "rateType")),
  };
}

function notRates(where: string, body: string): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: "the contract's settlements in the requested span were expected, oldest first, found something else",
    evidence: [`the answer begins: ${excerpt(body)}`, "nothing of this answer was kept"],
    next: "run it again; if it persists, the venue has changed its answer: report it",
  });
}
