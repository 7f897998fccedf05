/** Coinpanda's generic file. */
import {
  byDirection,
  describe,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  secondsText,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const coinpanda = table({
  name: "coinpanda",
  title: "Coinpanda, generic file template",
  readBy: "Coinpanda",
  confidence: "C",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: "",
    realized_pnl: "Realized P&L",
    trading_fee: { received: "Realized P&L", paid: "Margin Trading Fee" },
    rebate: { received: "Realized P&L", paid: "Margin Trading Fee" },
    funding: { received: "Realized P&L", paid: "Margin Funding Cost" },
    liquidation: { received: "Realized P&L", paid: "Margin Trading Fee" },
    reward: { received: "Reward", paid: "Cost" },
    conversion: "",
    transfer: "",
    own_transfer: "",
    unknown: "",
  },
  columns: [
    { header: "Timestamp (UTC)", cell: ({ at }) => secondsText(at) },
    { header: "Type", cell: byDirection({ received: "Receive", paid: "Send" }) },
    { header: "Sent Amount", cell: paid },
    { header: "Sent Currency", cell: paidAsset },
    { header: "Received Amount", cell: received },
    { header: "Received Currency", cell: receivedAsset },
    // Every fee is a row of its own.
    { header: "Fee Amount", cell: nothing },
    { header: "Fee Currency", cell: nothing },
    { header: "Net Worth Amount", cell: nothing },
    { header: "Net Worth Currency", cell: nothing },
    { header: "Label", cell: type },
    { header: "Description", cell: describe },
    // One that differs from the other wallet's could keep it from matching the two sides of a transfer.
    { header: "TxHash", cell: nothing },
  ],
  howToImport: [
    "Make a wallet of the type “Custom” for each account, and upload its file there; the times are UTC.",
    "Do not open and save the file in a spreadsheet before, which changes the dates.",
  ],
  cannotSay: [
    "Positions and executions: it takes what futures changed in the wallet.",
    "Funding and rebates that were received: they are “Realized P&L”.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion have no label.",
    "It may take a row that equals another one of the same second for a repetition, so such rows stand there as one with their sum.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "“Margin and derivatives summary” in the tax report has the results, “Expense summary” the fees and the funding that was paid.",
  ],
});
