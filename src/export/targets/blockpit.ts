/** Blockpit's template for imports by hand. */
import {
  dayFirstText,
  describe,
  exchange,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  rowId,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const blockpit = table({
  name: "blockpit",
  title: "Blockpit, manual import template",
  readBy: "Blockpit",
  confidence: "B",
  files: "by account",
  lineEnd: "\r\n",
  // What a workbook is made of is in memory.
  rowsMax: 20_000,
  isWorkbookToo: true,
  decimals: null,
  skipsTwins: false,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Derivative Profit", paid: "Derivative Loss" },
    trading_fee: { received: "Derivative Profit", paid: "Derivative Fee" },
    rebate: { received: "Derivative Profit", paid: "Derivative Fee" },
    funding: { received: "Derivative Profit", paid: "Derivative Fee" },
    liquidation: { received: "Derivative Profit", paid: "Derivative Fee" },
    reward: { received: "Derivative Profit", paid: "Derivative Fee" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Date (UTC)", cell: ({ at }) => dayFirstText(at) },
    { header: "Integration Name", cell: exchange },
    { header: "Label", cell: type },
    { header: "Outgoing Asset", cell: paidAsset },
    { header: "Outgoing Amount", cell: paid },
    { header: "Incoming Asset", cell: receivedAsset },
    { header: "Incoming Amount", cell: received },
    // Every fee is a row of its own.
    { header: "Fee Asset (optional)", cell: nothing },
    { header: "Fee Amount (optional)", cell: nothing },
    { header: "Comment (optional)", cell: describe },
    { header: "Trx. ID (optional)", cell: rowId },
  ],
  howToImport: [
    "Integrations, the manual import: upload the workbook `….xlsx` to the integration of the account; the times are UTC.",
    "Where the template of today has other columns, copy the rows below its header. The file `….csv` has the same rows.",
  ],
  cannotSay: [
    "More than 15 digits of an amount as a number: such an amount is text in the workbook, and every digit is in the CSV.",
    "A rebate or a reward: it is a Derivative Profit. `exports: [{ target: blockpit, tags: { rebate: Cashback } }]` makes it another.",
    "Positions and executions: it takes what futures changed in the wallet.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals; the comment says so.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "“Margin Profit”, “Margin Loss” and “Margin Fee” are for spot margin and must not appear.",
  ],
});
