/**
 * What a row of a cash statement is, whatever its venue calls it. A venue's `decode` gives the kind; the
 * books and every SQL statement go by it. Amounts are signed for the wallet: + is received, − is paid.
 */
export const CASH_KINDS = [
  /**
   * What closing a position brought (+) or cost (−), by prices alone: before fees and funding. From a fill.
   */
  "realized_pnl",
  /**
   * The same where the venue ends a contract and settles what is open. In most cases the venue also sends a
   * fill for it; where it sends none, this row closes the position.
   */
  "contract_settlement",
  /** The fee of a fill (−). A maker rebate on a fill (+) is of this kind too. */
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
   * The venue's word is not known to the program: the wallet moved by the amount (±), and a person must look
   * at it.
   */
  "unknown",
] as const;
export type CashKind = (typeof CASH_KINDS)[number];
