/**
 * How a report says what is behind a row of it, in its directive `trace`: clauses parted by semicolons, each
 * `SOURCE where CONDITION giving COLUMN = SUM giving …`. The condition and the sums are SQL over the source's
 * columns; `:column` is a cell of the row. A sum that has the name of a column must be that column's figure
 * to the last digit; `giving COLUMN, COLUMN filter (where …)` sums the source's columns of those names.
 * `SOURCE when COLUMN = VALUE|VALUE where …` is a clause for rows of one kind only.
 */
import { isTraceSource, TRACE_SOURCE_NAMES, type TraceSourceName } from "./trace-sources.ts";

export type TraceClause = {
  readonly source: TraceSourceName;
  /** The clause is for rows that have one of these values there; null for all rows. */
  readonly when: { readonly column: string; readonly values: readonly string[] } | null;
  readonly condition: string;
  readonly sums: readonly { readonly name: string; readonly expression: string }[];
};

/** Reads the directive's text; what is wrong with it is added to `mistakes`. */
export function readTraceClauses(text: string, mistakes: string[]): TraceClause[] {
  const clauses = text
    .split(/;(?=\s|$)/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");
  return clauses.flatMap((clause) => readClause(clause, mistakes));
}

function readClause(clause: string, mistakes: string[]): TraceClause[] {
  const [head = "", ...givings] = clause.split(/\s+giving\s+/);
  const [, source, column, values, condition] =
    head.match(/^(\w+)(?:\s+when\s+(\w+)\s*=\s*([\w|+]+))?\s+where\s+(.+)$/s) ?? [];
  if (source === undefined || condition === undefined) {
    mistakes.push(
      `the directive "trace" has a clause that is not "SOURCE [when COLUMN = VALUE|VALUE] where CONDITION": ${clause}`,
    );
    return [];
  }
  if (!isTraceSource(source)) {
    mistakes.push(
      `the directive "trace" names the unknown source "${source}"; known are ${TRACE_SOURCE_NAMES.join(", ")}`,
    );
    return [];
  }
  const sums = givings.flatMap((giving) => {
    const [, name, expression] = giving.match(/^(\w+)\s*=\s*(.+)$/s) ?? [];
    if (name !== undefined && expression !== undefined) return [{ name, expression }];
    const [, names, filter = ""] = giving.match(/^(\w+(?:\s*,\s*\w+)*)(\s+filter\s*\(.+\))?$/s) ?? [];
    if (names !== undefined) {
      return names.split(/\s*,\s*/).map((same) => ({ name: same, expression: `sum(${same})${filter}` }));
    }
    mistakes.push(
      `the directive "trace" gives something that is neither "COLUMN = SUM" nor "COLUMN, COLUMN [filter (where …)]": ${giving}`,
    );
    return [];
  });
  const when = column === undefined || values === undefined ? null : { column, values: values.split("|") };
  return [{ source, when, condition, sums }];
}
