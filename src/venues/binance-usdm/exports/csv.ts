/** CSV text as a header and rows with their lines. The only file that imports csv-parse. */
import { CsvError, parse } from "csv-parse/sync";
import { refused } from "./refuse.ts";

export type CsvRow = {
  /** As a text editor counts it, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
};

const MISTAKES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quoted cell has no end",
  CSV_INVALID_CLOSING_QUOTE: "a quoted cell goes on after its closing quote",
  INVALID_OPENING_QUOTE: "a quote stands in the middle of a cell",
};

/**
 * The rows that are not blank, the header among them, their cells without blanks at the ends. Binance's files begin with a byte order mark
 * and end lines with CR LF, and a program that saved them again may have changed both.
 */
export function readCsv(file: string, bytes: Uint8Array): readonly CsvRow[] {
  const lines: number[] = [];
  try {
    const rows = parse(decoded(file, bytes), {
      record_delimiter: ["\r\n", "\n", "\r"],
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (record, { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
    return rows
      .map((cells, index) => ({ line: lines[index] ?? 0, cells: cells.map((cell) => cell.trim()) }))
      .filter(({ cells }) => cells.some((cell) => cell !== ""));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // For a quote without an end it is the last line of the file, where there is nothing to see.
    const line = cause["lines"];
    throw refused(
      {
        where:
          typeof line === "number" && cause.code !== "CSV_QUOTE_NOT_CLOSED" ? `${file} line ${line}` : file,
        what: `not CSV: ${MISTAKES[cause.code] ?? cause.message}`,
        next: "download the file again, and import it before another program saves it",
      },
      { cause },
    );
  }
}

/** The text without its byte order mark. Another encoding would make other letters of symbols that are not ASCII. */
function decoded(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw refused(
      {
        where: file,
        what: "CSV in UTF-8 was expected, found other bytes",
        next: "import the file as it was downloaded; if another program saved it, download it again",
      },
      { cause },
    );
  }
}
