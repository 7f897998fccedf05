/** ZenLedger's custom CSV. */
import {
  exchange,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  secondsText,
  type,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const zenledger = table({
  name: "zenledger",
  title: "ZenLedger, custom CSV (a poor fit for futures)",
  readBy: "ZenLedger",
  confidence: "C",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: { received: "Receive", paid: "Send" },
    realized_pnl: { received: "misc reward", paid: "Send" },
    trading_fee: { received: "misc reward", paid: "Send" },
    rebate: { received: "misc reward", paid: "Send" },
    funding: { received: "misc reward", paid: "Send" },
    liquidation: { received: "misc reward", paid: "Send" },
    reward: { received: "misc reward", paid: "Send" },
    conversion: { received: "Receive", paid: "Send" },
    transfer: { received: "Receive", paid: "Send" },
    own_transfer: { received: "Receive", paid: "Send" },
    unknown: { received: "Receive", paid: "Send" },
  },
  columns: [
    { header: "Timestamp", cell: ({ at }) => secondsText(at) },
    { header: "Type", cell: type },
    { header: "IN Amount", cell: received },
    { header: "IN Currency", cell: receivedAsset },
    { header: "Out Amount", cell: paid },
    { header: "Out Currency", cell: paidAsset },
    // Every fee is a row of its own.
    { header: "Fee Amount", cell: nothing },
    { header: "Fee Currency", cell: nothing },
    { header: "Exchange(optional)", cell: exchange },
    { header: "US Based", cell: nothing },
  ],
  howToImport: ["Upload the file as a custom CSV; the times are UTC."],
  cannotSay: [
    "**Results of futures. ZenLedger has no type for a profit or a loss that is one amount: a profit is income here, a loss, a fee or funding that was paid is sent, which it values as a disposal of the coin. Use it for balances, and file results from the report `disposals` instead.**",
    "A description or an id: only the map tells what a row is.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are received and sent.",
    "It may take a row that equals another one of the same second for a repetition, so such rows stand there as one with their sum.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "With your adviser, before a form is made from it, what became of results and fees.",
  ],
});
