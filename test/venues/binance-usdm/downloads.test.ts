import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, instant, plus } from "../../../src/domain/instant.ts";
import { Bug, RequestRefusedError } from "../../../src/errors.ts";
import { downloads } from "../../../src/venues/binance-usdm/downloads.ts";

const FROM = parseInstant("2025-01-01T00:00:00Z");
const { income, fills } = downloads.streams;
const ID = "545923594199212032";

test("a year is requested with both ends inclusive, and weighs 1000", () => {
  const span = { from: FROM, until: plus(FROM, 365 * DAY_MS) };
  expect(income.request(span)).toEqual({
    path: "/fapi/v1/income/asyn",
    query: [
      ["startTime", "1735689600000"],
      ["endTime", "1767225599999"],
    ],
    weight: 1000,
    isSigned: true,
  });
  expect(fills.request(span).path).toBe("/fapi/v1/trade/asyn");
  expect(() => income.request({ from: FROM, until: plus(span.until, 1) })).toThrow(Bug);
});

test("the documented answers", () => {
  expect(income.readId(`{"avgCostTimestampOfLast30d":7241837,"downloadId":"${ID}"}`)).toBe(ID);
  // Beyond 2^53: also where it comes without quotes, no digit is lost.
  expect(income.readId('{"downloadId":546975389218332673}')).toBe("546975389218332673");
  expect(income.stateRequest(ID)).toMatchObject({
    path: "/fapi/v1/income/asyn/id",
    query: [["downloadId", ID]],
    weight: 10,
  });
  expect(
    income.readState(
      ID,
      `{"downloadId":"${ID}","status":"completed","url":"www.binance.com","s3Link":null,"notified":true,"expirationTimestamp":1645009771000,"isExpired":null}`,
    ),
  ).toEqual({ kind: "ready", url: "www.binance.com", until: instant(1_645_009_771_000) });
  expect(
    income.readState(
      ID,
      `{"downloadId":"${ID}","status":"processing","url":"","s3Link":null,"notified":false,"expirationTimestamp":-1,"isExpired":null}`,
    ),
  ).toEqual({ kind: "preparing" });
  expect(
    income.readState(
      ID,
      `{"downloadId":"${ID}","status":"completed","url":"https://bucket.invalid/a.zip","expirationTimestamp":1645009771000,"isExpired":true}`,
    ),
  ).toEqual({ kind: "expired" });
});

describe("what is not known stops the command, and never shows the link", () => {
  const link = "https://bucket.invalid/secret.zip";
  test.each([
    [
      `{"downloadId":"${ID}","status":"failed","url":"${link}"}`,
      '"status": completed or processing was expected, found "failed"',
    ],
    [
      `{"downloadId":"1","status":"completed","url":"${link}"}`,
      `"downloadId": ${ID} was expected, found "1"`,
    ],
    [
      `{"downloadId":"${ID}","status":"completed","url":""}`,
      '"url": a link was expected beside the status completed, found ""',
    ],
    [`{"downloadId":"${ID}","url":"${link}"}`, '"status": text or a number was expected, found nothing'],
    [`["${link}"]`, "an object was expected"],
  ])("%s", (body, why) => {
    expect(() => fills.readState(ID, body)).toThrow(RequestRefusedError);
    expect(() => fills.readState(ID, body)).toThrow(
      `binance-usdm download of fills: the state of file ${ID} cannot be read: ${why}
  its request stands, and is not repeated; nothing was loaded
  next: run the same command again; if it persists, the venue has changed its answer: report it`,
    );
  });

  test("an answer without an id may have been counted, and says so", () => {
    expect(() => income.readId('{"avgCostTimestampOfLast30d":7241837}')).toThrow(
      "the venue may have counted this request, so it counts here too; nothing was loaded",
    );
  });
});
