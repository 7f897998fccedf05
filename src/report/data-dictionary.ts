/**
 * What each column of the reports means, for the README that stands beside them. The words are those of
 * `reports/columns.txt`; of a report of somebody's own, those of its directives.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../errors.ts";
import { REPORTS_FOLDER, type ReportDefinition } from "./definition.ts";

/** Above the cells of `dictionaryRows`. */
export const DICTIONARY_COLUMNS = ["column", "meaning", "unit", "sign", "rounding", "empty"];

/**
 * One sign everywhere: an amount is what it changes in the wallet. None begins with a sign, which a
 * spreadsheet would take for a formula.
 */
export const COLUMN_KINDS = {
  text: "",
  instant: "",
  day: "",
  count: "never negative",
  change: "into the wallet +, out of it −",
  charge: "paid −, given back +",
  received: "never negative",
  paid: "never positive",
  result: "profit +, loss −",
  rate: "paid +, given back −",
  balance: "what is there +, what is owed −",
  difference: "more +, less −",
  positive: "never negative",
  position: "of a short or a sale −",
} as const;
export type ColumnKind = keyof typeof COLUMN_KINDS;

export type ColumnWords = {
  readonly kind: ColumnKind;
  /** At which decimal it is rounded where a division does not end; null where it is exact. */
  readonly decimals: string | null;
  readonly unit: string;
  readonly meaning: string;
  readonly empty: string;
};

const LINE =
  /^(?<name>(?:[a-z-]+\.)?\w+) \| (?<kind>[a-z]+)(?:~(?<decimals>\d+))? \| (?<unit>[^|]*?) ?\| (?<meaning>[^|]+) \| (?<empty>[^|]+)$/;

/** By `COLUMN`, or `REPORT.COLUMN`. */
export async function readColumnWords(): Promise<ReadonlyMap<string, ColumnWords>> {
  const text = await readFile(join(REPORTS_FOLDER, "columns.txt"), "utf8");
  const words = new Map<string, ColumnWords>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const {
      name = "",
      kind = "",
      decimals,
      unit = "",
      meaning = "",
      empty = "",
    } = LINE.exec(line)?.groups ?? {};
    assert(isKind(kind) && !words.has(name), `columns.txt has a line that cannot be read, or twice: ${line}`);
    words.set(name, { kind, decimals: decimals ?? null, unit, meaning, empty });
  }
  return words;
}

function isKind(text: string): text is ColumnKind {
  return Object.hasOwn(COLUMN_KINDS, text);
}

export function wordsFor(
  words: ReadonlyMap<string, ColumnWords>,
  report: string,
  column: string,
): ColumnWords | null {
  return words.get(`${report}.${column}`) ?? words.get(column) ?? null;
}

/** The rows of a report's columns, in their order. */
export function dictionaryRows(
  words: ReadonlyMap<string, ColumnWords>,
  { name, sign, units }: ReportDefinition,
  columns: readonly string[],
): string[][] {
  return columns.map((column) => {
    const own = wordsFor(words, name, column);
    return own === null
      ? [column, "", units, sign, "", ""]
      : [column, own.meaning, own.unit, COLUMN_KINDS[own.kind], roundingOf(own), own.empty];
  });
}

function roundingOf({ kind, decimals }: ColumnWords): string {
  if (["text", "instant", "day"].includes(kind)) return "";
  return decimals === null ? "exact" : `half to even at decimal ${decimals} where a division does not end`;
}
