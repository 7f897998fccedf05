/** QuickBooks Online's import of journal entries. */
import { formatDecimals } from "../../domain/decimal.ts";
import { CENTS } from "../forms/amounts.ts";
import { ledgerSettings } from "../forms/ledger-settings.ts";
import { monthlyJournal } from "../forms/monthly-journal.ts";
import { shortName } from "../forms/short-names.ts";

const NUMBER_CHARACTERS_MAX = 21;
const MONTH_CHARACTERS = "2026-01 ".length;

const ACCOUNT = "an account's name as it is in QuickBooks, such as Crypto:Futures fees";
const NAME = /^[^\r\n]*\S[^\r\n]*$/;

export const quickbooksJournal = monthlyJournal({
  name: "quickbooks-journal",
  title: "QuickBooks Online, monthly journal entries",
  readBy: "QuickBooks Online",
  confidence: "B",
  currency: "any",
  lineEnd: "\r\n",
  rowsMax: 1000,
  columns: [
    {
      header: "JournalNo",
      cell: ({ account, month }) =>
        `${month} ${shortName(account, NUMBER_CHARACTERS_MAX - MONTH_CHARACTERS)}`,
    },
    { header: "JournalDate", cell: ({ date: [year, month, day] }) => `${month}/${day}/${year}` },
    { header: "AccountName", cell: ({ ledgerAccount }) => ledgerAccount },
    {
      header: "Debits",
      cell: ({ amount }) => (amount.isNegative() ? "" : formatDecimals(amount, CENTS)),
    },
    {
      header: "Credits",
      cell: ({ amount }) => (amount.isNegative() ? formatDecimals(amount.negated(), CENTS) : ""),
    },
    { header: "Description", cell: ({ account, words }) => `${account}: ${words}` },
    { header: "Name", cell: () => "" },
  ],
  words: ledgerSettings({
    account: ACCOUNT,
    isAccount: NAME,
    others: { rounding: { expected: `${ACCOUNT}, for what is left between rounded lines`, pattern: NAME } },
  }),
  howToImport: [
    "Give each kind of event its account in the settings: nothing of them has a default. `wallets: { NAME: … }` names accounts whose wallet is another one.",
    "Settings, Import data, Journal entries; the date format MM/DD/YYYY. Account numbers must be off.",
    "Take this or the bank transactions of the target `quickbooks`, not both: they book the same.",
  ],
  cannotSay: [
    "Which asset moved: amounts are in the reporting currency, valued in the minute of the event.",
    "What became of the assets' prices since: their change in worth is in the report `valued-result`, and is booked by hand.",
    "Days: a journal is of the month's last day. Its number is the month and the account's name; of a name of more than 13 characters its beginning and a check, such as 2026-01 longn~01gq7zk.",
    "An id: a file that is uploaded twice is there twice.",
  ],
  check: [
    "Debits and credits of each journal are equal.",
    "The wallet's account has changed by the worth of the events, to the cent; what is in no row is named below.",
  ],
});
