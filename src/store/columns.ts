/**
 * How what is fetched from the cursor of `read-only.ts` is handed on. Its rows are lists of cells and not
 * objects, in which two columns of one name would be one; a cell is text, the same on both kinds of store;
 * and what the columns are called and of which types they are is kept, also when there are no rows: both
 * drivers tell it with the rows, but Kysely hands on the rows alone.
 */
import { type CellParser, cellParser } from "./type-parsers.ts";

export type Column = {
  readonly name: string;
  /** The object id of its type in Postgres' catalog. */
  readonly typeId: number;
};

/** The cursor's name. */
export const CURSOR = "selected";

export function isFetch(statement: string): boolean {
  return /^fetch \d+ from selected$/.test(statement);
}

/** For a driver that looks its parsers up by type. */
export const CELL_PARSERS = { getTypeParser: (typeId: number): CellParser => cellParser(typeId) };

/** By the list of rows itself, which Kysely hands on as it is. */
const columnsByRows = new WeakMap<object, readonly Column[]>();

/** For the drivers: keeps what the server told of the columns of `rows`. */
export function keepColumns(
  rows: readonly unknown[],
  fields: readonly { readonly name: string; readonly dataTypeID: number }[],
): void {
  columnsByRows.set(
    rows,
    fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID })),
  );
}

/** The columns of what was fetched, as the statement has them. */
export function columnsOf(rows: readonly unknown[]): readonly Column[] {
  return columnsByRows.get(rows) ?? [];
}
