/**
 * One GET with its whole answer, within a time and a size. Node's own client and decoders are used instead of
 * `fetch`, because its body never settles when a decoder fails (a body that is labelled gzip and is not),
 * whatever signal it was given, and because it hides how much came over the wire.
 *
 * The size is limited after decoding. The limit holds at any compression ratio, because a decoder only
 * produces what is read from it.
 */
import { get as getByHttp, type IncomingMessage } from "node:http";
import { get as getByHttps } from "node:https";
import { pipeline } from "node:stream";
import { createGunzip, type Gunzip } from "node:zlib";
import type { DurationMs } from "../domain/instant.ts";
import { ConnectionLostError, durationText, PerpbooksError, RequestRefusedError } from "../errors.ts";
import { orAborted } from "../race.ts";

export type GetTerms = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For messages: never the query, where keys and signatures are. */
  readonly where: string;
  readonly timeoutMs: DurationMs;
  /** A longer answer is dropped, and `tooLarge` makes the error. */
  readonly bytesMax: number;
  readonly tooLarge: (sizes: AnswerSizes) => PerpbooksError;
};

export type AnswerSizes = { readonly received: number; readonly decoded: number };

export type Got = {
  readonly status: number;
  /** Looked up in lower case. */
  readonly header: (name: string) => string | null;
  /** Empty for a redirect, which is never followed. */
  readonly bytes: Uint8Array;
};

/**
 * Throws a `ConnectionLostError`, a `RequestRefusedError` where another try cannot help, or the signal's
 * reason when it is aborted.
 */
export async function get(terms: GetTerms, signal: AbortSignal): Promise<Got> {
  signal.throwIfAborted();
  // A controller of its own, not `AbortSignal.any`: that would stay attached to the run's signal for each of
  // many thousand requests.
  const ending = new AbortController();
  const onAbort = () => ending.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => ending.abort(timedOut(terms)), terms.timeoutMs);
  try {
    return await orAborted(exchange(terms, ending.signal), ending.signal);
  } catch (error) {
    signal.throwIfAborted();
    // The rest of an answer that is no longer wanted would keep its connection open.
    ending.abort(error);
    throw error instanceof PerpbooksError ? error : connectionLost(terms.where, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED). */
const CERTIFICATES_CHECKED = { rejectUnauthorized: true };

async function exchange(terms: GetTerms, signal: AbortSignal): Promise<Got> {
  const response = await respond(terms, signal);
  const { statusCode = 0, headers } = response;
  const header = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  };
  const isRedirect = statusCode >= 300 && statusCode < 400;
  if (isRedirect) response.destroy();
  return {
    status: statusCode,
    header,
    bytes: isRedirect ? new Uint8Array() : await bytesOf(response, terms),
  };
}

function respond({ url, headers }: GetTerms, signal: AbortSignal): Promise<IncomingMessage> {
  const getBy = url.startsWith("https:") ? getByHttps : getByHttp;
  const sent = { Accept: "*/*", "Accept-Encoding": "gzip", "User-Agent": "perpbooks", ...headers };
  return new Promise((resolve, reject) => {
    // The listener stays: an error after the response began has a listener of its own, and is emitted here as
    // well.
    getBy(url, { headers: sent, signal, ...CERTIFICATES_CHECKED }, resolve).on("error", reject);
  });
}

async function bytesOf(response: IncomingMessage, terms: GetTerms): Promise<Uint8Array> {
  const decoder = decoderOf(response, terms.where);
  // The decoder is what is read, so its errors reach the reader without this callback.
  const body: AsyncIterable<Uint8Array> = decoder === null ? response : pipeline(response, decoder, () => {});
  const chunks: Uint8Array[] = [];
  let decoded = 0;
  for await (const chunk of body) {
    decoded += chunk.length;
    if (decoded > terms.bytesMax)
      throw terms.tooLarge({ received: decoder?.bytesWritten ?? decoded, decoded });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Null for a body that is sent as it is. */
function decoderOf({ headers }: IncomingMessage, where: string): Gunzip | null {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return null;
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  throw new RequestRefusedError({
    where,
    what: "the answer is in an encoding that was not requested",
    evidence: [`Content-Encoding: ${encoding.slice(0, 40)}`, "what was loaded before is safe"],
    next: "look for a proxy in between; if there is none, the venue has changed its answers",
  });
}

function timedOut({ where, timeoutMs }: GetTerms): ConnectionLostError {
  return new ConnectionLostError({
    where,
    what: `no complete answer came within ${durationText(timeoutMs)}`,
    next: TRIED_AGAIN,
  });
}

const TRIED_AGAIN =
  "nothing: the request is tried again; if it persists, check the network and the account's `baseUrl`";

/** Node's error codes for a certificate that is not the server's, or that no known authority signed. */
const CERTIFICATE = /CERT|ISSUER|_CRL|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH/;

function connectionLost(where: string, error: unknown): PerpbooksError {
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  const message = error instanceof Error ? error.message : "no reason was given";
  // Where a host has several addresses and none can be reached, there is a code and no message.
  const reason = [code, message].filter((words) => words !== null && words !== "").join(": ");
  if (code !== null && CERTIFICATE.test(code)) {
    return new RequestRefusedError(
      {
        where,
        what: "the server's certificate does not prove that it is the venue",
        evidence: [reason, "nothing was sent to it; what was loaded before is safe"],
        next: "look for a proxy, a portal or a virus scanner in between, and at this machine's date; set `baseUrl` to the venue's own address",
      },
      { cause: error },
    );
  }
  return new ConnectionLostError(
    { where, what: "the connection was lost", evidence: [reason], next: TRIED_AGAIN },
    { cause: error },
  );
}
