import { resolve } from "node:path";
import { parseUtcInstant } from "../../domain/instant.ts";
import { append, greatest } from "../../domain/lists.ts";
import { STREAM_NAMES } from "../../domain/record.ts";
import { UsageError } from "../../errors.ts";
import { readMappedEntries } from "../../export/read-map.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { checkPeriodOptions, type PeriodOptions, reportedPeriod } from "../../pipeline/reported-period.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { chosenAccounts } from "../../pipeline/write-all-reports.ts";
import { listReports } from "../../report/definition.ts";
import { type Cells, type TracedBranch, traceClauses } from "../../report/trace.ts";
import type { TraceClause } from "../../report/trace-clause.ts";
import { type TracedReport, traceReport } from "../../report/trace-report.ts";
import { branchLines, type RequestTexts } from "../../report/write-trace.ts";
import { readOnly } from "../../store/read-only.ts";
import { runSqlFile } from "../../store/sql-file.ts";
import type { Database } from "../../store/store.ts";
import { openVenue } from "../../venues/registry.ts";
import type { Venue, VenueRequest } from "../../venues/venue.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, PERIOD, TIME_ZONE } from "../options.ts";
import { readTraceTarget, TRACE_KINDS, type TraceTarget } from "./trace-target.ts";

export type TraceOptions = WorkspaceOptions &
  PeriodOptions & {
    readonly what: string;
    readonly names?: readonly string[] | undefined;
    readonly symbol?: string | undefined;
    readonly where?: readonly string[] | undefined;
    readonly format: "text" | "json";
    readonly all: boolean;
  };

/** Without `--all`: enough to see what a figure is made of, few enough to read. */
const ROWS_MAX = 5;
const FACTS_MAX = 10;

const ENTRY_CLAUSE: TraceClause = {
  source: "postings",
  when: null,
  condition: "entry_id = :id and account_id = :account",
  sums: [],
};

/** Shows what is behind a figure, an entry or a record, down to the venue's row and the request for it. */
export async function trace(options: TraceOptions, context: CommandContext): Promise<number> {
  const target = readTraceTarget(options);
  checkPeriodOptions(options);
  return withWorkspace(options, context, async (workspace) => {
    const requests = requestTexts(workspace);
    const text = await textOf(workspace, options, target, requests);
    workspace.progress.stop();
    context.output.write(text);
    return EXIT.done;
  });
}

async function textOf(
  workspace: Workspace,
  options: TraceOptions,
  target: TraceTarget,
  requests: RequestTexts,
): Promise<string> {
  switch (target.kind) {
    case "report":
      return reportText(await reportOf(workspace, options, target), options, requests);
    case "export": {
      const name = `${target.file} ${target.row}`;
      return branchesText("export", name, await exportedOf(workspace, options, target), options, requests);
    }
    case "entry":
    case "record":
      return branchesText(
        target.kind,
        target.id,
        await branchesOf(workspace, options, target),
        options,
        requests,
      );
  }
}

async function reportOf(
  workspace: Workspace,
  options: TraceOptions,
  { report, where }: Extract<TraceTarget, { kind: "report" }>,
): Promise<TracedReport> {
  const definition = workspace.reports.find(({ name }) => name === report);
  if (definition === undefined) {
    throw new UsageError({
      where: "perpbooks trace report",
      what: `there is no report "${report}"`,
      evidence: ["nothing was done"],
      next: "see `perpbooks report --list`",
    });
  }
  const period = await reportedPeriod(workspace, options);
  if (period === null) throw nothingYet();
  return readOnly(workspace.store, (db) =>
    traceReport(db, {
      definition,
      period,
      accounts: chosenAccounts(workspace) ?? [null],
      where,
      rowsMax: options.all ? null : ROWS_MAX,
      factsMax: options.all ? null : FACTS_MAX,
    }),
  );
}

/** Looks up an entry or record by its id in all chosen accounts. */
async function branchesOf(
  workspace: Workspace,
  options: TraceOptions,
  { kind, id }: Extract<TraceTarget, { id: string }>,
): Promise<TracedBranch[]> {
  const clauses: TraceClause[] =
    kind === "entry"
      ? [ENTRY_CLAUSE]
      : [
          {
            source: "records",
            when: null,
            condition: "record_key = :id and account_id = :account",
            sums: [],
          },
          {
            source: "postings",
            when: null,
            condition: "record_key = :id and stream <> 'snapshot' and account_id = :account",
            sums: [],
          },
        ];
  return readOnly(workspace.store, async (db) => {
    const branches: TracedBranch[] = [];
    for (const { name: account } of workspace.accounts) {
      const cells: Cells = { id, account };
      const subject = { where: `perpbooks trace ${kind}`, cells, requested: null };
      append(branches, await traceClauses(db, clauses, subject, options.all ? null : FACTS_MAX));
    }
    if (branches.length === 0) throw await unknownId(db, workspace, kind, id);
    return branches;
  });
}

/**
 * The entries that a row of an exported file stands for, of which there may be many: without `--all` the
 * first ones.
 */
async function exportedOf(
  { store, context }: Workspace,
  options: TraceOptions,
  { file, row }: Extract<TraceTarget, { kind: "export" }>,
): Promise<TracedBranch[]> {
  const entries = await readMappedEntries(resolve(context.workingFolder, file), row);
  if (entries.length === 0) {
    throw new UsageError({
      where: "perpbooks trace export",
      what: `${file} has no row ${row} that stands for an entry`,
      evidence: ["the map beside it says so; rows are counted from 1, without a header"],
      next: "correct the number",
    });
  }
  const shown = options.all ? entries : entries.slice(0, ROWS_MAX);
  if (shown.length < entries.length)
    context.errors.write(
      `the row stands for ${entries.length} entries, of which the first ${shown.length} are shown; --all shows all\n`,
    );
  return readOnly(store, async (db) => {
    const branches: TracedBranch[] = [];
    for (const { account, entryId } of shown) {
      const cells: Cells = { id: entryId, account };
      const subject = { where: "perpbooks trace export", cells, requested: null };
      append(branches, await traceClauses(db, [ENTRY_CLAUSE], subject, options.all ? null : FACTS_MAX));
    }
    return branches;
  });
}

async function unknownId(
  db: Database,
  { accounts }: Workspace,
  kind: "entry" | "record",
  id: string,
): Promise<UsageError> {
  const near = await runSqlFile<{ id: string }>(
    db,
    `trace/near-${kind === "entry" ? "entries" : "records"}`,
    {
      id,
      account_ids: JSON.stringify(accounts.map(({ name }) => name)),
    },
  );
  return new UsageError({
    where: `perpbooks trace ${kind}`,
    what: `there is no ${kind} ${JSON.stringify(id)}`,
    evidence: [
      near.length === 0
        ? "nothing has this name or a similar one"
        : `near it: ${near.map((row) => row.id).join(", ")}`,
    ],
    next: `${kind === "entry" ? "entry_id" : "record_key"} is a column of \`perpbooks report journal\`; put it in quotation marks`,
  });
}

function nothingYet(): UsageError {
  return new UsageError({
    where: "perpbooks trace",
    what: "there is nothing to trace yet",
    evidence: ["the store holds no records of these accounts"],
    next: "perpbooks run",
  });
}

/**
 * The requests as they would be sent to the venue now, without key, time and signature. Null for an account
 * that the configuration no longer has.
 */
function requestTexts({ configuration }: Workspace): RequestTexts {
  const venues = new Map<string, Venue | null>();
  const venueOf = (accountId: string): Venue | null => {
    const known = venues.get(accountId);
    if (known !== undefined) return known;
    const account = configuration.accounts.find(({ name }) => name === accountId);
    const venue = account === undefined ? null : openVenue(account);
    venues.set(accountId, venue);
    return venue;
  };
  return {
    ofWindow: ({ account_id, stream, symbol, from_time, until_time, evidence }) => {
      const venue = venueOf(account_id);
      const name = STREAM_NAMES.find((one) => one === stream);
      if (venue === null || name === undefined || evidence !== "venue") return null;
      const window = { from: parseUtcInstant(from_time), until: parseUtcInstant(until_time) };
      return requestText(
        venue.pageRequest({ stream: name, symbol, filters: {}, span: { by: "time", window } }),
      );
    },
    ofSnapshot: (accountId, snapshot) => {
      const venue = venueOf(accountId);
      if (venue === null) return null;
      return requestText(snapshot === "balances" ? venue.balancesRequest : venue.positionsRequest);
    },
  };
}

function requestText({ path, query }: VenueRequest): string {
  const pairs = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `GET ${[path, ...(pairs.length === 0 ? [] : [pairs.join("&")])].join("?")}`;
}

function reportText(traced: TracedReport, { format }: TraceOptions, requests: RequestTexts): string {
  if (format === "json")
    return jsonText({
      ...traced,
      rows: traced.rows.map((row) => ({ ...row, branches: withRequests(row.branches, requests) })),
    });
  const left = traced.count - traced.rows.length;
  const lines = [
    `${traced.report}: ${traced.title}`,
    `sign: ${traced.sign}`,
    ...ofSeveral(traced),
    ...traced.rows.flatMap(({ cells, branches }) => [
      "",
      ...cellLines(cells),
      ...branchLines(branches, requests, 0),
    ]),
    ...(left === 0
      ? []
      : [
          "",
          `${traced.count} rows were chosen, of which the first ${traced.rows.length} are shown; --all shows all`,
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A check or a fill may be of several accounts, of which only one was meant. */
function ofSeveral({ rows }: TracedReport): string[] {
  const accounts = [...new Set(rows.flatMap(({ cells }) => cells["account"] ?? []))];
  return accounts.length < 2
    ? []
    : [`several accounts have such a row: ${accounts.join(", ")}; --account NAME chooses one`];
}

function branchesText(
  kind: string,
  id: string,
  branches: readonly TracedBranch[],
  { format }: TraceOptions,
  requests: RequestTexts,
): string {
  if (format === "json") return jsonText({ [kind]: id, branches: withRequests(branches, requests) });
  return `${branchLines(branches, requests, 0).join("\n")}\n`;
}

function cellLines(cells: Cells): string[] {
  const widest = greatest(Object.keys(cells).map((column) => column.length));
  return Object.entries(cells)
    .filter(([, value]) => value !== null)
    .map(([column, value]) => `${column.padEnd(widest)}  ${value}`.replace(/\p{Cc}/gu, "?"));
}

/** In JSON, each request is beside the record it is for. */
function withRequests(branches: readonly TracedBranch[], requests: RequestTexts): unknown {
  return branches.map((branch) => ({
    ...branch,
    facts: branch.facts.map(({ record, ...fact }) => ({
      ...fact,
      request: fact.snapshot === null ? null : requests.ofSnapshot(fact.account_id, fact.snapshot),
      record: record && {
        ...record,
        windows: record.windows.map((window) => ({ ...window, request: requests.ofWindow(window) })),
      },
    })),
  }));
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export const traceCommand = defineCommand({
  completes: { names: async () => (await listReports(null)).map(({ name }) => name) },
  positionals: {
    what: { choices: TRACE_KINDS, demandOption: true, describe: "what to trace" },
    names: {
      type: "string",
      array: true,
      describe:
        "ENTRY_ID, RECORD_KEY, FILL_ID, CHECK_NAME SUBJECT, a report's name, or a file of an export and a ROW",
    },
  },
  options: {
    config: CONFIG,
    account: ACCOUNTS,
    period: PERIOD,
    "time-zone": TIME_ZONE,
    symbol: { type: "string", requiresArg: true, describe: "of the fill or disposal" },
    where: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "of a report: the row that has COLUMN=VALUE (may be repeated)",
    },
    format: { choices: ["text", "json"], default: "text" },
    all: { type: "boolean", default: false, describe: "show all rows, not only the first ones" },
  },
  examples: [
    [
      "trace report daily-result --where day=2026-05-25 --where asset=USDT",
      "what is behind a row of a report",
    ],
    ["trace fill 2583154 --symbol BTCUSDT", "what is behind one execution (this one is the demo's)"],
  ],
  act: trace,
});
