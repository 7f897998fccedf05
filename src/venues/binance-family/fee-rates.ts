/**
 * What the account is charged of a fill in one contract, as it is now: `makerCommissionRate` and
 * `takerCommissionRate` of "User Commission Rate", which both venues weigh 20. The past is not served.
 */
import { FieldError, isJsonObject, parseJsonExactly } from "../../domain/json.ts";
import { RequestRefusedError } from "../../errors.ts";
import { decimalField, nonBlankText } from "../fields.ts";
import type { FeeRates } from "../venue.ts";
import { excerpt } from "./answers.ts";

const WEIGHT = 20;

export function feeRatesAt(venue: string, path: string): FeeRates {
  return {
    request: (symbol) => ({ path, query: [["symbol", symbol]], weight: WEIGHT, isSigned: true }),
    read(symbol, body) {
      try {
        const row = parseJsonExactly(body);
        if (!isJsonObject(row)) throw new FieldError("an object was expected");
        if (nonBlankText(row, "symbol") !== symbol) throw new FieldError('"symbol": it is another contract');
        return {
          maker: decimalField(row, "makerCommissionRate"),
          taker: decimalField(row, "takerCommissionRate"),
        };
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw new RequestRefusedError({
          where: `${venue} fee rates ${symbol}`,
          what: `the answer cannot be read: ${error.message}`,
          evidence: [`it begins: ${excerpt(body)}`],
          next: "nothing is lost, the books do not need it; if it persists, the venue has changed its answer: report it",
        });
      }
    },
  };
}
