/** The file of metrics: what it says, what a failed night leaves as it was, and how Prometheus reads it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { type AccountFigures, metricsText, type NightFigures } from "../../../src/notify/metrics.ts";

const at = parseInstant;

const MAIN: AccountFigures = {
  account: "main",
  lastSuccess: at("2026-05-05T03:17:00Z"),
  openItems: 2,
  requests: "1204",
  records: "98765432109876543210",
  streams: [
    { stream: "fills", completeUntil: at("2026-05-05T03:17:00.001Z") },
    { stream: "margin_changes", completeUntil: null },
  ],
};
const OTHER: AccountFigures = { ...MAIN, account: "other", openItems: 0 };

const GOOD: NightFigures = {
  startedAt: at("2026-05-05T03:17:00Z"),
  endedAt: at("2026-05-05T03:18:30.250Z"),
  exitCode: 0,
  stages: new Map([
    ["sync", 61_500],
    ["book", 0],
  ]),
  accounts: [MAIN, OTHER],
  configured: ["main", "other"],
};

/** A night later, which read nothing. */
const STOPPED: NightFigures = {
  startedAt: at("2026-05-06T03:17:00Z"),
  endedAt: at("2026-05-06T03:17:05Z"),
  exitCode: 75,
  stages: new Map(),
  accounts: [],
  configured: null,
};

/** The samples alone. */
function samples(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("a night that read all its accounts says all of it", () => {
  expect(samples(metricsText(GOOD, null))).toEqual([
    "perpbooks_run_end_timestamp_seconds 1777951110.25",
    "perpbooks_run_success_timestamp_seconds 1777951110.25",
    "perpbooks_run_exit_code 0",
    "perpbooks_run_duration_seconds 90.25",
    'perpbooks_run_stage_duration_seconds{stage="sync"} 61.5',
    'perpbooks_run_stage_duration_seconds{stage="book"} 0',
    'perpbooks_account_success_timestamp_seconds{account="main"} 1777951020',
    'perpbooks_account_success_timestamp_seconds{account="other"} 1777951020',
    'perpbooks_account_open_items{account="main"} 2',
    'perpbooks_account_open_items{account="other"} 0',
    'perpbooks_account_requests_total{account="main"} 1204',
    'perpbooks_account_requests_total{account="other"} 1204',
    'perpbooks_account_records_total{account="main"} 98765432109876543210',
    'perpbooks_account_records_total{account="other"} 98765432109876543210',
    'perpbooks_stream_complete_until_timestamp_seconds{account="main",stream="fills"} 1777951020.001',
    'perpbooks_stream_complete_until_timestamp_seconds{account="other",stream="fills"} 1777951020.001',
  ]);
});

test("docs/operations.md names each metric, and no other", () => {
  const text = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
  const [, table = ""] = /<!-- metrics: begin -->(.*)<!-- metrics: end -->/s.exec(text) ?? [];
  const documented = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  const written = samples(metricsText(GOOD, null)).map((line) => /^\w+/.exec(line)?.[0]);
  expect(documented).toEqual([...new Set(written)]);
});

test("a night that read nothing keeps when a run last succeeded, and what each account had", () => {
  const good = metricsText(GOOD, null);
  const stopped = samples(metricsText(STOPPED, good));
  const ofTheRun = (line: string) => /_run_(?:end|exit|duration|stage)/.test(line);
  expect(stopped.filter(ofTheRun)).toEqual([
    "perpbooks_run_end_timestamp_seconds 1778037425",
    "perpbooks_run_exit_code 75",
    "perpbooks_run_duration_seconds 5",
  ]);
  expect(stopped.filter((line) => !ofTheRun(line))).toEqual(samples(good).filter((line) => !ofTheRun(line)));
  expect(samples(metricsText(STOPPED, metricsText(STOPPED, good))), "however often").toEqual(stopped);
});

test("a night of one account keeps what the others had; one that is no longer configured goes", () => {
  const good = metricsText(GOOD, null);
  const ofOpenItems = (text: string) => samples(text).filter((line) => line.includes("open_items"));
  const alone = { ...GOOD, accounts: [{ ...MAIN, openItems: 5 }] };
  expect(ofOpenItems(metricsText(alone, good))).toEqual([
    'perpbooks_account_open_items{account="main"} 5',
    'perpbooks_account_open_items{account="other"} 0',
  ]);
  expect(ofOpenItems(metricsText({ ...alone, configured: ["main"] }, good))).toEqual([
    'perpbooks_account_open_items{account="main"} 5',
  ]);
});

test("what was not written by this program is not taken over", () => {
  const strange = 'up 1\nperpbooks_run_success_timestamp_seconds soon\nperpbooks_other{account="main"} 1\n';
  expect(metricsText(STOPPED, strange)).toBe(metricsText(STOPPED, null));
});

describe("the text format of Prometheus", () => {
  /**
   * By https://prometheus.io/docs/instrumenting/exposition_formats/ and
   * https://prometheus.io/docs/practices/naming/: what is wrong with a text, line by line.
   */
  function faults(text: string): readonly string[] {
    const found: string[] = [];
    if (!text.endsWith("\n")) found.push("the last line must end");
    const closed = new Set<string>();
    const seen = new Set<string>();
    let metric = { name: "", type: "" };
    for (const line of text.split("\n").slice(0, -1)) {
      const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\\]+$/.exec(line);
      const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line);
      const sample =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([a-zA-Z_][a-zA-Z0-9_]*="[^"\\]*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="[^"\\]*")*)\})? (\d+(?:\.\d+)?)$/.exec(
          line,
        );
      if (help?.[1] !== undefined) {
        closed.add(metric.name);
        if (closed.has(help[1])) found.push(`${help[1]}: its lines must stand together`);
        metric = { name: help[1], type: "" };
      } else if (type?.[1] !== undefined) {
        if (type[1] !== metric.name || metric.type !== "") found.push(`${line}: must follow its HELP`);
        metric = { ...metric, type: type[2] ?? "" };
      } else if (sample?.[1] !== undefined) {
        const name = sample[1];
        if (name !== metric.name || metric.type === "") found.push(`${line}: must follow its TYPE`);
        if ((metric.type === "counter") !== name.endsWith("_total"))
          found.push(`${name}: _total is for counters`);
        if (/(?:duration|timestamp)/.test(name) && !name.endsWith("_seconds"))
          found.push(`${name}: time is in seconds`);
        if (!name.startsWith("perpbooks_")) found.push(`${name}: the name begins with the program's`);
        if (seen.has(`${name}{${sample[2]}}`)) found.push(`${line}: twice`);
        seen.add(`${name}{${sample[2]}}`);
      } else found.push(`${line}: neither HELP, TYPE nor a sample`);
    }
    return found;
  }

  test.each<[night: string, text: string]>([
    ["a good night", metricsText(GOOD, null)],
    ["a good night after another", metricsText(GOOD, metricsText(GOOD, null))],
    ["a night that read nothing", metricsText(STOPPED, metricsText(GOOD, null))],
    ["a first night that read nothing", metricsText(STOPPED, null)],
    ["a night without accounts", metricsText({ ...GOOD, accounts: [] }, null)],
  ])("can read %s", (_, text) => {
    expect(faults(text)).toEqual([]);
  });

  test.each<[fault: string, text: string]>([
    ["x_seconds 1\n", "x_seconds 1: must follow its TYPE"],
    [
      "# HELP perpbooks_a a\n# TYPE perpbooks_a counter\nperpbooks_a 1\n",
      "perpbooks_a: _total is for counters",
    ],
    [
      "# HELP perpbooks_a a\n# TYPE perpbooks_a gauge\nperpbooks_a 1\nperpbooks_a 1\n",
      "perpbooks_a 1: twice",
    ],
    [
      "# HELP perpbooks_a a\n# TYPE perpbooks_a gauge\nperpbooks_a one\n",
      "perpbooks_a one: neither HELP, TYPE nor a sample",
    ],
    ["", "the last line must end"],
  ])("the reader sees what is wrong in %j", (text, fault) => {
    expect(faults(text)).toContain(fault);
  });
});
