import { expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../../src/domain/decimal.ts";
import { walletMovement } from "../../../src/domain/entry.ts";
import { cell, readTable } from "../../support/text-table.ts";

test.each(
  readTable(`
  change                | counter              | debit                 | credit               | amount
  12.50                 | income:realized_pnl  | assets:wallet         | income:realized_pnl  | 12.5
  -12.50                | income:realized_pnl  | income:realized_pnl   | assets:wallet        | 12.5   // a loss is a smaller income
  -0.000000000000000001 | expenses:funding     | expenses:funding      | assets:wallet        | 0.000000000000000001
`),
)("a change of the wallet by $change against $counter", (row) => {
  const counter = cell(row, "counter") === "expenses:funding" ? "expenses:funding" : "income:realized_pnl";
  const movements = walletMovement(parseDecimal(cell(row, "change")), "USDT", counter);
  expect(movements.map((movement) => ({ ...movement, amount: formatDecimal(movement.amount) }))).toEqual([
    {
      debitAccount: cell(row, "debit"),
      creditAccount: cell(row, "credit"),
      asset: "USDT",
      amount: cell(row, "amount"),
    },
  ]);
});

test.each(["0", "-0", "0.00000000"])("a change by %s moves nothing", (text) => {
  expect(walletMovement(parseDecimal(text), "USDT", "suspense")).toEqual([]);
});
