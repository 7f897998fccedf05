/**
 * Sends one venue's requests: within the host's weight, signed for each attempt, and tried again as the
 * failure's remedy says. Everything else about a venue is behind its port.
 */
import { randomInt } from "node:crypto";
import type { Clock } from "../clock.ts";
import {
  DAY_MS,
  type DurationMs,
  earliest,
  formatInstant,
  type Instant,
  instant,
  plus,
  SECOND_MS,
} from "../domain/instant.ts";
import { NestedTooDeepError } from "../domain/json.ts";
import {
  assert,
  ClockSkewedError,
  durationText,
  GaveUpError,
  type PerpbooksError,
  RateLimitedError,
  RequestRefusedError,
  RetryableError,
  VenueUnavailableError,
} from "../errors.ts";
import type { Log } from "../log.ts";
import type { Venue, VenueRequest } from "../venues/venue.ts";
import { DEFAULT_RETRY_BUDGET, failureWait, type Random, type RetryBudget, resumesAt } from "./retry.ts";
import { send } from "./send.ts";
import type { WeightBudget } from "./weight.ts";

export type VenueClientTerms = {
  readonly venue: Venue;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** One for all clients of a host. */
  readonly budget: WeightBudget;
  readonly log: Log;
  readonly retry?: RetryBudget;
  /** For the jitter of waits; given, a test repeats exactly. */
  readonly random?: Random;
  readonly timeoutMs?: DurationMs;
};

export interface VenueClient {
  readonly venue: Venue;
  /**
   * The time by the venue's clock: as far as it was measured, and no more than what has passed since. If
   * this machine's clock is set on meanwhile, a snapshot is not dated by it, nor does a span reach beyond its
   * time.
   */
  now(): Instant;
  /**
   * The earlier of the venue's time and this machine's: by a clock that is ahead, a span that is not over yet
   * would count as read.
   */
  surelyPast(): Instant;
  /** Requests the venue's time; from then on `now` and signatures follow it. */
  measureClock(where: string, signal: AbortSignal): Promise<void>;
  /**
   * Sends the request, and gives what `read` makes of the answer's body. A SyntaxError of `read` means that
   * the body is not what was sent, and is tried again like any failure of the venue. `where` says what the
   * caller was doing, for messages.
   */
  call<Value>(
    request: VenueRequest,
    where: string,
    read: (body: string) => Value,
    signal: AbortSignal,
  ): Promise<Value>;
  /** The weight that the venue says its host grants a minute: it may differ from what was documented. */
  learnWeightLimit(weightPerMinute: number): void;
  /** How long so many requests of so much weight take at least, by what the host grants. */
  timeFor(work: { readonly requests: number; readonly weight: number }): DurationMs;
  readonly requestsSent: number;
  readonly weightSpent: number;
}

/**
 * A time ahead of the venue's is refused at once, one behind it only after seconds: so signatures stay a
 * little behind.
 */
const SIGNING_BIAS_MS: DurationMs = 250;
/**
 * If the two clocks are further apart, one of them is wrong; and by a wrong clock, years would be requested
 * that have not happened yet.
 */
const CLOCK_OFFSET_MAX_MS: DurationMs = DAY_MS;
const TIMEOUT_MS: DurationMs = 30 * SECOND_MS;

export function createVenueClient(terms: VenueClientTerms): VenueClient {
  return new Client(terms);
}

/** The failures and waits of one call so far. */
type Trials = { failures: number; refusals: number; skews: number; waitedMs: DurationMs };

type Answer<Value> = { readonly value: Value; readonly sentAt: Instant; readonly answeredAt: Instant };

class Client implements VenueClient {
  readonly venue: Venue;
  readonly #baseUrl: string;
  readonly #clock: Clock;
  readonly #budget: WeightBudget;
  readonly #log: Log;
  readonly #retry: RetryBudget;
  readonly #random: Random;
  readonly #timeoutMs: DurationMs;
  #requestsSent = 0;
  #weightSpent = 0;

  constructor(terms: VenueClientTerms) {
    this.venue = terms.venue;
    this.#baseUrl = terms.baseUrl.replace(/\/+$/, "");
    this.#clock = terms.clock;
    this.#budget = terms.budget;
    this.#log = terms.log;
    this.#retry = terms.retry ?? DEFAULT_RETRY_BUDGET;
    this.#random = terms.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
    this.#timeoutMs = terms.timeoutMs ?? TIMEOUT_MS;
  }

  get requestsSent(): number {
    return this.#requestsSent;
  }

  get weightSpent(): number {
    return this.#weightSpent;
  }

  now(): Instant {
    return earliest(plus(this.#clock.now(), this.#budget.clockOffset), this.#budget.hostNow());
  }

  surelyPast(): Instant {
    return earliest(this.now(), this.#clock.now());
  }

  learnWeightLimit(weightPerMinute: number): void {
    this.#budget.learnLimit(weightPerMinute);
  }

  timeFor(work: { readonly requests: number; readonly weight: number }): DurationMs {
    return this.#budget.timeFor(work);
  }

  async measureClock(where: string, signal: AbortSignal): Promise<void> {
    const { venue } = this;
    const answer = await this.#callTimed(venue.timeRequest, where, venue.readTime, signal);
    // The venue read its clock somewhere between the two; the middle errs by half the round trip at most.
    const middle = instant(Math.round((answer.sentAt + answer.answeredAt) / 2));
    const offset = answer.value - middle;
    if (Math.abs(offset) > CLOCK_OFFSET_MAX_MS) throw clocksApart(where, answer.value, middle);
    this.#budget.setClockOffset(offset);
  }

  async call<Value>(
    request: VenueRequest,
    where: string,
    read: (body: string) => Value,
    signal: AbortSignal,
  ): Promise<Value> {
    const answer = await this.#callTimed(request, where, read, signal);
    return answer.value;
  }

  async #callTimed<Value>(
    request: VenueRequest,
    where: string,
    read: (body: string) => Value,
    signal: AbortSignal,
  ): Promise<Answer<Value>> {
    assert(
      this.venue.allowedPaths.has(request.path),
      `${request.path} is not on ${this.venue.id}'s list of paths that may be requested`,
    );
    const trials: Trials = { failures: 0, refusals: 0, skews: 0, waitedMs: 0 };
    for (;;) {
      try {
        return await this.#attempt(request, where, read, signal);
      } catch (error) {
        if (!(error instanceof RetryableError)) throw error;
        await this.#recover(error, request, where, trials, signal);
      }
    }
  }

  async #attempt<Value>(
    request: VenueRequest,
    where: string,
    read: (body: string) => Value,
    signal: AbortSignal,
  ): Promise<Answer<Value>> {
    const minute = await this.#budget.take(request.weight, signal, this.#retry.patienceMs);
    if (minute === null) throw this.#pausedTooLong(where);
    const { target, headers } = this.venue.sign(request, plus(this.now(), -SIGNING_BIAS_MS));
    this.#requestsSent += 1;
    this.#weightSpent += request.weight;
    const sentAt = this.#clock.now();
    const reply = await send(`${this.#baseUrl}${target}`, headers, signal, this.#timeoutMs);
    const answeredAt = this.#clock.now();
    const used = this.venue.usedWeight(reply);
    if (used !== null) this.#budget.learn(used, minute);
    const refusal = this.venue.refusal(reply, where, this.now(), request);
    if (refusal !== null) throw refusal;
    return { value: readWhole(where, reply.body, read), sentAt, answeredAt };
  }

  /** Waits as the failure requires, or throws when the patience is used up or another try cannot help. */
  async #recover(
    error: RetryableError,
    request: VenueRequest,
    where: string,
    trials: Trials,
    signal: AbortSignal,
  ): Promise<void> {
    if (error instanceof RateLimitedError) return this.#pause(error, request, where, trials);
    if (error instanceof ClockSkewedError) return this.#correctClock(error, request, where, trials, signal);
    trials.skews = 0;
    trials.failures += 1;
    if (trials.failures >= this.#retry.attemptsMax) {
      throw gaveUp(where, `the venue failed ${trials.failures} times in a row`, error);
    }
    const waitMs = failureWait(trials.failures, this.#random);
    this.#spendPatience(waitMs, where, trials, error);
    this.#logRetry(error, request, trials, waitMs);
    await this.#clock.sleep(waitMs, signal);
  }

  /** Stops the whole host; the wait itself is the budget's, where every request to this host queues. */
  #pause(error: RateLimitedError, request: VenueRequest, where: string, trials: Trials): void {
    trials.refusals += 1;
    trials.skews = 0;
    const now = this.now();
    const until = resumesAt(now, error.retryAt, trials.refusals);
    // Also when we give up: the next request to this host must not go out and prolong a ban.
    this.#budget.pauseUntil(until);
    this.#log("weight_paused", {
      venue: this.venue.id,
      path: request.path,
      until: formatInstant(until),
      waitMs: until - now,
    });
    this.#spendPatience(until - now, where, trials, error);
    this.#logRetry(error, request, trials, until - now);
  }

  async #correctClock(
    error: ClockSkewedError,
    request: VenueRequest,
    where: string,
    trials: Trials,
    signal: AbortSignal,
  ): Promise<void> {
    trials.skews += 1;
    if (trials.skews > 1) {
      throw gaveUp(where, "the venue refused our time again, just after its clock was queried", error);
    }
    this.#logRetry(error, request, trials, 0);
    await this.measureClock(where, signal);
  }

  #spendPatience(waitMs: DurationMs, where: string, trials: Trials, error: RetryableError): void {
    trials.waitedMs += waitMs;
    if (trials.waitedMs <= this.#retry.patienceMs) return;
    const resumes = formatInstant(plus(this.now(), waitMs));
    throw gaveUp(
      where,
      `the venue may be queried again at ${resumes} only, beyond the patience of ${durationText(this.#retry.patienceMs)}`,
      error,
    );
  }

  /** A ban that another request met holds for this one as well. */
  #pausedTooLong(where: string): GaveUpError {
    const resumes = plus(this.now(), this.#budget.pauseLeft);
    return gaveUp(where, `nothing may be sent to the venue before ${formatInstant(resumes)}`, null);
  }

  #logRetry(error: RetryableError, request: VenueRequest, trials: Trials, waitMs: DurationMs): void {
    this.#log("request_retried", {
      venue: this.venue.id,
      path: request.path,
      attempt: trials.failures + trials.refusals + trials.skews,
      why: error.name,
      waitMs,
    });
  }
}

function readWhole<Value>(where: string, body: string, read: (body: string) => Value): Value {
  try {
    return read(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (error instanceof NestedTooDeepError) throw nestedTooDeep(where, error);
    throw new VenueUnavailableError(
      {
        where,
        what: "the answer is not whole, or not JSON",
        evidence: [`it has ${body.length} characters`],
        next: "nothing: the request is tried again",
      },
      { cause: error },
    );
  }
}

function nestedTooDeep(where: string, cause: NestedTooDeepError): RequestRefusedError {
  return new RequestRefusedError(
    {
      where,
      what: "the answer is nested deeper than any of the venue's",
      evidence: [cause.message, "nothing of this answer was kept; what was loaded before it is safe"],
      next: "look for a proxy in between; if there is none, the venue has changed its answer",
    },
    { cause },
  );
}

function clocksApart(where: string, venues: Instant, ours: Instant): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: "the venue's clock and this machine's are more than a day apart",
    evidence: [
      `the venue's shows ${formatInstant(venues)}, this machine's ${formatInstant(ours)}`,
      "nothing was requested with a time that may be wrong",
    ],
    next: "set this machine's clock by a time server; if it is right, run again later: the venue's answer was wrong",
  });
}

function gaveUp(where: string, what: string, cause: PerpbooksError | null): GaveUpError {
  return new GaveUpError(
    {
      where,
      what,
      evidence: [
        ...(cause === null ? [] : [`last: ${cause.words.what}`, ...(cause.words.evidence ?? [])]),
        "what was loaded before is kept, and the next run goes on from there",
      ],
      next:
        cause instanceof ClockSkewedError
          ? cause.words.next
          : "run it again later; if it persists, check the network and the venue's status page",
    },
    cause === null ? undefined : { cause },
  );
}
