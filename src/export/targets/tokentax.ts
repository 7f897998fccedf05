/** TokenTax's template for uploads by hand. */
import {
  describe,
  exchange,
  monthFirstText,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const tokentax = table({
  name: "tokentax",
  title: "TokenTax, manual CSV",
  readBy: "TokenTax",
  confidence: "B",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Income", paid: "Spend" },
    trading_fee: { received: "Income", paid: "Spend" },
    rebate: { received: "Income", paid: "Spend" },
    funding: { received: "Income", paid: "Spend" },
    liquidation: { received: "Income", paid: "Spend" },
    reward: { received: "Income", paid: "Spend" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Type", cell: type },
    { header: "BuyAmount", cell: received },
    { header: "BuyCurrency", cell: receivedAsset },
    { header: "SellAmount", cell: paid },
    { header: "SellCurrency", cell: paidAsset },
    // Every fee is a row of its own.
    { header: "FeeAmount", cell: nothing },
    { header: "FeeCurrency", cell: nothing },
    { header: "Exchange", cell: exchange },
    { header: "Group", cell: () => "futures" },
    { header: "Comment", cell: describe },
    { header: "Date", cell: ({ at }) => monthFirstText(at) },
  ],
  howToImport: [
    "Upload the file as a manual CSV report; the times are UTC.",
    "TokenTax's staff work out margin and futures from raw reports: send them the report `disposals` too.",
  ],
  cannotSay: [
    "**Results of futures. It has no type for them: a profit is Income, a loss or a fee is Spend.**",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals; the comment says so.",
    "It has no column for an id, so rows of one second that equal each other stand there as one with their sum, in case it takes one of them for a repetition.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "With TokenTax, how the income and spending of futures are reported.",
  ],
});
