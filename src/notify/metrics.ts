/**
 * The metrics of a night as a text for the textfile collector of Prometheus' node_exporter
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure.
 *
 * Instants are metrics, not how long ago they are: a file of last night would tell a lag of last night, and
 * `time() - …` tells that of now. What a night did not read stays as the file of the night before has it, so
 * that a night that fails takes nothing away: neither when the last one succeeded nor how far an account has
 * come.
 */
import type { DurationMs, Instant } from "../domain/instant.ts";

export type NightFigures = {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly exitCode: number;
  /** What of the night each stage took, in the order of the stages. */
  readonly stages: ReadonlyMap<string, DurationMs>;
  /** Of the accounts that the night could read. */
  readonly accounts: readonly AccountFigures[];
  /** All that the configuration has; null where it could not be read. */
  readonly configured: readonly string[] | null;
};

export type AccountFigures = {
  readonly account: string;
  readonly lastSuccess: Instant | null;
  readonly openItems: number;
  /** Of all runs. */
  readonly requests: string;
  readonly records: string;
  readonly streams: readonly { readonly stream: string; readonly completeUntil: Instant | null }[];
};

type Metric = { readonly name: string; readonly type: "gauge" | "counter"; readonly help: string };

const METRICS = {
  end: { name: "perpbooks_run_end_timestamp_seconds", type: "gauge", help: "When the last run ended." },
  success: {
    name: "perpbooks_run_success_timestamp_seconds",
    type: "gauge",
    help: "When a run last ended with exit code 0.",
  },
  exitCode: { name: "perpbooks_run_exit_code", type: "gauge", help: "The exit code of the last run." },
  duration: {
    name: "perpbooks_run_duration_seconds",
    type: "gauge",
    help: "How long the last run took.",
  },
  stage: {
    name: "perpbooks_run_stage_duration_seconds",
    type: "gauge",
    help: "How long a stage of the last run took, of all accounts together; those of several hosts run side by side.",
  },
  accountSuccess: {
    name: "perpbooks_account_success_timestamp_seconds",
    type: "gauge",
    help: "When the last run began that read and booked the account whole.",
  },
  openItems: {
    name: "perpbooks_account_open_items",
    type: "gauge",
    help: "How many things of the account's books need a person.",
  },
  requests: {
    name: "perpbooks_account_requests_total",
    type: "counter",
    help: "The requests that all runs have sent to the account's venue.",
  },
  records: {
    name: "perpbooks_account_records_total",
    type: "counter",
    help: "The records that all runs have loaded.",
  },
  completeUntil: {
    name: "perpbooks_stream_complete_until_timestamp_seconds",
    type: "gauge",
    help: "Until when the stream is read without a hole.",
  },
} as const satisfies Record<string, Metric>;

type MetricKey = keyof typeof METRICS;
type Sample = { readonly labels: string; readonly account: string | null; readonly value: string };

/** The text of the file; `former` is that of the last night, null where there is none. */
export function metricsText(night: NightFigures, former: string | null): string {
  const own = samplesOf(night);
  const kept = former === null ? {} : keptOf(former, night);
  return (Object.keys(METRICS) as MetricKey[])
    .flatMap((key) => {
      const { name, type, help } = METRICS[key];
      const samples = [...own[key], ...(kept[key] ?? [])];
      if (samples.length === 0) return [];
      return [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ labels, value }) => `${name}${labels} ${value}`),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

function samplesOf({
  startedAt,
  endedAt,
  exitCode,
  stages,
  accounts,
}: NightFigures): Readonly<Record<MetricKey, readonly Sample[]>> {
  const one = (value: string): Sample => ({ labels: "", account: null, value });
  const of = (account: string, value: string): Sample => ({
    labels: `{account="${account}"}`,
    account,
    value,
  });
  return {
    end: [one(seconds(endedAt))],
    success: exitCode === 0 ? [one(seconds(endedAt))] : [],
    exitCode: [one(`${exitCode}`)],
    duration: [one(seconds(endedAt - startedAt))],
    stage: [...stages].map(([stage, took]) => ({
      labels: `{stage="${stage}"}`,
      account: null,
      value: seconds(took),
    })),
    accountSuccess: accounts.flatMap(({ account, lastSuccess }) =>
      lastSuccess === null ? [] : [of(account, seconds(lastSuccess))],
    ),
    openItems: accounts.map(({ account, openItems }) => of(account, `${openItems}`)),
    requests: accounts.map(({ account, requests }) => of(account, requests)),
    records: accounts.map(({ account, records }) => of(account, records)),
    completeUntil: accounts.flatMap(({ account, streams }) =>
      streams.flatMap(({ stream, completeUntil }) =>
        completeUntil === null
          ? []
          : [
              {
                // Neither name can hold a character that would have to be escaped here.
                labels: `{account="${account}",stream="${stream}"}`,
                account,
                value: seconds(completeUntil),
              },
            ],
      ),
    ),
  };
}

/** A line as `metricsText` writes it: its name, its labels, its account and its value. */
const SAMPLE = /^(\w+)((?:\{account="([\w-]+)"(?:,stream="\w+")?\})?) (\d+(?:\.\d+)?)$/gm;

/** What the last file says and this night does not: of accounts that it did not read, and of its success. */
function keptOf(
  former: string,
  { exitCode, accounts, configured }: NightFigures,
): Partial<Record<MetricKey, readonly Sample[]>> {
  const read = new Set(accounts.map(({ account }) => account));
  const kept: Partial<Record<MetricKey, Sample[]>> = {};
  for (const [, name, labels = "", account = null, value = ""] of former.matchAll(SAMPLE)) {
    const key = (Object.keys(METRICS) as MetricKey[]).find((one) => METRICS[one].name === name);
    if (key === undefined) continue;
    const isKept =
      account === null
        ? key === "success" && exitCode !== 0
        : !read.has(account) && configured?.includes(account) !== false;
    if (!isKept) continue;
    kept[key] ??= [];
    kept[key].push({ labels, account, value });
  }
  return kept;
}

/** Milliseconds in Prometheus' unit. */
function seconds(milliseconds: number): string {
  return `${milliseconds / 1_000}`;
}
