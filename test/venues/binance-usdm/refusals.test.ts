import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { plus, SECOND_MS } from "../../../src/domain/instant.ts";
import type { CommonStreamName } from "../../../src/domain/record.ts";
import {
  CredentialsRejectedError,
  RateLimitedError,
  RequestRefusedError,
  RightMissingError,
  VenueUnavailableError,
} from "../../../src/errors.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import type { VenueRequest } from "../../../src/venues/venue.ts";
import { replyOf } from "../contract.ts";
import { DOCUMENTED_API_KEY, HMAC } from "./credentials.ts";

const venue = binanceUsdmVenue(HMAC);
const NOW = parseInstant("2026-03-01T00:00:00Z");

function refusalOf(status: number, body: string, headers = {}, request?: VenueRequest) {
  return venue.refusal(replyOf(status, body, headers), "main income", NOW, request);
}

describe("a status without a code has its remedy", () => {
  test.each([
    { status: 429, body: "", error: RateLimitedError },
    { status: 418, body: "<html>banned</html>", error: RateLimitedError },
    { status: 408, body: "", error: VenueUnavailableError },
    {
      status: 503,
      body: `{"msg":"Unknown error, please check your request or try again later."}`,
      error: VenueUnavailableError,
    },
    { status: 200, body: "<!DOCTYPE html><html></html>", error: VenueUnavailableError },
    { status: 401, body: "", error: CredentialsRejectedError },
    { status: 403, body: "<html>WAF</html>", error: RequestRefusedError },
    {
      status: 451,
      body: `{"code":0,"msg":"Service unavailable from a restricted location"}`,
      error: RequestRefusedError,
    },
  ])("HTTP $status with '$body'", ({ status, body, error }) => {
    expect(refusalOf(status, body)).toBeInstanceOf(error);
  });
});

test("a ban tells its own end, in the words in which it was seen", () => {
  const body = `{"code":-1003,"msg":"Way too many requests; IP banned until 1772323900123. Please use the websocket for live updates to avoid bans."}`;
  expect(refusalOf(418, body)).toMatchObject({ retryAt: 1772323900123 });
  expect(refusalOf(418, body, { "retry-after": "0" })).toMatchObject({ retryAt: 1772323900123 });
  expect(refusalOf(418, body, { "retry-after": "7200" })).toMatchObject({
    retryAt: plus(NOW, 7200 * SECOND_MS),
  });
});

function pageOf(stream: CommonStreamName): VenueRequest {
  const window = { from: NOW, until: plus(NOW, 1) };
  const symbol = stream === "income" ? "" : "BTCUSDT";
  return venue.pageRequest({ stream, symbol, filters: {}, span: { by: "time", window } });
}

describe("-2015", () => {
  const body = `{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}`;

  test("on margin changes alone means that the key lacks the right to them, and is no dead key", () => {
    const error = refusalOf(401, body, {}, pageOf("margin_changes"));
    expect(error).toBeInstanceOf(RightMissingError);
    expect(error?.message).toBe(`main income: the key may not read margin changes
  HTTP 401, code -2015: ${body}
  the venue requires the right to trade here; everything else is read without it
  next: nothing, if you use no isolated margin; never give a key the right to trade for this alone`);
  });

  test("anywhere else is a rejected key", () => {
    expect(refusalOf(401, body, {}, pageOf("fills"))).toBeInstanceOf(CredentialsRejectedError);
    expect(refusalOf(401, body)).toBeInstanceOf(CredentialsRejectedError);
  });

  test("a wrong signature on margin changes is a rejected key all the same", () => {
    const wrong = `{"code":-1022,"msg":"Signature for this request is not valid."}`;
    expect(refusalOf(400, wrong, {}, pageOf("margin_changes"))).toBeInstanceOf(CredentialsRejectedError);
  });
});

test("what is too old is set aside as a gap, with what to do about it", () => {
  const body = `{"code":-4166,"msg":"Search window is restricted to recent 90 days only."}`;
  expect(
    refusalOf(400, body, {}, pageOf("income"))?.message,
  ).toBe(`main income: the venue no longer serves history this old
  HTTP 400, code -4166: ${body}
  what was loaded before is safe; this span is kept as a gap
  next: set the account's \`since\` to a later day, and import what is older from a download of the venue's`);
});

test("a page that echoes the request is quoted without what signs in", () => {
  const echo = `<p>GET /fapi/v1/income?limit=1000&timestamp=1&signature=ab%2Bc%3D HTTP/1.1</p><p>x-mbx-apikey: ${DOCUMENTED_API_KEY}</p>`;
  const message = refusalOf(403, echo)?.message ?? "";
  expect(message).toContain("signature=[left out] HTTP/1.1</p><p>x-mbx-apikey: [left out]");
});

test("the used weight is read from the venue's header", () => {
  expect(venue.usedWeight(replyOf(200, "[]", { "x-mbx-used-weight-1m": "1203" }))).toBe(1203);
  expect(venue.usedWeight(replyOf(200, "[]"))).toBeNull();
});
