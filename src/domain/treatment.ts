/**
 * How the result of a period is counted. The books hold every way side by side; the treatment says which of
 * them is called the result.
 */

export const LOT_METHODS = ["average", "fifo", "lifo", "hifo"] as const;
/** Which lot a close takes first; hifo the one with the least gain. At average cost there is only one. */
export type LotMethod = (typeof LOT_METHODS)[number];

export const FEE_TREATMENTS = ["outside", "inside"] as const;
export const FUNDING_TREATMENTS = ["own", "inside"] as const;

export type Treatment = {
  readonly method: LotMethod;
  /**
   * outside: an expense when it is paid. inside: its opening and its closing share count when the piece they
   * belong to is closed.
   */
  readonly fees: (typeof FEE_TREATMENTS)[number];
  /**
   * own: an item of its own when it is settled. inside: counts when the quantity that received it is closed.
   */
  readonly funding: (typeof FUNDING_TREATMENTS)[number];
};

/** As venues count, and their cash. */
export const DEFAULT_TREATMENT: Treatment = { method: "average", fees: "outside", funding: "own" };
