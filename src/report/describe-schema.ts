/**
 * `docs/schema.md`: the tables and views that people's SQL may hold on to, as the catalog's own comments
 * describe them.
 */
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";

type ColumnRow = {
  schema_name: string;
  schema_comment: string | null;
  relation: string;
  kind: string;
  relation_comment: string | null;
  column_name: string;
  type: string;
  is_required: boolean;
  is_key: boolean;
  column_comment: string | null;
};
type FunctionRow = { schema_name: string; signature: string; function_comment: string | null };

/** In the order in which the figures flow; a schema that is not named here comes last. */
const SCHEMA_ORDER = ["raw", "history", "snapshot", "ledger", "price", "report", "perpbooks"];

const HEAD = `# The schema

Made from the database's own comments; a test holds that it agrees. Amounts are \`numeric\` without a scale, times \`timestamptz\`, ids text.
A key column is marked *key*; a column that may be null is marked *may be null*. The views of \`report\` and \`ledger.posting\` are for
people's own SQL.
`;

/** The whole page as Markdown. The same on either kind of store. */
export async function describeSchema(store: Store): Promise<string> {
  const columns = await runSqlFile<ColumnRow>(store.db, "report/catalog", {});
  const functions = await runSqlFile<FunctionRow>(store.db, "report/functions", {});
  const schemas = [...new Set(columns.map((column) => column.schema_name))].toSorted(
    (a, b) => place(a) - place(b) || (a < b ? -1 : 1),
  );
  const sections = schemas.map((schema) =>
    schemaText(
      columns.filter((column) => column.schema_name === schema),
      functions.filter((one) => one.schema_name === schema),
    ),
  );
  return [HEAD, ...sections].join("\n");
}

function place(schema: string): number {
  const index = SCHEMA_ORDER.indexOf(schema);
  return index === -1 ? SCHEMA_ORDER.length : index;
}

function schemaText(columns: readonly ColumnRow[], functions: readonly FunctionRow[]): string {
  const [first] = columns;
  if (first === undefined) return "";
  const relations = [...new Set(columns.map((column) => column.relation))];
  return [
    `## ${first.schema_name}`,
    "",
    first.schema_comment ?? "",
    "",
    ...relations.flatMap((relation) =>
      relationLines(columns.filter((column) => column.relation === relation)),
    ),
    ...functions.flatMap((one) => [
      `### ${one.schema_name}.${one.signature}`,
      "",
      one.function_comment ?? "",
      "",
    ]),
  ].join("\n");
}

function relationLines(columns: readonly ColumnRow[]): string[] {
  const [first] = columns;
  if (first === undefined) return [];
  return [
    `### ${first.schema_name}.${first.relation}${first.kind === "view" ? " (view)" : ""}`,
    "",
    first.relation_comment ?? "",
    "",
    "| column | type | |",
    "|---|---|---|",
    ...columns.map((column) => `| \`${column.column_name}\` | ${column.type} | ${columnText(column)} |`),
    "",
  ];
}

function columnText(column: ColumnRow): string {
  const marks: string[] = [];
  if (column.is_key) marks.push("*key*");
  // Of a view, the catalog does not know.
  if (!column.is_required && column.kind === "table") marks.push("*may be null*");
  const comment = (column.column_comment ?? "").replaceAll("|", "\\|");
  return [comment, ...marks].join(" ");
}
