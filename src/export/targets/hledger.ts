/** A journal that hledger and ledger read alike. */
import { journal, type Language } from "../forms/journal.ts";

/** What would end a part of an account's name, or of a line. */
function safe(text: string): string {
  return text.replace(/[\s;:|()[\]{}]+/g, "-");
}

/** A comment's line: a value may be anything that is no line's end. */
function line(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}

function posting(ledgerAccount: string, amount: string, commodity: string, rest = ""): string {
  return `    ${ledgerAccount}  ${amount} ${commodity}${rest}\n`;
}

export const hledgerLanguage: Language = {
  extension: "journal",
  part: safe,
  // Digits and signs would be read as part of the amount.
  commodity: (asset) => (/^[A-Za-z]+$/.test(asset) ? asset : `"${asset.replace(/["\s;]/g, "-")}"`),
  transaction: ({ date, words, account, facts, postings }) =>
    [
      `${date} * ${line(`${account}: ${words}`).replaceAll(";", ",")}\n`,
      ...facts.map(([name, value]) => `    ; ${name}: ${line(value)}\n`),
      ...postings.map(([ledgerAccount, amount, commodity]) => posting(ledgerAccount, amount, commodity)),
      "\n",
    ].join(""),
  balances: ({ date }, balances) =>
    [
      `${date} * balances at the end of the day\n`,
      ...balances.map(([ledgerAccount, amount, commodity]) =>
        posting(
          ledgerAccount,
          amount.replace(/\d/g, "0").replace("-", ""),
          commodity,
          ` = ${amount} ${commodity}`,
        ),
      ),
      "\n",
    ].join(""),
  head: ({ title, ledgerAccounts, commodities }) =>
    [
      `; ${line(title)}\n\n`,
      ...commodities.map(({ name, decimals }) => `commodity 1000.${"0".repeat(decimals)} ${name}\n`),
      "\n",
      ...ledgerAccounts.map((ledgerAccount) => `account ${ledgerAccount}\n`),
      "\n",
    ].join(""),
  include: (file) => `include ${file}\n`,
};

export const HLEDGER_ACCOUNT = /^(?! )(?!.* {2})[^;:\s|()[\]{}](?:[^;\t\r\n|()[\]{}]*[^;:\s|()[\]{}])?$/;

export const hledger = journal(
  {
    name: "hledger",
    title: "journal for hledger and ledger",
    readBy: "hledger, ledger",
    confidence: "A",
    howToImport: [
      "`hledger -f hledger.journal check --strict`, then `include` that file from a journal of your own.",
      "`ledger -f hledger.journal balance` reads the same files.",
    ],
    cannotSay: [
      "A time of day: it is in the comment `time`, and the order of the file is that of the books.",
      "Positions: what is open is in the report `positions`; the journal has what changed the wallet.",
    ],
    check: [
      "Balance assertions hold every wallet to the last digit: a tool that reads the files without an error has checked them.",
    ],
  },
  hledgerLanguage,
  ["Plain text in UTF-8; amounts to the last digit, a decimal point."],
  HLEDGER_ACCOUNT,
);
