/**
 * What a target of an export is: what a person must know of it, as data, and a pure way from events to files.
 * `forms/` makes targets of the kinds of files that there are.
 */
import type { Decimal } from "../domain/decimal.ts";
import type { Period } from "../domain/period.ts";
import type { LotMethod } from "../domain/treatment.ts";
import type { Disposal } from "./disposals.ts";
import type { AccountBooks, EventKind, ExportEvent } from "./events.ts";

/** The target's word for a kind of event: one, or one for each direction. */
export type Word = string | { readonly received: string; readonly paid: string };
/** By kind of event or name of a setting: a word, or one for each account. */
export type Words = Readonly<Record<string, Word | Readonly<Record<string, string>>>>;

/** The words that a configuration may override, by kind of event, or those that it must have. */
export type WordTable = {
  /** What they are called in the configuration. */
  readonly key: "tags" | "accounts" | "settings";
  readonly defaults: Words;
  /** What nothing fits everybody for: by name, what is expected. */
  readonly required?: Readonly<Record<string, string>>;
  /** The key under which accounts can have a word of their own for `wallet`. */
  readonly perAccount?: "wallets";
  /** What is wrong with a word for what goes in these directions; null where nothing is. */
  readonly fault: (name: string, word: string, directions: readonly Direction[]) => string | null;
  /** What is wrong with words that do not fit together, by name. */
  readonly faultsTogether?: (words: Words) => readonly (readonly [name: string, fault: string])[];
};

export type Direction = "received" | "paid";

/**
 * How sure the format is: own, it is nobody else's; A, the tool's own template or code was seen; B, two
 * writers agree, or the tool's help quotes it; C, one writer.
 */
export type Confidence = "own" | "A" | "B" | "C";

/** The description of a target, for `--list` and the README beside its files. */
export type TargetFacts = {
  readonly name: string;
  readonly title: string;
  readonly readBy: string;
  readonly confidence: Confidence;
  /** How it is imported, step by step, in the tool's own menu words. */
  readonly howToImport: readonly string[];
  /** What the format cannot express. */
  readonly cannotSay: readonly string[];
  /** What to look at after the import, beside the sums. */
  readonly check: readonly string[];
  /** Whether an import takes the place of all before it, so that a file of a part would delete the rest. */
  readonly replacesEarlier?: true;
  /** The reporting currency that its amounts are in, or any; where absent, they are in their own assets. */
  readonly currency?: "any" | "USD" | "EUR";
};

export type Target = TargetFacts & {
  /** What its rows are. */
  readonly reads: "events" | "disposals";
  /**
   * The tool's own words by direction, where nothing but the word tells the direction of an amount: another
   * one would turn it around.
   */
  readonly types?: Readonly<Record<Direction, readonly string[]>>;
  readonly apart?: Apart;
  /** The form of its files, in sentences. */
  readonly form: readonly string[];
  readonly words: WordTable | null;
  /** Whose midnights its dates go by. */
  readonly zone: "UTC" | "configured";
  /** Whether its reader skips a row that equals another one. */
  readonly skipsTwins: boolean;
  readonly columns: readonly Column[];
  readonly open: (books: Books) => Writer;
};

/** A target whose files are made from the reports, and not from events. */
export type ReportsTarget = TargetFacts & {
  /** A sheet of them for each lot method that is wanted. */
  readonly reads: "disposals";
  readonly form: readonly string[];
  readonly words: null;
  readonly sheets: readonly Sheet[];
};

/** A target whose files are tables of the store, row by row. */
export type TablesTarget = TargetFacts & {
  /** Of every lot method. */
  readonly reads: "disposals";
  readonly form: readonly string[];
  readonly words: null;
  /** The reports by whose completeness the files are named. */
  readonly weighed: readonly string[];
  readonly tables: readonly {
    readonly name: string;
    readonly statement:
      | "export/table-fills"
      | "export/table-cash"
      | "export/table-positions"
      | "export/table-postings"
      | "export/table-disposals";
  }[];
};

export type Sheet = {
  /** At most 31 characters. */
  readonly name: string;
  readonly report: string;
  /** Without it, all of the report's. */
  readonly columns?: readonly string[];
  /** The report of each month, one after the other. */
  readonly byMonth?: true;
  /** A sheet for each lot method that is wanted. */
  readonly ofMethod?: true;
};

/** What a target's files are made from, beside the events. */
export type Books = {
  /** In the order in which their events come. */
  readonly accounts: readonly AccountBooks[];
  readonly period: Period;
  readonly timeZone: string;
  readonly words: Words;
  /** The lot methods whose disposals are wanted. */
  readonly methods: readonly LotMethod[];
  /** The reporting currency; null where there is none. */
  readonly currency: string | null;
  /** The name of a file, which says so where the period is incomplete. */
  readonly fileName: (name: string, extension: string) => string;
};

/** Text for the end of a file, and what each of its rows stands for. */
export type Piece = {
  readonly file: string;
  readonly text: string;
  /** Where absent, UTF-8. What `latin1` has no sign for must be replaced in the text. */
  readonly encoding?: "latin1";
  readonly rows: readonly Traced[];
  /** The same as cells, of which a workbook is made beside the file. */
  readonly cells?: readonly (readonly string[])[];
  /** At the end: what is in no row of the file, because it is below the last decimal. */
  readonly rests?: readonly Rest[];
};
export type Traced = Pick<ExportEvent, "account" | "entryIds">;
export type Rest = Traced & Pick<ExportEvent, "asset" | "amount">;

/**
 * Takes the events account by account, in the order of their instants; one call has events of one account
 * only.
 */
export type Writer = {
  begin(): readonly Piece[];
  add(events: readonly ExportEvent[]): readonly Piece[];
  /** Of one account and method at once; only where disposals are what it reads. */
  close?(disposals: readonly Disposal[]): readonly Piece[];
  end(): readonly Piece[];
};

export type Column = {
  readonly header: string;
  readonly cell: (event: ExportEvent, word: string, timeZone: string) => string | null;
  /** For the README, where it is not the tool's own column. */
  readonly means?: string;
};

export type Apart = {
  /** At the end of the file's name. */
  readonly name: string;
  readonly kinds: readonly EventKind[];
  readonly columns: readonly Column[];
};

export function wordOf(words: Words, kind: EventKind, amount: Decimal): string {
  const word = words[kind] ?? "";
  if (typeof word === "string") return word;
  return (amount.isNegative() ? word["paid"] : word["received"]) ?? "";
}

/** A setting that is one word. */
export function settingOf(words: Words, name: string): string {
  const word = words[name] ?? "";
  return typeof word === "string" ? word : "";
}

/** The ledger account of an account's wallet: its own, or that of all. */
export function walletOf(words: Words, account: string): string {
  const wallets: Readonly<Record<string, string>> =
    typeof words["wallets"] === "object" ? words["wallets"] : {};
  const own = Object.hasOwn(wallets, account) ? wallets[account] : undefined;
  return own ?? settingOf(words, "wallet");
}
