/**
 * Aster's words and signs become ours here: income is signed + in / − out as sent; a fill's commission is
 * positive when paid (live rows show it, 4 basis points of the notional, although the documentation's example
 * is negative); a margin change is signed by its type, because Aster's documents show it unsigned and its
 * model, Binance, sends a minus for type 2.
 */
export { decode } from "../binance-family/decode.ts";
