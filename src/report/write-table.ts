/** A report on a terminal: numbers to the right, and a footer that says what of it is not shown. */

import Table from "cli-table3";
import { counted } from "../domain/counted.ts";
import { readDecimal } from "../domain/decimal.ts";
import { append, greatest } from "../domain/lists.ts";
import { printableLine } from "../domain/printable.ts";

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
  const rows = report.rows.map((row) => row.map((cell) => printableLine(cell ?? "")));
  const isNumeric = report.columns.map(
    (_, index) =>
      rows.some((row) => row[index] !== "") &&
      rows.every((row) => row[index] === "" || readDecimal(row[index] ?? "") !== null),
  );
  const shown = columnsThatFit(report.columns, rows, options);
  const head = report.columns.slice(0, shown);
  const cells = rows.map((row) => row.slice(0, shown));
  const lines = drawn(head, cells, isNumeric, options);
  const footer = footerLines(report.columns, shown, rows.length, options.total);
  return `${[...lines, ...footer, ...options.remarks.map(printableLine)].map((line) => line.trimEnd()).join("\n")}\n`;
}

/**
 * The package that draws takes a hundred thousand rows at most, and is quick with few. Only a pipe or a file
 * is given more than these, and there are no borders.
 */
const BLOCK_ROWS = 500;

function drawn(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isNumeric: readonly boolean[],
  { hasBorders }: TableOptions,
): string[] {
  const linesOf = (block: readonly (readonly string[])[]) => {
    const table = new Table({
      head: [...head],
      colAligns: head.map((_, index) => (isNumeric[index] === true ? "right" : "left")),
      style: { head: [], border: [], "padding-left": hasBorders ? 1 : 0, "padding-right": 1 },
      chars: hasBorders ? {} : { ...NO_BORDERS, middle: " " },
    });
    append(
      table,
      block.map((row) => [...row]),
    );
    return table.toString().split("\n");
  };
  if (hasBorders || rows.length <= BLOCK_ROWS) return linesOf(rows);
  // Each block is drawn with a row of the widest cells, which makes all of them as wide and is then left out,
  // as the head is of all but the first.
  const widest = head.map((_, index) =>
    rows.reduce((most, row) => ((row[index]?.length ?? 0) > most.length ? (row[index] ?? "") : most), ""),
  );
  const lines = linesOf([widest]).slice(0, 1);
  for (let from = 0; from < rows.length; from += BLOCK_ROWS)
    append(lines, linesOf([widest, ...rows.slice(from, from + BLOCK_ROWS)]).slice(2));
  return lines;
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
      : counted(total, "row");
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
    const widest = greatest([column.length, ...rows.map((row) => row[index]?.length ?? 0)]);
    used += widest + (hasBorders ? 3 : 2);
    if (used > width && index > 0) return index;
  }
  return columns.length;
}
