/**
 * CSV as RFC 4180 has it: commas, lines that end in CR LF (or in LF, for tools that want it so), quotes where
 * a cell needs them; UTF-8 without a byte order mark. An absent value is an empty cell. The only file that
 * imports csv-stringify, which is given text only: it would write other values in its own way.
 */
import { stringify } from "csv-stringify/sync";
import { readDecimal } from "../domain/decimal.ts";

export type LineEnd = "\r\n" | "\n";

/** The lines of some rows; the header is a row like any other. */
export function csvLines(rows: readonly (readonly (string | null)[])[], lineEnd: LineEnd = "\r\n"): string {
  return stringify(
    rows.map((row) => row.map((cell) => (cell === null ? "" : withoutFormula(cell)))),
    // By itself it would quote a whole CR LF only, and leave a cell's lone line break for a reader to stumble
    // over.
    { record_delimiter: lineEnd, quoted_match: /[\r\n]/ },
  );
}

/**
 * A spreadsheet would run a text that begins like a formula, and texts come from the venue. An apostrophe in
 * front makes it text again. A plain decimal is a number and is never touched.
 */
function withoutFormula(cell: string): string {
  return /^[=+\-@\t\r\n]/.test(cell) && readDecimal(cell) === null ? `'${cell}` : cell;
}
