import { describe, expect, test } from "vitest";
import { rehearsalClock } from "../../../src/clock.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, instant, MINUTE_MS, plus, SECOND_MS } from "../../../src/domain/instant.ts";
import { WeightBudget } from "../../../src/http/weight.ts";
import { testClock } from "./loopback.ts";

const MINUTE = parseInstant("2026-03-01T00:00:00Z");
const running = new AbortController().signal;
const PATIENCE = 10 * MINUTE_MS;

function budgetAt(start = MINUTE, weightPerMinute = 2400) {
  const clock = testClock(start);
  const budget = new WeightBudget({ weightPerMinute, clock });
  const take = (weight: number, signal = running) => budget.take(weight, signal, PATIENCE);
  return { clock, budget, take };
}

describe("the weight of a minute", () => {
  test("is used to 95 %, and what is more waits for the next minute", async () => {
    const { clock, take } = budgetAt(plus(MINUTE, 10 * SECOND_MS), 100);
    for (let spent = 0; spent < 90; spent += 30) await take(30);
    await take(5);
    expect(clock.slept).toEqual([]);
    await take(1);
    // A quarter second more than the minute, because the venue's clock is known only roughly.
    expect(clock.slept).toEqual([50 * SECOND_MS + 250]);
  });

  test("goes one request after another in the host's pace, where it publishes no limit", async () => {
    const clock = testClock(MINUTE);
    const budget = new WeightBudget({ weightPerMinute: 60, paceMs: SECOND_MS, clock });
    for (let sent = 0; sent < 3; sent += 1) await budget.take(1, running, PATIENCE);
    expect(clock.slept).toEqual([SECOND_MS, SECOND_MS]);
    clock.advance(SECOND_MS);
    await budget.take(1, running, PATIENCE);
    expect(clock.slept).toHaveLength(2);
  });

  test("keeps the pace when the host's clock turns out to be ahead: nothing has passed by that", async () => {
    const clock = testClock(MINUTE);
    const budget = new WeightBudget({ weightPerMinute: 60, paceMs: SECOND_MS, clock });
    await budget.take(1, running, PATIENCE);
    budget.setClockOffset(90 * SECOND_MS);
    await budget.take(1, running, PATIENCE);
    budget.setClockOffset(-90 * SECOND_MS);
    await budget.take(1, running, PATIENCE);
    expect(clock.slept).toEqual([SECOND_MS, SECOND_MS]);
  });

  test.each([
    { title: "behind ours by a quarter of a minute", offset: -15 * SECOND_MS },
    { title: "behind ours by months", offset: -90 * DAY_MS },
    { title: "ahead of ours by months", offset: 90 * DAY_MS },
  ])(
    "keeps the pace, and waits no longer, when the host's clock turns out to be $title",
    async ({ offset }) => {
      const clock = testClock(MINUTE);
      const budget = new WeightBudget({ weightPerMinute: 60, paceMs: SECOND_MS, clock });
      await budget.take(1, running, PATIENCE);
      budget.setClockOffset(offset);
      await budget.take(1, running, PATIENCE);
      expect(clock.slept).toEqual([SECOND_MS]);
    },
  );

  test("keeps the pace, and a pause its length, when this machine's clock is set while it runs", async () => {
    for (const set of [-DAY_MS, DAY_MS]) {
      const clock = testClock(MINUTE);
      let isSet = false;
      const now = () => plus(clock.now(), isSet ? set : 0);
      const budget = new WeightBudget({ weightPerMinute: 60, paceMs: SECOND_MS, clock: { ...clock, now } });
      await budget.take(1, running, PATIENCE);
      budget.pauseUntil(plus(MINUTE, 90 * SECOND_MS));
      isSet = true;
      expect(budget.pauseLeft).toBe(90 * SECOND_MS);
      await budget.take(1, running, PATIENCE);
      await budget.take(1, running, PATIENCE);
      expect(clock.slept).toEqual([90 * SECOND_MS + 250, SECOND_MS]);
    }
  });

  test("is counted anew in each minute", async () => {
    const { clock, take } = budgetAt(MINUTE, 100);
    for (let minute = 0; minute < 3; minute += 1) {
      await take(95);
      clock.advance(MINUTE_MS);
    }
    expect(clock.slept).toEqual([]);
  });

  test("turns by the venue's clock, not by ours", async () => {
    const { clock, budget, take } = budgetAt(MINUTE, 100);
    budget.setClockOffset(-15 * SECOND_MS);
    await take(95);
    await take(95);
    expect(clock.slept).toEqual([15 * SECOND_MS + 250]);
  });

  test("is what the venue counts, where it counts more than we do", async () => {
    const { clock, budget, take } = budgetAt(MINUTE, 2400);
    const minute = await take(30);
    budget.learn(2270, minute ?? 0);
    await take(10);
    expect(clock.slept).toEqual([]);
    await take(1);
    expect(clock.slept).toHaveLength(1);
  });

  test("is what the venue says it grants, once it has said so", async () => {
    const { clock, budget, take } = budgetAt(MINUTE, 2400);
    budget.learnLimit(100);
    await take(95);
    expect(clock.slept).toEqual([]);
    await take(1);
    expect(clock.slept).toHaveLength(1);
  });

  test("is what we count, where the venue's number is behind", async () => {
    const { clock, budget, take } = budgetAt(MINUTE, 100);
    const minute = await take(90);
    budget.learn(30, minute ?? 0);
    await take(30);
    expect(clock.slept).toHaveLength(1);
  });

  test("is not what a late answer says of the minute before", async () => {
    const { clock, budget, take } = budgetAt(plus(MINUTE, 59 * SECOND_MS), 2400);
    const minute = await take(30);
    clock.advance(2 * SECOND_MS);
    budget.learn(2300, minute ?? 0);
    await take(30);
    expect(clock.slept).toEqual([]);
  });

  test("lets a request through that is heavier than a whole minute's, alone", async () => {
    const { clock, take } = budgetAt(MINUTE, 20);
    await take(30);
    await take(30);
    expect(clock.slept).toHaveLength(1);
  });
});

test("requests go in the order in which they were made: a light one does not overtake a heavy one", async () => {
  const { take } = budgetAt(MINUTE, 100);
  const order: string[] = [];
  await take(60);
  await Promise.all([
    take(90).then(() => order.push("heavy")),
    take(1).then(() => order.push("light")),
    take(4).then(() => order.push("last")),
  ]);
  expect(order).toEqual(["heavy", "light", "last"]);
});

describe("a pause", () => {
  test("holds everything back until its instant", async () => {
    const { clock, budget, take } = budgetAt();
    budget.pauseUntil(plus(MINUTE, 90 * SECOND_MS));
    await take(1);
    expect(clock.now()).toBeGreaterThanOrEqual(plus(MINUTE, 90 * SECOND_MS));
  });

  test("is not shortened by a later, earlier-ending one", async () => {
    const { clock, budget, take } = budgetAt();
    budget.pauseUntil(plus(MINUTE, 90 * SECOND_MS));
    budget.pauseUntil(plus(MINUTE, 5 * SECOND_MS));
    await take(1);
    expect(clock.now()).toBeGreaterThanOrEqual(plus(MINUTE, 90 * SECOND_MS));
  });

  test("longer than the caller's patience is answered with null at once", async () => {
    const { clock, budget, take } = budgetAt();
    budget.pauseUntil(plus(MINUTE, PATIENCE + 1));
    expect(await take(1)).toBeNull();
    expect(clock.slept).toEqual([]);
    expect(budget.pauseLeft).toBe(PATIENCE + 1);
  });
});

test("one who is interrupted while waiting is told at once, and the others keep their turns", async () => {
  const clock = testClock(MINUTE);
  const wakers: (() => void)[] = [];
  // Waits until the test says so.
  const slow = {
    ...clock,
    sleep: async (duration: number) => {
      await new Promise<void>((resolve) => wakers.push(resolve));
      clock.advance(duration);
    },
  };
  const budget = new WeightBudget({ weightPerMinute: 100, clock: slow });
  await budget.take(95, running, PATIENCE);
  const first = budget.take(50, running, PATIENCE);
  const interruption = new AbortController();
  const second = budget.take(50, interruption.signal, PATIENCE);
  const third = budget.take(45, running, PATIENCE);
  interruption.abort(new Error("stopped by hand"));
  await expect(second).rejects.toThrow("stopped by hand");
  wakers[0]?.();
  expect(await first).toBe(MINUTE / MINUTE_MS + 1);
  // The interrupted one spent nothing: the third fits beside the first.
  expect(await third).toBe(MINUTE / MINUTE_MS + 1);
});

test("under a clock that stands still, a wait that was slept through counts as passed", async () => {
  const clock = rehearsalClock(MINUTE);
  const budget = new WeightBudget({ weightPerMinute: 100, clock });
  for (let request = 0; request < 5; request += 1) await budget.take(95, running, PATIENCE);
  budget.pauseUntil(plus(MINUTE, 3 * SECOND_MS));
  expect(budget.pauseLeft).toBe(3 * SECOND_MS);
  expect(await budget.take(1, running, PATIENCE)).toBeGreaterThan(MINUTE / MINUTE_MS);
  expect(clock.now()).toBe(instant(MINUTE));
});
