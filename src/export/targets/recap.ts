/** Recap's custom account. */
import { nothing, paid, paidAsset, received, receivedAsset, secondsText, type } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const recap = table({
  name: "recap",
  title: "Recap, custom account",
  readBy: "Recap",
  confidence: "C",
  replacesEarlier: true,
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "MarginGain", paid: "MarginLoss" },
    trading_fee: { received: "FeeRebate", paid: "Fee" },
    rebate: { received: "FeeRebate", paid: "Fee" },
    funding: { received: "MarginGain", paid: "MarginLoss" },
    liquidation: { received: "FeeRebate", paid: "Fee" },
    reward: { received: "Income", paid: "Fee" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Type", cell: type },
    { header: "Date", cell: ({ at }) => secondsText(at) },
    { header: "InOrBuyAmount", cell: received },
    { header: "InOrBuyCurrency", cell: receivedAsset },
    { header: "OutOrSellAmount", cell: paid },
    { header: "OutOrSellCurrency", cell: paidAsset },
    // Every fee is a row of its own.
    { header: "FeeAmount", cell: nothing },
    { header: "FeeCurrency", cell: nothing },
  ],
  howToImport: [
    "Make one Custom Account in Recap for each account, and import its file there.",
    "Each import replaces all rows that the Custom Account had: keep nothing else in it.",
  ],
  cannotSay: [
    "A description or an id: only the map tells what a row is.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals.",
    "Which columns a row of type Fee fills was not seen: here they are those of what went out.",
    "Rows that equal another one of the same second stand there as one with their sum, in case it skips what it takes for a repetition.",
  ],
  check: [
    "The balance of each asset is the closing balance below.",
    "That the fees were read, on the first import: exports: [{ target: recap, tags: { trading_fee: { received: FeeRebate, paid: MarginLoss } } }] writes them as losses.",
  ],
});
