/** BittyTax's own records. Columns go by their order; its header is skipped. */
import { formatInstant } from "../../domain/instant.ts";
import {
  describe,
  exchange,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const bittytax = table({
  name: "bittytax",
  title: "BittyTax, transaction records",
  readBy: "BittyTax",
  confidence: "A",
  files: "one",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: false,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Margin-Gain", paid: "Margin-Loss" },
    trading_fee: { received: "Margin-Fee-Rebate", paid: "Margin-Fee" },
    rebate: { received: "Margin-Fee-Rebate", paid: "Margin-Fee" },
    funding: { received: "Margin-Fee-Rebate", paid: "Margin-Fee" },
    liquidation: { received: "Margin-Fee-Rebate", paid: "Margin-Fee" },
    reward: { received: "Income", paid: "Spend" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Type", cell: type },
    { header: "Buy Quantity", cell: received },
    { header: "Buy Asset", cell: receivedAsset },
    { header: "Buy Value in GBP", cell: nothing },
    { header: "Sell Quantity", cell: paid },
    { header: "Sell Asset", cell: paidAsset },
    { header: "Sell Value in GBP", cell: nothing },
    { header: "Fee Quantity", cell: nothing },
    { header: "Fee Asset", cell: nothing },
    { header: "Fee Value in GBP", cell: nothing },
    { header: "Wallet", cell: exchange },
    // With its zone, and to the millisecond: BittyTax orders by it.
    { header: "Timestamp", cell: ({ at }) => formatInstant(at).replace("Z", "000 UTC") },
    { header: "Note", cell: describe },
  ],
  howToImport: [
    "`bittytax bittytax.csv`, or the rows as a sheet of the workbook that you already have.",
    "`bittytax bittytax.csv --audit` shows the balances alone.",
  ],
  cannotSay: [
    "Positions and executions: it takes what futures changed in the wallet.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals; correct them by hand.",
  ],
  check: [
    "The text that it prints names each row it could not read, and its exit code does not tell: failure must be 0.",
    "The audit's balances are the closing balances below, where the whole history was imported.",
    "Deposits and withdrawals are matched with your other wallets; one without a counterpart needs the other wallet's rows.",
  ],
});
