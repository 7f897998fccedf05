/**
 * What a row of a cash statement is, whatever its venue calls it: a venue's `decode` says it, the books and
 * every statement in SQL go by it. Amounts are signed for the wallet: + is received, − is paid.
 */
export const CASH_KINDS = [
  /**
   * What closing a position brought (+) or cost (−), by prices alone: before fees and funding. From a fill.
   */
  "realized_pnl",
  /**
   * The same where the venue ends a contract and settles what is open. Mostly a fill tells of it too; where
   * none does, this row closes the position.
   */
  "contract_settlement",
  /** The fee of a fill (−). What a maker is paid for one (+) is of this kind too. */
  "trading_fee",
  /**
   * Fees that come back (+) apart from any fill: to the trader, to a market maker, through a partner or a
   * strategy.
   */
  "rebate",
  /** What holders of the other side paid (+), or were paid (−), at the venue's funding times. */
  "funding",
  /**
   * The fee of a liquidation (−); also what the insurance fund pays to bring a bankrupt account back to zero
   * (+).
   */
  "liquidation",
  /** Gifts of the venue, prizes and referral income (+); one that is taken back (−). */
  "reward",
  /** One asset exchanged for another by the venue: − of the one, + of the other, a row each. */
  "conversion",
  /**
   * Money into the account (+) or out of it (−) where the venue does not say with whom, or it is another
   * account of the same venue.
   */
  "transfer",
  /** From a chain into the account (+). */
  "deposit",
  /** From the account to a chain (−). */
  "withdrawal",
  /** A deposit that comes from another chain by way of the venue's pool (+). */
  "bridge_deposit",
  /** A withdrawal that the venue's pool pays (−). */
  "bridge_withdrawal",
  /**
   * A word of the venue that nobody has told us the meaning of: the wallet moved by it (±), and a person must
   * look.
   */
  "unknown",
] as const;
export type CashKind = (typeof CASH_KINDS)[number];
