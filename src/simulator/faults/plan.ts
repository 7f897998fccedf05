/**
 * What goes wrong between a venue and the wire, decided by a seed.
 *
 * Whether and how a request is harmed depends on the seed, on what is requested, and on how many times that
 * was requested before: so a run whose requests arrive in another order meets the same faults again. (Two
 * faults depend on more, as noted below: a clock jumps only after some quiet, and only a page that was sent
 * before can be repeated.) The venue has always answered first: a nonce is used up, the weight is counted.
 *
 * A run must survive transient faults. Lies are wrong answers that a client can recognise: it must stop, and
 * the next run repairs. Lies that no client could notice are left out.
 */
import { SECOND_MS } from "../../domain/instant.ts";
import {
  businessParameters,
  type Delivery,
  type SimulatedRequest,
  type SimulatedVenue,
} from "../shared/exchange.ts";
import { type Random, seededRandom } from "../shared/random.ts";
import type { SimulatedClock } from "../shared/simulated-clock.ts";
import type { FaultDialect, Refused } from "./dialect.ts";
import type { JsonRow } from "./json-rows.ts";

export const TRANSIENT_FAULTS = [
  /** 429 with `Retry-After`. */
  "rate_limited",
  /** 429 without it. */
  "rate_limited_bare",
  /** 418 with the end of a short ban in its text. */
  "banned",
  /** 500, 502, 503 or 504 with a page of HTML. */
  "unavailable",
  /** A page of HTML with status 200. */
  "html",
  /** The connection is reset before anything is answered. */
  "reset",
  /** The connection is reset in the middle of the body. */
  "broken_body",
  /** A body that ends too early, and says that it is whole. */
  "cut_json",
  /** Status 200 with an error object: -1003 or -1001. */
  "error_object",
  /** -1021 or -4225, though nothing is wrong with the client's time. */
  "clock_refused",
  /** The venue's clock jumps ahead, and stays there: a client that signs by the old time is refused. */
  "clock_jump",
  /** Some milliseconds late. */
  "slow",
  /** Rows of one instant in another order. */
  "reordered",
  /** A page that is too long loses the rows of the other end. */
  "cut_at_other_end",
] as const;

export const LIES = [
  /** The previous answer of the same path again, for another request. */
  "repeated_page",
  /** A row of a time that was not requested. */
  "row_outside",
  /** A row of a symbol that was not requested. */
  "foreign_symbol",
  /** More rows than were requested. */
  "too_many_rows",
  /** The cursor that led to a page again, as the one that leads on. */
  "repeated_cursor",
  /** The page of another request: of all times. */
  "times_ignored",
] as const;

type TransientFault = (typeof TRANSIENT_FAULTS)[number];
type Lie = (typeof LIES)[number];
export type FaultKind = TransientFault | Lie;

export type FaultOptions = {
  readonly seed: number | string;
  /** The share of requests that are harmed, from 0 to 1. */
  readonly rate: number;
  /** Default: all transient ones. */
  readonly kinds?: readonly FaultKind[];
  /** The most failures in a row for one request. Default 3; the program gives up after six. */
  readonly patience?: number;
};

/** What the plan stands between. */
export type FaultStage = {
  readonly venue: SimulatedVenue;
  readonly clock: SimulatedClock;
  readonly dialect: FaultDialect;
};

export type HarmedDelivery = Delivery & { readonly fault?: FaultKind };

export type FaultPlan = {
  /** The venue's answer, harmed or not. */
  deliver(request: SimulatedRequest, stage: FaultStage): HarmedDelivery;
  /** What was done so far; kinds that were not done are not in it. */
  done(): Readonly<Partial<Record<FaultKind, number>>>;
  /** No harm from now on, until `resume`. */
  pause(): void;
  resume(): void;
};

/** Kinds after which the client must ask again. */
const FAILING: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "rate_limited",
  "rate_limited_bare",
  "banned",
  "unavailable",
  "html",
  "reset",
  "broken_body",
  "cut_json",
  "error_object",
  "clock_refused",
  "clock_jump",
]);
const CLOCK_KINDS: ReadonlySet<FaultKind> = new Set<FaultKind>(["clock_refused", "clock_jump"]);
/**
 * A client may rightly give up when its time is refused twice: so the clock is left alone until this many
 * requests were answered.
 */
const QUIET_BETWEEN_CLOCKS = 40;
/** More than any client's window for its time (60 s), so that it is noticed at once. */
const JUMP_LEAST_MS = 75 * SECOND_MS;
const JUMP_MOST_MS = 120 * SECOND_MS;
/** Together less than the hours that rows are late: what is read by a clock this wrong is read again. */
const JUMPS_MAX = 15;

/** One request as the plan sees it. */
type PlannedRequest = {
  readonly dialect: FaultDialect;
  readonly request: SimulatedRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly isHistory: boolean;
  readonly random: Random;
};

export function faultPlan(options: FaultOptions): FaultPlan {
  const { rate, kinds = TRANSIENT_FAULTS, patience = 3 } = options;
  const random = seededRandom(`faults/${options.seed}`);
  const queryParameters = new Map<string, number>();
  const failures = new Map<string, number>();
  const previousBodies = new Map<string, string>();
  const done: Partial<Record<FaultKind, number>> = {};
  let isPaused = false;
  let sinceClock = QUIET_BETWEEN_CLOCKS;
  let [jumps, skew] = [0, 0];

  function choose(key: string, { random: chance, request, dialect }: PlannedRequest): FaultKind | null {
    if (isPaused || kinds.length === 0 || !chance.chance(Math.round(rate * 10_000), 10_000)) return null;
    const kind = chance.pick(kinds);
    if (FAILING.has(kind) && (failures.get(key) ?? 0) >= patience) return null;
    if (!CLOCK_KINDS.has(kind)) return kind;
    return dialect.isSigned(request) && sinceClock >= QUIET_BETWEEN_CLOCKS ? kind : null;
  }

  function harmed(kind: FaultKind | null, planned: PlannedRequest, stage: FaultStage): HarmedDelivery {
    const { request, dialect } = planned;
    if (kind === "clock_jump") {
      // The venue itself refuses, as long as the client goes by the old time.
      if (jumps >= JUMPS_MAX) return stage.venue.answer(request);
      jumps += 1;
      skew += planned.random.integer(JUMP_LEAST_MS, JUMP_MOST_MS);
      stage.clock.skewBy(skew);
      return { ...stage.venue.answer(request), fault: kind };
    }
    const cutsOtherEnd = kind === "cut_at_other_end" && isCuttable(planned);
    const answer = stage.venue.answer(request, { cutsOtherEnd });
    if (cutsOtherEnd) return { ...answer, fault: "cut_at_other_end" };
    if (kind === "times_ignored" && planned.isHistory && dialect.canIgnoreTimes) {
      const told = stage.venue.answer(request, { ignoresTimes: true });
      const rows = dialect.readRows(told.body) ?? [];
      if (rows.some((row) => !dialect.isRequested(row, planned.params))) return { ...told, fault: kind };
    }
    // What the venue refuses by itself is harm enough.
    if (kind === null || answer.status !== 200) return answer;
    const previous = previousBodies.get(request.path) ?? null;
    const harm = harmOf(kind, answer, planned, { stage, previous });
    return harm === null ? answer : { ...answer, ...harm, fault: kind };
  }

  return {
    deliver(request, stage) {
      const params = businessParameters(request);
      const key = `${request.path}?${JSON.stringify(params)}`;
      const count = (queryParameters.get(key) ?? 0) + 1;
      queryParameters.set(key, count);
      const { dialect } = stage;
      const planned = {
        dialect,
        request,
        params,
        isHistory: dialect.historyPaths.test(request.path),
        random: random.fork(`${key}#${count}`),
      };
      const delivery = harmed(choose(key, planned), planned, stage);
      const { fault } = delivery;
      if (fault !== undefined) done[fault] = (done[fault] ?? 0) + 1;
      if (fault !== undefined && CLOCK_KINDS.has(fault)) sinceClock = 0;
      const isFailure = fault !== undefined && FAILING.has(fault);
      failures.set(key, isFailure ? (failures.get(key) ?? 0) + 1 : 0);
      if (!isFailure && delivery.status === 200) {
        sinceClock += 1;
        if (planned.isHistory && typeof delivery.body === "string") {
          previousBodies.set(request.path, delivery.body);
        }
      }
      return delivery;
    },
    done: () => ({ ...done }),
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
    },
  };
}

function isCuttable({ isHistory, params, dialect }: PlannedRequest): boolean {
  return isHistory && dialect.isCuttable(params);
}

type Harm = Partial<Pick<Delivery, "status" | "headers" | "body" | "breaks" | "delayMs">>;

const HTML = "<html><head><title>Error</title></head><body><h1>The service is unavailable</h1></body></html>";

/** Null where this fault cannot be applied to this answer. */
function harmOf(
  kind: FaultKind,
  answer: Delivery,
  planned: PlannedRequest,
  { stage, previous }: { readonly stage: FaultStage; readonly previous: string | null },
): Harm | null {
  const { random, request, dialect, params } = planned;
  const refused = (refusal: Refused, headers: Readonly<Record<string, string>> = {}): Harm => ({
    status: refusal.status,
    headers: { ...answer.headers, ...refusal.headers, ...headers },
    body: refusal.body,
  });
  const html = { headers: { ...answer.headers, "Content-Type": "text/html" }, body: HTML };
  const rows = planned.isHistory ? dialect.readRows(answer.body) : null;
  const page = (changed: readonly JsonRow[] | null): Harm | null =>
    changed === null || typeof answer.body !== "string"
      ? null
      : { body: dialect.writeRows(answer.body, changed) };
  switch (kind) {
    case "rate_limited":
      return refused(dialect.tooManyRequests(), { "Retry-After": String(random.integer(1, 20)) });
    case "rate_limited_bare":
      return refused(dialect.tooManyRequests());
    case "banned":
      return refused(dialect.banned(stage.clock.shown() + random.integer(1, 30) * SECOND_MS));
    case "unavailable":
      return { ...html, status: random.pick([500, 502, 503, 504]) };
    case "html":
      return html;
    case "reset":
      return { breaks: "before" };
    case "broken_body":
      return { breaks: "in_body" };
    case "cut_json":
      return typeof answer.body === "string"
        ? { body: answer.body.slice(0, random.integer(1, answer.body.length - 1)) }
        : null;
    case "error_object":
      return { ...refused(random.pick(dialect.inEnvelope())), status: 200 };
    case "clock_refused":
      return refused(dialect.clock(request));
    case "slow":
      return { delayMs: random.integer(1, 30) };
    case "reordered":
      return rows === null || !dialect.isOrderFree(params) ? null : page(reordered(rows, planned));
    case "repeated_page":
      return previous !== null && isNoticeable(previous, answer, planned) ? { body: previous } : null;
    case "row_outside":
      return page(rows === null ? null : rowOutside(rows, planned));
    case "foreign_symbol":
      return page(rows === null ? null : foreignSymbol(rows, planned));
    case "too_many_rows":
      return page(rows === null ? null : tooMany(rows, planned));
    case "repeated_cursor": {
      const body =
        rows === null || typeof answer.body !== "string" ? null : dialect.withSameCursor(answer.body, params);
      return body === null ? null : { body };
    }
    case "clock_jump":
    case "cut_at_other_end":
    case "times_ignored":
      return null;
  }
}

/** The rows of each instant shuffled; null where that changes nothing. */
function reordered(rows: readonly JsonRow[], { random, dialect }: PlannedRequest): readonly JsonRow[] | null {
  const shuffled = [...rows];
  let isChanged = false;
  const sameInstant = (a: JsonRow | undefined, b: JsonRow | undefined): boolean =>
    a !== undefined && b !== undefined && dialect.timeOf(a) === dialect.timeOf(b);
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const one = shuffled[last];
    let first = last;
    while (first > 0 && sameInstant(shuffled[first - 1], one)) first -= 1;
    const chosen = random.integer(first, last);
    const other = shuffled[chosen];
    if (chosen === last || one === undefined || other === undefined) continue;
    [shuffled[last], shuffled[chosen]] = [other, one];
    isChanged = true;
  }
  return isChanged ? shuffled : null;
}

/** Whether a client that compares its request with the answer must see that this is not its answer. */
function isNoticeable(previous: string, answer: Delivery, { dialect, params }: PlannedRequest): boolean {
  const rows = dialect.readRows(previous) ?? [];
  if (previous === answer.body || rows.length === 0) return false;
  // Numbered pages of one request: rows that come twice.
  if (dialect.isNumbered(params)) return true;
  return rows.some((row) => !dialect.isRequested(row, params));
}

function rowOutside(
  rows: readonly JsonRow[],
  { params, random, dialect }: PlannedRequest,
): readonly JsonRow[] | null {
  const [row, end] = [rows.at(-1), dialect.lastOf(params)];
  if (row === undefined || end === null || dialect.timeOf(row) === null) return null;
  return [...rows.slice(0, -1), dialect.withTime(row, end + BigInt(random.integer(1, 60_000)))];
}

function foreignSymbol(
  rows: readonly JsonRow[],
  { params, dialect }: PlannedRequest,
): readonly JsonRow[] | null {
  const [first, ...others] = rows;
  const foreign = first === undefined ? null : dialect.ofAnotherSymbol(first, params);
  return foreign === null ? null : [foreign, ...others];
}

function tooMany(rows: readonly JsonRow[], { params, dialect }: PlannedRequest): readonly JsonRow[] | null {
  const [limit, last] = [dialect.limitOf(params), rows.at(-1)];
  if (last === undefined || limit === null || limit < rows.length) return null;
  return [...rows, ...Array.from({ length: limit - rows.length + 1 }, () => last)];
}
