/** Reads and checks the parameters of a request as the venue does, refusing in its own codes. */
import { DAY_MS, type Instant, plus, readMilliseconds } from "../../domain/instant.ts";
import { type QueryParameter, readQuery, type SimulatedRequest } from "../shared/exchange.ts";
import { refusals } from "./refusal.ts";

const WINDOW_DEFAULT_MS = 7 * DAY_MS;

export type Parameters = {
  /** null where it was not sent. */
  text(name: string): string | null;
  /** Refuses -1102 where it was not sent. */
  mandatory(name: string): string;
  /** Whole and not negative, or null; refuses -1100 for anything else. */
  integer(name: string): number | null;
  limit(byDefault: number, most: number): number;
  /** From 1, which it also is where it was not sent. */
  page(): number;
};

/** Refuses what the endpoint does not know (-1101) and what is said twice. */
export function checkedParameters(sent: readonly QueryParameter[], known: readonly string[]): Parameters {
  const values = new Map(sent.map(({ name, value }) => [name, value]));
  if (values.size < sent.length || sent.some(({ name }) => !known.includes(name))) {
    throw refusals.tooManyParameters();
  }
  const text = (name: string): string | null => values.get(name) ?? null;
  const integer = (name: string): number | null => {
    const value = text(name);
    if (value === null) return null;
    // Milliseconds are whole numbers, and this program has one reader of those.
    const number = readMilliseconds(value);
    if (number === null) throw refusals.illegalCharacters(name);
    return number;
  };
  return {
    text,
    mandatory: (name) => {
      const value = text(name);
      if (value === null || value === "") throw refusals.missing(name);
      return value;
    },
    integer,
    limit: (byDefault, most) => {
      const limit = integer("limit") ?? byDefault;
      if (limit < 1 || limit > most) throw refusals.invalid("limit");
      return limit;
    },
    page: () => {
      const page = integer("page") ?? 1;
      if (page < 1) throw refusals.invalid("page");
      return page;
    },
  };
}

/** The parameters of a request that nobody signs. */
export function publicParameters({ rawQuery }: SimulatedRequest, known: readonly string[]): Parameters {
  const sent = readQuery(rawQuery);
  if (sent === null) throw refusals.illegalCharacters("query");
  return checkedParameters(sent, known);
}

export type Span = { readonly from: Instant; readonly until: Instant };

/**
 * The span that is queried, both ends included. Without a start it is the seven days before the end; with a
 * start alone the venue goes seven days forward and says nothing of the rest, which is a trap that clients
 * have fallen into.
 */
export function spanRequested(parameters: Parameters, now: Instant): Span {
  const start = parameters.integer("startTime") as Instant | null;
  const end = parameters.integer("endTime") as Instant | null;
  if (start !== null && end !== null) {
    if (start > end) throw refusals.startAfterEnd();
    return { from: start, until: end };
  }
  if (start !== null) return { from: start, until: plus(start, WINDOW_DEFAULT_MS) };
  const until = end ?? now;
  return { from: plus(until, -WINDOW_DEFAULT_MS), until };
}

/** Refuses a span longer than `days` days with -4165. */
export function refuseLongerThan(days: number, { from, until }: Span): void {
  if (until - from > days * DAY_MS) throw refusals.interval(days);
}
