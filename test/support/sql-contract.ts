/**
 * What the database says of each statement of `sql/<stage>/<name>.sql`: its parameters, and the columns of
 * its rows, as the text of `sql-contract.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { bindParameters, parameterNames, SQL_FOLDER } from "../../src/store/sql-file.ts";
import { newLocation } from "./stores.ts";

/** Of these, the schema is made; no code runs them by name. */
const OF_THE_SCHEMA = ["migrations", "views", "roles"];

/** Types that arrive as another value than text (`type-parsers.ts`), by their number in pg_type. */
const VALUE_TYPES: Readonly<Record<number, string>> = { 16: "boolean", 21: "number", 23: "number" };

/** A whole number may be sent as such also where it comes back as text. */
const SENT_TYPES: Readonly<Record<number, string>> = { ...VALUE_TYPES, 20: "number | string" };

const HEAD = `/**
 * Generated: what the database says of each statement under \`sql/\`, its parameters and the columns of its
 * rows. A test describes them anew and compares; \`UPDATE_DOCS=1 npx vitest run
 * test/store/sql-contract.test.ts\` writes this file.
 *
 * A database does not say which column of a statement is never null, nor which words a text may be: the type
 * of a row at the call says so, within what is said here (\`sql-file.ts\`).
 */
`;

export async function describeStatements(): Promise<string> {
  const { location, remove } = await newLocation("PGlite");
  if (location.kind !== "folder") throw new RangeError("a folder was expected");
  const pglite = await PGlite.create(join(location.path, "pg"));
  try {
    const entries: string[] = [];
    for (const name of statementNames()) entries.push(await describe(pglite, name));
    return `${HEAD}export type SqlContract = {\n${entries.join("")}};\n`;
  } finally {
    await pglite.close();
    await remove();
  }
}

function statementNames(): readonly string[] {
  return readdirSync(SQL_FOLDER, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql") && !OF_THE_SCHEMA.includes(path.split("/")[0] ?? ""))
    .map((path) => path.slice(0, -".sql".length))
    .toSorted();
}

async function describe(pglite: PGlite, name: string): Promise<string> {
  const text = readFileSync(join(SQL_FOLDER, `${name}.sql`), "utf8");
  const names = [...parameterNames(text)];
  const bound = bindParameters(text, Object.fromEntries(names.map((parameter) => [parameter, null])));
  const { queryParams, resultFields } = await pglite.describeQuery(bound.sql);
  const parameters = queryParams.map(({ dataTypeID }, nth) => [names[nth] ?? "", dataTypeID] as const);
  return [
    `  "${name}": {\n`,
    `    parameters: ${typeOf(parameters, SENT_TYPES)};\n`,
    `    row: ${typeOf(
      resultFields.map((field) => [field.name, field.dataTypeID] as const),
      VALUE_TYPES,
    )};\n`,
    "  };\n",
  ].join("");
}

function typeOf(
  members: readonly (readonly [name: string, typeId: number])[],
  types: Readonly<Record<number, string>>,
): string {
  if (members.length === 0) return "Record<never, never>";
  const lines = members.map(([name, typeId]) => `      ${name}: ${types[typeId] ?? "string"} | null;\n`);
  return `{\n${lines.join("")}    }`;
}
