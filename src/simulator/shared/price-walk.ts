/** A walk of a contract's price in whole ticks, for markets that are invented. */
import type { Random } from "./random.ts";

/** One price an hour; each at most 1.2 % from the one before. */
export function priceWalk(random: Random, startTicks: bigint, hours: number): bigint[] {
  const ticks: bigint[] = [];
  let current = startTicks;
  for (let hour = 0; hour < hours; hour += 1) {
    ticks.push(current);
    const next = current + (current * BigInt(random.integer(-120, 120))) / 10_000n;
    // A floor and a ceiling, so that a long walk neither dies out nor leaves its decimals.
    current = next < startTicks / 4n || next > startTicks * 4n ? current : next;
  }
  return ticks;
}
