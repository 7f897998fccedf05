/**
 * From a figure down to what the venue said: the facts behind a row of a report, the sums that tie them to
 * its cells, their records verbatim in every version, and the runs and spans that brought them. It only
 * reads.
 */
import { CompiledQuery } from "kysely";
import { formatDecimal, parseDecimal, readDecimal, ZERO } from "../domain/decimal.ts";
import { formatInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { bindParameters, runSqlFile, type SqlParameters } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { arrayText, runSelect } from "./run-report.ts";
import type { TraceClause } from "./trace-clause.ts";
import { TRACE_SOURCES } from "./trace-sources.ts";

/** The cells of a row by column. */
export type Cells = Readonly<Record<string, string | null>>;

export type TracedSum = {
  readonly name: string;
  /** Null where there is nothing to add up. */
  readonly sum: string | null;
  /** The figure of the row it explains; undefined where the row has no such column. */
  readonly cell?: string | null;
  /** sum − cell, "0" where they tie to the last digit; null where there is nothing to compare. */
  readonly difference: string | null;
};

export type TracedRun = {
  readonly run_id: string;
  /** Null for a run that is not on record. */
  readonly command: string | null;
  readonly started_at: string | null;
};

export type TracedWindow = TracedRun & {
  readonly account_id: string;
  readonly stream: string;
  readonly symbol: string;
  readonly from_time: string;
  readonly until_time: string;
  readonly is_settled: boolean;
  readonly read_at: string;
  readonly evidence: string;
  readonly note: string;
};

export type TracedRecord = {
  readonly stream: string;
  readonly record_key: string;
  readonly versions: readonly (TracedRun & { readonly version: number; readonly body: string })[];
  readonly windows: readonly TracedWindow[];
  readonly setAside: readonly { readonly kind: string; readonly reason: string }[];
};

export type TracedFact = {
  readonly account_id: string;
  readonly words: string;
  /** Null where the fact has no record; its words say why, or `snapshot` what was requested. */
  readonly record: TracedRecord | null;
  readonly snapshot: "balances" | "positions" | null;
};

export type TracedBranch = {
  readonly source: string;
  readonly noun: string;
  readonly count: string;
  readonly sums: readonly TracedSum[];
  /** The first ones, oldest first. */
  readonly facts: readonly TracedFact[];
};

/**
 * What the conditions of clauses are about: the row's cells, and the report's own parameters, which win where
 * names are the same.
 */
export type TraceSubject = {
  readonly where: string;
  readonly cells: Cells;
  /** Null for what is no row of a report. */
  readonly requested: { readonly period: Period; readonly accounts: readonly (string | null)[] } | null;
};

/**
 * Goes down one row, or anything else that clauses can name, to the records. `factsMax` null shows all facts.
 * Clauses without facts are left out where nothing had to be explained by them.
 */
export async function traceClauses(
  db: Database,
  clauses: readonly TraceClause[],
  subject: TraceSubject,
  factsMax: number | null,
): Promise<TracedBranch[]> {
  const branches: TracedBranch[] = [];
  for (const clause of clauses) {
    const { when } = clause;
    if (when !== null && !when.values.includes(subject.cells[when.column] ?? "")) continue;
    const branch = await traceClause(db, clause, subject, factsMax);
    const explainsAll = branch.sums.every(({ difference }) => difference === null || difference === "0");
    if (branch.count !== "0" || !explainsAll) branches.push(branch);
  }
  return branches;
}

async function traceClause(
  db: Database,
  clause: TraceClause,
  subject: TraceSubject,
  factsMax: number | null,
): Promise<TracedBranch> {
  const { relation, noun, groupBy, words, stream, recordKey, snapshot, order } = TRACE_SOURCES[clause.source];
  const from = `from ${relation} where (${clause.condition})`;
  const counted = groupBy === undefined ? "count(*)" : "count(distinct (account_id, entry_id))";
  const sums = clause.sums.map(
    ({ expression }, index) => `, report.plain((${expression})::numeric) as sum_${index}`,
  );
  const [totals = {}] = await runClause<Record<string, string | null>>(
    db,
    `select ${counted} as count${sums.join("")} ${from}`,
    subject,
  );
  const grouping = groupBy === undefined ? "" : ` group by ${groupBy}`;
  const limit = factsMax === null ? "" : ` limit ${factsMax}`;
  const found = await runClause<FactRow>(
    db,
    `select account_id, ${words} as words, ${stream}::text as stream, ${recordKey}::text as record_key ${from}${grouping} order by account_id collate "C", ${order}${limit}`,
    subject,
  );
  const records = await traceRecords(db, found);
  return {
    source: clause.source,
    noun,
    count: totals["count"] ?? "0",
    sums: clause.sums.map(({ name }, index) => tiedSum(name, totals[`sum_${index}`] ?? null, subject.cells)),
    facts: found.map((fact) => ({
      account_id: fact.account_id,
      words: fact.words,
      record: records.get(keyOf(fact)) ?? null,
      snapshot: snapshot ?? (fact.stream === "snapshot" ? "balances" : null),
    })),
  };
}

type FactRow = { account_id: string; words: string; stream: string | null; record_key: string | null };
type RecordId = { account_id: string; stream: string | null; record_key: string | null };

function keyOf({ account_id, stream, record_key }: RecordId): string {
  return JSON.stringify([account_id, stream, record_key]);
}

/** A sum over nothing is null; it ties to an absent cell, and to zero. */
function tiedSum(name: string, sum: string | null, cells: Cells): TracedSum {
  if (!Object.hasOwn(cells, name)) return { name, sum, difference: null };
  const cell = cells[name] ?? null;
  const figure = cell === null ? ZERO : readDecimal(cell);
  if (figure === null) return { name, sum, cell, difference: null };
  return {
    name,
    sum,
    cell,
    difference: formatDecimal((sum === null ? ZERO : parseDecimal(sum)).minus(figure)),
  };
}

async function traceRecords(db: Database, facts: readonly FactRow[]): Promise<Map<string, TracedRecord>> {
  const wanted = facts.filter(({ record_key }) => record_key !== null);
  const records = JSON.stringify(
    wanted.map(({ account_id, stream, record_key }) => ({ account_id, stream, record_key })),
  );
  type Of<Row> = Row & { account_id: string; stream: string; record_key: string };
  const versions = await runSqlFile<Of<TracedRecord["versions"][number]>>(db, "trace/versions", { records });
  const windows = await runSqlFile<Of<TracedWindow>>(db, "trace/windows", { records });
  const setAside = await runSqlFile<Of<TracedRecord["setAside"][number]>>(db, "trace/set-aside", { records });
  const [versionsOf, windowsOf, setAsideOf] = [byRecord(versions), byRecord(windows), byRecord(setAside)];
  return new Map(
    [...versionsOf].map(([key, ofRecord]) => [
      key,
      {
        stream: ofRecord[0]?.stream ?? "",
        record_key: ofRecord[0]?.record_key ?? "",
        versions: ofRecord.map(({ version, body, run_id, command, started_at }) => ({
          version,
          body,
          run_id,
          command,
          started_at,
        })),
        windows: (windowsOf.get(key) ?? []).map(({ record_key: _, ...window }) => window),
        setAside: (setAsideOf.get(key) ?? []).map(({ kind, reason }) => ({ kind, reason })),
      },
    ]),
  );
}

function byRecord<Row extends RecordId>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function runClause<Row>(
  db: Database,
  text: string,
  { where, cells, requested }: TraceSubject,
): Promise<Row[]> {
  const ofReport: SqlParameters =
    requested === null
      ? {}
      : {
          from: formatInstant(requested.period.from),
          until: formatInstant(requested.period.until),
          time_zone: requested.period.timeZone,
          accounts: arrayText(requested.accounts),
        };
  const select = bindParameters(text, { ...cells, ...ofReport });
  return runSelect<Row>(db, where, CompiledQuery.raw(select.sql, [...select.parameters]));
}
