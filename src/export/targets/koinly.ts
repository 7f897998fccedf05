/**
 * Koinly's universal template with the tags of 2026. Rows of its older accounts have the classic labels: the
 * configuration can override any tag.
 */
import {
  describe,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  secondsText,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const koinly = table({
  name: "koinly",
  title: "Koinly, custom file (universal template)",
  readBy: "Koinly",
  confidence: "B",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: "",
    realized_pnl: "realized gain",
    trading_fee: "futures fee",
    rebate: "futures fee",
    funding: "funding fee",
    liquidation: "futures fee",
    reward: { received: "reward", paid: "cost" },
    conversion: "",
    transfer: "",
    own_transfer: "",
    unknown: "",
  },
  columns: [
    { header: "Date", cell: ({ at }) => secondsText(at) },
    { header: "Sent Amount", cell: paid },
    { header: "Sent Currency", cell: paidAsset },
    { header: "Received Amount", cell: received },
    { header: "Received Currency", cell: receivedAsset },
    // A fee in the currency of its own row would be ignored: every fee is a row of its own.
    { header: "Fee Amount", cell: nothing },
    { header: "Fee Currency", cell: nothing },
    { header: "Net Worth Amount", cell: nothing },
    { header: "Net Worth Currency", cell: nothing },
    { header: "Tag", cell: (_, tag) => tag },
    { header: "Description", cell: describe },
    // One that differs from the other wallet's would keep Koinly from matching the two sides of a transfer.
    { header: "TxHash", cell: nothing },
  ],
  howToImport: [
    "Make one wallet in Koinly for each account, and no API connection for it: both together would count twice.",
    "Wallets, the wallet, “Import file” (not opened and saved in a spreadsheet before, which changes the dates); the times are UTC.",
  ],
  cannotSay: [
    "Positions and executions: Koinly takes what futures changed in the wallet.",
    "An event that nobody understands yet (kind unknown) has no tag: give it one by hand.",
    "The two sides of a conversion are two rows, a withdrawal and a deposit; join them by hand.",
    "It skips rows that equal another one of the same second, so such rows stand there as one with their sum.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "The tags “futures fee” and “funding fee” are of 2026. If your account does not know them, set exports: [{ target: koinly, tags: { trading_fee: margin fee, rebate: fee refund, liquidation: margin fee, funding: realized gain } }].",
    "Transfers are matched with your other wallets; one without a counterpart needs the other wallet's import.",
  ],
});
