/** CSV text as cells with their lines, and the mistakes of a file all at once. */

import { CsvError, parse } from "csv-parse/sync";
import { counted } from "../domain/counted.ts";
import { UsageError } from "../errors.ts";

export type CsvLine = {
  /** As a text editor counts it, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
};

/** A line of prices has some fifty characters, and one of the ECB's some five hundred. */
const LINE_CHARACTERS_MAX = 65_536;

/**
 * The lines that are not blank, their cells without blanks at the ends. Throws a `UsageError` for what is not
 * CSV.
 */
export function readLines(file: string, text: string): readonly CsvLine[] {
  const lines: number[] = [];
  try {
    const rows = parse(text, {
      record_delimiter: ["\r\n", "\n", "\r"],
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: LINE_CHARACTERS_MAX,
      on_record: (record, { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
    return rows.map((cells, index) => ({
      line: lines[index] ?? 0,
      cells: cells.map((cell) => cell.trim()),
    }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new UsageError(
      {
        where: file,
        what: "the file is not CSV",
        evidence: [cause.message, "no price was imported"],
        next: "give the file as it was downloaded or exported",
      },
      { cause },
    );
  }
}

/** More mistakes than these would hide the first ones. */
const MISTAKES_SHOWN_MAX = 20;

/** Collects the mistakes of a file, with their lines. */
export class Mistakes {
  readonly #file: string;
  readonly #found: { readonly line: number; readonly what: string }[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, what: string): void {
    this.#found.push({ line, what });
  }

  /** Throws a `UsageError` with all of them, if there are any. */
  refuse(next: string): void {
    const count = this.#found.length;
    if (count === 0) return;
    const rest = count - MISTAKES_SHOWN_MAX;
    throw new UsageError({
      where: this.#file,
      what: `${counted(count, "mistake")}; no price was imported`,
      evidence: [
        ...this.#found
          .toSorted((a, b) => a.line - b.line)
          .slice(0, MISTAKES_SHOWN_MAX)
          .map(({ line, what }) => `line ${line}: ${what}`),
        ...(rest > 0 ? [`and ${rest} more like these`] : []),
      ],
      next,
    });
  }
}
