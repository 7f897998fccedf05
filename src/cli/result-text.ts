import { csvLines } from "../report/write-csv.ts";
import { jsonParts } from "../report/write-json.ts";
import { tableText } from "../report/write-table.ts";
import type { Surroundings } from "./surroundings.ts";

export type Format = "table" | "csv" | "json";
export type Result = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
};

/** More rows than these are not for a terminal's screen. */
const TERMINAL_ROWS_MAX = 200;

/** A result as it goes to stdout. */
export async function resultText(
  result: Result,
  format: Format,
  { output }: Surroundings,
  remarks: readonly string[] = [],
): Promise<string> {
  switch (format) {
    case "csv":
      return csvLines([result.columns, ...result.rows]);
    case "json": {
      const parts: string[] = [];
      for await (const part of jsonParts(result.columns, inOneBatch(result.rows))) parts.push(part);
      return parts.join("");
    }
    case "table":
      return tableText(result, {
        width: output.columns,
        rowsMax: output.columns === null ? null : TERMINAL_ROWS_MAX,
        hasBorders: output.columns !== null,
        remarks,
      });
  }
}

async function* inOneBatch<Item>(rows: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield rows;
}
