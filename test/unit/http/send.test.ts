import { expect, test } from "vitest";
import { rehearsalClock } from "../../../src/clock.ts";
import { instant } from "../../../src/domain/instant.ts";
import { Bug, ConnectionLostError, RequestRefusedError } from "../../../src/errors.ts";
import { send } from "../../../src/http/send.ts";
import { cutsOff, says, startLoopback } from "./loopback.ts";

const clock = rehearsalClock(instant(0));
const running = new AbortController().signal;
const QUERY = "?symbol=%E5%B8%81USDT&odd=%27%28&signature=abc";

async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable("an error was expected"),
    (error: Error) => error,
  );
}

test("the answer comes with its status, headers and whole body, and the query arrives byte by byte", async () => {
  const loopback = await startLoopback(clock, [
    says(418, "[1,2]", { "X-MBX-Used-Weight-1m": "7", "Retry-After": "3" }),
  ]);
  const reply = await send(`${loopback.baseUrl}/fapi/v1/income${QUERY}`, { "X-MBX-APIKEY": "key" }, running);
  expect(reply.status).toBe(418);
  expect(reply.body).toBe("[1,2]");
  expect(reply.header("x-mbx-used-weight-1m")).toBe("7");
  expect(reply.header("retry-after")).toBe("3");
  expect(reply.header("x-other")).toBeNull();
  expect(loopback.received).toMatchObject([
    { target: `/fapi/v1/income${QUERY}`, headers: { "x-mbx-apikey": "key" } },
  ]);
});

test("a redirect is refused and not followed: it would carry the signature elsewhere", async () => {
  const loopback = await startLoopback(clock, [says(302, "", { location: "/elsewhere" }), says(200, "[]")]);
  const error = await rejectionOf(send(`${loopback.baseUrl}/fapi/v1/income${QUERY}`, {}, running));
  expect(error).toBeInstanceOf(RequestRefusedError);
  expect(loopback.received).toHaveLength(1);
});

test("a body that is cut off is a lost connection", async () => {
  const loopback = await startLoopback(clock, [cutsOff]);
  const error = await rejectionOf(send(`${loopback.baseUrl}/fapi/v1/income${QUERY}`, {}, running));
  expect(error).toBeInstanceOf(ConnectionLostError);
});

test("a refused connection names host, path and reason, and never the query", async () => {
  // Nobody listens on port 4.
  const error = await rejectionOf(send(`http://127.0.0.1:4/fapi/v1/income${QUERY}`, {}, running));
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.message).toMatch(
    /^GET 127\.0\.0\.1:4\/fapi\/v1\/income: the connection was lost\n {2}ECONNREFUSED/,
  );
  expect(error.message).not.toContain("signature");
});

test("an answer that does not come in time is a lost connection", async () => {
  const loopback = await startLoopback(clock, [() => {}]);
  const error = await rejectionOf(send(`${loopback.baseUrl}/fapi/v1/time`, {}, running, 30));
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.message).toContain("no complete answer came within 30 ms");
});

test("an answer whose body does not end in time is a lost connection", async () => {
  const loopback = await startLoopback(clock, [(response) => response.writeHead(200).write("[")]);
  const error = await rejectionOf(send(`${loopback.baseUrl}/fapi/v1/time`, {}, running, 50));
  expect(error.message).toContain("no complete answer came within 50 ms");
});

test("an interruption ends the request with its own reason", async () => {
  const interruption = new AbortController();
  const reason = new Error("stopped by hand");
  const loopback = await startLoopback(clock, [() => interruption.abort(reason)]);
  expect(await rejectionOf(send(`${loopback.baseUrl}/x`, {}, interruption.signal))).toBe(reason);
  expect(await rejectionOf(send(`${loopback.baseUrl}/x`, {}, interruption.signal))).toBe(reason);
  expect(loopback.received).toHaveLength(1);
});

test("an address that a URL parser would write differently than it was signed is a bug", async () => {
  const error = await rejectionOf(send("http://127.0.0.1:4/x?odd='", {}, running));
  expect(error).toBeInstanceOf(Bug);
});
