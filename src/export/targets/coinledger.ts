/** CoinLedger's Universal Manual Import Template. All of its headers have to be there, as it writes them. */
import {
  describe,
  exchange,
  monthFirstText,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  rowId,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const coinledger = table({
  name: "coinledger",
  title: "CoinLedger, Universal Manual Import Template",
  readBy: "CoinLedger",
  confidence: "B",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: false,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Income", paid: "Payment" },
    trading_fee: { received: "Income", paid: "Payment" },
    rebate: { received: "Income", paid: "Payment" },
    funding: { received: "Income", paid: "Payment" },
    liquidation: { received: "Income", paid: "Payment" },
    reward: { received: "Income", paid: "Payment" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Date (UTC)", cell: ({ at }) => monthFirstText(at) },
    { header: "Platform (Optional)", cell: exchange },
    { header: "Asset Sent", cell: paidAsset },
    { header: "Amount Sent", cell: paid },
    { header: "Asset Received", cell: receivedAsset },
    { header: "Amount Received", cell: received },
    // Every fee is a row of its own.
    { header: "Fee Currency (Optional)", cell: nothing },
    { header: "Fee Amount (Optional)", cell: nothing },
    { header: "Type", cell: type },
    { header: "Description (Optional)", cell: describe },
    { header: "TxHash (Optional)", cell: rowId },
  ],
  howToImport: [
    "Upload the file under “Other Account”, and give the import the account's name; the times are UTC.",
    "Do not open and save the file in a spreadsheet before, which changes the dates.",
  ],
  cannotSay: [
    "**Results of futures. It has no type for them: a profit is Income, a loss or a fee is a Payment, which is an approximation, and CoinLedger books each payment as a disposal of the coin.** In the United States, file results from the report `disposals` instead.",
    "Positions and executions.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals; the description says so.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "With your adviser, whether income and payments are right for you.",
  ],
});
