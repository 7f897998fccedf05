/** Xero's statement of a bank account. */
import { CENTS } from "../forms/amounts.ts";
import { dateOf, happened, nothing, rowId, signedCents } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const xero = table({
  name: "xero",
  title: "Xero, bank statement",
  readBy: "Xero",
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
      header: "*Date",
      cell: (event, _, zone) => dateOf(event, zone, (year, month, day) => `${day}/${month}/${year}`),
    },
    { header: "*Amount", cell: signedCents },
    { header: "Payee", cell: ({ venue }) => venue },
    { header: "Description", cell: happened },
    { header: "Reference", cell: rowId },
    { header: "Cheque Number", cell: nothing },
  ],
  howToImport: [
    "Make a bank account in the reporting currency for each account here, without a feed.",
    "The account, Manage account, “Import a Statement”; days come before months.",
  ],
  cannotSay: [
    "Which asset moved: amounts are in the reporting currency, valued in the minute of the event.",
    "What became of the assets' prices since: their change in worth is in the report `valued-result`, and is booked by hand.",
  ],
  check: ["Rows add up to the worth of the events, to the cent; what is in no row is named below."],
});
