/** Xero's import of manual journals. */
import { formatDecimals } from "../../domain/decimal.ts";
import { CENTS } from "../forms/amounts.ts";
import { ledgerSettings } from "../forms/ledger-settings.ts";
import { monthlyJournal } from "../forms/monthly-journal.ts";
import { settingOf } from "../target.ts";

const ACCOUNT = "an account's code as it is in Xero, at most 10 characters";
const CODE = /^\S{1,10}$/;

export const xeroJournal = monthlyJournal({
  name: "xero-journal",
  title: "Xero, monthly manual journals",
  readBy: "Xero",
  confidence: "A",
  currency: "any",
  lineEnd: "\r\n",
  rowsMax: 300,
  columns: [
    // Lines of one narration and date are one journal.
    { header: "*Narration", cell: ({ account, month }) => `${account}, ${month}` },
    { header: "*Date", cell: ({ date: [year, month, day] }) => `${day}/${month}/${year}` },
    { header: "Description", cell: ({ words }) => words },
    { header: "*AccountCode", cell: ({ ledgerAccount }) => ledgerAccount },
    { header: "*TaxRate", cell: (_, settings) => settingOf(settings, "taxRate") },
    { header: "*Amount", cell: ({ amount }) => formatDecimals(amount, CENTS) },
    { header: "TrackingName1", cell: () => "" },
    { header: "TrackingOption1", cell: () => "" },
    { header: "TrackingName2", cell: () => "" },
    { header: "TrackingOption2", cell: () => "" },
  ],
  words: ledgerSettings({
    account: ACCOUNT,
    isAccount: CODE,
    others: {
      taxRate: { expected: "a tax rate as it is called in Xero, such as Tax Exempt", pattern: /\S/ },
      rounding: { expected: `${ACCOUNT}, for what is left between rounded lines`, pattern: CODE },
    },
  }),
  howToImport: [
    "Give each kind of event its account's code in the settings, and all lines their tax rate: nothing of them has a default. `wallets: { NAME: … }` names accounts whose wallet is another one.",
    "Accounting, Manual journals, Import; the journals come as drafts. Xero takes no bank account in a manual journal: the wallet's must be of another type.",
    "Take this or the bank statement of the target `xero`, not both: they book the same.",
  ],
  cannotSay: [
    "Which asset moved: amounts are in the reporting currency, valued in the minute of the event.",
    "What became of the assets' prices since: their change in worth is in the report `valued-result`, and is booked by hand.",
    "Days: a journal is of the month's last day.",
  ],
  check: [
    "The lines of each journal add up to zero.",
    "The wallet's account has changed by the worth of the events, to the cent; what is in no row is named below.",
  ],
});
