/**
 * CSV as RFC 4180 has it: commas, lines that end in CR LF (or in LF, for tools that want it so), quotes where
 * a cell needs them; UTF-8 without a byte order mark. An absent value is an empty cell. The forms for Excel
 * are what opens there by a double click. The only file that imports csv-stringify, which is given text only:
 * it would write other values in its own way.
 */
import { stringify } from "csv-stringify/sync";
import type { CsvDialect } from "../domain/csv-dialect.ts";
import { isDecimal, spreadsheetKeeps } from "../domain/decimal.ts";

export type LineEnd = "\r\n" | "\n";

type Cells = readonly (string | null)[];

/** The lines of some rows; the header is a row like any other. */
export function csvLines(rows: readonly Cells[], lineEnd: LineEnd = "\r\n"): string {
  return linesOf(rows, withoutFormula, ",", lineEnd);
}

/** A file of rows: its head, and the lines of some rows of it. */
export type CsvForm = {
  begin(columns: readonly string[]): string;
  rows(rows: readonly Cells[]): string;
};

/** Excel takes a file for UTF-8 by its byte order mark alone. */
const BYTE_ORDER_MARK = "\ufeff";

export function csvForm(dialect: CsvDialect): CsvForm {
  if (dialect === "plain") return { begin: (columns) => csvLines([columns]), rows: (rows) => csvLines(rows) };
  const isGerman = dialect === "excel-de";
  const rows = (some: readonly Cells[]) =>
    linesOf(some, (cell) => excelCell(cell, isGerman ? "," : "."), isGerman ? ";" : ",", "\r\n");
  return { begin: (columns) => BYTE_ORDER_MARK + rows([columns]), rows };
}

function linesOf(
  rows: readonly Cells[],
  cellText: (cell: string) => string,
  delimiter: string,
  lineEnd: LineEnd,
): string {
  let lines = "";
  let quoted: string[][] = [];
  const quotedLines = (): string => {
    if (quoted.length === 0) return "";
    // By itself it would quote a whole CR LF only, and leave a cell's lone line break for a reader to stumble
    // over.
    const text = stringify(quoted, { delimiter, record_delimiter: lineEnd, quoted_match: /[\r\n]/ });
    quoted = [];
    return text;
  };
  for (const row of rows) {
    const cells = row.map((cell) => (cell === null ? "" : cellText(cell)));
    if (cells.some((cell) => MAY_NEED_QUOTES.test(cell))) quoted.push(cells);
    else lines += `${quotedLines()}${cells.join(delimiter)}${lineEnd}`;
  }
  return lines + quotedLines();
}

/**
 * csv-stringify looks at each cell in half a dozen ways. Most rows have nothing to quote, and to see that at
 * once halves the time of a large file.
 */
const MAY_NEED_QUOTES = /[",;\r\n]/;

/**
 * Excel would cut a long number, drop the zeros in front of an id and count with one like 12E5. As a formula
 * that is nothing but a text it keeps every sign.
 */
function excelCell(cell: string, decimalPoint: string): string {
  const isNumber = isDecimal(cell);
  const text = isNumber ? cell.replace(".", decimalPoint) : withoutFormula(cell);
  const isKept = isNumber ? spreadsheetKeeps(cell) && !/^-?0\d/.test(cell) : !/^\d+[eE]\d+$/.test(cell);
  return isKept ? text : `="${text}"`;
}

/**
 * A spreadsheet would run a text that begins like a formula, and texts come from the venue. An apostrophe in
 * front makes it text again. A plain decimal is a number and is never touched.
 */
function withoutFormula(cell: string): string {
  return /^[=+\-@\t\r\n]/.test(cell) && !isDecimal(cell) ? `'${cell}` : cell;
}
