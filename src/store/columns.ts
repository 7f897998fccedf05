/**
 * What the columns of an answer are called and of which types they are. Both drivers tell it with the rows, also when there are none, but
 * Kysely hands on the rows alone; to ask Postgres again would make it plan the same statement twice more.
 */

export type Column = {
  readonly name: string;
  /** The object id of its type in Postgres' catalog. */
  readonly typeId: number;
};

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

/** The columns of the rows of an answer, as the statement has them. */
export function columnsOf(rows: readonly unknown[]): readonly Column[] {
  return columnsByRows.get(rows) ?? [];
}
