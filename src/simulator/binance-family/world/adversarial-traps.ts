import type { MarketVenue } from "./market.ts";

type TrapListing = { readonly name: string; readonly venues: readonly MarketVenue[]; readonly what: string };

const BOTH: readonly MarketVenue[] = ["aster", "binance"];

/** What an adversarial world may hold. */
export const ADVERSARIAL_TRAPS = [
  {
    name: "equal_twins",
    venues: BOTH,
    what: "parts of an order, and margin changes, that agree in everything",
  },
  { name: "shared_tran_ids", venues: BOTH, what: "a TRANSFER with the id of a trade's rows" },
  { name: "window_edges", venues: BOTH, what: "clusters in the last and the first millisecond of windows" },
  { name: "first_instant", venues: BOTH, what: "rows in the very first millisecond of the history" },
  { name: "present_instant", venues: BOTH, what: "a fill in the millisecond in which it is read" },
  {
    name: "crowded_instants",
    venues: BOTH,
    what: "more rows of several symbols in a millisecond than a page has",
  },
  { name: "late_rows", venues: BOTH, what: "rows that appear after their time was read" },
  { name: "free_of_charge", venues: BOTH, what: "fills that leave nothing in the income" },
  { name: "delisted", venues: BOTH, what: "a contract that is refused after its rows could be read" },
  { name: "ticker_reused", venues: BOTH, what: "ids that begin again, with another contract's fills" },
  { name: "self_trades", venues: BOTH, what: "two fills of one id" },
  { name: "not_ascii", venues: BOTH, what: "a symbol that must be percent-encoded" },
  { name: "rebates", venues: BOTH, what: "commissions that are paid to the maker" },
  { name: "fee_asset", venues: BOTH, what: "commissions in another asset than the result" },
  {
    name: "two_fundings",
    venues: BOTH,
    what: "two funding rows of a symbol in one millisecond, some of them equal",
  },
  { name: "ids_around_2_53", venues: BOTH, what: "neighbouring ids that are equal as floats" },
  { name: "forced_orders", venues: BOTH, what: "liquidations and deleveragings, several in a millisecond" },
  { name: "isolated_margin", venues: BOTH, what: "margin changes, many in a millisecond" },
  { name: "not_open_yet", venues: BOTH, what: "a listed contract that opens in the future" },
  { name: "unknown_type", venues: BOTH, what: "an income type that nobody documents" },
  { name: "two_margin_assets", venues: ["binance"], what: "a contract that is settled in USDC" },
  {
    name: "conversions",
    venues: ["binance"],
    what: "exchanges of assets: two rows of one id, even of one type",
  },
] as const satisfies readonly TrapListing[];

/** Those of later, drawn for themselves, so that a seed's world stays what it was but for them. */
export const NIGHTLY_TRAPS = [
  { name: "very_late_rows", venues: BOTH, what: "rows that appear days after what is read every night" },
] as const satisfies readonly TrapListing[];

export type Trap = (typeof ADVERSARIAL_TRAPS | typeof NIGHTLY_TRAPS)[number]["name"];
