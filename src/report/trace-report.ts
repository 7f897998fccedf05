/** A row of a report, chosen by its cells, and what is behind it. */

import type { Period } from "../domain/period.ts";
import { UsageError } from "../errors.ts";
import { parameterNames } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { REPORT_PARAMETERS, type ReportDefinition } from "./definition.ts";
import { openReport } from "./run-report.ts";
import { type Cells, type TracedBranch, traceClauses } from "./trace.ts";
import type { TraceClause } from "./trace-clause.ts";

export type RowChoice = { readonly column: string; readonly value: string };

export type TracedRow = {
  readonly cells: Cells;
  readonly branches: readonly TracedBranch[];
};

export type TracedReport = {
  readonly report: string;
  readonly title: string;
  readonly sign: string;
  /** How many rows were chosen; `rows` holds the first of them. */
  readonly count: number;
  readonly rows: readonly TracedRow[];
};

export type ReportTraceQuery = {
  readonly definition: ReportDefinition;
  readonly period: Period;
  /** Null among them stands for all accounts at once. */
  readonly accounts: readonly (string | null)[];
  readonly where: readonly RowChoice[];
  /** Null for all. */
  readonly rowsMax: number | null;
  readonly factsMax: number | null;
};

/** Values that are shown of a column in which the one requested is not. */
const NEAR_MAX = 5;

/**
 * Inside a transaction. Throws a `UsageError` when no row is chosen, a column is not there, or the report
 * cannot be traced.
 */
export async function traceReport(db: Database, query: ReportTraceQuery): Promise<TracedReport> {
  const { definition, period, where, rowsMax } = query;
  const { columns, batches } = await openReport(db, definition, period, query.accounts);
  refuseUnknownColumns(definition, columns, where);
  const clauses = clausesOf(definition, columns);
  const chosen: Cells[] = [];
  const values = new Map(where.map(({ column }) => [column, new Set<string>()]));
  let count = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      const cells = Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
      for (const { column } of where) values.get(column)?.add(cells[column] ?? "");
      if (!where.every(({ column, value }) => (cells[column] ?? "") === value)) continue;
      count += 1;
      if (rowsMax === null || chosen.length < rowsMax) chosen.push(cells);
    }
  }
  if (count === 0) throw noRow(query, values);
  const rows: TracedRow[] = [];
  for (const cells of chosen) {
    const subject = {
      where: `report ${definition.file}`,
      cells,
      requested: { period, accounts: query.accounts },
    };
    rows.push({ cells, branches: await traceClauses(db, clauses, subject, query.factsMax) });
  }
  return { report: definition.name, title: definition.title, sign: definition.sign, count, rows };
}

/**
 * A report that does not say what is behind a row of it can be traced all the same where the row names its
 * entry or its record.
 */
function clausesOf(definition: ReportDefinition, columns: readonly string[]): readonly TraceClause[] {
  const { trace, name, file } = definition;
  if (trace.length === 0) {
    const condition = (column: string) => `account_id = :account and ${column} = :${column}`;
    if (columns.includes("account") && columns.includes("entry_id"))
      return [{ source: "postings", when: null, condition: condition("entry_id"), sums: [] }];
    if (columns.includes("account") && columns.includes("record_key"))
      return [{ source: "records", when: null, condition: condition("record_key"), sums: [] }];
    throw new UsageError({
      where: `perpbooks trace report ${name}`,
      what: "the report does not say what is behind a row of it",
      evidence: [`${file} has no directive "--! trace:", and no column entry_id or record_key`],
      next: "add the directive; reports/README.md says how",
    });
  }
  const names = trace.flatMap(({ when, condition, sums }) => [
    ...(when === null ? [] : [when.column]),
    ...parameterNames([condition, ...sums.map(({ expression }) => expression)].join("\n")),
  ]);
  const known: readonly string[] = [...columns, ...REPORT_PARAMETERS];
  const unknown = [...new Set(names)].filter((word) => !known.includes(word));
  if (unknown.length === 0) return trace;
  throw new UsageError({
    where: `report ${file}`,
    what: `its directive "trace" names ${unknown.map((word) => `:${word}`).join(", ")}, which is no column of it`,
    evidence: [`its columns are ${columns.join(", ")}`],
    next: "correct the directive",
  });
}

function refuseUnknownColumns(
  { name }: ReportDefinition,
  columns: readonly string[],
  where: readonly RowChoice[],
): void {
  const unknown = where.map(({ column }) => column).filter((column) => !columns.includes(column));
  if (unknown.length === 0) return;
  throw new UsageError({
    where: `perpbooks trace report ${name}`,
    what: `the report has no column ${unknown.map((column) => `"${column}"`).join(", ")}`,
    evidence: [`its columns are ${columns.join(", ")}`],
    next: "correct the name",
  });
}

function noRow(
  { definition, period, where }: ReportTraceQuery,
  values: ReadonlyMap<string, ReadonlySet<string>>,
): UsageError {
  const wanted = where.map(({ column, value }) => `${column}=${value}`).join(" and ");
  return new UsageError({
    where: `perpbooks trace report ${definition.name}`,
    what: where.length === 0 ? "the report has no row" : `no row has ${wanted}`,
    evidence: [
      `in the period ${period.name}`,
      ...where.map(({ column, value }) => nearbyText(column, value, [...(values.get(column) ?? [])])),
    ],
    next: `see \`perpbooks report ${definition.name}\` for its rows; --period widens the search`,
  });
}

/** What a column holds instead, those values first that share the most with the one requested. */
function nearbyText(column: string, value: string, values: readonly string[]): string {
  if (values.length === 0) return `${column}: there are no rows at all`;
  if (values.includes(value)) return `${column}=${value} is there, but not together with the rest`;
  const near = values
    .toSorted((a, b) => commonPrefix(b, value) - commonPrefix(a, value) || (a < b ? -1 : 1))
    .slice(0, NEAR_MAX);
  const more = values.length > near.length ? ", …" : "";
  return `${column} is ${near.map((word) => (word === "" ? "empty" : word)).join(", ")}${more}`;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
