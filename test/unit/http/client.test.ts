import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from "../../../src/domain/instant.ts";
import { parseJsonExactly } from "../../../src/domain/json.ts";
import {
  Bug,
  ClockSkewedError,
  CredentialsRejectedError,
  GaveUpError,
  RateLimitedError,
  RequestRefusedError,
  VenueUnavailableError,
} from "../../../src/errors.ts";
import { createVenueClient } from "../../../src/http/client.ts";
import type { RetryBudget } from "../../../src/http/retry.ts";
import { WeightBudget } from "../../../src/http/weight.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { type Answer, cutsOff, says, startLoopback, testClock } from "./loopback.ts";

const START = parseInstant("2026-03-01T00:00:10Z");
const running = new AbortController().signal;
const venue = asterVenue({ kind: "v1", apiKey: new Secret("key"), apiSecret: new Secret("hush") });

const EMPTY = says(200, "[]");
const HTML_502 = says(502, "<html>Bad gateway</html>");
const SKEWED = says(400, `{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}`);
const tooMany = (headers = {}) => says(429, `{"code":-1003,"msg":"Too many requests."}`, headers);

type Options = { readonly retry?: RetryBudget; readonly random?: () => number };

async function setUp(answers: readonly Answer[], options: Options = {}) {
  const clock = testClock(START);
  const loopback = await startLoopback(clock, answers);
  const budget = new WeightBudget({ weightPerMinute: venue.weightPerMinute, clock });
  const events: string[] = [];
  const client = createVenueClient({
    venue,
    baseUrl: loopback.baseUrl,
    clock,
    budget,
    log: (event, fields) => events.push(`${event} ${JSON.stringify(fields)}`),
    random: () => 0.5,
    ...options,
  });
  const ask = (signal = running) =>
    client.call(venue.balancesRequest, "main balances", parseJsonExactly, signal);
  return { clock, loopback, budget, client, ask, events };
}

async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable("an error was expected"),
    (error: Error) => error,
  );
}

const timestampOf = (target: string | undefined) => /timestamp=(\d+)/.exec(target ?? "")?.[1];

test("a request is signed, sent, read and counted", async () => {
  const { client, ask, loopback, events } = await setUp([says(200, `[{"asset":"USDT"}]`)]);
  expect(await ask()).toEqual([{ asset: "USDT" }]);
  expect(loopback.received).toMatchObject([{ headers: { "x-mbx-apikey": "key" } }]);
  expect(loopback.received[0]?.target).toMatch(
    /^\/fapi\/v2\/balance\?recvWindow=10000&timestamp=\d+&signature=/,
  );
  expect([client.requestsSent, client.weightSpent]).toEqual([1, 5]);
  expect(events).toEqual([]);
});

test("a path that is not on the venue's list is never sent, whatever the key could do", async () => {
  const { client, loopback } = await setUp([EMPTY]);
  const order = { path: "/fapi/v1/order", query: [], weight: 1, isSigned: true };
  const error = await rejectionOf(client.call(order, "x", parseJsonExactly, running));
  expect(error).toEqual(new Bug("/fapi/v1/order is not on aster's list of paths that may be requested"));
  expect(loopback.received).toEqual([]);
});

describe("the venue's clock", () => {
  test("is measured against the middle of the request, and signatures stay a quarter second behind it", async () => {
    const clock = testClock(START);
    const ahead = plus(START, 5000);
    const loopback = await startLoopback(clock, [
      (response) => {
        clock.advance(200);
        response.end(`{"serverTime":${ahead}}`);
      },
      EMPTY,
    ]);
    const budget = new WeightBudget({ weightPerMinute: 2400, clock });
    const client = createVenueClient({ venue, baseUrl: loopback.baseUrl, clock, budget, log: () => {} });
    expect(client.now()).toBe(START);
    await client.measureClock("the clock", running);
    // It read 5 s ahead at the middle of 200 ms: 4.9 s ahead of ours.
    expect(client.now() - clock.now()).toBe(4900);
    await client.call(venue.balancesRequest, "x", parseJsonExactly, running);
    expect(timestampOf(loopback.received[1]?.target)).toBe(String(clock.now() + 4900 - 250));
  });

  test.each([
    ["ahead", 366 * DAY_MS],
    ["behind", -2 * DAY_MS],
  ])("more than a day %s of ours is not followed: one of the two is wrong", async (_, apart) => {
    const { clock, loopback, client } = await setUp([says(200, `{"serverTime":${plus(START, apart)}}`)]);
    await expect(client.measureClock("main clock", running)).rejects.toThrow(
      "main clock: the venue's clock and this machine's are more than a day apart",
    );
    expect(client.now()).toBe(clock.now());
    expect(loopback.received).toHaveLength(1);
  });

  test.each([
    ["ahead", 5 * SECOND_MS, 0],
    ["behind", -5 * SECOND_MS, -5 * SECOND_MS],
  ])("when it is %s of ours, what is past by both is surely past", async (_, apart, past) => {
    const { clock, client } = await setUp([says(200, `{"serverTime":${plus(START, apart)}}`)]);
    await client.measureClock("main clock", running);
    expect(client.surelyPast() - clock.now()).toBe(past);
  });

  test("goes on by what has passed since it was measured, and not by what ours is set on by after that", async () => {
    const { clock, client } = await setUp([says(200, `{"serverTime":${START}}`)]);
    await client.measureClock("main clock", running);
    clock.setOn(20 * HOUR_MS);
    clock.advance(SECOND_MS);
    expect([client.now(), client.surelyPast()]).toEqual([plus(START, SECOND_MS), plus(START, SECOND_MS)]);
  });

  test("is measured again when our time is refused, and the request is signed anew and sent once more", async () => {
    const serverTime = plus(START, -30 * SECOND_MS);
    const { ask, loopback, events } = await setUp([SKEWED, says(200, `{"serverTime":${serverTime}}`), EMPTY]);
    expect(await ask()).toEqual([]);
    expect(loopback.received.map(({ target }) => target.split("?")[0])).toEqual([
      "/fapi/v2/balance",
      "/fapi/v1/time",
      "/fapi/v2/balance",
    ]);
    expect(timestampOf(loopback.received[0]?.target)).toBe(String(START - 250));
    expect(timestampOf(loopback.received[2]?.target)).toBe(String(serverTime - 250));
    expect(events).toEqual([
      `request_retried {"venue":"aster","path":"/fapi/v2/balance","attempt":1,"why":"ClockSkewedError","waitMs":0}`,
    ]);
  });

  test("refused again just after it was measured, ends the call", async () => {
    const { ask, loopback } = await setUp([SKEWED, says(200, `{"serverTime":${START}}`), SKEWED]);
    const error = await rejectionOf(ask());
    expect(error).toBeInstanceOf(GaveUpError);
    expect(error.cause).toBeInstanceOf(ClockSkewedError);
    expect(
      error.message,
    ).toBe(`main balances: the venue refused our time again, just after its clock was queried
  last: the venue refused the time or nonce of the request
  HTTP 400, code -1021: {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}
  what was loaded before is kept, and the next run goes on from there
  next: set this machine's clock by a time server; with V3 keys, give each process an agent of its own`);
    expect(loopback.received).toHaveLength(3);
  });
});

describe("a venue that is not well", () => {
  test.each([
    { name: "a 5xx page of HTML", answer: HTML_502, why: "VenueUnavailableError" },
    {
      name: "a page of HTML with status 200",
      answer: says(200, "<html></html>"),
      why: "VenueUnavailableError",
    },
    { name: "a body that is cut off", answer: cutsOff, why: "ConnectionLostError" },
    {
      name: "half a JSON text that arrives whole",
      answer: says(200, `[{"a":`),
      why: "VenueUnavailableError",
    },
    { name: "an empty body", answer: says(200, ""), why: "VenueUnavailableError" },
    {
      name: "a code in a 200",
      answer: says(200, `{"code":-1001,"msg":"Internal error."}`),
      why: "VenueUnavailableError",
    },
  ])("is queried again after $name", async ({ answer, why }) => {
    const { ask, clock, client, events } = await setUp([answer, EMPTY]);
    expect(await ask()).toEqual([]);
    expect(clock.slept).toEqual([500]);
    expect([client.requestsSent, client.weightSpent]).toEqual([2, 10]);
    expect(events).toEqual([
      `request_retried {"venue":"aster","path":"/fapi/v2/balance","attempt":1,"why":"${why}","waitMs":500}`,
    ]);
  });

  test("is asked six times, with waits that double, and then given up", async () => {
    const { ask, clock, loopback } = await setUp([HTML_502]);
    const error = await rejectionOf(ask());
    expect(clock.slept).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(loopback.received).toHaveLength(6);
    expect(error.cause).toBeInstanceOf(VenueUnavailableError);
    expect(error.message).toBe(`main balances: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html>Bad gateway</html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`);
  });

  test("gets a signature of its own for each attempt", async () => {
    const { ask, loopback } = await setUp([HTML_502, HTML_502, EMPTY]);
    await ask();
    expect(new Set(loopback.received.map(({ target }) => target)).size).toBe(3);
  });

  test("is not waited for beyond the patience", async () => {
    const retry = { attemptsMax: 100, patienceMs: 5 * SECOND_MS };
    const { ask, clock } = await setUp([HTML_502], { retry });
    expect(await rejectionOf(ask())).toBeInstanceOf(GaveUpError);
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  test("that cannot be reached is given up with the reason, which shows no query", async () => {
    const { ask } = await setUp([(response) => response.destroy()]);
    const error = await rejectionOf(ask());
    expect(error.message).toMatch(
      /^main balances: the venue failed 6 times in a row\n {2}last: the connection was lost\n/,
    );
    expect(error.message).not.toMatch(/signature|timestamp/);
  });
});

describe("a rate that is refused", () => {
  test("pauses the host for as long as the venue says", async () => {
    const { ask, loopback, events } = await setUp([tooMany({ "retry-after": "75" }), EMPTY]);
    expect(await ask()).toEqual([]);
    expect(loopback.received[1]?.at).toBeGreaterThanOrEqual(plus(START, 75 * SECOND_MS));
    expect(events).toEqual([
      `weight_paused {"venue":"aster","path":"/fapi/v2/balance","until":"2026-03-01T00:01:25.000Z","waitMs":75000}`,
      `request_retried {"venue":"aster","path":"/fapi/v2/balance","attempt":1,"why":"RateLimitedError","waitMs":75000}`,
    ]);
  });

  test("pauses it to the next minute where the venue does not say", async () => {
    const { ask, loopback } = await setUp([tooMany(), EMPTY]);
    await ask();
    expect(loopback.received[1]?.at).toBeGreaterThanOrEqual(parseInstant("2026-03-01T00:01:00Z"));
  });

  test("pauses every client of the host", async () => {
    const retry = { attemptsMax: 6, patienceMs: 60 * SECOND_MS };
    const { ask, budget, clock, loopback } = await setUp([tooMany({ "retry-after": "75" }), EMPTY], {
      retry,
    });
    expect(await rejectionOf(ask())).toBeInstanceOf(GaveUpError);
    const patient = createVenueClient({ venue, baseUrl: loopback.baseUrl, clock, budget, log: () => {} });
    await patient.call(venue.balancesRequest, "other balances", parseJsonExactly, running);
    expect(loopback.received[1]?.at).toBeGreaterThanOrEqual(plus(START, 75 * SECOND_MS));
  });

  test("is not counted as a failure, but does not go on beyond the patience", async () => {
    const { ask, loopback } = await setUp([tooMany()]);
    const error = await rejectionOf(ask());
    expect(error.cause).toBeInstanceOf(RateLimitedError);
    expect(loopback.received.length).toBeGreaterThan(6);
    expect(loopback.received.at(-1)?.at).toBeLessThanOrEqual(plus(START, 11 * MINUTE_MS));
  });

  test("with a ban that outlasts the patience ends the call at once, naming the ban's end, and later calls send nothing", async () => {
    const bannedUntil = plus(START, 2 * 60 * MINUTE_MS);
    const banned = says(418, `{"code":-1003,"msg":"Way too many requests; IP banned until ${bannedUntil}."}`);
    const { ask, clock, loopback } = await setUp([banned, EMPTY]);
    const first = await rejectionOf(ask());
    expect(first).toBeInstanceOf(GaveUpError);
    expect(first.message).toContain(
      "main balances: the venue may be queried again at 2026-03-01T02:00:10.000Z only, beyond the patience of 10 min\n",
    );
    const second = await rejectionOf(ask());
    expect(second).toBeInstanceOf(GaveUpError);
    expect(second.message).toContain(
      "main balances: nothing may be sent to the venue before 2026-03-01T02:00:10.000Z\n",
    );
    expect(loopback.received).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });
});

test("a ban that names no end is not tried again within minutes, by any client of the host", async () => {
  const { ask, clock, loopback } = await setUp([
    says(418, "<html>banned</html>", { "Retry-After": "0" }),
    EMPTY,
  ]);
  const error = await rejectionOf(ask());
  expect(error).toBeInstanceOf(GaveUpError);
  expect(error.message).toContain("the venue may be queried again at 2026-03-01T00:15:10.000Z only");
  clock.advance(4 * MINUTE_MS);
  expect(await rejectionOf(ask())).toBeInstanceOf(GaveUpError);
  expect(loopback.received).toHaveLength(1);
});

test("the venue's own count of weight holds requests back", async () => {
  const { ask, loopback } = await setUp([says(200, "[]", { "x-mbx-used-weight-1m": "2279" }), EMPTY]);
  await ask();
  await ask();
  expect(loopback.received[1]?.at).toBeGreaterThanOrEqual(parseInstant("2026-03-01T00:01:00Z"));
});

test("a refusal that no waiting fixes is thrown as it is, after one request", async () => {
  const { ask, loopback } = await setUp([says(401, `{"code":-2014,"msg":"API-key format invalid."}`)]);
  expect(await rejectionOf(ask())).toBeInstanceOf(CredentialsRejectedError);
  expect(loopback.received).toHaveLength(1);
});

test("an answer nested without end is refused as such, after one request", async () => {
  const { ask, loopback } = await setUp([says(200, "[".repeat(100_000))]);
  const error = await rejectionOf(ask());
  expect(error).toBeInstanceOf(RequestRefusedError);
  expect(error.message).toBe(`main balances: the answer is nested deeper than any of the venue's
  more than 100 levels are nested
  nothing of this answer was kept; what was loaded before it is safe
  next: look for a proxy in between; if there is none, the venue has changed its answer`);
  expect(loopback.received).toHaveLength(1);
});

test("what the reader throws is thrown as it is, except for text that is not whole", async () => {
  const { client, loopback } = await setUp([EMPTY]);
  const read = () => {
    throw new RangeError("of the reader's own");
  };
  await expect(client.call(venue.balancesRequest, "x", read, running)).rejects.toThrow(RangeError);
  expect(loopback.received).toHaveLength(1);
});

test("an interruption ends the waiting", async () => {
  const interruption = new AbortController();
  const { ask } = await setUp([
    (response) => {
      HTML_502(response, { target: "", headers: {}, at: START });
      setTimeout(() => interruption.abort(new Error("stopped by hand")), 0);
    },
  ]);
  const error = await rejectionOf(ask(interruption.signal));
  expect(error.message).toBe("stopped by hand");
});
