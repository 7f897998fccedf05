/** TurboTax's universal crypto CSV. */
import {
  describe,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  rowId,
  secondsText,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const turbotax = table({
  name: "turbotax",
  title: "TurboTax, universal crypto CSV",
  readBy: "TurboTax",
  confidence: "B",
  files: "by account",
  lineEnd: "\r\n",
  rowsMax: null,
  decimals: 8,
  skipsTwins: false,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Income", paid: "Expense" },
    trading_fee: { received: "Income", paid: "Expense" },
    rebate: { received: "Income", paid: "Expense" },
    funding: { received: "Income", paid: "Expense" },
    liquidation: { received: "Income", paid: "Expense" },
    reward: { received: "Income", paid: "Expense" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Date", cell: ({ at }) => secondsText(at) },
    { header: "Type", cell: type },
    { header: "Sent Asset", cell: paidAsset },
    { header: "Sent Amount", cell: paid },
    { header: "Received Asset", cell: receivedAsset },
    { header: "Received Amount", cell: received },
    // Every fee is a row of its own.
    { header: "Fee Asset", cell: nothing },
    { header: "Fee Amount", cell: nothing },
    // Empty: TurboTax looks the prices up.
    { header: "Market Value Currency", cell: nothing },
    { header: "Market Value", cell: nothing },
    { header: "Description", cell: describe },
    { header: "Transaction Hash", cell: nothing },
    { header: "Transaction ID", cell: rowId },
  ],
  howToImport: [
    "Where TurboTax asks for digital assets, choose to upload a CSV file, and the universal template as its source.",
    "Do not open and save the file in a spreadsheet before, which changes the dates.",
  ],
  cannotSay: [
    "**Results of futures. It has no type for them: a profit is Income, a loss or a fee is an Expense.** Where they belong on Form 8949 or 6781, enter them from the report `disposals` instead.",
    "More than 8 decimals.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals; the description says so.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "That no row needs review for a missing price: TurboTax looks up the market values that are empty here.",
  ],
});
