/**
 * Statements that are long enough to deserve a file: `sql/<stage>/<name>.sql`, with `:names` for parameters.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { PACKAGE_FOLDER } from "../package.ts";
import type { SqlContract } from "./sql-contract.ts";
import type { Database } from "./store.ts";

export const SQL_FOLDER = join(PACKAGE_FOLDER, "sql");

export type SqlParameters = Readonly<Record<string, string | number | boolean | null>>;

/** `:name`, but not the `::type` of a cast, nor the colon inside `'assets:wallet'`. */
const PARAMETER = /(?<![:\w]):([a-z][a-z0-9_]*)/g;

export function parameterNames(text: string): Set<string> {
  return new Set([...withoutComments(text).matchAll(PARAMETER)].map((match) => match[1] ?? ""));
}

/**
 * Turns `:names` into `$1`, `$2`, …. Throws when a name has no value: a misspelt parameter must not become
 * null.
 */
export function bindParameters(text: string, parameters: SqlParameters): CompiledQuery {
  const order: string[] = [];
  const bound = withoutComments(text).replace(PARAMETER, (_match, name: string) => {
    if (!(name in parameters)) throw new RangeError(`the statement wants :${name}, which was not given`);
    if (!order.includes(name)) order.push(name);
    return `$${order.indexOf(name) + 1}`;
  });
  return CompiledQuery.raw(
    bound,
    order.map((name) => parameters[name]),
  );
}

function withoutComments(text: string): string {
  return text.replace(/^\s*--.*$/gm, "");
}

const texts = new Map<string, string>();

type StatementName = keyof SqlContract;

/**
 * Whether each column of `Row` is one of the statement's and the other way round; a row may say of a column
 * that it is never null, or list its words.
 */
type IsRowOf<Row, Name extends StatementName> = [keyof Row, Row] extends [
  keyof SqlContract[Name]["row"],
  Partial<SqlContract[Name]["row"]>,
]
  ? keyof SqlContract[Name]["row"] extends keyof Row
    ? true
    : false
  : false;

/** What may follow `runSqlFile<Row>(db, …`: a statement that gives such rows, with its parameters. */
type Call<Row> = {
  [Name in StatementName]: IsRowOf<Row, Name> extends true
    ? [name: Name, parameters: Readonly<SqlContract[Name]["parameters"]>]
    : never;
}[StatementName];

/**
 * Runs `sql/<name>.sql` and returns its rows. The compiler holds `Row` and the parameters against what the
 * database says of the statement (`sql-contract.ts`): a name that no call accepts is that of a statement
 * whose columns or parameters are others.
 */
export async function runSqlFile<Row = Record<never, never>>(
  db: Database,
  ...[name, parameters]: Call<Row>
): Promise<Row[]> {
  const result = await db.executeQuery<Row>(queryOf(name, parameters));
  return result.rows;
}

/** The statement by itself, for a cursor. */
export function sqlFileQuery<Name extends StatementName>(
  name: Name,
  parameters: Readonly<SqlContract[Name]["parameters"]>,
): CompiledQuery {
  return queryOf(name, parameters);
}

function queryOf(name: StatementName, parameters: SqlParameters): CompiledQuery {
  const text = texts.get(name) ?? readFileSync(join(SQL_FOLDER, `${name}.sql`), "utf8");
  texts.set(name, text);
  return bindParameters(text, parameters);
}

/** A parameter that is a list of instants: as Postgres writes an array of them. */
export function instantsText(instants: readonly Instant[]): string {
  return `{${instants.map((instant) => formatInstant(instant)).join(",")}}`;
}
