/**
 * Refusals as errors of the right remedy. A code tells more than the HTTP status, and counts even under status 200.
 */
import {
  formatInstant,
  type Instant,
  later,
  latest,
  readMilliseconds,
  SECOND_MS,
} from "../../domain/instant.ts";
import { isJsonObject, type JsonObject, parseJsonExactly } from "../../domain/json.ts";
import {
  ClockSkewedError,
  CredentialsRejectedError,
  type ErrorWords,
  OutsideRetentionError,
  type PerpbooksError,
  RateLimitedError,
  RequestRefusedError,
  SymbolNotServedError,
  VenueUnavailableError,
} from "../../errors.ts";
import { readCount } from "../fields.ts";
import type { Reply } from "../venue.ts";
import { excerpt } from "./answers.ts";

export type Remedy = "unavailable" | "rate_limited" | "clock" | "symbol" | "credentials" | "expired";

/** What the codes that both venues document ask for. */
export const FAMILY_REMEDIES: ReadonlyMap<string, Remedy> = new Map<string, Remedy>([
  ["-1000", "unavailable"],
  ["-1001", "unavailable"],
  ["-1006", "unavailable"],
  ["-1007", "unavailable"],
  // Undocumented: the servers are overloaded.
  ["-1008", "unavailable"],
  ["-1016", "unavailable"],
  ["-1003", "rate_limited"],
  ["-1021", "clock"],
  ["-1121", "symbol"],
  ["-4141", "symbol"],
  ["-4144", "symbol"],
  ["-1002", "credentials"],
  ["-1022", "credentials"],
  ["-1099", "credentials"],
  ["-2014", "credentials"],
  ["-2015", "credentials"],
  ["-2017", "credentials"],
  // Undocumented; Binance was seen to say with it "Search window is restricted to recent 90 days only."
  ["-4166", "expired"],
]);

export type RefusalTerms = {
  /** The venue's id, which is its folder's name too. */
  readonly venue: string;
  /** What each code asks for. Codes that are not here are mistakes of ours or news from the venue: the run stops and shows them. */
  readonly remedies: ReadonlyMap<string, Remedy>;
  /** What to do when the time of a request, or what stands for it, is refused. */
  readonly nextForClock: string;
  /** What to do when the credentials are rejected. */
  readonly nextForCredentials: string;
  /** Takes out of the venue's text what signs in. */
  redact(text: string): string;
};

/** An error's body is short; exchange information, the one long answer that is an object, need not be read twice. */
const ERROR_BODY_MAX = 10_000;

/** The refusal that a reply is, or null. From `now`, the venue's time, `Retry-After` counts. */
export function refusalOf(
  terms: RefusalTerms,
  reply: Reply,
  where: string,
  now: Instant,
): PerpbooksError | null {
  const code = errorCode(reply.body);
  const isHtml = /^\s*</.test(reply.body);
  if (reply.status >= 200 && reply.status < 300 && code === null && !isHtml) return null;

  const found = [
    `HTTP ${reply.status}${code === null ? "" : `, code ${code}`}: ${excerpt(terms.redact(reply.body))}`,
  ];
  const remedy = terms.remedies.get(code ?? "");
  if (reply.status === 429 || reply.status === 418 || remedy === "rate_limited") {
    return rateLimited(reply, where, now, found);
  }
  if (remedy !== undefined) return ofRemedy(terms, remedy, where, found);
  return code === null ? ofStatus(terms, reply.status, isHtml, where, found) : refused(terms, where, found);
}

/** The venue's error code, as text with its minus sign; null for a body that is no error. */
export function errorCode(body: string): string | null {
  if (body.length > ERROR_BODY_MAX || !/^\s*\{/.test(body)) return null;
  const value = readObject(body);
  const code = value?.["code"];
  const text = typeof code === "string" ? code : (code?.toString() ?? "");
  return /^-\d+$/.test(text) ? text : null;
}

/** Null for a body that was cut off; whoever reads it next will say so. */
function readObject(body: string): JsonObject | null {
  try {
    const value = parseJsonExactly(body);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function rateLimited(reply: Reply, where: string, now: Instant, found: readonly string[]): RateLimitedError {
  const retryAt = readRetryAt(reply, now);
  const words: ErrorWords = {
    where,
    what:
      reply.status === 418 ? "the venue has banned this address for a while" : "the venue asks for a pause",
    evidence: [...found, ...(retryAt === null ? [] : [`the pause ends at ${formatInstant(retryAt)}`])],
    next: "nothing, if it stays rare: requests go on after the pause; other programs on this address share its limit",
  };
  return new RateLimitedError(words, retryAt);
}

/** The later of `Retry-After` and the end of a ban as the message tells it; null where the venue says neither. */
function readRetryAt(reply: Reply, now: Instant): Instant | null {
  const seconds = readMilliseconds(/^\s*(\d{1,7})\s*$/.exec(reply.header("retry-after") ?? "")?.[1] ?? "");
  const bannedUntil = readMilliseconds(/banned until (\d{13})/.exec(reply.body)?.[1] ?? "");
  // Seen to be 0 on every refusal: then it says nothing.
  const afterSeconds = seconds === null || seconds === 0 ? null : later(now, seconds * SECOND_MS);
  if (afterSeconds === null || bannedUntil === null) return afterSeconds ?? bannedUntil;
  return latest(afterSeconds, bannedUntil);
}

function ofRemedy(
  terms: RefusalTerms,
  remedy: Exclude<Remedy, "rate_limited">,
  where: string,
  found: readonly string[],
): PerpbooksError {
  switch (remedy) {
    case "unavailable":
      return unavailable(where, found);
    case "clock":
      return new ClockSkewedError({
        where,
        what: "the venue refused the time or nonce of the request",
        evidence: found,
        next: terms.nextForClock,
      });
    case "symbol":
      return new SymbolNotServedError({
        where,
        what: "the venue does not serve this symbol",
        evidence: [...found, "it is delisted or was never listed; other symbols are not affected"],
        next: "nothing, if the symbol was never traded here; else import its history from a download of the venue's",
      });
    case "credentials":
      return new CredentialsRejectedError({
        where,
        what: "the venue rejected the credentials",
        evidence: [...found, "what was loaded before is safe"],
        next: terms.nextForCredentials,
      });
    case "expired":
      return new OutsideRetentionError({
        where,
        what: "the venue no longer serves history this old",
        evidence: [...found, "what was loaded before is safe; this span is kept as a gap"],
        next: "set the account's `since` to a later day, and import what is older from a download of the venue's",
      });
  }
}

function ofStatus(
  terms: RefusalTerms,
  status: number,
  isHtml: boolean,
  where: string,
  found: readonly string[],
): PerpbooksError {
  if (status === 451) {
    return new RequestRefusedError({
      where,
      what: "the venue does not serve the country that this address belongs to",
      evidence: [...found, "this is no ban and no fault of the key; what was loaded before is safe"],
      next: "run perpbooks from where you may use the venue",
    });
  }
  if (status === 403) {
    return new RequestRefusedError({
      where,
      what: "the venue's firewall refused the request before it was looked at",
      evidence: [...found, "the key was not judged; what was loaded before is safe"],
      next: "wait some minutes and run it again; if it persists, ask the venue whether this IP address is blocked",
    });
  }
  if (status === 401) return ofRemedy(terms, "credentials", where, found);
  if (status >= 500 || status === 408 || isHtml) return unavailable(where, found);
  return refused(terms, where, found);
}

function unavailable(where: string, found: readonly string[]): VenueUnavailableError {
  return new VenueUnavailableError({
    where,
    what: "the venue could not answer",
    evidence: found,
    next: "nothing: the request is tried again; if it persists, look at the venue's status page",
  });
}

function refused({ venue }: RefusalTerms, where: string, found: readonly string[]): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: "the venue refused the request",
    evidence: [...found, "what was loaded before is safe"],
    next: `run it again; if it persists, the request in src/venues/${venue}/requests.ts or the venue's rules must have changed`,
  });
}

/** The weight of the current minute by the venue's count. */
export function usedWeight(reply: Reply): number | null {
  return readCount(reply.header("x-mbx-used-weight-1m") ?? "");
}
