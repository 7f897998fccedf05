/** Starts simulated venues. Adding one is adding its file beside `aster.ts` and a function like this one. */
import type { DurationMs, Instant } from "../domain/instant.ts";
import type { Truncation } from "./account-view.ts";
import { simulateAster } from "./aster.ts";
import type { AsterCredential } from "./aster-auth.ts";
import type { SeenRequest } from "./exchange.ts";
import { serve } from "./serve.ts";
import { type ClockPlan, makeClock } from "./simulated-clock.ts";
import { makeWeightLimit, type WeightPlan } from "./weight-limit.ts";
import type { World } from "./world.ts";

export type { AsterCredential, ClockPlan, SeenRequest };

export type AsterSimulatorOptions = {
  readonly world: World;
  readonly clock: ClockPlan;
  readonly credentials: readonly AsterCredential[];
  /** Default: the venue's 2,400. Infinity: no limit. */
  readonly weightPerMinute?: number;
  /** More of the limit, for tests of it. */
  readonly weightPlan?: Omit<WeightPlan, "weightPerMinute">;
  /** Default: any free port. */
  readonly port?: number;
  /** Which end of a page that is too long is kept. Default: the oldest rows. */
  readonly truncate?: Truncation;
  /** How far back rows are served. Default: for ever, as Aster states no limit. */
  readonly retention?: DurationMs;
  /** Default: true. */
  readonly sendsRetryAfter?: boolean;
};

export type Simulator = {
  readonly url: string;
  /** What was asked so far, in order, without what proves who asks. */
  requests(): readonly SeenRequest[];
  /** Moves the venue's clock: what has happened by then is served from now on. */
  setClock(at: Instant): void;
  close(): Promise<void>;
};

/** An Aster on the loopback interface. */
export async function startAsterSimulator(options: AsterSimulatorOptions): Promise<Simulator> {
  const weightPerMinute = options.weightPerMinute ?? 2400;
  const clock = makeClock(options.clock, options.weightPlan?.stopwatch);
  const venue = simulateAster({
    world: options.world,
    clock,
    credentials: options.credentials,
    weightLimit: makeWeightLimit({ ...options.weightPlan, weightPerMinute }),
    weightPerMinute,
    truncate: options.truncate ?? "oldest",
    retention: options.retention ?? null,
    sendsRetryAfter: options.sendsRetryAfter ?? true,
  });
  const served = await serve((request) => venue.answer(request), options.port);
  return {
    url: served.url,
    requests: () => venue.seen(),
    setClock: (at) => clock.set(at),
    close: () => served.close(),
  };
}
