/**
 * Tells a monitor that a night begins, and how it ended, in the way of healthchecks.io
 * (https://healthchecks.io/docs/http_api/): POST to the address itself for success, with `/start` and `/fail`
 * behind its path for the other two. The address is a secret, as whoever has it can tell the same; so no
 * message shows any part of it.
 */
import { request as requestByHttp } from "node:http";
import { request as requestByHttps } from "node:https";
import type { Clock } from "../clock.ts";
import type { Secret } from "../config/secret.ts";
import { type DurationMs, SECOND_MS } from "../domain/instant.ts";
import { durationText } from "../errors.ts";

export type Signal = "start" | "success" | "fail";

const SUFFIXES: Readonly<Record<Signal, string>> = { start: "/start", success: "", fail: "/fail" };

/** What healthchecks.io kept at first, and others still do. */
export const BODY_BYTES_MAX = 10_000;

const ANSWERED_WITHIN: DurationMs = 10 * SECOND_MS;
/**
 * Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED), for which the night may just have been
 * refused.
 */
const CERTIFICATE_CHECKED = { rejectUnauthorized: true };

/** Between the two tries. */
const PAUSE: DurationMs = SECOND_MS;

/** Null once the monitor has it; otherwise why it does not, in words. Never throws. */
export async function ping(
  address: Secret,
  signal: Signal,
  body: string,
  clock: Pick<Clock, "sleep">,
  timeoutMs: DurationMs = ANSWERED_WITHIN,
): Promise<string | null> {
  const url = new URL(address.reveal());
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${SUFFIXES[signal]}`;
  const bytes = Buffer.from(firstBytes(body, BODY_BYTES_MAX), "utf8");
  const first = await post(url, bytes, timeoutMs);
  if (first === null || !first.isWorthAnother) return first?.why ?? null;
  await clock.sleep(PAUSE);
  return (await post(url, bytes, timeoutMs))?.why ?? null;
}

/** A character that would be cut in two is left out. */
function firstBytes(text: string, bytesMax: number): string {
  return new TextDecoder().decode(Buffer.from(text, "utf8").subarray(0, bytesMax), { stream: true });
}

type Failed = { readonly why: string; readonly isWorthAnother: boolean };

/** Null where the answer is a success. Its body is not read, and a redirect is not followed. */
function post(url: URL, body: Uint8Array, timeoutMs: DurationMs): Promise<Failed | null> {
  const request = url.protocol === "https:" ? requestByHttps : requestByHttp;
  const headers = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": body.length,
    "User-Agent": "perpbooks",
  };
  return new Promise((resolve) => {
    const sent = request(url, {
      method: "POST",
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...CERTIFICATE_CHECKED,
    });
    sent.once("response", (response) => {
      resolve(failureOfStatus(response.statusCode ?? 0));
      // Nothing more is wanted of it, and it would keep the process alive.
      response.destroy();
    });
    // Node tells of an answer that leaves the protocol here, and otherwise nowhere.
    sent.once("upgrade", (response, socket) => {
      resolve(failureOfStatus(response.statusCode ?? 0));
      socket.destroy();
    });
    // It stays: what comes after the answer has nobody to tell any more.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const isLate = error.name === "AbortError" || error.name === "TimeoutError";
      resolve({
        // Node's own words hold the host; its code does not.
        why: isLate
          ? `no answer came within ${durationText(timeoutMs)}`
          : `it cannot be reached (${error.code ?? error.name})`,
        isWorthAnother: true,
      });
    });
    sent.end(body);
  });
}

function failureOfStatus(status: number): Failed | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return { why: `the answer is a redirect (HTTP ${status}), which is not followed`, isWorthAnother: false };
  // The monitor knows the address and refuses; or it is not well, which may pass.
  return { why: `the answer is HTTP ${status}`, isWorthAnother: status >= 500 || status === 429 };
}
