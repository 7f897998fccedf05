/** A report on a terminal: numbers to the right, and a footer that says what of it is not shown. */
import Table from "cli-table3";
import { readDecimal } from "../domain/decimal.ts";

export type TableOptions = {
  /** Characters a line; null where nobody's screen limits it: a pipe or a file. */
  readonly width: number | null;
  /** How many rows there are, if more than are given. */
  readonly total: number;
  /** Draws lines around the cells; without them, columns are told apart by spaces. */
  readonly hasBorders: boolean;
  /** What the reader must know about the figures: the footer's last lines. */
  readonly remarks: readonly string[];
};

const NO_BORDERS = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
  ].map((place) => [place, ""]),
);

/** The report as text. Columns that do not fit the width are left out from the right, and named. */
export function tableText(
  report: { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] },
  options: TableOptions,
): string {
  const rows = report.rows.map((row) => row.map((cell) => printable(cell ?? "")));
  const isNumeric = report.columns.map(
    (_, index) =>
      rows.some((row) => row[index] !== "") &&
      rows.every((row) => row[index] === "" || readDecimal(row[index] ?? "") !== null),
  );
  const shown = columnsThatFit(report.columns, rows, options);
  const table = new Table({
    head: report.columns.slice(0, shown),
    colAligns: isNumeric.slice(0, shown).map((isRight) => (isRight ? "right" : "left")),
    style: { head: [], border: [], "padding-left": options.hasBorders ? 1 : 0, "padding-right": 1 },
    chars: options.hasBorders ? {} : { ...NO_BORDERS, middle: " " },
  });
  table.push(...rows.map((row) => row.slice(0, shown)));
  const lines = table.toString().split("\n");
  const footer = footerLines(report.columns, shown, rows.length, options.total);
  return `${[...lines, ...footer, ...options.remarks.map(printable)].map((line) => line.trimEnd()).join("\n")}\n`;
}

function footerLines(
  columns: readonly string[],
  columnsShown: number,
  rowsShown: number,
  total: number,
): string[] {
  const rows =
    rowsShown < total
      ? `${rowsShown} of ${total} rows are shown; a CSV file holds them all`
      : `${total} ${total === 1 ? "row" : "rows"}`;
  const leftOut = columns.slice(columnsShown);
  if (leftOut.length === 0) return [rows];
  return [rows, `too wide for this terminal and left out: ${leftOut.join(", ")}`];
}

function columnsThatFit(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { width, hasBorders }: TableOptions,
): number {
  if (width === null) return columns.length;
  // Each column has three characters around it between borders (two of padding, one line), two without.
  let used = hasBorders ? 1 : 0;
  for (const [index, column] of columns.entries()) {
    const widest = Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0));
    used += widest + (hasBorders ? 3 : 2);
    if (used > width && index > 0) return index;
  }
  return columns.length;
}

/** The venue's texts could hold what a terminal obeys: cursor moves, colours, a bell. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}
