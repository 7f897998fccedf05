/**
 * Tables in the text of a test: the first line names the columns, `|` parts the cells, `//` begins a remark.
 */

/** The table's rows as cells by column. Throws where a row has not as many cells as there are columns. */
export function readTable(text: string): readonly Readonly<Record<string, string>>[] {
  const [header, ...rows] = text
    .split("\n")
    .map((line) => line.replace(/\s*\/\/.*$/, "").trim())
    .filter((line) => line !== "")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  if (header === undefined) throw new RangeError("the table has no header");
  return rows.map((cells) => {
    if (cells.length !== header.length)
      throw new RangeError(`${header.length} cells were expected, found "${cells.join(" | ")}"`);
    return Object.fromEntries(header.map((name, position) => [name, cells[position] ?? ""]));
  });
}

/** A cell that must be there. */
export function cell(row: Readonly<Record<string, string>>, name: string): string {
  const text = row[name];
  if (text === undefined) throw new RangeError(`the table has no column "${name}"`);
  return text;
}

/** Rows as a table with aligned columns, as `readTable` reads it. */
export function tableText(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string>>[],
): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row, name)))];
  const widths = columns.map((_, position) =>
    Math.max(...lines.map((cells) => (cells[position] ?? "").length)),
  );
  return lines
    .map((cells) =>
      cells
        .map((text, position) => text.padEnd(widths[position] ?? 0))
        .join(" | ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
