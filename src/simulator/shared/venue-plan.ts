/** What any simulated venue is made with. */
import type { SimulatedClock } from "./simulated-clock.ts";
import type { WeightLimit } from "./weight-limit.ts";

export type VenuePlan = {
  readonly clock: SimulatedClock;
  readonly weightLimit: WeightLimit;
  readonly weightPerMinute: number;
  /** Whether a 429 says how long to wait; the documentation of the futures does not promise it. */
  readonly sendsRetryAfter: boolean;
};
