import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { MINUTE_MS, plus, SECOND_MS } from "../../../src/domain/instant.ts";
import {
  ClockSkewedError,
  CredentialsRejectedError,
  RateLimitedError,
  RequestRefusedError,
  VenueUnavailableError,
} from "../../../src/errors.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { replyOf } from "../contract.ts";
import { DOCUMENTED_API_KEY, V1, V3 } from "./credentials.ts";

const venue = asterVenue(V1);
const NOW = parseInstant("2026-03-01T00:00:00Z");
const WHERE = "main income";

function refusalOf(status: number, body: string, headers = {}) {
  return venue.refusal(replyOf(status, body, headers), WHERE, NOW);
}

test("a code is one, quoted or bare, wherever it stands", () => {
  for (const body of [`{"code":-1021,"msg":"Words."}`, `{"msg":"Words.","code":"-1021"}`]) {
    expect(refusalOf(400, body)).toBeInstanceOf(ClockSkewedError);
  }
});

describe("a status without a code has its remedy", () => {
  test.each([
    { status: 429, body: "", error: RateLimitedError },
    { status: 418, body: "<html>banned</html>", error: RateLimitedError },
    { status: 408, body: "", error: VenueUnavailableError },
    { status: 500, body: "<html>oops</html>", error: VenueUnavailableError },
    { status: 503, body: `{"msg":"unknown"}`, error: VenueUnavailableError },
    { status: 200, body: "<!DOCTYPE html><html></html>", error: VenueUnavailableError },
    { status: 404, body: "<html>not found</html>", error: VenueUnavailableError },
    { status: 404, body: "", error: RequestRefusedError },
    { status: 400, body: "what?", error: RequestRefusedError },
    { status: 401, body: "", error: CredentialsRejectedError },
    { status: 403, body: "<html>WAF</html>", error: RequestRefusedError },
    { status: 451, body: "<html>not here</html>", error: RequestRefusedError },
  ])("HTTP $status with '$body'", ({ status, body, error }) => {
    expect(refusalOf(status, body)).toBeInstanceOf(error);
  });

  test.each(["[]", `{"serverTime":1}`, `{"code":200,"msg":"success"}`, `{"code":"0"}`, "", `{"cut`])(
    "HTTP 200 with '%s' is no refusal",
    (body) => {
      expect(refusalOf(200, body)).toBeNull();
    },
  );
});

describe("how long the venue wants to be left alone", () => {
  const bannedUntil = 1772323300123;
  const ban = `{"code":-1003,"msg":"Way too many requests; IP(192.0.2.1) banned until ${bannedUntil}. Please use the websocket."}`;

  test.each([
    { name: "seconds of Retry-After", body: "", after: "30", retryAt: plus(NOW, 30 * SECOND_MS) },
    { name: "the end of a ban", body: ban, after: undefined, retryAt: bannedUntil },
    { name: "the later of both", body: ban, after: "3600", retryAt: plus(NOW, 3600 * SECOND_MS) },
    { name: "a Retry-After of 0, which says nothing", body: ban, after: "0", retryAt: bannedUntil },
    { name: "a ban that names no end", body: "", after: "later", retryAt: plus(NOW, 15 * MINUTE_MS) },
  ])("$name", ({ body, after, retryAt }) => {
    const error = refusalOf(418, body, after === undefined ? {} : { "retry-after": after });
    expect(error).toMatchObject({ retryAt });
  });
});

test("the message says where, what the venue said, what is safe and what to do", () => {
  expect(
    refusalOf(401, `{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}`)?.message,
  ).toBe(`main income: the venue rejected the credentials
  HTTP 401, code -2015: {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}
  what was loaded before is safe
  next: check key and secret, or agent and signer, their expiry, and whether they are limited to another IP address`);
});

test("a page that echoes the request is quoted without what signs in", () => {
  const echo = `<p>GET /fapi/v1/income?limit=1000&timestamp=1&recvWindow=2&signature=abcdef HTTP/1.1</p><p>x-mbx-apikey: ${DOCUMENTED_API_KEY}</p>`;
  const message = refusalOf(403, echo)?.message ?? "";
  expect(message).toContain("signature=[left out] HTTP/1.1</p><p>x-mbx-apikey: [left out]");
  const v3 = asterVenue(V3).refusal(
    replyOf(403, "?nonce=1&user=0xab&signer=0xcd&signature=0xef"),
    WHERE,
    NOW,
  );
  expect(v3?.message).toContain("?nonce=[left out]&user=[left out]&signer=[left out]&signature=[left out]\n");
});

test("a long body is quoted by its beginning", () => {
  const lines = (refusalOf(500, `<html>${"x".repeat(5000)}`)?.message ?? "").split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(250);
});

test("the used weight is read from the venue's header", () => {
  expect(venue.usedWeight(replyOf(200, "[]", { "x-mbx-used-weight-1m": "1203" }))).toBe(1203);
  expect(venue.usedWeight(replyOf(200, "[]"))).toBeNull();
  expect(venue.usedWeight(replyOf(200, "[]", { "x-mbx-used-weight-1m": "many" }))).toBeNull();
});
