import { expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import {
  ClockSkewedError,
  CredentialsRejectedError,
  RateLimitedError,
  RequestRefusedError,
  VenueUnavailableError,
} from "../../../src/errors.ts";
import { edgexVenue } from "../../../src/venues/edgex/venue.ts";
import { replyOf } from "../contract.ts";
import { V2 } from "./credentials.ts";

const AT = parseInstant("2026-03-01T00:00:00Z");
const TRACE = "0123456789abcdef0123456789abcdef";
const venue = edgexVenue(V2);
const refused = (code: string) =>
  `{"traceId":"${TRACE}","code":"${code}","data":null,"msg":"no: hunter2","errorParam":{"apiKey":"hunter2"}}`;

test.each([
  ["GATEWAY_HEADER_REQUIRED", 400, CredentialsRejectedError],
  ["INVALID_API_KEY", 401, CredentialsRejectedError],
  ["INVALID_ACCOUNT_ID", 200, CredentialsRejectedError],
  ["API_KEY_EXPIRED", 200, CredentialsRejectedError],
  ["INVALID_SIGNATURE", 400, CredentialsRejectedError],
  ["SIGNATURE_EXPIRED", 400, ClockSkewedError],
  ["INVALID_TIMESTAMP", 200, ClockSkewedError],
  ["GATEWAY_PARAM_INVALID", 400, RequestRefusedError],
  ["INVALID_GET_PAGE_SIZE", 200, RequestRefusedError],
  ["RATE_LIMITED", 200, RateLimitedError],
  ["SOMETHING_ELSE", 200, RequestRefusedError],
  ["SOMETHING_ELSE", 503, VenueUnavailableError],
  ["", 404, RequestRefusedError],
])("%s with status %i has its remedy, and nothing of its text is shown", (code, status, kind) => {
  for (const order of [refused(code), refused(code).replace("{", " \n{")]) {
    const error = venue.refusal(replyOf(status, order), "main income", AT);
    expect(error?.constructor).toBe(kind);
    expect(error?.message).toContain(`HTTP ${status}${code === "" ? "" : `, code ${code}`}, trace ${TRACE}`);
    expect(error?.message).not.toContain("hunter2");
  }
});

test("a code that is no word is not shown: it might be what was sent", () => {
  const error = venue.refusal(replyOf(200, refused("key-11111111")), "main income", AT);
  expect(error).toBeInstanceOf(RequestRefusedError);
  expect(error?.message).not.toContain("11111111");
});

test.each([
  [403, "<!DOCTYPE html><html><body>Just a moment…</body></html>"],
  [200, "<!DOCTYPE html><html><body>Just a moment…</body></html>"],
  [502, "Bad gateway"],
])("a firewall's page and a failing gateway are tried again: %i", (status, body) => {
  expect(venue.refusal(replyOf(status, body), "main income", AT)).toBeInstanceOf(VenueUnavailableError);
});

test("a success is let through wherever its code stands, and so is an answer that was cut off: its reader says so", () => {
  for (const body of [
    '{"data":{},"code":"SUCCESS"}',
    ' { "code" : "SUCCESS","data":{}}',
    '{"code":"SUC',
    "{}",
  ]) {
    expect(venue.refusal(replyOf(200, body), "main income", AT)).toBeNull();
  }
});
