/** What the venue paid when it ended a contract = what the lots that it closed realized; for settlements that no fill tells of. */
import { parseDecimal } from "../../domain/decimal.ts";
import { runSqlFile } from "../../store/sql-file.ts";
import type { Transaction } from "../../store/store.ts";
import type { Finding } from "./finding.ts";

export async function checkContractSettlements(
  transaction: Transaction,
  account_id: string,
): Promise<Finding[]> {
  type Row = {
    symbol: string;
    asset: string;
    occurred_at: string;
    expected: string;
    found: string;
    has_closed: boolean;
  };
  const rows = await runSqlFile<Row>(transaction, "checks/contract-settlements", { account_id });
  return rows.map((row) => {
    const [expected, found] = [parseDecimal(row.expected), parseDecimal(row.found)];
    const agrees = expected.eq(found);
    return {
      check_name: "contract_settlement",
      subject: `${row.symbol} ${row.asset} ${row.occurred_at}`,
      asset: row.asset,
      symbol: row.symbol,
      from_time: row.occurred_at,
      checked_at: row.occurred_at,
      expected,
      found,
      status: agrees ? "agrees" : "differs",
      class: agrees ? "" : "missing_row",
      ...(agrees ? {} : { next: "begin the history earlier, or say under openings what was open" }),
      note: !agrees
        ? "suspect: the venue settled a position that the books do not hold, because fills are missing or it was open before the history"
        : row.has_closed
          ? "no fill tells of the settlement: the lots are closed at the price that its cash implies"
          : "the venue ended the contract, and nothing was open",
    };
  });
}
