import { closePeriod, periodOf, readClosedPeriods, readInputs } from "../../book/close-period.ts";
import type { AccountConfiguration } from "../../config/configuration.ts";
import { formatLocal } from "../../domain/calendar.ts";
import { counted } from "../../domain/counted.ts";
import { latest, parseUtcInstant } from "../../domain/instant.ts";
import { append, greatest } from "../../domain/lists.ts";
import type { Period } from "../../domain/period.ts";
import { type Window, windowText } from "../../domain/window.ts";
import { PeriodNotReadyError, UsageError } from "../../errors.ts";
import { programVersion } from "../../package.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { checkPeriodOptions, readPeriod } from "../../pipeline/reported-period.ts";
import { bookStage, reconcileStage } from "../../pipeline/stages.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { whereTo, writeAllReports } from "../../pipeline/write-all-reports.ts";
import { readOutputs } from "../../report/outputs.ts";
import { type Readiness, readiness } from "../../report/readiness.ts";
import { REVALUED_NEXT, readRevalued } from "../../report/revalued.ts";
import { readAccountIds } from "../../store/account-ids.ts";
import { readOnly, readOnlyWithin } from "../../store/read-only.ts";
import type { ClosedPeriodRow } from "../../store/tables.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, isReason, LOG, TIME_ZONE } from "../options.ts";

export type CloseOptions = WorkspaceOptions & {
  readonly period?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly because?: string | undefined;
  readonly verify: boolean;
  /** Shows the hashes too. */
  readonly verbose: boolean;
};

/**
 * Closes a period of the chosen accounts, or, with `verify`, compares closed periods with what was kept at
 * their close.
 */
export async function close(options: CloseOptions, context: CommandContext): Promise<number> {
  const { period, because, verify } = options;
  checkPeriodOptions(options);
  if (verify && because !== undefined)
    throw refusal("--verify closes nothing, so there is no --because", "leave one of the two out");
  if (!verify && period === undefined)
    throw refusal("a period is missing", "give the period to close: 2025, 2025-Q1, 2025-03 or FIRST..LAST");
  if (because !== undefined && !isReason(because))
    throw refusal("--because gives no reason", "say why it can be closed: an auditor will ask");
  return withWorkspace(options, context, async (workspace) => {
    const wanted = period === undefined ? null : periodFor(workspace, period, options.timeZone);
    return verify || wanted === null
      ? verifyAll(workspace, wanted)
      : closeAll(workspace, wanted, because ?? null, options.verbose);
  });
}

/**
 * Nothing is closed unless every account can be. Each is then closed in one transaction, and the period's
 * files are written.
 */
async function closeAll(
  workspace: Workspace,
  period: Period,
  because: string | null,
  isVerbose: boolean,
): Promise<number> {
  const { store, context } = workspace;
  refuseRunning(workspace, period);
  const openItems: string[] = [];
  for (const account of workspace.accounts) {
    const { open } = await store.withAccountLock(account.name, () => prepare(workspace, account, period));
    append(
      openItems,
      open.map((sentence) => `${account.name}: ${sentence}`),
    );
  }
  if (openItems.length > 0 && because === null) throw notReady(period, openItems);
  for (const account of workspace.accounts) {
    await store.withAccountLock(account.name, async () => {
      // Another command may have read or booked in the meantime.
      const { open, accepted } = await prepare(workspace, account, period);
      if (open.length > 0 && because === null) {
        throw notReady(
          period,
          open.map((sentence) => `${account.name}: ${sentence}`),
        );
      }
      workspace.progress.doing(`${account.name} closing`);
      const closed = await store.db
        .transaction()
        .setIsolationLevel("repeatable read")
        .execute(async (transaction) => {
          const outputs = await readOnlyWithin(transaction, (db) =>
            readOutputs(db, workspace.reports, period, account.name),
          );
          const row = await closePeriod(transaction, {
            accountId: account.name,
            period,
            closedAt: context.clock.now(),
            programVersion: programVersion(),
            because: because ?? "",
            accepted: [...open, ...accepted],
            outputs,
          });
          return { row, outputs };
        });
      workspace.progress.log("period_closed", { account: account.name, period: period.name });
      workspace.progress.stop();
      context.output.write(closedText(closed.row, closed.outputs, isVerbose));
    });
  }
  const to = whereTo(workspace.configuration.output, period);
  const { files } = await writeAllReports(workspace, period, to);
  workspace.progress.stop();
  context.output.write(
    `${files} files in ${to.folder}\nnext: perpbooks close --verify compares what is closed with what the books say, whenever you like\n`,
  );
  return EXIT.done;
}

/**
 * Brings the books and their proofs up to date, and returns what prevents the close. Throws where the period
 * is closed already.
 */
async function prepare(
  workspace: Workspace,
  account: AccountConfiguration,
  period: Period,
): Promise<Readiness> {
  const { db } = workspace.store;
  const closed = await readClosedPeriods(db, account.name);
  refuseSharedDays(period, closed);
  await refuseUnread(workspace, account, period);
  await bookStage(workspace, account, false);
  await reconcileStage(workspace, account, "whole");
  const ends = closed.map((row) => parseUtcInstant(row.until_time));
  return readiness(db, period, account.name, ends.length === 0 ? null : ends.reduce(latest));
}

/**
 * A closed period's name means the days of its own time zone. With days of another zone, an amount near
 * midnight would be in two periods. Days of the same zone never overlap in part, and a month within its year
 * has a name of its own.
 */
function refuseSharedDays(period: Period, closed: readonly ClosedPeriodRow[]): void {
  const first = closed.find((row) => isSame(row, period));
  if (first !== undefined) {
    throw new UsageError({
      where: `perpbooks close ${period.name}`,
      what: `it is closed already for ${first.account_id}`,
      evidence: [
        `since ${formatLocal(parseUtcInstant(first.closed_at), period.timeZone)}`,
        "nothing was closed",
      ],
      next: `perpbooks close --verify ${period.name}, or perpbooks reopen ${period.name} --because "…"`,
    });
  }
  const other = closed.find(
    (row) =>
      row.period_name === period.name || (row.time_zone !== period.timeZone && cuts(periodOf(row), period)),
  );
  if (other === undefined) return;
  const { period_name: name, time_zone: zone } = other;
  throw new UsageError({
    where: `perpbooks close ${period.name}`,
    what:
      name === period.name
        ? `it is closed already for ${other.account_id}, with the days of ${zone}`
        : `it shares days with ${name}, which is closed for ${other.account_id} with the days of ${zone}`,
    evidence: [
      `closed are ${windowText(periodOf(other))}; with the days of ${period.timeZone} it would be ${windowText(period)}`,
      "nothing was closed",
    ],
    next: `close with --time-zone ${zone}, or take it back first: perpbooks reopen ${name} --time-zone ${zone} --because "…"`,
  });
}

/** Whether two spans overlap and each also has a part of its own. */
function cuts(one: Window, other: Window): boolean {
  const isWithin = (inner: Window, outer: Window) => outer.from <= inner.from && inner.until <= outer.until;
  return one.from < other.until && other.from < one.until && !isWithin(one, other) && !isWithin(other, one);
}

/** An account that was never read has no books to close, even with --because. */
async function refuseUnread(
  { store }: Workspace,
  account: AccountConfiguration,
  period: Period,
): Promise<void> {
  const known = await readAccountIds(store.db);
  if (!known.includes(account.name))
    throw notReady(
      period,
      [`${account.name}: nothing was ever read of this account`],
      "perpbooks sync, then close again",
    );
}

function refuseRunning({ context }: Workspace, period: Period): void {
  if (context.clock.now() >= period.until) return;
  throw new PeriodNotReadyError({
    where: `perpbooks close ${period.name}`,
    what: `the period is not over before ${formatLocal(period.until, period.timeZone)}`,
    evidence: ["nothing was closed"],
    next: "close it then",
  });
}

function notReady(
  period: Period,
  openItems: readonly string[],
  next = 'settle these (perpbooks status says how; what is not settled yet settles with later runs), or accept them with --because "…"',
): PeriodNotReadyError {
  return new PeriodNotReadyError({
    where: `perpbooks close ${period.name}`,
    what: "something is open up to the end of the period",
    evidence: [...openItems, "nothing was closed"],
    next,
  });
}

function closedText(
  row: ClosedPeriodRow,
  outputs: readonly { report: string; sha256: string }[],
  isVerbose: boolean,
): string {
  return [
    `${row.account_id}: ${row.period_name} is closed, ${windowText(periodOf(row))}\n`,
    ...row.accepted
      .split("\n")
      .filter((sentence) => sentence !== "")
      .map((sentence) => `  accepted: ${sentence}\n`),
    ...(row.because === "" ? [] : [`  because ${row.because}\n`]),
    `  it rests on ${counted(row.records, "record")}, and ${counted(outputs.length, "report")} of it stay as they are; what comes later is posted after it\n`,
    ...(isVerbose ? hashLines(row, outputs) : []),
  ].join("");
}

function hashLines(row: ClosedPeriodRow, outputs: readonly { report: string; sha256: string }[]): string[] {
  const lines = [
    ["inputs", row.inputs_sha256],
    ...outputs.map(({ report, sha256 }) => [report, sha256]),
    ["outputs", row.outputs_sha256],
  ];
  const widest = greatest(lines.map(([name = ""]) => name.length));
  return lines.map(([name = "", sha256]) => `  ${name.padEnd(widest)}  ${sha256}\n`);
}

async function verifyAll(workspace: Workspace, period: Period | null): Promise<number> {
  const { store, context } = workspace;
  const lines: string[] = [];
  let hasDifference = false;
  for (const account of workspace.accounts) {
    const closed = (await readClosedPeriods(store.db, account.name)).filter(
      (row) => period === null || isMeant(row, period),
    );
    for (const row of closed) {
      workspace.progress.doing(`${account.name} ${row.period_name}`);
      const findings = await store.withAccountLock(account.name, () => verify(workspace, row));
      hasDifference ||= findings.differences.length > 0 || findings.revalued.length > 0;
      lines.push(verifiedText(row, findings));
    }
  }
  workspace.progress.stop();
  if (lines.length === 0) {
    throw refusal(
      period === null ? "no period is closed" : `${period.name} is not closed`,
      period === null ? "perpbooks close PERIOD closes one" : "perpbooks status shows the closed periods",
    );
  }
  context.output.write(lines.join(""));
  return hasDifference ? EXIT.openItems : EXIT.done;
}

type Findings = {
  readonly differences: readonly string[];
  /** The prices that are different now. */
  readonly revalued: readonly string[];
  readonly remarks: readonly string[];
  readonly compared: number;
};

/** Only reports that existed at the close and still exist can be compared. */
async function verify({ store, reports }: Workspace, row: ClosedPeriodRow): Promise<Findings> {
  const { account_id, closing_number, through_sequence } = row;
  const period = periodOf(row);
  return readOnly(store, async (transaction) => {
    const kept = await transaction
      .selectFrom("ledger.closed_output")
      .select(["report", "sha256"])
      .where("account_id", "=", account_id)
      .where("closing_number", "=", closing_number)
      .orderBy("report")
      .execute();
    const found = await readOutputs(transaction, reports, period, account_id);
    const inputs = await readInputs(transaction, account_id, period, through_sequence);
    const revalued = await readRevalued(transaction, period, account_id, closing_number);
    const pairs = kept.map((one) => ({ ...one, now: found.find(({ report }) => report === one.report) }));
    const isNew = ({ report }: { report: string }) => !kept.some((one) => one.report === report);
    return {
      revalued,
      compared: pairs.filter(({ now }) => now !== undefined).length,
      differences: [
        ...(inputs.sha256 === row.inputs_sha256
          ? []
          : [
              `the records that were read by then differ: ${inputs.records} now, ${row.records} at the close`,
            ]),
        ...pairs
          .filter(({ now, sha256 }) => now !== undefined && now.sha256 !== sha256)
          .map(({ report, sha256, now }) => `${report}: ${now?.sha256} now, ${sha256} at the close`),
      ],
      remarks: [
        ...pairs
          .filter(({ now }) => now === undefined)
          .map(({ report }) => `${report} is not compared: this version has no such report`),
        ...found.filter(isNew).map(({ report }) => `${report} is not compared: it is newer than the close`),
      ],
    };
  });
}

function verifiedText(row: ClosedPeriodRow, findings: Findings): string {
  const { differences, revalued, remarks, compared } = findings;
  const name = `${row.account_id}: ${row.period_name}`;
  const what = `${counted(row.records, "record")} and ${counted(compared, "report")}`;
  const closedBy = `closed by perpbooks ${row.program_version}; this is ${programVersion()}`;
  const isSame = differences.length === 0 && revalued.length === 0;
  return [
    isSame
      ? `${name}: ${what} are as they were at the close\n`
      : `${name}: closed_period: differs from what was closed\n`,
    ...[...differences, ...revalued, ...remarks].map((line) => `  ${line}\n`),
    ...(isSame ? [] : [`  ${closedBy}\n`]),
    ...(revalued.length === 0 ? [] : [`  next: ${REVALUED_NEXT}\n`]),
    ...(differences.length === 0
      ? []
      : [
          `  next: perpbooks book --from-empty and verify again; if a new version of the program writes other reports, reopen and close again\n`,
        ]),
  ].join("");
}

/**
 * Whether a person who gives this period means the closed one: it is found by its name, whatever the time
 * zone is now.
 */
export function isMeant(row: ClosedPeriodRow, period: Period): boolean {
  return row.period_name === period.name || isSame(row, period);
}

function isSame(row: ClosedPeriodRow, period: Period): boolean {
  const closed = periodOf(row);
  return closed.from === period.from && closed.until === period.until;
}

export function periodFor(workspace: Workspace, period: string, timeZone: string | undefined): Period {
  return readPeriod(period, timeZone ?? workspace.configuration.timeZone);
}

function refusal(what: string, next: string): UsageError {
  return new UsageError({ where: "perpbooks close", what, evidence: ["nothing was done"], next });
}

export const closeCommand = defineCommand({
  positionals: { period: { type: "string", describe: "2025, 2025-Q1, 2025-03 or FIRST..LAST" } },
  options: {
    config: CONFIG,
    log: LOG,
    account: ACCOUNTS,
    "time-zone": TIME_ZONE,
    because: {
      type: "string",
      requiresArg: true,
      describe: "why it can be closed although something is open; kept with the close",
    },
    verify: {
      type: "boolean",
      default: false,
      describe: "close nothing; compare the reports of closed periods with what was closed",
    },
    verbose: {
      type: "boolean",
      default: false,
      describe: "show the hash of each report that is closed",
    },
  },
  examples: [
    ["close 2025", "close a year of every account"],
    ["close --verify", "compare closed periods with what was closed"],
  ],
  act: close,
});
