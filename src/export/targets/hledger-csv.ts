/** CSV that hledger reads by rules: for those who import into a journal that they keep by hand. */
import { formatInstant } from "../../domain/instant.ts";
import { reference } from "../forms/columns.ts";
import { journalRecords } from "../forms/journal-records.ts";
import { HLEDGER_ACCOUNT, hledgerLanguage } from "./hledger.ts";

// Names of hledger's own, such as amount, may not be names of fields.
const RULES = `# hledger -f NAME.csv reads NAME.csv.rules; hledger import does too.
skip 1
fields day,time,wallet,counter,amt,commod,balance_after,id,words
date %day
date-format %Y-%m-%d
decimal-mark .
status *
code %id
description %words
comment time: %time
account1 %wallet
amount1 %amt %commod
balance1 %balance_after %commod
account2 %counter
`;

export const hledgerCsv = journalRecords(
  {
    name: "hledger-csv",
    title: "CSV with rules for hledger's import",
    readBy: "hledger",
    confidence: "A",
    howToImport: [
      "`hledger -f hledger-csv-main.csv print` reads it by the rules beside it, which may be changed; `--rules-file` names others.",
      "`hledger import hledger-csv-main.csv` adds what is new to your journal. It takes a row for known by its date: import after the day is over.",
      "For a whole journal with all declarations take the target `hledger`.",
    ],
    cannotSay: [
      "A time of day: it is in the comment `time`, and the order of the file is that of the books.",
      "Declarations of accounts and commodities, which `hledger check --strict` wants: declare them in your own journal.",
      "Positions: what is open is in the report `positions`; the rows have what changed the wallet.",
    ],
    check: [
      "Every row asserts the wallet's balance behind it, to the last digit. hledger checks that once the rows are in a journal: `hledger -f hledger-csv-main.csv print | hledger -f - check`, or `hledger check` after the import.",
      "A balance from before the period is a row against the account of `opening`; leave it out where your journal has it.",
    ],
  },
  {
    language: hledgerLanguage,
    isAccount: HLEDGER_ACCOUNT,
    form: ["CSV in UTF-8, commas, a decimal point, lines that end in LF. Every digit of every amount."],
    columns: [
      { header: "day", cell: ({ date }) => date, means: "the day on which the books count it" },
      {
        header: "time",
        cell: ({ event }) => (event === null ? null : formatInstant(event.at)),
        means: "the exact time, in UTC",
      },
      { header: "wallet", cell: ({ wallet }) => wallet, means: "the wallet's ledger account" },
      { header: "counter", cell: ({ counter }) => counter, means: "the other ledger account" },
      { header: "amount", cell: ({ amount }) => amount, means: "what it changes in the wallet: + in, − out" },
      { header: "commodity", cell: ({ commodity }) => commodity, means: "the asset, as hledger writes it" },
      { header: "balance_after", cell: ({ balance }) => balance, means: "the wallet's balance behind it" },
      {
        header: "id",
        cell: ({ event }) => (event === null ? null : reference(event)),
        means: "the venue's id, or the entry of the ledger; empty for several, which the map names",
      },
      { header: "description", cell: ({ words }) => words, means: "what happened" },
    ],
    rules: { extension: "rules", text: RULES },
  },
);
