/**
 * A journal for beancount 3, which beancount 2 reads as well: nothing in it is written otherwise in the two.
 */
import { journal, type Language } from "../forms/journal.ts";

/** A part of an account's name begins with a capital or a digit, and holds letters, digits and hyphens. */
function part(text: string): string {
  const allowed = text.replace(/[^\p{L}\p{N}-]+/gu, "-").replace(/^-+/, "");
  return allowed === "" ? "X" : `${allowed.charAt(0).toUpperCase()}${allowed.slice(1)}`;
}

/**
 * Capitals, digits and few signs, with a letter first: what is not allowed is written by its number, so that
 * no two are one.
 */
function commodity(asset: string): string {
  if (/^[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]$/.test(asset)) return asset;
  const codes = [...asset].map((sign) =>
    /[A-Z0-9]/.test(sign) ? sign : `_${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
  return `C.${codes.join("")}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\r\n]+/g, " ").replace(/[\\"]/g, "\\$&")}"`;
}

const language: Language = {
  extension: "beancount",
  part,
  commodity,
  transaction: ({ date, words, account, facts, postings }) =>
    [
      `${date} * ${quoted(account)} ${quoted(words)}\n`,
      ...facts.map(([name, value]) => `  ${name}: ${quoted(value)}\n`),
      ...postings.map(([ledgerAccount, amount, of]) => `  ${ledgerAccount}  ${amount} ${of}\n`),
      "\n",
    ].join(""),
  // A balance is checked at the beginning of its day, and without a tolerance of its own it would not be
  // exact.
  balances: ({ next }, balances) =>
    [
      ...balances.map(
        ([ledgerAccount, amount, of]) => `${next} balance ${ledgerAccount}  ${amount} ~ 0 ${of}\n`,
      ),
      "\n",
    ].join(""),
  head: ({ title, date, ledgerAccounts, commodities }) =>
    [
      `option "title" ${quoted(title)}\n`,
      'option "inferred_tolerance_default" "*:0"\n\n',
      ...commodities.map(({ name, asset }) => `${date} commodity ${name}\n  name: ${quoted(asset)}\n`),
      "\n",
      ...ledgerAccounts.map((ledgerAccount) => `${date} open ${ledgerAccount}\n`),
      "\n",
    ].join(""),
  include: (file) => `include ${quoted(file)}\n`,
};

export const beancount = journal(
  {
    name: "beancount",
    title: "journal for beancount 3 and 2",
    readBy: "beancount, Fava",
    confidence: "A",
    howToImport: [
      "`bean-check beancount.beancount`, then `include` that file from a ledger of your own.",
      'Options of an included file do not count: set `inferred_tolerance_default` to "*:0" in your own too.',
    ],
    cannotSay: [
      "A time of day: it is in the metadata `time`.",
      "Names that beancount does not allow: an asset such as 1000PEPE is written C.1000PEPE, and its commodity has the true name.",
      "Positions: what is open is in the report `positions`; the journal has what changed the wallet.",
    ],
    check: [
      "Balances with a tolerance of zero hold every wallet to the last digit: `bean-check` without an error has checked them.",
    ],
  },
  language,
  ["Plain text in UTF-8; amounts to the last digit, a decimal point."],
  /^(?:Assets|Liabilities|Equity|Income|Expenses)(?::[\p{Lu}\p{Lo}\p{N}][\p{L}\p{N}-]*)+$/u,
);
