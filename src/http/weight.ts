/**
 * The request weight that one host grants a minute, shared by all requests to it: venues count by IP address,
 * not by key.
 *
 * We count what we send; the venue counts too and gives its number with each answer, and other programs may
 * share the address. So the higher of the two numbers holds, a twentieth is left unused, and a rate limit
 * pauses every request to the host. Requests are served in the order they came, so that light requests cannot
 * delay a heavy one without end.
 *
 * Pace and pauses are measured in elapsed time, not by the time of day: this machine's clock may be changed
 * during a run, and the host's clock is known only from the moment it was measured. The host's minute, too,
 * is counted from there by elapsed time.
 */
import type { Clock } from "../clock.ts";
import { type DurationMs, type Instant, MINUTE_MS, plus } from "../domain/instant.ts";
import { orAborted } from "../race.ts";

export type WeightBudgetTerms = {
  /** What the host grants a minute, by its documentation. */
  readonly weightPerMinute: number;
  /** From one request to the next at least, for hosts that publish no limit. */
  readonly paceMs?: DurationMs;
  readonly clock: Clock;
};

/** The minute, by the venue's clock, in which a request was allowed to go. */
export type WeightMinute = number;

const USABLE_PERCENT = 95;
/** The venue's time is known only as well as its clock was measured, so every wait is a little longer. */
const CLOCK_MARGIN_MS: DurationMs = 250;

export class WeightBudget {
  readonly #clock: Clock;
  readonly #paceMs: DurationMs;
  #usable: number;
  #offset: DurationMs = 0;
  /** What the host's clock showed at elapsed time zero. */
  #hostStart: Instant;
  /** Both as elapsed time. */
  #pausedUntil: DurationMs = 0;
  #nextAt: DurationMs = 0;
  #minute: WeightMinute = 0;
  #used = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ weightPerMinute, paceMs = 0, clock }: WeightBudgetTerms) {
    this.#clock = clock;
    this.#paceMs = paceMs;
    this.#usable = usableOf(weightPerMinute);
    this.#hostStart = plus(clock.now(), -clock.elapsed());
    this.#nextAt = clock.elapsed();
  }

  /** Takes over what the host itself says that it grants a minute. */
  learnLimit(weightPerMinute: number): void {
    this.#usable = usableOf(weightPerMinute);
  }

  /** How long so much takes at least, of what is granted a minute and from one request to the next. */
  timeFor({ requests, weight }: { readonly requests: number; readonly weight: number }): DurationMs {
    return Math.max(Math.ceil((weight * MINUTE_MS) / this.#usable), requests * this.#paceMs);
  }

  /** How far the host's clock is ahead of ours; zero until it was measured. */
  get clockOffset(): DurationMs {
    return this.#offset;
  }

  setClockOffset(offset: DurationMs): void {
    this.#offset = offset;
    this.#hostStart = plus(this.#clock.now(), offset - this.#clock.elapsed());
  }

  /** How long nothing may be sent, as of now; zero when requests may go. */
  get pauseLeft(): DurationMs {
    return Math.max(0, this.#pausedUntil - this.#clock.elapsed());
  }

  get #paceLeft(): DurationMs {
    return Math.max(0, this.#nextAt - this.#clock.elapsed());
  }

  /**
   * Resolves when a request of this weight may be sent, with the minute it counts in; with null when a pause
   * would outlast the caller's patience. Rejects when the signal is aborted.
   */
  take(weight: number, signal: AbortSignal, patienceMs: DurationMs): Promise<WeightMinute | null> {
    const turn = this.#queue.then(() => this.#waitFor(weight, signal, patienceMs));
    // A request that failed to get its turn must not block the next one; its own caller gets the error from
    // `turn`.
    this.#queue = turn.catch(() => undefined);
    return orAborted(turn, signal);
  }

  /**
   * Takes the venue's count over where it is higher than ours. An answer that comes in another minute than
   * its request was sent in counts a minute that is over.
   */
  learn(usedWeight: number, minute: WeightMinute): void {
    this.#turnMinute();
    if (minute === this.#minute) this.#used = Math.max(this.#used, usedWeight);
  }

  /**
   * Nothing is sent before `until` (by the venue's clock); an earlier end than the one that holds changes
   * nothing.
   */
  pauseUntil(until: Instant): void {
    const left = until - (this.#clock.now() + this.#offset);
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.elapsed() + left);
  }

  async #waitFor(weight: number, signal: AbortSignal, patienceMs: DurationMs): Promise<WeightMinute | null> {
    for (;;) {
      signal.throwIfAborted();
      const minute = this.#turnMinute();
      if (this.pauseLeft > patienceMs) return null;
      if (this.pauseLeft > 0) await this.#clock.sleep(this.pauseLeft + CLOCK_MARGIN_MS, signal);
      else if (this.#paceLeft > 0) await this.#clock.sleep(this.#paceLeft, signal);
      // A request heavier than a whole minute's budget goes alone.
      else if (this.#used + weight <= this.#usable || this.#used === 0) {
        this.#used += weight;
        this.#nextAt = this.#clock.elapsed() + this.#paceMs;
        return minute;
      } else await this.#clock.sleep(MINUTE_MS - (this.hostNow() % MINUTE_MS) + CLOCK_MARGIN_MS, signal);
    }
  }

  /** The host's time by what has passed since it was measured, whatever has become of our time of day. */
  hostNow(): Instant {
    return plus(this.#hostStart, this.#clock.elapsed());
  }

  /** Begins a new count when the minute has turned. */
  #turnMinute(): WeightMinute {
    const minute = Math.floor(this.hostNow() / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = 0;
    }
    return minute;
  }
}

function usableOf(weightPerMinute: number): number {
  return Math.floor((weightPerMinute * USABLE_PERCENT) / 100);
}
