/**
 * bitcoin.tax. It counts income, spending and trades, not transfers. An amount has no sign there: the action
 * alone tells its direction.
 */
import { asset, describe, nothing, secondsText, type, unsignedAmount } from "../forms/columns.ts";
import { type Table, table } from "../forms/table.ts";

const COLUMNS: Table["columns"] = [
  { header: "Date", cell: ({ at }) => `${secondsText(at)} -0000` },
  { header: "Action", cell: type },
  { header: "Symbol", cell: asset },
  { header: "Volume", cell: unsignedAmount },
  { header: "Currency", cell: nothing },
  { header: "Total", cell: nothing },
  // Every fee is a row of its own.
  { header: "Fee", cell: nothing },
  { header: "FeeCurrency", cell: nothing },
  { header: "Memo", cell: describe },
];

export const bitcoinTax = table({
  name: "bitcoin-tax",
  title: "bitcoin.tax, income and spending",
  readBy: "bitcoin.tax",
  confidence: "C",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: { received: "DEPOSIT", paid: "WITHDRAWAL" },
    realized_pnl: { received: "INCOME", paid: "SPEND" },
    trading_fee: { received: "INCOME", paid: "SPEND" },
    rebate: { received: "INCOME", paid: "SPEND" },
    funding: { received: "INCOME", paid: "SPEND" },
    liquidation: { received: "INCOME", paid: "SPEND" },
    reward: { received: "INCOME", paid: "SPEND" },
    conversion: { received: "DEPOSIT", paid: "WITHDRAWAL" },
    transfer: { received: "DEPOSIT", paid: "WITHDRAWAL" },
    own_transfer: { received: "DEPOSIT", paid: "WITHDRAWAL" },
    unknown: { received: "DEPOSIT", paid: "WITHDRAWAL" },
  },
  types: { received: ["INCOME", "DEPOSIT"], paid: ["SPEND", "WITHDRAWAL"] },
  columns: COLUMNS,
  apart: {
    name: "transfers",
    kinds: ["opening", "conversion", "transfer", "own_transfer", "unknown"],
    columns: COLUMNS,
  },
  howToImport: [
    "Import the account's file in the tab “Income”, and in the tab “Spending”; each takes the rows of its own actions.",
    "Do not import the file of transfers: it is for you, so that nothing is left out.",
  ],
  cannotSay: [
    "**Results of futures. A profit is income, a loss or a fee is spending, as its own importer of margin trades does it.**",
    "Transfers, openings, the sides of a conversion, and what nobody understands yet (kind unknown): they are in a file of their own, with actions that are no actions of bitcoin.tax.",
    "It may take a row that equals another one of the same second for a repetition, so such rows stand there as one with their sum.",
  ],
  check: [
    "Income less spending of each asset is the sum of the rows below, less that of the transfers.",
    "With your adviser, whether spending that is a loss may be counted as one.",
  ],
});
