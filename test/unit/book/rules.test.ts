/**
 * How each row of a cash statement is booked. What comes in is debited to the wallet, what goes out is
 * credited to it.
 */
import { describe, expect, test } from "vitest";
import { bookCash, CASH_RULES } from "../../../src/book/cash-rules.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { CASH_KINDS } from "../../../src/domain/cash-kind.ts";
import { formatDecimal, parseDecimal } from "../../../src/domain/decimal.ts";
import { type Entry, LEDGER_ACCOUNTS } from "../../../src/domain/entry.ts";
import { KIND_OF_INCOME_TYPE } from "../../../src/venues/binance-family/cash-kinds.ts";
import { decode } from "../../../src/venues/binance-family/decode.ts";
import { cell, readTable } from "../../support/text-table.ts";

const AT = parseInstant("2026-01-01T00:00:00Z");

/** A row of Binance's or Aster's cash statement as it is booked. */
function book(incomeType: string, amount: string): Entry {
  const row = { incomeType, income: amount, asset: "USDT", symbol: "BTCUSDT", tranId: "1", time: AT };
  const decoded = decode("income", JSON.stringify(row));
  if (decoded.kind === "unknown") throw new Error(decoded.why);
  const [income] = decoded.records;
  if (income?.stream !== "income") throw new Error(`${incomeType} is no income`);
  return bookCash("the/record#1", income);
}

/** Every type that Binance (22) and Aster (7) document, in both directions where both can happen. */
const DOCUMENTED = readTable(`
  income type                   | amount | kind         | debit                 | credit
  REALIZED_PNL                  |   1.25 | realized_pnl | assets:wallet         | income:realized_pnl
  REALIZED_PNL                  |  -1.25 | realized_pnl | income:realized_pnl   | assets:wallet
  DELIVERED_SETTELMENT          |    310 | realized_pnl | assets:wallet         | income:realized_pnl     // the venue's spelling
  DELIVERED_SETTELMENT          |   -310 | realized_pnl | income:realized_pnl   | assets:wallet
  COMMISSION                    |  -0.04 | trading_fee  | expenses:trading_fees | assets:wallet
  COMMISSION                    |   0.04 | trading_fee  | assets:wallet         | income:rebates          // a maker's rebate is no negative cost
  COMMISSION_REBATE             |   0.01 | rebate       | assets:wallet         | income:rebates
  API_REBATE                    |   0.01 | rebate       | assets:wallet         | income:rebates
  FEE_RETURN                    |   0.01 | rebate       | assets:wallet         | income:rebates
  MARKET_MERCHANT_RETURN_REWARD |      7 | rebate       | assets:wallet         | income:rebates
  FUNDING_FEE                   |   0.33 | funding      | assets:wallet         | income:funding
  FUNDING_FEE                   |  -0.33 | funding      | expenses:funding      | assets:wallet           // paid and received are kept apart
  INSURANCE_CLEAR               | -12.50 | liquidation  | expenses:liquidation  | assets:wallet
  INSURANCE_CLEAR               |   3.10 | liquidation  | assets:wallet         | expenses:liquidation    // the fund brings a bankrupt account back to zero
  TRANSFER                      |   1000 | transfer     | assets:wallet         | equity:transfers
  TRANSFER                      |  -1000 | transfer     | equity:transfers      | assets:wallet
  INTERNAL_TRANSFER             |      5 | transfer     | assets:wallet         | equity:transfers
  CROSS_COLLATERAL_TRANSFER     |     -5 | transfer     | equity:transfers      | assets:wallet
  STRATEGY_UMFUTURES_TRANSFER   |     -5 | transfer     | equity:transfers      | assets:wallet
  WELCOME_BONUS                 |     10 | reward       | assets:wallet         | income:rewards
  WELCOME_BONUS                 |    -10 | reward       | income:rewards        | assets:wallet           // taken back: less income, no expense
  CONTEST_REWARD                |     10 | reward       | assets:wallet         | income:rewards
  REFERRAL_KICKBACK             |   0.02 | reward       | assets:wallet         | income:rewards
  BFUSD_REWARD                  |   0.02 | reward       | assets:wallet         | income:rewards
  AUTO_EXCHANGE                 |    100 | conversion   | assets:wallet         | equity:conversions
  AUTO_EXCHANGE                 |   -100 | conversion   | equity:conversions    | assets:wallet
  COIN_SWAP_DEPOSIT             |    100 | conversion   | assets:wallet         | equity:conversions
  COIN_SWAP_WITHDRAW            |   -100 | conversion   | equity:conversions    | assets:wallet
  POSITION_LIMIT_INCREASE_FEE   |     -9 | unknown      | suspense              | assets:wallet           // no account of the chart is for it
  OPTIONS_PREMIUM_FEE           |     -9 | unknown      | suspense              | assets:wallet           // options are not what these books are about
  OPTIONS_SETTLE_PROFIT         |      9 | unknown      | assets:wallet         | suspense
`);

describe("a documented income type", () => {
  test.each(DOCUMENTED)("$income type of $amount is $kind: $debit from $credit", (row) => {
    const entry = book(cell(row, "income type"), cell(row, "amount"));
    expect({
      kind: entry.kind,
      movements: entry.movements.map((movement) => ({ ...movement, amount: formatDecimal(movement.amount) })),
    }).toEqual({
      kind: cell(row, "kind"),
      movements: [
        {
          debitAccount: cell(row, "debit"),
          creditAccount: cell(row, "credit"),
          asset: "USDT",
          amount: formatDecimal(parseDecimal(cell(row, "amount")).abs()),
        },
      ],
    });
  });

  test("that has a kind is in the table above", () => {
    const inTable = new Set(DOCUMENTED.map((row) => cell(row, "income type")));
    expect([...KIND_OF_INCOME_TYPE.keys()].filter((type) => !inTable.has(type))).toEqual([]);
    expect(inTable.size).toBe(23);
  });
});

describe("an income type that nobody has heard of", () => {
  test.each(
    readTable(`
    income type  | amount  | debit         | credit
    LIEN_CLAIM   |   -0.5  | suspense      | assets:wallet
    BONUS        |    0.5  | assets:wallet | suspense
    commission   |   -0.5  | suspense      | assets:wallet   // types are taken as they are written
    COMMISSION_2 |   -0.5  | suspense      | assets:wallet   // and never by their beginning
  `),
  )("$income type of $amount moves the wallet against suspense", (row) => {
    const entry = book(cell(row, "income type"), cell(row, "amount"));
    expect(entry.kind).toBe("unknown");
    expect(entry.movements.map(({ debitAccount, creditAccount }) => [debitAccount, creditAccount])).toEqual([
      [cell(row, "debit"), cell(row, "credit")],
    ]);
  });
});

test("every other kind is a transfer or unknown: they differ in where the money came from, and not in the books", () => {
  const ofDocuments = new Set([...KIND_OF_INCOME_TYPE.values()]);
  const others = CASH_KINDS.filter((kind) => !ofDocuments.has(kind));
  expect(others.map((kind) => [kind, CASH_RULES[kind]])).toEqual([
    ...["deposit", "withdrawal", "bridge_deposit", "bridge_withdrawal"].map((kind) => [
      kind,
      CASH_RULES.transfer,
    ]),
    ["unknown", { entryKind: "unknown", received: "suspense", paid: "suspense" }],
  ]);
});

describe("any row", () => {
  test("of amount zero is an entry without a movement", () => {
    for (const type of ["REALIZED_PNL", "COMMISSION", "FUNDING_FEE", "LIEN_CLAIM"]) {
      expect({ type, movements: book(type, "0").movements }).toEqual({ type, movements: [] });
      expect({ type, movements: book(type, "-0.00000000").movements }).toEqual({ type, movements: [] });
    }
  });

  test("keeps its own amount and asset, its instant and its symbol, and is known by its record", () => {
    const entry = book("FUNDING_FEE", "-0.000000000000000001");
    expect({ ...entry, movements: entry.movements.map(({ amount }) => formatDecimal(amount)) }).toEqual({
      entryId: "income/the/record#1",
      kind: "funding",
      symbol: "BTCUSDT",
      occurredAt: AT,
      movements: ["0.000000000000000001"],
    });
  });

  test("moves between accounts of the chart", () => {
    const accounts = DOCUMENTED.flatMap((row) => [cell(row, "debit"), cell(row, "credit")]);
    expect(accounts.filter((account) => !Object.hasOwn(LEDGER_ACCOUNTS, account))).toEqual([]);
  });
});
