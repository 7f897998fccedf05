/** QuickBooks Online's file of a bank account, with three columns: of four, its help says both ways round. */
import { CENTS } from "../forms/amounts.ts";
import { dateOf, happened, signedCents } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const quickbooks = table({
  name: "quickbooks",
  title: "QuickBooks Online, bank transactions",
  readBy: "QuickBooks Online",
  confidence: "B",
  currency: "any",
  zone: "configured",
  files: "by account",
  lineEnd: "\r\n",
  rowsMax: 1000,
  decimals: CENTS,
  skipsTwins: false,
  tags: null,
  columns: [
    {
      header: "Date",
      cell: (event, _, zone) => dateOf(event, zone, (year, month, day) => `${month}/${day}/${year}`),
    },
    { header: "Description", cell: happened },
    { header: "Amount", cell: signedCents },
  ],
  howToImport: [
    "Make a bank account in the reporting currency for each account here.",
    "Transactions, Bank transactions, “Upload from file”, the date format MM/DD/YYYY, one column for the amount.",
    "A file has at most 1000 rows, which is all it takes: `--granularity day` or `month` makes fewer files.",
  ],
  cannotSay: [
    "Which asset moved: amounts are in the reporting currency, valued in the minute of the event.",
    "What became of the assets' prices since: their change in worth is in the report `valued-result`, and is booked by hand.",
    "An id: a file that is uploaded twice is there twice.",
  ],
  check: ["Rows add up to the worth of the events, to the cent; what is in no row is named below."],
});
