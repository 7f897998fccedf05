/**
 * JSON: an array of objects, one for each row, whose values are the same texts as in the CSV, or null.
 * Written in parts, so of any length.
 */

export type JsonWriter = {
  /** The text of some more rows. */
  rows(rows: readonly (readonly (string | null)[])[]): string;
  /** What closes the array. */
  end(): string;
};

export function jsonWriter(columns: readonly string[]): JsonWriter {
  let isEmpty = true;
  return {
    rows: (rows) => {
      if (rows.length === 0) return "";
      const before = isEmpty ? "[\n" : ",\n";
      isEmpty = false;
      return before + rows.map((row) => objectText(columns, row)).join(",\n");
    },
    end: () => (isEmpty ? "[]\n" : "\n]\n"),
  };
}

export async function* jsonParts(
  columns: readonly string[],
  batches: AsyncIterable<readonly (readonly (string | null)[])[]>,
): AsyncGenerator<string> {
  const writer = jsonWriter(columns);
  for await (const rows of batches) yield writer.rows(rows);
  yield writer.end();
}

function objectText(columns: readonly string[], row: readonly (string | null)[]): string {
  const members = columns.map(
    (column, index) => `    ${JSON.stringify(column)}: ${JSON.stringify(row[index] ?? null)}`,
  );
  return `  {\n${members.join(",\n")}\n  }`;
}
