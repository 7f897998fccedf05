/** CoinTracking's CSV import, which goes by the order of the columns. */
import type { ExportEvent } from "../events.ts";
import {
  describe,
  exchange,
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

/** Its German reports sum funding apart where the group has this name. */
function group({ kind }: ExportEvent): string {
  if (kind === "funding") return "Funding Rate";
  return ["realized_pnl", "trading_fee", "liquidation", "rebate"].includes(kind) ? "Futures" : "";
}

export const cointracking = table({
  name: "cointracking",
  title: "CoinTracking, CSV import",
  readBy: "CoinTracking",
  confidence: "B",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  // The id is what it knows a repetition by.
  skipsTwins: false,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Derivatives / Futures Profit", paid: "Derivatives / Futures Loss" },
    trading_fee: { received: "Other Income", paid: "Margin Fee" },
    rebate: { received: "Other Income", paid: "Margin Fee" },
    funding: { received: "Other Income", paid: "Other Fee" },
    liquidation: { received: "Other Income", paid: "Margin Fee" },
    reward: { received: "Reward / Bonus", paid: "Other Expense" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Type", cell: type },
    { header: "Buy Amount", cell: received },
    { header: "Buy Currency", cell: receivedAsset },
    { header: "Sell Amount", cell: paid },
    { header: "Sell Currency", cell: paidAsset },
    // A fee here would have to be in the amount as well: every fee is a row of its own.
    { header: "Fee", cell: nothing },
    { header: "Fee Currency", cell: nothing },
    { header: "Exchange", cell: exchange },
    { header: "Trade-Group", cell: group },
    { header: "Comment", cell: describe },
    { header: "Date", cell: ({ at }) => secondsText(at) },
    { header: "Tx-ID", cell: rowId },
    { header: "Buy Value in Account Currency", cell: nothing },
    { header: "Sell Value in Account Currency", cell: nothing },
    { header: "Liquidity pool", cell: nothing },
  ],
  howToImport: [
    "“CSV Import” (cointracking.info/import/import_csv/), and there the time zone UTC.",
    "No API connection of the same account beside it: both together would count twice.",
    "In the preview, look at the columns before you confirm: CoinTracking goes by their order.",
  ],
  cannotSay: [
    "Positions and executions: it takes what futures changed in the wallet.",
    "A fee of futures: a trading fee is a “Margin Fee”, funding an “Other Fee” or “Other Income” of the group “Funding Rate”.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals; the comment says so.",
    "A coin that has a code of its own at CoinTracking (such as LUNA2) stands there by the venue's name.",
  ],
  check: [
    "Balance by Exchange: each asset is the closing balance below, where the whole history was imported.",
    "In Germany, that the tax report counts the types of futures under § 20 EStG.",
    "“Missing Transactions”: transfers need the other wallet's import.",
  ],
});
