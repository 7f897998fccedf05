/**
 * The remedy for each refusal of the family, as data: by status, code and text. The first rule that fits
 * counts.
 */

export type Remedy =
  /** The venue cannot answer now: try again. */
  | "unavailable"
  | "rate_limited"
  /** Our time or nonce: measure the venue's clock and sign again. */
  | "clock"
  /** One symbol is not served: of a request for its history, a gap of that symbol. */
  | "symbol"
  | "credentials"
  /** The venue has archived the account. */
  | "archived"
  /** The span is older than what is served: of a request for a history, a gap. */
  | "expired"
  /** The venue does not serve the country. */
  | "country"
  | "firewall";

/** Fits a reply that has one of the statuses, one of the codes, and the text, as far as each is given. */
export type RefusalRule = {
  readonly remedy: Remedy;
  readonly statuses?: readonly number[];
  readonly codes?: readonly string[];
  readonly text?: RegExp;
  /** What else the refusal may mean, for the message. */
  readonly note?: string;
};

/** Before all others: a host that wants a pause gets it. */
export const PAUSE_RULES: readonly RefusalRule[] = [
  { remedy: "rate_limited", statuses: [429, 418] },
  { remedy: "rate_limited", codes: ["-1003"] },
];

/**
 * What both venues document, and what was seen of either. A code tells more than the status, but for a 401,
 * which means the credentials whatever code is with it. A refusal that no rule fits is a mistake of ours or
 * new at the venue: the account stops and shows it.
 */
export const FAMILY_RULES: readonly RefusalRule[] = [
  { remedy: "clock", codes: ["-1021"] },
  { remedy: "archived", codes: ["-4109"] },
  { remedy: "credentials", statuses: [401] },
  {
    remedy: "credentials",
    codes: ["-1002", "-1011", "-1022", "-1099", "-2008", "-2014", "-2015", "-2017", "-4056", "-4057"],
  },
  // -1008 is not documented: the servers are overloaded.
  { remedy: "unavailable", codes: ["-1000", "-1001", "-1006", "-1007", "-1008", "-1016"] },
  { remedy: "symbol", codes: ["-1121", "-1122", "-4140", "-4141", "-4144", "-4402"] },
  // Not documented; Binance was seen to say with it "Search window is restricted to recent 90 days only."
  { remedy: "expired", codes: ["-4166"] },
];

/** For replies without a code. */
export const STATUS_RULES: readonly RefusalRule[] = [
  { remedy: "country", statuses: [451] },
  { remedy: "firewall", statuses: [403] },
  { remedy: "unavailable", statuses: [408] },
];
