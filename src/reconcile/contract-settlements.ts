/**
 * What the venue paid when it ended a contract = what the lots that it closed realized; for settlements that
 * no fill tells of. That the two are equal proves nothing, since the price is the one that makes them so: it
 * is inferred. What the row itself, or the lots, contradict is a difference.
 */

import type { PnlTolerance } from "../book/pnl-tolerance.ts";
import { formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";

const EITHER_WAY = {
  suspect:
    "the settlement's cash fits both sides of the hedge both ways round, and no row says which is meant",
  next: "look for the venue's settlement price, and accept it with what you find",
};
const NOT_HELD = {
  suspect:
    "the position that was settled is not the one in the books: what was open before the history, or a fill, is missing",
  next: "begin the history earlier, or say under openings what was open",
};

export async function checkContractSettlements(
  transaction: Transaction,
  account_id: string,
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  type Row = {
    symbol: string;
    asset: string;
    occurred_at: string;
    expected: string;
    found: string;
    /** What the lots were closed at; null where none was. */
    price: string | null;
    is_stranded: boolean;
    /** Whether that is because the rows fit both sides of a hedge both ways round. */
    is_either_way: boolean;
    /** Of the contract's own fills; null where it has none. */
    lowest: string | null;
    highest: string | null;
    /** Whether the price has more decimals than any fill. */
    is_finer: boolean;
  };
  const rows = await runSqlFile<Row>(transaction, "reconcile/contract-settlements", {
    account_id,
    fill_average: formatDecimal(tolerance.fillAverage),
  });
  return rows.map((row): Finding => {
    const [expected, found] = [parseDecimal(row.expected), parseDecimal(row.found)];
    const about = {
      check_name: "contract_settlement",
      subject: `${row.symbol} ${row.asset} ${row.occurred_at}`,
      asset: row.asset,
      symbol: row.symbol,
      from_time: row.occurred_at,
      checked_at: row.occurred_at,
      expected,
      found,
    } as const;
    if (row.is_stranded || !expected.eq(found))
      return {
        ...about,
        status: "differs",
        class: "missing_row",
        ...(row.is_either_way ? EITHER_WAY : NOT_HELD),
      };
    if (row.price === null)
      return {
        ...about,
        status: "agrees",
        class: "",
        note: "the venue ended the contract, and nothing was open",
      };
    return {
      ...about,
      status: "inferred",
      class: "",
      note: `no fill tells of the settlement: the lots are closed at ${row.price}, the price that its cash implies${doubtOf(row)}`,
    };
  });
}

/**
 * A settlement's price is an average of the venue's, so it may be finer than a fill's, and a contract that
 * ends may fall far: signs, not proofs.
 */
function doubtOf(row: {
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly is_finer: boolean;
  readonly price: string | null;
}): string {
  const { lowest, highest, price } = row;
  if (price === null || lowest === null || highest === null) return "";
  const ten = parseDecimal("10");
  const isFar =
    parseDecimal(price).times(ten).lt(parseDecimal(lowest)) ||
    parseDecimal(price).gt(parseDecimal(highest).times(ten));
  if (isFar) return `; it is far from the fills' prices, ${lowest} to ${highest}: a fill may be missing`;
  return row.is_finer ? "; it has more decimals than the fills' prices: a fill may be missing" : "";
}
