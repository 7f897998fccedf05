/**
 * Tells those whom the configuration's `notify` names how a night ended. It does so after the command:
 * neither a deadline nor an interruption cuts it short, each has limits of its own, and none changes the exit
 * code.
 */
import { dirname, resolve } from "node:path";
import type { AccountConfiguration, NotifyConfiguration } from "../config/configuration.ts";
import { loadNotify } from "../config/load.ts";
import { type DurationMs, formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import { durationText } from "../errors.ts";
import { EXPORTS_BY_NAME } from "../export/targets.ts";
import type { AccountFigures } from "../notify/metrics.ts";
import { writeMetrics } from "../notify/metrics-file.ts";
import { ping } from "../notify/ping.ts";
import { runProgram } from "../notify/program.ts";
import type { CommandContext } from "../pipeline/command-context.ts";
import { EXIT, exitText } from "../pipeline/exit-code.ts";
import { failureOf } from "../pipeline/failure.ts";
import type { Workspace } from "../pipeline/workspace.ts";
import { byAccount, oneOrAll } from "../store/by-account.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { VENUE_CONFIGURATIONS } from "../venues/registry.ts";
import { type AccountStatus, readAccountStatus } from "./account-status.ts";
import { type Reason, reasonLines } from "./reasons.ts";

/**
 * The outcome of a night: its exit code with the reasons, and the summary of the reports; "" where there are
 * none.
 */
export type Night = {
  readonly exitCode: number;
  readonly reasons: readonly Reason[];
  readonly summary: string;
};

/** What is read of the store at the end of a night, for those who want it. */
type Read = {
  readonly status: readonly AccountStatus[];
  readonly figures: readonly AccountFigures[];
  /** All of the configuration. */
  readonly configured: readonly AccountConfiguration[];
};

export type Notices = {
  /** Does a stage's work and counts its time. */
  timed<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result>;
  /** To be called when the night's work is done and the store is still open. */
  look(workspace: Workspace): Promise<void>;
  /** To be called once, however the night has ended. */
  end(night: Night): void;
};

export type Stage = "sync" | "book" | "prove" | "report" | "export";

/** What a program is given on its standard input; `docs/notification.schema.json` describes it. */
type Notification = {
  readonly exitCode: number;
  /** The same in words: `3, open items`. */
  readonly outcome: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly reasons: readonly Reason[];
  /** The reasons as lines for a person, as cron mails them first; where there are none, the outcome. */
  readonly text: string;
  readonly summary: string;
  /** As `status --json` has them; null where the store could not be read. */
  readonly accounts: readonly AccountStatus[] | null;
  /** What of the notification itself went wrong before this. */
  readonly remarks: readonly string[];
};

/** Tells of the beginning; what it gives back is told of the rest. */
export function beginNotices(options: { readonly config: string }, context: CommandContext): Notices {
  const path = resolve(context.workingFolder, options.config);
  const { environment, clock } = context;
  const venues = VENUE_CONFIGURATIONS;
  const notify = loadNotify({ path, environment, venues, exportTargets: EXPORTS_BY_NAME });
  const startedAt = clock.now();
  const stages = new Map<string, DurationMs>();
  const started = notify.ping === null ? null : ping(notify.ping, "start", "", clock);
  let read: Read | null = null;
  let unread: string | null = null;
  return {
    timed: async (stage, work) => {
      const from = clock.elapsed();
      try {
        return await work();
      } finally {
        stages.set(stage, (stages.get(stage) ?? 0) + clock.elapsed() - from);
      }
    },
    look: async (workspace) => {
      if (notify.command === null && notify.metrics === null) return;
      try {
        read = await readAll(workspace);
      } catch (error) {
        // The night's own work is done, and what cannot be told of it is no failure of it.
        unread = failureOf(error).what;
      }
    },
    end: (night) => {
      const endedAt = clock.now();
      context.afterwards(async () => {
        const remarks: string[] = [];
        const remark = (from: "accounts" | keyof NotifyConfiguration, why: string | null) => {
          if (why === null) return;
          remarks.push(`notify.${from}: ${why}`);
          context.errors.write(`${remarks.at(-1)}; the run itself is as it was\n`);
        };
        remark("accounts", unread);
        remark("ping", await started);
        if (notify.ping !== null) remark("ping", await pingEnd(notify.ping, night, context));
        if (notify.metrics !== null) {
          const accounts = read?.figures ?? [];
          const configured = read?.configured.map(({ name }) => name) ?? null;
          const { exitCode } = night;
          remark(
            "metrics",
            await writeMetrics(notify.metrics, {
              startedAt,
              endedAt,
              exitCode,
              stages,
              accounts,
              configured,
            }),
          );
        }
        const isTold = notify.when === "always" || night.exitCode !== EXIT.done;
        if (notify.command === null || !isTold) return;
        const notification = notificationOf(night, { startedAt, endedAt }, read?.status ?? null, remarks);
        const { trouble, stderr } = await runProgram({
          command: notify.command,
          input: `${JSON.stringify(notification, null, 2)}\n`,
          folder: dirname(path),
          environment,
        });
        if (stderr !== "") context.errors.write(`${stderr}\n`);
        remark("command", trouble);
      });
    },
  };
}

function pingEnd(
  address: NonNullable<NotifyConfiguration["ping"]>,
  { exitCode, reasons, summary }: Night,
  { clock }: CommandContext,
): Promise<string | null> {
  const lines = reasonLines(reasons);
  return exitCode === EXIT.done
    ? ping(address, "success", [...lines, summary].join("\n"), clock)
    : ping(address, "fail", lines.join("\n"), clock);
}

function notificationOf(
  { exitCode, reasons, summary }: Night,
  { startedAt, endedAt }: { readonly startedAt: Instant; readonly endedAt: Instant },
  accounts: readonly AccountStatus[] | null,
  remarks: readonly string[],
): Notification {
  const took = durationText(endedAt - startedAt);
  return {
    exitCode,
    outcome: exitText(exitCode),
    startedAt: formatInstant(startedAt),
    endedAt: formatInstant(endedAt),
    reasons,
    text: reasons.length === 0 ? `${exitText(exitCode)} in ${took}` : reasonLines(reasons).join("\n"),
    summary,
    accounts,
    remarks,
  };
}

async function readAll(workspace: Workspace): Promise<Read> {
  const status = await readAccountStatus(workspace);
  const totals = byAccount(
    await runSqlFile<{ account_id: string; requests: string; records: string }>(
      workspace.store.db,
      "cli/run-totals",
      { account: oneOrAll(status.map(({ account }) => account)) },
    ),
  );
  const instantOf = (text: string | null) => (text === null ? null : parseUtcInstant(text));
  const figures = status.map(({ account, lastSuccess, openItemCount, streams }) => {
    const [total] = totals(account);
    return {
      account,
      lastSuccess: instantOf(lastSuccess),
      openItems: openItemCount,
      requests: total?.requests ?? "0",
      records: total?.records ?? "0",
      streams: streams.map(({ stream, complete_until }) => ({
        stream,
        completeUntil: instantOf(complete_until),
      })),
    };
  });
  return { status, figures, configured: workspace.configuration.accounts };
}
