/** Cryptio's custom CSV template, as its help has had it since it takes rates and values. */
import {
  byDirection,
  describe,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  rowId,
  secondsText,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const cryptio = table({
  name: "cryptio",
  title: "Cryptio, custom CSV template",
  readBy: "Cryptio",
  confidence: "A",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: false,
  tags: null,
  columns: [
    { header: "transactionDate", cell: ({ at }) => secondsText(at) },
    // In lower case: it refuses any other spelling.
    { header: "orderType", cell: byDirection({ received: "deposit", paid: "withdraw" }) },
    { header: "txhash", cell: rowId },
    { header: "incomingAsset", cell: receivedAsset },
    { header: "incomingVolume", cell: received },
    // Empty rates and values: Cryptio prices the rows itself.
    { header: "incomingUnitRate", cell: nothing },
    { header: "incomingTransactionValue", cell: nothing },
    { header: "outgoingAsset", cell: paidAsset },
    { header: "outgoingVolume", cell: paid },
    { header: "outgoingUnitRate", cell: nothing },
    { header: "outgoingTransactionValue", cell: nothing },
    // Every fee is a row of its own.
    { header: "feeAsset", cell: nothing },
    { header: "feeVolume", cell: nothing },
    { header: "feeUnitRate", cell: nothing },
    { header: "feeTransactionValue", cell: nothing },
    { header: "otherParties", cell: nothing },
    { header: "note", cell: describe },
  ],
  howToImport: [
    "Imports, “+ Import”, “Custom”, one import for each account, named as the account is. Only CSV is taken.",
    "Label the rows by rules on their notes, which begin with what happened: “realized pnl”, “trading fee”, “funding”, ….",
  ],
  cannotSay: [
    "What a row is, but for its note: it knows deposits, withdrawals and trades, and labels come from its rules.",
    "An asset that several tokens share the symbol of: Cryptio has ids for those (such as ETH-826f3), which have to be put in by hand.",
  ],
  check: ["The balance of each asset is the closing balance below, where the whole history was imported."],
});
