/** Answers over the wire that are refused as they are: each with its whole message. */
import { expect, test } from "vitest";
import { rehearsalClock } from "../../src/clock.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, instant, plus } from "../../src/domain/instant.ts";
import { fetchFile, send } from "../../src/http/send.ts";
import { binanceUsdmVenue } from "../../src/venues/binance-usdm/venue.ts";
import { edgexVenue } from "../../src/venues/edgex/venue.ts";
import { says, startLoopback } from "../unit/http/loopback.ts";
import { HMAC } from "../venues/binance-usdm/credentials.ts";
import { replyOf } from "../venues/contract.ts";
import { V1 } from "../venues/edgex/credentials.ts";

const clock = rehearsalClock(instant(0));
const running = new AbortController().signal;

/** What is said of the only answer, without the port. */
async function saidOf(
  answer: Parameters<typeof startLoopback>[1][number],
  ask: (url: string) => Promise<unknown>,
): Promise<string> {
  const { baseUrl } = await startLoopback(clock, [answer]);
  return ask(`${baseUrl}/fapi/v1/income`).then(
    () => expect.unreachable("it should have been refused"),
    (error: Error) => error.message.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"),
  );
}

test.each([
  [
    "a redirect",
    says(302, "", { location: "/elsewhere" }),
    `the answer is a redirect, which a signed request never follows
  HTTP 302
  what was loaded before is safe
  next: set the account's \`baseUrl\` to the venue's own address, and look for a proxy or portal in between`,
  ],
  [
    "another encoding than was requested",
    says(200, "[]", { "content-encoding": "br" }),
    `the answer is in an encoding that was not requested
  Content-Encoding: br
  what was loaded before is safe
  next: look for a proxy in between; if there is none, the venue has changed its answers`,
  ],
  [
    "more than any answer has",
    says(200, "x".repeat(16 * 1024 * 1024 + 1)),
    `the answer is longer than any of the venue's: more than 16,777,216 bytes
  the rest was not read
  what was loaded before is safe
  next: look for a proxy or portal in between; if there is none, the venue has changed this endpoint`,
  ],
])("an answer that is %s", async (_, answer, message) => {
  expect(await saidOf(answer, (url) => send(url, {}, running))).toBe(`GET HOST/fapi/v1/income: ${message}`);
});

test.each([
  ["leads elsewhere", says(302, "", { location: "/x" }), "the link leads elsewhere, which is not followed"],
  ["gives too much", says(200, "x".repeat(11)), "the file has more than 10 bytes"],
])("a link that %s", async (_, answer, what) => {
  expect(await saidOf(answer, (url) => fetchFile(url, 10, running))).toBe(`GET a file of HOST: ${what}
  nothing was loaded from it; its request stands, and is not repeated
  next: download the file on the venue's web site, and give it to perpbooks import`);
});

const AT = parseInstant("2026-05-02T00:00:00Z");
const FOR_A_DAY = { from: AT, until: plus(AT, DAY_MS) };

test.each([
  [
    "a firewall in front of Binance",
    () => {
      const refusal = binanceUsdmVenue(HMAC).refusal(replyOf(403, "<html>forbidden</html>"), "main", AT);
      if (refusal !== null) throw refusal;
    },
    `main: the venue's firewall refused the request before it was looked at
  HTTP 403: <html>forbidden</html>
  the key was not judged; what was loaded before is safe
  next: wait some minutes and run it again; if it persists, ask the venue whether this IP address is blocked`,
  ],
  [
    "settlements of another contract",
    () =>
      binanceUsdmVenue(HMAC).fundingRates?.read(
        "BTCUSDT",
        FOR_A_DAY,
        JSON.stringify([{ symbol: "ETHUSDT", fundingTime: AT, fundingRate: "0.0001" }]),
      ),
    `binance-usdm funding rates BTCUSDT: the contract's settlements in the requested span were expected, oldest first, found something else
  the answer begins: [{"symbol":"ETHUSDT","fundingTime":1777680000000,"fundingRate":"0.0001"}]
  nothing of this answer was kept
  next: run it again; if it persists, the venue has changed its answer: report it`,
  ],
  [
    "a cursor that would not be sent as it was signed",
    () =>
      edgexVenue(V1).readCursor?.(
        JSON.stringify({ code: "SUCCESS", data: { dataList: [], nextPageOffsetData: "a=b&c" } }),
      ),
    `edgex page: the cursor of the next page holds signs that cannot be signed as they are sent
  it has 5 characters
  what was loaded before is safe
  next: run it again; if it persists, the venue has changed its cursors: report it`,
  ],
])("%s", (_, read, message) => {
  expect(read).toThrow(expect.objectContaining({ message }));
});
