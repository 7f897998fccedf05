/**
 * Coins that the account's records name by a number which the venue's listing has never named. They are
 * booked under their number, and a person must know: what else the venue counts in such a coin is not
 * requested.
 */
import { parseDecimal } from "../domain/decimal.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";

export async function checkCoinNames(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
): Promise<Finding[]> {
  const rows = await transaction
    .selectFrom("raw.name")
    .select("name")
    .where("account_id", "=", account_id)
    .where("kind", "=", "asset")
    .where("listed_name", "is", null)
    .orderBy("name")
    .execute();
  return rows.map(({ name }) => ({
    check_name: "coin_name",
    subject: `coin ${name}`,
    asset: name,
    symbol: "",
    from_time: null,
    checked_at,
    is_standing: true,
    expected: parseDecimal("1"),
    found: parseDecimal("0"),
    status: "differs",
    class: "unknown_kind",
    note: "the venue's listing names no such coin, and the books call it by its number",
    suspect: "collateral of a kind that is not known",
    next: "look at its rows, and accept it with what they are",
  }));
}
