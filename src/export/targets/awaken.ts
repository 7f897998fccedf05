/**
 * Awaken's file for perpetual futures: whatever changed the result is a row with its profit or loss, which
 * alone has a sign. What is no result is in the standard file beside it.
 */
import type { ExportEvent } from "../events.ts";
import {
  asset,
  describe,
  monthFirstText,
  nothing,
  paid,
  paidAsset,
  received,
  receivedAsset,
  rowId,
  signedAmount,
  type,
  unsignedAmount,
} from "../forms/columns.ts";
import { table } from "../forms/table.ts";

/** What a contract's name ends in, behind the coin that it is of. */
const QUOTES = /(?<=.)(?:USDT|USDC|FDUSD|BUSD|USD1|USD)$/;

function coin({ symbol, asset }: ExportEvent): string {
  return symbol === null ? asset : symbol.replace(QUOTES, "");
}

/** The size of a close where one fill has it, else the amount of money. */
function size(event: ExportEvent): string {
  return event.kind === "realized_pnl" ? (event.quantity ?? "") : unsignedAmount(event);
}

export const awaken = table({
  name: "awaken",
  title: "Awaken, perpetuals CSV and standard CSV",
  readBy: "Awaken Tax",
  confidence: "B",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: 8,
  skipsTwins: false,
  tags: {
    opening: "",
    realized_pnl: "close_position",
    trading_fee: "funding_payment",
    rebate: "funding_payment",
    funding: "funding_payment",
    liquidation: "funding_payment",
    reward: "funding_payment",
    conversion: "",
    transfer: "",
    own_transfer: "",
    unknown: "",
  },
  columns: [
    { header: "Date", cell: ({ at }) => monthFirstText(at) },
    { header: "Asset", cell: coin },
    { header: "Amount", cell: size },
    // It has no currency of its own: every fee is a row with its asset.
    { header: "Fee", cell: () => "0" },
    { header: "P&L", cell: signedAmount },
    { header: "Payment Token", cell: asset },
    { header: "Notes", cell: describe },
    // Two rows with one hash would be one.
    { header: "Transaction Hash", cell: rowId },
    { header: "Tag", cell: type },
  ],
  apart: {
    name: "standard",
    kinds: ["opening", "conversion", "transfer", "own_transfer", "unknown"],
    columns: [
      { header: "Date", cell: ({ at }) => monthFirstText(at) },
      { header: "Received Quantity", cell: received },
      { header: "Received Currency", cell: receivedAsset },
      { header: "Received Fiat Amount", cell: nothing },
      { header: "Sent Quantity", cell: paid },
      { header: "Sent Currency", cell: paidAsset },
      { header: "Sent Fiat Amount", cell: nothing },
      { header: "Fee Amount", cell: nothing },
      { header: "Fee Currency", cell: nothing },
      { header: "Transaction Hash", cell: rowId },
      { header: "Notes", cell: describe },
      { header: "Tag", cell: type },
    ],
  },
  howToImport: [
    "Add an account for each of these, and upload its file as a CSV of perpetuals; the times are UTC.",
    "Upload the file `….standard.csv` there as a standard CSV: transfers and whatever is no result.",
  ],
  cannotSay: [
    "Fees, rebates and what a liquidation cost: they are rows of their own with the tag of funding, because its column of fees has no currency, and the notes say what they are.",
    "The opening of a position (`open_position`): it moved no cash but its fee, which has a row. Openings are in the report `fills`.",
    "The size of a close that several fills share, or that was merged: its Amount is empty.",
    "More than 8 decimals.",
  ],
  check: [
    "The sum of P&L is the result with fees and funding: realized pnl, trading fee, rebate, funding and liquidation of the same period.",
    "That no row is marked for review.",
  ],
});
