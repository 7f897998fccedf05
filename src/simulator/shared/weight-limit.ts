/**
 * The request weight that one address may use a minute: over it 429, and for a client that goes on 418 and a
 * ban. Counted in real time even where the venue's clock stands still, because that is what a client waits
 * in.
 */
import { MINUTE_MS } from "../../domain/instant.ts";
import { realStopwatch, type Stopwatch } from "./simulated-clock.ts";

export type WeightPlan = {
  /** May be Infinity. The venue's documented figure is 2,400. */
  readonly weightPerMinute: number;
  /** After this many refusals within a minute the address is banned. */
  readonly refusalsBeforeBan?: number;
  readonly banMs?: number;
  readonly stopwatch?: Stopwatch;
};

export type Admission =
  | { readonly kind: "admitted"; readonly usedWeight: number }
  | { readonly kind: "too_many"; readonly usedWeight: number; readonly retryAfterMs: number }
  | { readonly kind: "banned"; readonly usedWeight: number; readonly retryAfterMs: number };

export type WeightLimit = { admit(weight: number): Admission };

export function makeWeightLimit(plan: WeightPlan): WeightLimit {
  const stopwatch = plan.stopwatch ?? realStopwatch;
  const refusalsBeforeBan = plan.refusalsBeforeBan ?? 10;
  const banMs = plan.banMs ?? 2 * MINUTE_MS;
  const startedAt = stopwatch();
  let minute = 0;
  let usedWeight = 0;
  let refusals = 0;
  let bannedUntil = 0;

  return {
    admit(weight) {
      const elapsed = stopwatch() - startedAt;
      const currentMinute = Math.floor(elapsed / MINUTE_MS);
      if (currentMinute !== minute) [minute, usedWeight, refusals] = [currentMinute, 0, 0];
      if (elapsed < bannedUntil) return { kind: "banned", usedWeight, retryAfterMs: bannedUntil - elapsed };
      // A refused request counts as well: asking again at once does not help.
      usedWeight += weight;
      if (usedWeight <= plan.weightPerMinute) return { kind: "admitted", usedWeight };
      refusals += 1;
      if (refusals > refusalsBeforeBan) {
        bannedUntil = elapsed + banMs;
        return { kind: "banned", usedWeight, retryAfterMs: banMs };
      }
      return { kind: "too_many", usedWeight, retryAfterMs: (minute + 1) * MINUTE_MS - elapsed };
    },
  };
}
