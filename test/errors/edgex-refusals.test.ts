/** What edgeX refuses, whole: nothing of its own text is ever shown, since it repeats what it was sent. */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { failureOf } from "../../src/pipeline/failure.ts";
import { edgexVenue } from "../../src/venues/edgex/venue.ts";
import { replyOf } from "../venues/contract.ts";
import { V2 } from "../venues/edgex/credentials.ts";

const AT = parseInstant("2026-03-01T00:00:00Z");
const TRACE = "0123456789abcdef0123456789abcdef";
const SAFE = "what was loaded before is safe";

const answer = (code: string) => `{"traceId":"${TRACE}","code":"${code}","data":null,"msg":"no: hunter2"}`;
const HTML = "<!DOCTYPE html><html><body>Just a moment…</body></html>";

test.each([
  [
    "a key that it does not know",
    401,
    answer("INVALID_API_KEY"),
    `the venue rejected the credentials
  HTTP 401, code INVALID_API_KEY, trace ${TRACE}
  ${SAFE}
  next: check that account id and key belong together and to this generation: a Stark key to V1 (pro.edgex.exchange), key, secret and passphrase to V2 (edgex-prod-v2.edgex.exchange)`,
  ],
  [
    "a time that is off",
    200,
    answer("INVALID_TIMESTAMP"),
    `the venue refused the time of the request
  HTTP 200, code INVALID_TIMESTAMP, trace ${TRACE}
  next: set this machine's clock by a time server`,
  ],
  [
    "too many requests",
    429,
    answer("RATE_LIMITED"),
    `the venue asks for a pause
  HTTP 429, code RATE_LIMITED, trace ${TRACE}
  next: nothing, if it stays rare: requests go on after the pause; other programs on this address share its limit`,
  ],
  [
    "an address that is banned",
    418,
    answer("RATE_LIMITED"),
    `the venue has banned this address for a while
  HTTP 418, code RATE_LIMITED, trace ${TRACE}
  next: nothing, if it stays rare: requests go on after the pause; other programs on this address share its limit`,
  ],
  [
    "a country that it does not serve",
    451,
    "",
    `the venue does not serve the country that this address belongs to
  HTTP 451
  this is no ban and no fault of the key; ${SAFE}
  next: run perpbooks from where you may use the venue`,
  ],
  [
    "its firewall",
    403,
    HTML,
    `the venue's firewall answered in its place
  HTTP 403
  next: nothing: the request is tried again; if it persists, ask the venue whether this IP address is blocked`,
  ],
  [
    "a gateway that fails",
    502,
    "Bad gateway",
    `the venue could not answer
  HTTP 502
  next: nothing: the request is tried again; if it persists, ask the venue whether this IP address is blocked`,
  ],
  [
    "a parameter that it does not take",
    400,
    answer("GATEWAY_PARAM_INVALID"),
    `the venue refused the request
  HTTP 400, code GATEWAY_PARAM_INVALID, trace ${TRACE}
  ${SAFE}
  next: run it again; if it persists, the venue has changed what it accepts: report it`,
  ],
])("%s", (_what, status, body, message) => {
  const error = edgexVenue(V2).refusal(replyOf(status, body), "main income", AT);
  expect(failureOf(error).text).toBe(`main income: ${message}`);
});
