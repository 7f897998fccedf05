import { UsageError } from "../errors.ts";
import type { CommandContext } from "../pipeline/command-context.ts";
import { csvLines } from "../report/write-csv.ts";
import { jsonParts } from "../report/write-json.ts";
import { tableText } from "../report/write-table.ts";
import type { RowCells } from "../store/read-only.ts";

export type Format = "table" | "csv" | "json";
export type Result = {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<readonly RowCells[]>;
};

/** More rows than these are not for a terminal's screen. */
const TERMINAL_ROWS_MAX = 200;
/** A table is as wide as its widest row, so its rows are held until the last is known: these at most. */
const TABLE_ROWS_MAX = 100_000;

/** Writes a result to stdout, batch after batch, as fast as the reader takes it. */
export async function writeResult(
  result: Result,
  format: Format,
  { output }: CommandContext,
  remarks: readonly string[] = [],
): Promise<void> {
  switch (format) {
    case "csv": {
      // The header is written with the first rows, so that a select that fails before its first row prints
      // nothing.
      let head = csvLines([result.columns]);
      for await (const rows of result.batches) {
        await output.write(head + csvLines(rows));
        head = "";
      }
      if (head !== "") await output.write(head);
      return;
    }
    case "json":
      refuseTwins(result.columns);
      for await (const part of jsonParts(result.columns, result.batches)) await output.write(part);
      return;
    case "table": {
      const rowsMax = output.columns === null ? TABLE_ROWS_MAX : TERMINAL_ROWS_MAX;
      const { rows, total } = await firstRows(result.batches, rowsMax);
      await output.write(tableFor(output, result.columns, rows, total, remarks));
    }
  }
}

/** The first rows of `total` as a table, with borders for a person at a terminal. */
export function tableFor(
  output: CommandContext["output"],
  columns: readonly string[],
  rows: readonly RowCells[],
  total: number,
  remarks: readonly string[] = [],
): string {
  return tableText(
    { columns, rows },
    { width: output.columns, total, hasBorders: output.columns !== null, remarks },
  );
}

/**
 * In JSON each member of an object needs a name of its own; in CSV and in a table two columns may share one.
 */
function refuseTwins(columns: readonly string[]): void {
  const twins = [...new Set(columns.filter((name, place) => columns.indexOf(name) !== place))];
  if (twins.length === 0) return;
  throw new UsageError({
    where: "--format json",
    what: "every column must have a name of its own",
    evidence: twins.map((name) => `more than one is called "${name}"`),
    next: "rename all but one of them with `as`, or choose another format",
  });
}

async function firstRows(
  batches: AsyncIterable<readonly RowCells[]>,
  rowsMax: number,
): Promise<{ readonly rows: readonly RowCells[]; readonly total: number }> {
  const rows: RowCells[] = [];
  let total = 0;
  for await (const batch of batches) {
    for (const row of batch) if (rows.length < rowsMax) rows.push(row);
    total += batch.length;
  }
  return { rows, total };
}
