/** CoinTracker's CSV. It refuses a file with a column more or less, so no row can have an id. */
import { monthFirstText, nothing, paid, paidAsset, received, receivedAsset, type } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const cointracker = table({
  name: "cointracker",
  title: "CoinTracker, CSV",
  readBy: "CoinTracker",
  confidence: "A",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: "",
    realized_pnl: { received: "margin gain", paid: "margin loss" },
    trading_fee: { received: "margin rebate", paid: "margin fee" },
    rebate: { received: "margin rebate", paid: "margin fee" },
    funding: { received: "margin gain", paid: "margin fee" },
    liquidation: { received: "margin rebate", paid: "margin fee" },
    reward: { received: "other income", paid: "payment" },
    conversion: "",
    transfer: "",
    own_transfer: "",
    unknown: "",
  },
  columns: [
    { header: "Date", cell: ({ at }) => monthFirstText(at) },
    { header: "Received Quantity", cell: received },
    { header: "Received Currency", cell: receivedAsset },
    { header: "Sent Quantity", cell: paid },
    { header: "Sent Currency", cell: paidAsset },
    // Every fee is a row of its own.
    { header: "Fee Amount", cell: nothing },
    { header: "Fee Currency", cell: nothing },
    { header: "Tag", cell: type },
  ],
  howToImport: [
    "Add a wallet for each account and upload its file there as “CoinTracker CSV”; the times are UTC.",
    "Do not add or take out a column: CoinTracker refuses the file.",
  ],
  cannotSay: [
    "A description or an id: only the map tells what a row is.",
    "A forms' line of futures: gains and losses are summed in its “Net Futures Gains and Margin Fees” and do not reach Form 8949.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion have no tag.",
    "It has no column for an id, so rows of one second that equal each other stand there as one with their sum, in case it takes one of them for a repetition.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "“Net Futures Gains and Margin Fees” is the result with fees and funding.",
  ],
});
