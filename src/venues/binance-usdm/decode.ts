/**
 * Binance's words and signs become ours here: income is signed + in / − out, as documented; a fill's
 * commission is positive when paid (live rows show 4 basis points of the notional, although the
 * documentation's example is negative) and negative for a rebate; a margin change is signed by its type,
 * because live rows carry a minus for type 2 and the documentation shows none.
 *
 * `DELIVERED_SETTELMENT` (the venue's spelling) and every other type, documented or not, is income: the
 * wallet did move.
 */
export { decode } from "../binance-family/decode.ts";
