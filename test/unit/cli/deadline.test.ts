import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../src/domain/instant.ts";
import { DeadlinePassedError, InterruptedError } from "../../../src/errors.ts";
import { orAbandoned, readDeadline, withinDeadline } from "../../../src/pipeline/deadline.ts";
import type { Progress } from "../../../src/pipeline/progress.ts";

const silent: Progress = { log: () => {}, doing: () => {}, say: () => {}, tell: () => {}, stop: () => {} };
const running = new AbortController().signal;
const never = new Promise<never>(() => {});
const reason = new InterruptedError({
  where: "perpbooks",
  what: "interrupted",
  evidence: ["kept"],
  next: "again",
});

test("a deadline is a number of seconds, minutes or hours", () => {
  expect(["90s", "30m", "6h"].map(readDeadline)).toEqual([90 * SECOND_MS, 30 * MINUTE_MS, 6 * HOUR_MS]);
});

test("what ends in time ends as it does, with or without a deadline", async () => {
  expect(await withinDeadline(null, running, silent, async () => 7)).toBe(7);
  expect(await withinDeadline(50, running, silent, async (signal) => (signal.aborted ? 0 : 7))).toBe(7);
  await expect(withinDeadline(50, running, silent, () => Promise.reject(reason))).rejects.toBe(reason);
});

test("what heeds the signal is told by it when the time is over, and where it was", async () => {
  const work = withinDeadline(20, running, silent, (signal, { doing }) => {
    doing("main income");
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  await expect(work).rejects.toBeInstanceOf(DeadlinePassedError);
  await expect(work).rejects.toThrow("the deadline of 20 ms is over\n  it was at: main income\n");
});

test("an interruption from outside comes through", async () => {
  const interruption = new AbortController();
  const work = withinDeadline(HOUR_MS, interruption.signal, silent, (signal) =>
    orAbandoned(never, signal, 0),
  );
  interruption.abort(reason);
  await expect(work).rejects.toThrow("interrupted");
});

test("what does not heed the signal is left as it stands, which is said", async () => {
  const interruption = new AbortController();
  const work = orAbandoned(never, interruption.signal, 30);
  interruption.abort(reason);
  await expect(work).rejects.toThrow(
    "perpbooks: interrupted\n  kept\n  something did not stop within 30 ms of being told to, and is left as it stands\n  next: again",
  );
});

test("what ends within the grace ends as it does", async () => {
  const interruption = new AbortController();
  const work = orAbandoned(
    new Promise((resolve) => setTimeout(resolve, 20, "whole")),
    interruption.signal,
    HOUR_MS,
  );
  interruption.abort(reason);
  expect(await work).toBe("whole");
});

test("as many as want may wait for the end: Node warns of no leak", async () => {
  const warnings: string[] = [];
  const hear = ({ name }: Error) => warnings.push(name);
  process.on("warning", hear);
  const wait = async (signal: AbortSignal) => {
    for (let count = 0; count < 40; count += 1) signal.addEventListener("abort", () => {});
    await new Promise((resolve) => setImmediate(resolve));
  };
  const { signal } = new AbortController();
  await withinDeadline(HOUR_MS, signal, silent, wait);
  const waited = orAbandoned(never, signal, 0).catch(() => {});
  await wait(signal);
  await Promise.race([waited, Promise.resolve()]);
  process.off("warning", hear);
  expect(warnings).toEqual([]);
});
