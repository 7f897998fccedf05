/**
 * Refusals as errors of the right remedy. A code tells more than the HTTP status, and counts even under
 * status 200.
 */
import { formatInstant, type Instant, readMilliseconds } from "../../domain/instant.ts";
import { isJsonObject, type JsonObject, parseJsonExactly } from "../../domain/json.ts";
import {
  AccountArchivedError,
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
import { pauseEnd } from "../pause.ts";
import type { Reply, VenueRequest } from "../venue.ts";
import { excerpt } from "./answers.ts";
import { type RefusalRule, type Remedy, STATUS_RULES } from "./refusal-rules.ts";

export type RefusalTerms = {
  /** In this order, and all of them before what the status alone says. */
  readonly rules: readonly RefusalRule[];
  /** What to do when the time of a request, or its nonce, is refused. */
  readonly nextForClock: string;
  /** What to do when the credentials are rejected. */
  readonly nextForCredentials: string;
  /** Removes credentials and signatures from the venue's text. */
  redact(text: string): string;
};

/**
 * An error's body is short; exchange information, the one long answer that is an object, need not be read
 * twice.
 */
const ERROR_BODY_MAX = 10_000;

/**
 * The refusal that a reply is, or null. `Retry-After` counts from `now`, the venue's time. The request shows
 * what the refusal of a symbol is about.
 */
export function refusalOf(
  terms: RefusalTerms,
  reply: Reply,
  where: string,
  now: Instant,
  request: VenueRequest | undefined,
): PerpbooksError | null {
  const code = errorCode(reply.body);
  const isHtml = /^\s*</.test(reply.body);
  if (reply.status >= 200 && reply.status < 300 && code === null && !isHtml) return null;

  const rule = [...terms.rules, ...(code === null ? STATUS_RULES : [])].find((one) => fits(one, reply, code));
  const found = [
    `HTTP ${reply.status}${code === null ? "" : `, code ${code}`}: ${excerpt(terms.redact(reply.body))}`,
    ...(rule?.note === undefined ? [] : [rule.note]),
  ];
  if (rule === undefined) {
    const isOutage = reply.status >= 500 || (code === null && isHtml);
    return isOutage ? unavailable(where, found) : refused(where, found);
  }
  if (rule.remedy === "rate_limited") return rateLimited(reply, where, now, found);
  const isOfHistory = request?.isOfHistory ?? false;
  if (rule.remedy === "expired" && !isOfHistory) return refused(where, found);
  if (rule.remedy === "symbol" && !(isOfHistory && namesSymbol(request))) return refused(where, found);
  return ofRemedy(terms, rule.remedy, where, found);
}

function fits({ statuses, codes, text }: RefusalRule, { status, body }: Reply, code: string | null): boolean {
  return (
    (statuses?.includes(status) ?? true) &&
    (codes === undefined || (code !== null && codes.includes(code))) &&
    (text?.test(body) ?? true)
  );
}

function namesSymbol(request: VenueRequest | undefined): boolean {
  return request?.query.some(([name]) => name === "symbol") ?? false;
}

/** The venue's error code, as text with its minus sign; null for a body that is no error. */
export function errorCode(body: string): string | null {
  if (body.length > ERROR_BODY_MAX || !/^\s*\{/.test(body)) return null;
  const value = readObject(body);
  const code = value?.["code"];
  const text = typeof code === "string" ? code : (code?.toString() ?? "");
  return /^-\d+$/.test(text) ? text : null;
}

/** Null for a body that was cut off; its next reader reports it. */
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
  const bannedUntil = readMilliseconds(/banned until (\d{13})/.exec(reply.body)?.[1] ?? "");
  const retryAt = pauseEnd(
    { status: reply.status, retryAfter: reply.header("retry-after"), bannedUntil },
    now,
  );
  const words: ErrorWords = {
    where,
    what:
      reply.status === 418 ? "the venue has banned this address for a while" : "the venue asks for a pause",
    evidence: [...found, ...(retryAt === null ? [] : [`nothing is sent before ${formatInstant(retryAt)}`])],
    next: "nothing, if it stays rare: requests go on after the pause; other programs on this address share its limit",
  };
  return new RateLimitedError(words, retryAt);
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
        evidence: [
          ...found,
          "it does not trade yet, is delisted or was never listed; other symbols are not affected",
        ],
        next: "nothing, if the symbol was never traded here; else import its history from a download of the venue's",
      });
    case "credentials":
      return new CredentialsRejectedError({
        where,
        what: "the venue rejected the credentials",
        evidence: [...found, "what was loaded before is safe"],
        next: terms.nextForCredentials,
      });
    case "archived":
      return new AccountArchivedError({
        where,
        what: "the venue has archived this account, as it was not used for long",
        evidence: [...found, "what was loaded before is safe"],
        next: "wake it: transfer any amount into its futures wallet on the venue's site, then run it again",
      });
    case "expired":
      return new OutsideRetentionError({
        where,
        what: "the venue no longer serves history this old",
        evidence: [...found, "what was loaded before is safe; this span is kept as a gap"],
        next: "set the account's `since` to a later day, and import what is older from a download of the venue's",
      });
    case "country":
      return new RequestRefusedError({
        where,
        what: "the venue does not serve the country that this address belongs to",
        evidence: [...found, "this is no ban and no fault of the key; what was loaded before is safe"],
        next: "run perpbooks from where you may use the venue",
      });
    case "firewall":
      return new RequestRefusedError({
        where,
        what: "the venue's firewall refused the request before it was looked at",
        evidence: [...found, "the key was not judged; what was loaded before is safe"],
        next: "wait some minutes and run it again; if it persists, ask the venue whether this IP address is blocked",
      });
  }
}

function unavailable(where: string, found: readonly string[]): VenueUnavailableError {
  return new VenueUnavailableError({
    where,
    what: "the venue could not answer",
    evidence: found,
    next: "nothing: the request is tried again; if it persists, look at the venue's status page",
  });
}

function refused(where: string, found: readonly string[]): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: "the venue refused the request",
    evidence: [...found, "what was loaded before is safe"],
    next: "run it again; if it persists, the venue has changed what it accepts: report it",
  });
}

/** The weight of the current minute by the venue's count. */
export function usedWeight(reply: Reply): number | null {
  return readCount(reply.header("x-mbx-used-weight-1m") ?? "");
}
