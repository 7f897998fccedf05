/** The rows of `performance` of an asset, as the page shows them. */
import { isSeveral, type Page } from "./page.ts";
import { type Row, textOf } from "./stated-rows.ts";

export type ReturnRows = {
  /**
   * Of all accounts together, or of the only one: the whole period, then its years and its months. Empty
   * where two of the accounts are one account of the venue.
   */
  readonly together: readonly Row[];
  /** The whole period of each account; empty where it would say the same again. */
  readonly byAccount: readonly Row[];
};

export function returnRows(page: Page, asset: string): ReturnRows {
  const all = page.rows.kept.performance.filter((row) => row["asset"] === asset);
  if (!isSeveral(page)) return { together: all, byAccount: [] };
  const together = all.filter((row) => textOf(row, "account") === "");
  const byAccount = all.filter((row) => textOf(row, "account") !== "" && isOfWholePeriod(row));
  return { together, byAccount: together.length > 0 && byAccount.length === 1 ? [] : byAccount };
}

/** Its span has two ends; a year and a month are one word. */
export function isOfWholePeriod(row: Row): boolean {
  return textOf(row, "span").includes("..");
}
