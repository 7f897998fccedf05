/** A real HTTP server on loopback that answers as the test says, and a clock whose waits take no time. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/clock.ts";
import { type DurationMs, type Instant, instant, plus } from "../../../src/domain/instant.ts";

export type Received = {
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly at: Instant;
};
export type Answer = (response: ServerResponse, request: Received) => void;

export type Loopback = { readonly baseUrl: string; readonly received: readonly Received[] };

/** Starts a server that gives the n-th request the n-th answer, and the last answer to all that follow. */
export async function startLoopback(clock: Clock, answers: readonly Answer[]): Promise<Loopback> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const seen = { target: request.url ?? "", headers: request.headers, at: clock.now() };
    received.push(seen);
    const answer = answers[Math.min(received.length, answers.length) - 1];
    answer?.(response, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, received };
}

export function says(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Announces more than it sends, and hangs up. */
export const cutsOff: Answer = (response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write("[{", () => response.destroy());
};

/** The beginning of an answer, and the rest a moment later, in a packet of its own. */
export function saysInParts(
  headers: Readonly<Record<string, string>>,
  ...parts: readonly (string | Uint8Array)[]
): Answer {
  return (response) => {
    response.writeHead(200, headers);
    response.flushHeaders();
    const send = (position: number): void => {
      const part = parts[position];
      if (part === undefined) response.end();
      else response.write(part, () => setTimeout(send, 20, position + 1));
    };
    setTimeout(send, 20, 0);
  };
}

/** So many megabytes of blanks within a list, and never more in memory than the reader takes. */
export function saysMegabytes(megabytes: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(200, headers);
    const body = Readable.from(
      (function* () {
        for (let sent = 0; sent < megabytes; sent += 1) yield Buffer.alloc(1024 * 1024, " ");
      })(),
    );
    const done = (): void => {};
    if (headers["Content-Encoding"] === "gzip") pipeline(body, createGzip(), response, done);
    else pipeline(body, response, done);
  };
}

/** A clock that moves only when somebody sleeps, at once and by exactly that much. */
export type TestClock = Clock & {
  readonly slept: readonly DurationMs[];
  advance(duration: DurationMs): void;
  /** The time of day is set on by so much, in no time. */
  setOn(duration: DurationMs): void;
};

export function testClock(start: Instant): TestClock {
  let now = start;
  let setOn: DurationMs = 0;
  const slept: DurationMs[] = [];
  return {
    slept,
    now: () => plus(now, setOn),
    elapsed: () => now - start,
    setOn: (duration) => {
      setOn += duration;
    },
    advance: (duration) => {
      now = plus(now, duration);
    },
    sleep: async (duration, signal) => {
      signal?.throwIfAborted();
      slept.push(duration);
      now = instant(now + duration);
    },
  };
}
