/** Divly's CSV template. */
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

const DATE_LENGTH = "2026-01-31".length;

export const divly = table({
  name: "divly",
  title: "Divly, CSV template",
  readBy: "Divly",
  confidence: "C",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  tags: {
    opening: "",
    realized_pnl: { received: "Income", paid: "Other Expense" },
    trading_fee: { received: "Income", paid: "Other Expense" },
    rebate: { received: "Income", paid: "Other Expense" },
    funding: { received: "Income", paid: "Other Expense" },
    liquidation: { received: "Income", paid: "Other Expense" },
    reward: { received: "Income", paid: "Other Expense" },
    conversion: "",
    transfer: "",
    own_transfer: "",
    unknown: "",
  },
  columns: [
    { header: "date", cell: ({ at }) => secondsText(at).slice(0, DATE_LENGTH) },
    { header: "time (UTC)", cell: ({ at }) => secondsText(at).slice(DATE_LENGTH + 1) },
    { header: "transaction_type", cell: byDirection({ received: "Deposit", paid: "Withdrawal" }) },
    { header: "label", cell: type },
    { header: "sent_amount", cell: paid },
    { header: "sent_currency", cell: paidAsset },
    { header: "received_amount", cell: received },
    { header: "received_currency", cell: receivedAsset },
    // Every fee is a row of its own.
    { header: "fee_amount", cell: nothing },
    { header: "fee_currency", cell: nothing },
    { header: "custom_description", cell: describe },
    // One that differs from the other wallet's could keep it from matching the two sides of a transfer.
    { header: "tx_hash", cell: nothing },
  ],
  howToImport: [
    "Add a wallet for each account with Divly's own CSV template, and upload the account's file there.",
  ],
  cannotSay: [
    "Results of futures: no label for them was seen, so they are Income and Other Expense. Where your Divly has one, give it in the configuration: exports: [{ target: divly, tags: { realized_pnl: … } }].",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion have no label.",
    "It may take a row that equals another one of the same second for a repetition, so such rows stand there as one with their sum.",
  ],
  check: ["The balance of each asset is the closing balance below, where the whole history was imported."],
});
