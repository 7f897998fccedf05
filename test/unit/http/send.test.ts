import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { rehearsalClock } from "../../../src/clock.ts";
import { instant } from "../../../src/domain/instant.ts";
import { Bug, ConnectionLostError, RequestRefusedError } from "../../../src/errors.ts";
import { send } from "../../../src/http/send.ts";
import { cutsOff, says, saysInParts, saysMegabytes, startLoopback } from "./loopback.ts";
import { letCertificatesPass, startUnvouched } from "./unvouched.ts";

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

describe("an answer that is packed", () => {
  const GZIP = { "Content-Encoding": "gzip" };
  const packed = gzipSync('[{"symbol":"币USDT"}]');

  test("is unpacked, in however many pieces it comes", async () => {
    const pieces = [packed.subarray(0, 7), packed.subarray(7, 20), packed.subarray(20)];
    const loopback = await startLoopback(clock, [saysInParts(GZIP, ...pieces)]);
    expect((await send(`${loopback.baseUrl}/x`, {}, running)).body).toBe('[{"symbol":"币USDT"}]');
    expect(loopback.received[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  test.each([
    { title: "is called so and is not", parts: ["[1,2]"] },
    { title: "is called so, begins so, and is not", parts: [packed.subarray(0, 12), "[1,2]"] },
    { title: "ends too early", parts: [packed.subarray(0, packed.length - 9)] },
    { title: "is called so and is empty", parts: [""] },
  ])("that $title is a lost connection at once, not an answer that is waited for", async ({ parts }) => {
    const loopback = await startLoopback(clock, [saysInParts(GZIP, ...parts)]);
    const error = await rejectionOf(send(`${loopback.baseUrl}/x`, {}, running));
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect(error.message).toContain("the connection was lost");
  });

  test.each(["br", "deflate", "gzip, gzip", "zstd", "rot13"])(
    "as %s is refused: it was not requested so",
    async (encoding) => {
      const loopback = await startLoopback(clock, [saysInParts({ "Content-Encoding": encoding }, "[]")]);
      const error = await rejectionOf(send(`${loopback.baseUrl}/x`, {}, running));
      expect(error).toBeInstanceOf(RequestRefusedError);
      expect(error.message).toContain(`an encoding that was not requested\n  Content-Encoding: ${encoding}`);
    },
  );
});

describe("an answer without end is not read to it", () => {
  /**
   * Beside what the process has anyway: the answer's 16 megabytes, once in pieces and once whole, and what
   * the collector has not got to.
   */
  const MEMORY_MAX = 100 * 1024 * 1024;

  test.each([
    { title: "200 MB as they are", answer: saysMegabytes(200), evidence: "the rest was not read" },
    {
      title: "a gigabyte, packed into one",
      answer: saysMegabytes(1000, { "Content-Encoding": "gzip" }),
      evidence: "bytes had come, which are more than 16,777,216 bytes when they are unpacked",
    },
  ])("$title", async ({ answer, evidence }) => {
    const loopback = await startLoopback(clock, [answer]);
    const before = process.memoryUsage().rss;
    const error = await rejectionOf(send(`${loopback.baseUrl}/x`, {}, running));
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_MAX);
    expect(error).toBeInstanceOf(RequestRefusedError);
    expect(error.message).toContain("longer than any of the venue's: more than 16,777,216 bytes");
    expect(error.message).toContain(evidence);
  });

  test("one that trickles in for ever ends with the time", async () => {
    const trickle = Array.from({ length: 100 }, () => " ");
    const loopback = await startLoopback(clock, [saysInParts({}, ...trickle)]);
    const error = await rejectionOf(send(`${loopback.baseUrl}/x`, {}, running, 200));
    expect(error.message).toContain("no complete answer came within 200 ms");
  });
});

test("an interruption ends a body that neither ends nor fails", async () => {
  const interruption = new AbortController();
  const reason = new Error("stopped by hand");
  const loopback = await startLoopback(clock, [
    (response) => {
      response.writeHead(200, { "Content-Encoding": "gzip" });
      response.write(gzipSync("[1").subarray(0, 5), () => setTimeout(() => interruption.abort(reason), 50));
    },
  ]);
  expect(await rejectionOf(send(`${loopback.baseUrl}/x`, {}, interruption.signal))).toBe(reason);
});

test.each([
  { title: "a server that nobody vouches for is no outage that passes", before: () => {} },
  { title: "nor is it trusted where Node is told to let certificates pass", before: letCertificatesPass },
])("$title: nothing is sent, and nothing tried again", async ({ before }) => {
  before();
  const { baseUrl, seen } = await startUnvouched();
  const error = await rejectionOf(send(`${baseUrl}/fapi/v1/income${QUERY}`, {}, running));
  expect(error).toBeInstanceOf(RequestRefusedError);
  expect(error.message).toMatch(
    /the server's certificate does not prove that it is the venue\n {2}DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate\n/,
  );
  expect(error.message).not.toContain("signature=");
  expect(seen()).toBe(0);
});
