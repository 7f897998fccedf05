/**
 * One GET over the wire, with nothing decided about the answer. The address goes out as it was signed, a redirect is never followed (it
 * would carry a signature elsewhere), and no error names the query, where keys and signatures are.
 */
import { type DurationMs, SECOND_MS } from "../domain/instant.ts";
import { assert, ConnectionLostError, durationText, RequestRefusedError } from "../errors.ts";
import type { Reply } from "../venues/venue.ts";

/** Sends and reads the whole answer. Throws a `ConnectionLostError`, or the signal's reason when it is aborted. */
export async function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  timeoutMs: DurationMs = 30 * SECOND_MS,
): Promise<Reply> {
  const { host, pathname, search } = new URL(url);
  assert(
    url.endsWith(`${pathname}${search}`),
    `the address of ${pathname} would not be sent as it was signed`,
  );
  const where = `GET ${host}${pathname}`;

  signal.throwIfAborted();
  // A controller of its own, not `AbortSignal.any`: that would stay attached to the run's signal for each of many thousand requests.
  const ending = new AbortController();
  const onAbort = () => ending.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    ending.abort();
  }, timeoutMs);
  try {
    const response = await fetch(url, { headers, redirect: "manual", signal: ending.signal });
    if (response.status >= 300 && response.status < 400) throw redirected(where, response.status);
    const body = await response.text();
    return { status: response.status, header: (name) => response.headers.get(name), body };
  } catch (error) {
    if (error instanceof RequestRefusedError) throw error;
    signal.throwIfAborted();
    throw connectionLost(where, isTimedOut ? timeoutMs : null, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    // An answer that nobody reads, as a redirect's, would hold its connection.
    ending.abort();
  }
}

function redirected(where: string, status: number): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: "the answer is a redirect, which a signed request never follows",
    evidence: [`HTTP ${status}`, "what was loaded before is safe"],
    next: "set the account's `baseUrl` to the venue's own address, and look for a proxy or portal in between",
  });
}

function connectionLost(
  where: string,
  timedOutAfter: DurationMs | null,
  error: unknown,
): ConnectionLostError {
  return new ConnectionLostError(
    {
      where,
      what:
        timedOutAfter === null
          ? "the connection was lost"
          : `no complete answer came within ${durationText(timedOutAfter)}`,
      evidence: timedOutAfter === null ? [reasonOf(error)] : [],
      next: "nothing: the request is tried again; if it persists, check the network and the account's `baseUrl`",
    },
    { cause: error },
  );
}

/** fetch says only "fetch failed"; what failed is in its cause (`ECONNREFUSED`, `ENOTFOUND`, a certificate). */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no reason was given";
  const cause = error.cause;
  if (!(cause instanceof Error)) return error.message;
  return "code" in cause && typeof cause.code === "string"
    ? `${cause.code}: ${cause.message}`
    : cause.message;
}
