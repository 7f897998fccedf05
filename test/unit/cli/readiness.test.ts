/** What `doctor` says of room, of the schedule, and of what the venue is about to forget. */
import { describe, expect, test } from "vitest";
import { memoryFinding, roomFinding, scheduleFinding } from "../../../src/cli/readiness.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { HOUR_MS, plus } from "../../../src/domain/instant.ts";

const NOW = parseInstant("2026-05-20T09:30:00Z");
const STALE_AFTER = 36 * HOUR_MS;
const SCHEDULE = "perpbooks init --cron, or --systemd FOLDER, writes what starts it";

/** The line and its next step. */
function read(finding: ReturnType<typeof scheduleFinding> | null): string | null {
  if (finding === null) return null;
  return finding.state === "ok" ? finding.text : `! ${finding.text}; ${finding.next}`;
}

describe("whether something starts the job", () => {
  test.each<[hoursAgo: readonly number[], says: string]>([
    [[], "nothing has run yet, so no schedule can be seen"],
    [[2], "the last run began 2 h ago; too few runs yet to see a schedule"],
    [[6, 30, 54, 78], "4 runs in the last 7 days, at most 24 h apart"],
    [[78, 6, 54, 30, 200], "4 runs in the last 7 days, at most 24 h apart"],
    [[6, 30, 78], `! 3 runs in the last 7 days, at most 48 h apart; ${SCHEDULE}`.replace("48 h", "2 days")],
    [[36], "the last run began 36 h ago; too few runs yet to see a schedule"],
    [[37, 61], `! no run for 37 h; ${SCHEDULE}`],
    [[72, 96], `! no run for 3 days; ${SCHEDULE}`],
  ])("started %j hours ago: %s", (hoursAgo, says) => {
    const starts = hoursAgo.map((hours) => plus(NOW, -hours * HOUR_MS));
    expect(read(scheduleFinding(starts, NOW, STALE_AFTER))).toBe(says);
  });
});

describe("what the venue is about to forget", () => {
  const stream = (name: string, complete_until: string | null) => ({
    ...{ stream: name, complete_from: null, complete_until },
    ...{ symbols: 0, records: "0", gaps: "0" },
  });
  const finding = (venue: string, streams: readonly ReturnType<typeof stream>[], notKept: string[] = []) =>
    read(memoryFinding({ venue, streams, notKept }, NOW, "UTC"));

  test("the stream that goes first, and within how long", () => {
    const read = [
      stream("income", "2026-05-20T03:00:00.000Z"),
      stream("margin_changes", "2026-05-20T03:00:00.000Z"),
    ];
    expect(finding("binance-usdm", read)).toBe(
      "within 28 days 17 h the venue begins to forget what no run has read: margin_changes since 2026-05-20T03:00:00.000Z",
    );
    expect(finding("binance-usdm", read, ["margin_changes: the key may not"])).toMatch(
      /^within \d+ days.*: income since/,
    );
  });

  test.each<[until: string, says: string]>([
    [
      "2026-04-30T09:30:00.000Z",
      "! within 9 days the venue begins to forget what no run has read: margin_changes since 2026-04-30T09:30:00.000Z; perpbooks run",
    ],
    [
      "2026-04-01T09:30:00.000Z",
      "! the venue is forgetting margin_changes since 2026-04-01T09:30:00.000Z, which no run has read; perpbooks run",
    ],
  ])("what is read until %s", (until, says) => {
    expect(finding("binance-usdm", [stream("margin_changes", until)])).toBe(says);
  });

  test("nothing, where it forgets nothing or nothing was read", () => {
    expect(finding("aster", [stream("income", "2026-01-01T00:00:00.000Z")])).toBeNull();
    expect(finding("binance-usdm", [])).toBeNull();
    expect(finding("binance-usdm", [stream("income", null)])).toBeNull();
  });
});

test.each<[bytes: number, says: string]>([
  [81_240_000_000, "81.2 GB are free for the store"],
  [1_000_000_000, "1.0 GB are free for the store"],
  [64_000_000, "! 0.1 GB are free for the store; make room there: a run that finds none stops"],
])("%i bytes of room", (bytes, says) => {
  expect(read(roomFinding("the store", bytes))).toBe(says);
});
