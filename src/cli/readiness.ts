/** What a job that runs by itself needs beside its venues: room, somebody who starts it, and in time. */
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { formatLocal } from "../domain/calendar.ts";
import {
  DAY_MS,
  type DurationMs,
  formatInstant,
  type Instant,
  parseUtcInstant,
  plus,
} from "../domain/instant.ts";
import { greatest, listText } from "../domain/lists.ts";
import { durationText } from "../errors.ts";
import type { Workspace } from "../pipeline/workspace.ts";
import { type AccountStatus, LOSS_IS_NEAR, lossesOf } from "./account-status.ts";

/** A line of `doctor`; what is to be done stands with a warning. */
export type Finding =
  | { readonly state: "ok"; readonly text: string }
  | { readonly state: "warning"; readonly text: string; readonly next: string };

const GIGABYTE = 1_000_000_000;
/** A year of a busy account with its reports takes a few hundred megabytes. */
const ROOM_WANTED = GIGABYTE;

type Disk = { readonly of: string[]; readonly free: number };

/** The room on each disk that is written to; one on a server cannot be seen from here. */
export function roomFindings({ store, output }: Configuration): Finding[] {
  const disks = new Map<number, Disk>();
  const written = [
    ...(store.kind === "folder" ? [{ what: "the store", path: store.path }] : []),
    { what: "the output", path: output },
  ];
  for (const { what, path } of written) {
    const there = nearestThere(path);
    const { dev } = statSync(there);
    const { blocks, bavail, bsize } = statfsSync(there);
    // Some file systems do not tell.
    if (blocks === 0) continue;
    const disk = disks.get(dev) ?? { of: [], free: bavail * bsize };
    disk.of.push(what);
    disks.set(dev, disk);
  }
  return [...disks.values()].map(({ of, free }) => roomFinding(listText(of), free));
}

/** Pure. */
export function roomFinding(what: string, free: number): Finding {
  const text = `${(free / GIGABYTE).toFixed(1)} GB are free for ${what}`;
  return free >= ROOM_WANTED
    ? { state: "ok", text }
    : { state: "warning", text, next: "make room there: a run that finds none stops" };
}

/** The folder itself, or the one of those around it that a run would make it in. */
function nearestThere(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path
    ? nearestThere(dirname(path))
    : path;
}

/** What the venue's memory takes first, if no run reads it before; none where it forgets nothing. Pure. */
export function memoryFinding(
  { venue, streams, notKept }: Pick<AccountStatus, "venue" | "streams" | "notKept">,
  now: Instant,
  timeZone: string,
): Finding | null {
  const kept = streams.filter(({ stream }) => !notKept.some((line) => line.startsWith(`${stream}: `)));
  const [first] = lossesOf(venue, kept).toSorted((a, b) => (a.lostFrom < b.lostFrom ? -1 : 1));
  if (first === undefined) return null;
  const lostFrom = parseUtcInstant(first.lostFrom);
  const left = lostFrom - now;
  const since = formatLocal(parseUtcInstant(first.since), timeZone);
  const text =
    left <= 0
      ? `the venue is forgetting ${first.stream} since ${since}, which no run has read`
      : `within ${durationText(left)} the venue begins to forget what no run has read: ${first.stream} since ${since}`;
  return left >= LOSS_IS_NEAR ? { state: "ok", text } : { state: "warning", text, next: "perpbooks run" };
}

const SEEN_DAYS = 7;
const SCHEDULE_NEXT = "perpbooks init --cron, or --systemd FOLDER, writes what starts it";

/**
 * Whether something starts the job: how often it was started in the last days, and the longest pause up to
 * now. Pure; the starts may come in any order.
 */
export function scheduleFinding(starts: readonly Instant[], now: Instant, staleAfter: DurationMs): Finding {
  if (starts.length === 0) return { state: "ok", text: "nothing has run yet, so no schedule can be seen" };
  const last = greatest(starts);
  const pause = now - last;
  if (pause > staleAfter)
    return { state: "warning", text: `no run for ${durationText(pause)}`, next: SCHEDULE_NEXT };
  const recent = starts.filter((at) => at > plus(now, -SEEN_DAYS * DAY_MS)).toSorted((a, b) => a - b);
  if (recent.length < 3)
    return {
      state: "ok",
      text: `the last run began ${durationText(pause)} ago; too few runs yet to see a schedule`,
    };
  const pauses = recent.map((at, nth) => (recent[nth + 1] ?? now) - at);
  const longest = greatest(pauses);
  const text = `${recent.length} runs in the last ${SEEN_DAYS} days, at most ${durationText(longest)} apart`;
  return longest > staleAfter ? { state: "warning", text, next: SCHEDULE_NEXT } : { state: "ok", text };
}

/** When `run` was started for the account, in the days that matter and the last time. */
export async function readStarts({ store, context }: Workspace, account: string): Promise<Instant[]> {
  const of = store.db
    .selectFrom("raw.run")
    .select("started_at")
    .where("account_id", "=", account)
    .where("command", "=", "run");
  const since = formatInstant(plus(context.clock.now(), -SEEN_DAYS * DAY_MS));
  const recent = await of.where("started_at", ">", since).execute();
  const last = await of.orderBy("started_at", "desc").limit(1).execute();
  const starts = new Set([...recent, ...last].map(({ started_at }) => started_at));
  return [...starts].map(parseUtcInstant);
}
