/** A monitor is told by POST, once more where that can help, and no message shows its address. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { rehearsalClock } from "../../../src/clock.ts";
import { Secret } from "../../../src/config/secret.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { BODY_BYTES_MAX, ping, type Signal } from "../../../src/notify/ping.ts";
import { letCertificatesPass, startUnvouched } from "../http/unvouched.ts";

type Told = { readonly method: string; readonly target: string; readonly body: string };
type Answer = number | "none" | "cut" | "other protocol" | { readonly redirect: string };

const UUID = "a1b2c3d4-only-the-owner-knows";
const clock = rehearsalClock(parseInstant("2026-05-20T09:30:00Z"));
let close: () => Promise<unknown> = async () => {};
afterEach(() => close());

/** Answers each request as the list says; the last answer holds on. */
async function monitor(...answers: readonly Answer[]): Promise<{ url: string; told: Told[] }> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      const answer = answers[Math.min(told.length, answers.length - 1)] ?? 200;
      told.push({ method: request.method ?? "", target: request.url ?? "", body });
      if (answer === "none") return;
      if (answer === "cut") response.destroy();
      else if (answer === "other protocol")
        response.socket?.end(
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
        );
      else if (typeof answer === "number") response.writeHead(answer).end("OK");
      else response.writeHead(302, { Location: answer.redirect }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told };
}

test.each<[address: string, signal: Signal, target: string]>([
  [`/${UUID}`, "start", `/${UUID}/start`],
  [`/${UUID}`, "success", `/${UUID}`],
  [`/${UUID}`, "fail", `/${UUID}/fail`],
  [`/${UUID}/`, "fail", `/${UUID}/fail`],
  ["/key/books?create=1", "fail", "/key/books/fail?create=1"],
])("%s: %s goes to %s", async (address, signal, target) => {
  const { url, told } = await monitor(200);
  expect(await ping(new Secret(`${url}${address}`), signal, "two gaps\n", clock)).toBeNull();
  expect(told).toEqual([{ method: "POST", target, body: "two gaps\n" }]);
});

test.each<[answers: readonly Answer[], times: number, trouble: string | null]>([
  [[503, 200], 2, null],
  [["cut", 200], 2, null],
  [[429, 200], 2, null],
  [[503, 503, 200], 2, "the answer is HTTP 503"],
  [[404, 200], 1, "the answer is HTTP 404"],
  [
    [{ redirect: "https://elsewhere.example/" }],
    1,
    "the answer is a redirect (HTTP 302), which is not followed",
  ],
  [["cut"], 2, "it cannot be reached (ECONNRESET)"],
  [["other protocol"], 1, "the answer is HTTP 101"],
  [["none"], 2, "no answer came within 100 ms"],
])("answers %j: tried %i times, and then: %s", async (answers, times, trouble) => {
  const { url, told } = await monitor(...answers);
  expect(await ping(new Secret(`${url}/${UUID}`), "success", "", clock, 100)).toBe(trouble);
  expect(told).toHaveLength(times);
});

test("a monitor that is not there is not named", async () => {
  const { url } = await monitor(200);
  await close();
  expect(await ping(new Secret(`${url}/${UUID}`), "success", "", clock)).toBe(
    "it cannot be reached (ECONNREFUSED)",
  );
});

test("of a long text it gets the beginning, up to a whole character", async () => {
  const { url, told } = await monitor(200);
  await ping(new Secret(`${url}/${UUID}`), "success", `a${"€".repeat(BODY_BYTES_MAX)}`, clock);
  expect(told[0]?.body).toBe(`a${"€".repeat((BODY_BYTES_MAX - 1) / 3)}`);
});

test.each([
  { title: "a monitor that nobody vouches for is told nothing", before: () => {} },
  { title: "nor where Node is told to let certificates pass", before: letCertificatesPass },
])("$title", async ({ before }) => {
  before();
  const { baseUrl, seen } = await startUnvouched();
  expect(await ping(new Secret(`${baseUrl}/${UUID}`), "fail", "two gaps\n", clock)).toBe(
    "it cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)",
  );
  expect(seen()).toBe(0);
});
