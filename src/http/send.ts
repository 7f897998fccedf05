/**
 * One GET over the wire, with nothing decided about the answer. The address goes out as it was signed, a redirect is never followed (it
 * would carry a signature elsewhere), and no error names the query, where keys and signatures are.
 */
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../domain/instant.ts";
import { assert, ConnectionLostError, durationText, PerpbooksError, RequestRefusedError } from "../errors.ts";
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
  return exchange({ url, headers, where, timeoutMs }, signal, async (response) => {
    if (isRedirect(response)) {
      throw new RequestRefusedError({
        where,
        what: "the answer is a redirect, which a signed request never follows",
        evidence: [`HTTP ${response.status}`, "what was loaded before is safe"],
        next: "set the account's `baseUrl` to the venue's own address, and look for a proxy or portal in between",
      });
    }
    const body = await response.text();
    return { status: response.status, header: (name) => response.headers.get(name), body };
  });
}

/** Hosts that plain http may go to: what comes from there has not left the machine. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export type FetchedFile = { readonly status: number; readonly bytes: Uint8Array };

/**
 * Fetches a file by its link, without any credentials. The link itself is all it takes to have the file, so it stands in no error: its
 * host does. Throws a `RequestRefusedError` for a link that is not fetched and for a file of more than `bytesMax`.
 */
export async function fetchFile(
  url: string,
  bytesMax: number,
  signal: AbortSignal,
  timeoutMs: DurationMs = 10 * MINUTE_MS,
): Promise<FetchedFile> {
  const address = URL.canParse(url) ? new URL(url) : null;
  const where = `GET a file of ${address?.host ?? "a link"}`;
  const isSafe =
    address?.protocol === "https:" || (address?.protocol === "http:" && LOOPBACK.test(address.hostname));
  if (!isSafe) throw linkRefused(where, "the link is not an https:// address");
  return exchange({ url, headers: {}, where, timeoutMs }, signal, async (response) => {
    if (isRedirect(response)) throw linkRefused(where, "the link leads elsewhere, which is not followed");
    return { status: response.status, bytes: await bytesOf(response, bytesMax, where) };
  });
}

async function bytesOf({ body }: Response, bytesMax: number, where: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > bytesMax) {
      throw linkRefused(where, `the file has more than ${bytesMax.toLocaleString("en-US")} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function linkRefused(where: string, what: string): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what,
    evidence: ["nothing was loaded from it; the file stays asked for, and is not asked for again"],
    next: "download the file on the venue's web site, and give it to perpbooks import",
  });
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400;
}

type Exchange = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly where: string;
  readonly timeoutMs: DurationMs;
};

/** Sends, and reads the answer with `read`, within the time. */
async function exchange<Value>(
  { url, headers, where, timeoutMs }: Exchange,
  signal: AbortSignal,
  read: (response: Response) => Promise<Value>,
): Promise<Value> {
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
    return await read(await fetch(url, { headers, redirect: "manual", signal: ending.signal }));
  } catch (error) {
    if (error instanceof PerpbooksError) throw error;
    signal.throwIfAborted();
    throw connectionLost(where, isTimedOut ? timeoutMs : null, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    // An answer that nobody reads, as a redirect's, would hold its connection.
    ending.abort();
  }
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
