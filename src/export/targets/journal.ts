/** A double-entry journal as a table, for any ledger whose import takes columns. */
import { formatDecimal, ZERO } from "../../domain/decimal.ts";
import { formatInstant } from "../../domain/instant.ts";
import { happened, reference } from "../forms/columns.ts";
import { journalTable } from "../forms/journal.ts";

export const journal = journalTable(
  {
    name: "journal",
    title: "double-entry journal as CSV (our own format)",
    readBy: "any ledger that imports CSV, spreadsheets",
    confidence: "own",
    howToImport: [
      'Give each of your ledger\'s accounts to a kind of event first: exports: [{ target: journal, accounts: { wallet: "1250 {account}", trading_fee: { received: "4300", paid: "5100" } } }].',
      "In your ledger's import of journals: `transaction` is the number of the journal, `account`, `debit` and `credit` are what they are called; `commodity` is the currency where it takes several.",
      "Where it takes one currency alone: set reportingCurrency, and take `value_debit` and `value_credit`.",
    ],
    cannotSay: [
      "The balance before the period: book it as the ledger's opening balance.",
      "Values are exact, with every digit. Where a price is missing they are empty, and `missing` says which.",
    ],
    check: [
      "Debits and credits of each transaction are equal, and those of all rows are.",
      "Debits less credits of the wallet's account, per commodity, are the sum below.",
    ],
  },
  [
    {
      header: "transaction",
      cell: ({ number }) => `${number}`,
      means: "the transaction's number in this file; its two lines share it",
    },
    {
      header: "date",
      cell: ({ date }) => date,
      means: "the day on which the books count it, in the configuration's time zone",
    },
    { header: "time", cell: ({ event }) => formatInstant(event.at), means: "the exact time, in UTC" },
    { header: "account", cell: ({ ledgerAccount }) => ledgerAccount, means: "the ledger account" },
    {
      header: "debit",
      cell: ({ amount }) => (amount.isNegative() ? null : formatDecimal(amount)),
      means: "the amount, where it is a debit",
    },
    {
      header: "credit",
      cell: ({ amount }) => (amount.isNegative() ? formatDecimal(amount.negated()) : null),
      means: "the amount, where it is a credit",
    },
    { header: "commodity", cell: ({ event }) => event.asset, means: "the asset of the amount" },
    {
      header: "value_debit",
      cell: ({ value }) => (value === null || value.lessThan(ZERO) ? null : formatDecimal(value)),
      means: "the debit in the reporting currency; empty where there is none or a price is missing",
    },
    {
      header: "value_credit",
      cell: ({ value }) => (value?.lessThan(ZERO) === true ? formatDecimal(value.negated()) : null),
      means: "the credit, likewise",
    },
    {
      header: "currency",
      cell: ({ event }) => event.currency,
      means: "the reporting currency, if there is one",
    },
    { header: "missing", cell: ({ event }) => event.missing, means: "which price is missing" },
    { header: "description", cell: ({ event }) => happened(event), means: "what happened" },
    { header: "symbol", cell: ({ event }) => event.symbol, means: "the contract; empty where there is none" },
    {
      header: "reference",
      cell: ({ event }) => reference(event),
      means: "the venue's id, or the entry of the ledger; empty for several, which the map names",
    },
  ],
);
