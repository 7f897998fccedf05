/**
 * edgeX's refusals. It publishes no list of codes, sends refusals with status 200 as well, and repeats in its
 * texts what it was sent. So codes are told apart by their words, and only the status, code and trace of an
 * answer are ever shown.
 */
import type { Instant } from "../../domain/instant.ts";
import { isJsonObject, type JsonObject, parseJsonExactly } from "../../domain/json.ts";
import {
  ClockSkewedError,
  CredentialsRejectedError,
  type PerpbooksError,
  RateLimitedError,
  RequestRefusedError,
  VenueUnavailableError,
} from "../../errors.ts";
import { textOrEmpty } from "../fields.ts";
import { pauseEnd } from "../pause.ts";
import type { Reply } from "../venue.ts";
import { SUCCESS, traceOf } from "./envelope.ts";

/**
 * The first that matches counts: an expired key is a matter of credentials, an expired signature one of the
 * clock.
 */
const KINDS: readonly (readonly [
  pattern: RegExp,
  kind: "rate_limited" | "credentials" | "clock" | "request",
])[] = [
  [/RATE_?LIMIT|TOO_MANY/, "rate_limited"],
  [/API_?KEY|PASSPHRASE|HEADER_REQUIRED/, "credentials"],
  [/TIMESTAMP|EXPIRE/, "clock"],
  [/SIGN|ACCOUNT/, "credentials"],
  [/PARAM|PAGE_?SIZE/, "request"],
];

/** A success begins like this, so that a long one need not be read twice. */
const BEGINS_WITH_SUCCESS = /^\s*\{\s*"code"\s*:\s*"SUCCESS"/;

/** The refusal that a reply is, or null. From `now`, the venue's time, `Retry-After` counts. */
export function refusal(reply: Reply, where: string, now: Instant): PerpbooksError | null {
  const isOk = reply.status >= 200 && reply.status < 300;
  if (isOk && BEGINS_WITH_SUCCESS.test(reply.body)) return null;
  const envelope = readObject(reply.body);
  const code = envelope === null ? "" : textOrEmpty(envelope, "code");
  const isHtml = /^\s*</.test(reply.body);
  // What is neither an envelope nor a page of HTML is left to its reader, who knows what is missing.
  if (isOk && !isHtml && (code === "" || code === SUCCESS)) return null;

  const found = [[`HTTP ${reply.status}`, ...traceOf(envelope ?? {})].join(", ")];
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1];
  if (reply.status === 429 || reply.status === 418 || kind === "rate_limited")
    return rateLimited(reply, where, now, found);
  if (kind === "clock") {
    return new ClockSkewedError({
      where,
      what: "the venue refused the time of the request",
      evidence: found,
      next: "set this machine's clock by a time server",
    });
  }
  if (kind === "credentials" || reply.status === 401) return credentialsRejected(where, found);
  if (reply.status === 451) {
    return new RequestRefusedError({
      where,
      what: "the venue does not serve the country that this address belongs to",
      evidence: [...found, "this is no ban and no fault of the key; what was loaded before is safe"],
      next: "run perpbooks from where you may use the venue",
    });
  }
  // The venue's firewall answers in HTML, also with 403, and lets requests through again after a while.
  if (isHtml || reply.status >= 500 || reply.status === 408) {
    return new VenueUnavailableError({
      where,
      what: isHtml ? "the venue's firewall answered in its place" : "the venue could not answer",
      evidence: found,
      next: "nothing: the request is tried again; if it persists, ask the venue whether this IP address is blocked",
    });
  }
  return new RequestRefusedError({
    where,
    what: "the venue refused the request",
    evidence: [...found, "what was loaded before is safe"],
    next: "run it again; if it persists, the venue has changed what it accepts: report it",
  });
}

function credentialsRejected(where: string, found: readonly string[]): CredentialsRejectedError {
  return new CredentialsRejectedError({
    where,
    what: "the venue rejected the credentials",
    evidence: [...found, "what was loaded before is safe"],
    next: "check that account id and key belong together and to this generation: a Stark key to V1 (pro.edgex.exchange), key, secret and passphrase to V2 (edgex-prod-v2.edgex.exchange)",
  });
}

function rateLimited(reply: Reply, where: string, now: Instant, found: readonly string[]): RateLimitedError {
  const retryAt = pauseEnd(
    { status: reply.status, retryAfter: reply.header("retry-after"), bannedUntil: null },
    now,
  );
  return new RateLimitedError(
    {
      where,
      what:
        reply.status === 418 ? "the venue has banned this address for a while" : "the venue asks for a pause",
      evidence: found,
      next: "nothing, if it stays rare: requests go on after the pause; other programs on this address share its limit",
    },
    retryAt,
  );
}

/** Null for a body that is not JSON or was cut off; its next reader reports it. */
function readObject(body: string): JsonObject | null {
  try {
    const value = parseJsonExactly(body);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
