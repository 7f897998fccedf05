/**
 * One GET over the wire, with nothing decided about the answer. The address goes out as it was signed, a
 * redirect is never followed (it would carry a signature elsewhere), and no error names the query, where keys
 * and signatures are.
 */
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../domain/instant.ts";
import { isLoopback } from "../domain/loopback.ts";
import { assert, RequestRefusedError } from "../errors.ts";
import type { Reply } from "../venues/venue.ts";
import { type AnswerSizes, type Got, get } from "./get.ts";

/**
 * The longest answers are the listing of every contract and a page of a thousand valuations, some megabytes
 * each; in memory an answer takes 16 times as much.
 */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Sends and reads the whole answer. Throws a `ConnectionLostError`, a `RequestRefusedError`, or the signal's
 * reason when it is aborted.
 */
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
  const tooLarge = (sizes: AnswerSizes) => answerTooLarge(where, sizes);
  const got = await get({ url, headers, where, timeoutMs, bytesMax: ANSWER_BYTES_MAX, tooLarge }, signal);
  if (isRedirect(got)) {
    throw new RequestRefusedError({
      where,
      what: "the answer is a redirect, which a signed request never follows",
      evidence: [`HTTP ${got.status}`, "what was loaded before is safe"],
      next: "set the account's `baseUrl` to the venue's own address, and look for a proxy or portal in between",
    });
  }
  return { status: got.status, header: got.header, body: new TextDecoder().decode(got.bytes) };
}

function answerTooLarge(where: string, { received, decoded }: AnswerSizes): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what: `the answer is longer than any of the venue's: more than ${bytesText(ANSWER_BYTES_MAX)}`,
    evidence: [
      decoded > received
        ? `${bytesText(received)} had come, which are more than ${bytesText(ANSWER_BYTES_MAX)} when they are unpacked`
        : "the rest was not read",
      "what was loaded before is safe",
    ],
    next: "look for a proxy or portal in between; if there is none, the venue has changed this endpoint",
  });
}

function bytesText(bytes: number): string {
  return `${bytes.toLocaleString("en-US")} bytes`;
}

export type FetchedFile = { readonly status: number; readonly bytes: Uint8Array };

/**
 * Fetches a file by its link, without any credentials. Anyone who has the link can fetch the file, so no
 * error shows the link, only its host. Throws a `RequestRefusedError` for a link that is not fetched and for
 * a file of more than `bytesMax`.
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
    address?.protocol === "https:" || (address?.protocol === "http:" && isLoopback(address.hostname));
  if (!isSafe) throw linkRefused(where, "the link is not an https:// address");
  const tooLarge = () => linkRefused(where, `the file has more than ${bytesText(bytesMax)}`);
  const got = await get({ url, headers: {}, where, timeoutMs, bytesMax, tooLarge }, signal);
  if (isRedirect(got)) throw linkRefused(where, "the link leads elsewhere, which is not followed");
  return { status: got.status, bytes: got.bytes };
}

function linkRefused(where: string, what: string): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what,
    evidence: ["nothing was loaded from it; its request stands, and is not repeated"],
    next: "download the file on the venue's web site, and give it to perpbooks import",
  });
}

function isRedirect({ status }: Got): boolean {
  return status >= 300 && status < 400;
}
