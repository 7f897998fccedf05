/**
 * CSV bytes as a header and rows with their lines, one after the other. The only file of this folder that
 * imports csv-parse.
 */
import { CsvError, parse } from "csv-parse";
import { encodingName, foreignEncoding } from "../../../domain/utf8.ts";
import { readCount } from "../../fields.ts";
import { through } from "./chunks.ts";
import { refused } from "./refuse.ts";

export type CsvRow = {
  /** As a text editor counts it, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
};

/** Binance's rows have some 200 characters. */
const ROW_CHARACTERS_MAX = 65_536;

const MISTAKES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quoted cell has no end",
  CSV_INVALID_CLOSING_QUOTE: "a quoted cell goes on after its closing quote",
  INVALID_OPENING_QUOTE: "a quote stands in the middle of a cell",
  CSV_MAX_RECORD_SIZE: `a row has more than ${ROW_CHARACTERS_MAX.toLocaleString("en-US")} characters`,
};

/**
 * The rows that are not blank, the header among them, their cells without blanks at the ends. Binance's files
 * begin with a byte order mark and end lines with CR LF, and a program that saved them again may have changed
 * both.
 */
export async function* readCsv(file: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  const parser = parse({
    record_delimiter: ["\r\n", "\n", "\r"],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: ROW_CHARACTERS_MAX,
    on_record: (cells, { lines: line }) => [String(line), ...cells],
  });
  try {
    for await (const [line = "", ...raw] of through<string, string[]>(decoded(file, chunks), parser)) {
      const cells = raw.map((cell) => cell.trim());
      if (cells.some((cell) => cell !== "")) yield { line: readCount(line) ?? 0, cells };
    }
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

/**
 * The text without its byte order mark. Another encoding would make other letters of symbols that are not
 * ASCII.
 */
async function* decoded(file: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let start: Uint8Array | null = null;
  try {
    for await (const chunk of chunks) {
      start ??= chunk;
      if (start === chunk && foreignEncoding(chunk) !== null) throw new TypeError("another encoding");
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") yield text;
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw refused(
      {
        where: file,
        what: `CSV in UTF-8 was expected, and the file is ${encodingName(start ?? new Uint8Array())}`,
        next: "import the file as it was downloaded; if another program saved it, download it again or save it as UTF-8",
      },
      { cause },
    );
  }
}
