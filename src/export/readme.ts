/**
 * `README.md` of an export's folder: what the files are, how they are imported, what they cannot say, and
 * what to compare afterwards.
 */

import { formatLocal } from "../domain/calendar.ts";
import { formatDecimal } from "../domain/decimal.ts";
import type { Granularity } from "../domain/granularity.ts";

import type { Period } from "../domain/period.ts";
import { tableText } from "../report/readme.ts";
import type { AccountBooks } from "./events.ts";
import type { Confidence, ReportsTarget, Rest, TablesTarget, Target, Words } from "./target.ts";

export type ExportReadme = {
  readonly target: Target;
  readonly words: Words;
  readonly granularity: Granularity;
  readonly period: Period;
  readonly isComplete: boolean;
  readonly accounts: readonly AccountBooks[];
  /** Of disposals: account, method, asset and the sum of the result. */
  readonly results: readonly (readonly string[])[];
  readonly files: readonly { readonly name: string; readonly rows: number }[];
  readonly rests: readonly Rest[];
};

/** How sure a format is, in words. */
export const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  own: "it is perpbooks' own",
  A: "the tool's own template or program was seen",
  B: "the tool's help quotes it, or two other programs write it so; import one file on trial first",
  C: "one other program writes it so: import one file on trial first, into an account that you can delete",
};

const GRANULARITY_WORDS: Readonly<Record<Granularity, string>> = {
  event: "One row for each event.",
  day: "One row for each day, kind, asset, contract and direction; transfers and what is not understood are rows of their own.",
  position:
    "One row for each position from flat to flat, kind, asset and direction; what belongs to no position, transfers and what is not understood are rows of their own.",
  month:
    "One row for each month, kind, asset, contract and direction; transfers and what is not understood are rows of their own.",
};

type WholeReadme<Of> = {
  readonly target: Of;
  readonly period: Period;
  readonly isComplete: boolean;
  readonly files: readonly { readonly name: string; readonly rows: number }[];
};

export function workbookReadme(of: WholeReadme<ReportsTarget>): string {
  return wholeReadme(
    of,
    "The rows are those of the reports: `perpbooks trace report NAME --where COLUMN=VALUE` shows what is behind one.",
  );
}

export function tablesReadme(of: WholeReadme<TablesTarget>): string {
  return wholeReadme(
    of,
    "The rows are those of the store: `perpbooks trace entry ENTRY_ID` shows what is behind a posting.",
  );
}

function wholeReadme(
  { target, period, isComplete, files }: WholeReadme<ReportsTarget | TablesTarget>,
  rowsAre: string,
): string {
  return `${[
    `# ${target.title}`,
    `For ${target.readBy}. From ${at(period.from, period)} until before ${at(period.until, period)}.`,
    ...(isComplete ? [] : [INCOMPLETE]),
    "## The files",
    list(target.form),
    tableText(
      ["file", "rows"],
      files.map(({ name, rows }) => [`\`${name}\``, `${rows}`]),
    ),
    `${rowsAre} \`manifest.json\` has the SHA-256 of each file.`,
    "## How to open it",
    steps(target.howToImport),
    "## What it cannot say",
    list(target.cannotSay),
    "## What to check",
    list(target.check),
  ].join("\n\n")}\n`;
}

const INCOMPLETE =
  "**Incomplete**: the period lacks something or has something open; `manifest.json` says what.";

export function exportReadme(of: ExportReadme): string {
  const { target, words, granularity, period, isComplete, accounts, results, files, rests } = of;
  const wallets = accounts.flatMap(({ account, wallets }) =>
    wallets.map(({ asset, opening, closing }) => [
      account,
      asset,
      formatDecimal(opening),
      formatDecimal(closing.minus(opening)),
      formatDecimal(closing),
    ]),
  );
  const isOfEvents = target.reads === "events";
  const change = target.currency === undefined ? "sum of the rows" : "change, which the rows value";
  const rowsAre = isOfEvents
    ? GRANULARITY_WORDS[granularity]
    : "One row for each closed piece of a position, by the lot method in the file's name.";
  const means = target.columns.flatMap(({ header, means }) => (means === undefined ? [] : [[header, means]]));
  return [
    `# ${target.title}`,
    `For ${target.readBy}. From ${at(period.from, period)} until before ${at(period.until, period)}. ${rowsAre}`,
    ...(isComplete ? [] : [INCOMPLETE]),
    `How sure the format is: ${target.confidence}, ${CONFIDENCE[target.confidence]}.`,
    "## The files",
    list(target.form),
    tableText(
      ["file", "rows"],
      files.map(({ name, rows }) => [`\`${name}\``, `${rows}`]),
    ),
    "Beside each file, `NAME.map.csv` says which entries of the ledger each row stands for; rows are counted from 1, without a header. `perpbooks trace export FILE ROW` shows what is behind one. `manifest.json` has the SHA-256 of each file.",
    "## How to import",
    steps(target.howToImport),
    "## What it cannot say",
    list(target.cannotSay),
    "## What to check afterwards",
    list(target.check),
    "The sums of the rows, as the books have them:",
    isOfEvents
      ? tableText(["account", "asset", "opening balance", change, "closing balance"], wallets)
      : tableText(["account", "method", "asset", "result of the closes"], results),
    ...(rests.length === 0
      ? []
      : [
          target.currency === undefined
            ? "Of these, what is below the last decimal and so in no row; where entries are in none with it, the map has them without a row:"
            : "Of these, what has no price, in its own asset, and what is below the last decimal, in the currency: both are in no row, and the map has their entries without one:",
          tableText(
            ["account", "asset", "amount", "entries without a row"],
            rests.map((rest) => [
              rest.account,
              rest.asset,
              formatDecimal(rest.amount),
              `${rest.entryIds.length}`,
            ]),
          ),
        ]),
    ...(target.words === null
      ? []
      : [
          `## The ${target.words.key}`,
          `\`exports: [{ target: ${target.name}, ${target.words.key}: { … } }]\` in the configuration changes any of them.`,
          tableText(["kind", "in", "out"], wordRows(words)),
        ]),
    ...(means.length === 0 ? [] : ["## The columns", tableText(["column", "means"], means)]),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

function at(moment: Period["from"], { timeZone }: Period): string {
  return formatLocal(moment, timeZone);
}

function wordRows(words: Words): string[][] {
  return Object.entries(words).flatMap(([name, word]) => {
    const shown = name.replaceAll("_", " ");
    if (typeof word === "string") return [[shown, word, word]];
    if (name === "wallets")
      return Object.entries(word).map(([account, own]) => [`wallet of ${account}`, own, own]);
    return [[shown, word["received"] ?? "", word["paid"] ?? ""]];
  });
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

function steps(sentences: readonly string[]): string {
  return sentences.map((sentence, nth) => `${nth + 1}. ${sentence}`).join("\n");
}
