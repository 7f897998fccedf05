/**
 * The CSV files inside of what was downloaded: a plain CSV, one in gzip, or a zip of several. A file's first
 * bytes tell which, not its name. Bytes are read in chunks on demand, so that no file is ever in memory as a
 * whole.
 *
 * Problem: a file claims what it unpacks to, and may claim anything. Choice: the claims are added up before
 * anything is unpacked; unpacking stops where a claim or the bound is reached; and a zip's checksums are
 * compared, so that neither a bomb nor a flipped bit (a digit of an amount) passes. For gzip, Node's own zlib
 * does that. Nothing is written to disk, so the paths inside a zip are names and no more. Not handled:
 * archives inside of archives.
 */
import { createGunzip } from "node:zlib";
import { PerpbooksError } from "../../../errors.ts";
import type { ByteSource } from "../../venue.ts";
import { chunksOf, through } from "./chunks.ts";
import { refused } from "./refuse.ts";
import { readDirectory, unzipped, type ZipEntry } from "./zip.ts";

export type CsvFile = {
  /** `download.zip/part.csv`; the download's own name where it holds one file only. */
  readonly file: string;
  /** The names that may hold the time zone, the innermost last. */
  readonly names: readonly string[];
  readonly chunks: AsyncIterable<Uint8Array>;
};

/** Some five million rows: more than any account has in the year that one export may span. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024;

const DAMAGED = "download it again; the copy is not what Binance made";

export async function* csvFiles(
  name: string,
  source: ByteSource,
  unpackedMax = UNPACKED_BYTES_MAX,
): AsyncGenerator<CsvFile> {
  if (source.size === 0) {
    throw refused({ where: name, what: "the file is empty", next: "download it again" });
  }
  // None of the three is longer than what it unpacks to by more than some headers.
  if (source.size > unpackedMax) throw tooLarge(name, unpackedMax);
  const start = await source.read(0, 4);
  if (beginsWith(start, [0x50, 0x4b, 0x03, 0x04]) || beginsWith(start, [0x50, 0x4b, 0x05, 0x06])) {
    yield* zippedFiles(name, source, unpackedMax);
    return;
  }
  const isGzip = beginsWith(start, [0x1f, 0x8b]);
  const chunks = chunksOf(source, 0, source.size);
  yield { file: name, names: [name], chunks: isGzip ? gunzipped(name, chunks, unpackedMax) : chunks };
}

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function tooLarge(where: string, unpackedMax: number): Error {
  return refused({
    where,
    what: `it unpacks to more than ${unpackedMax.toLocaleString("en-US")} bytes`,
    next: "export a shorter span; if the span is short already, the file is not one of Binance's",
  });
}

async function* gunzipped(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  unpackedMax: number,
): AsyncGenerator<Uint8Array> {
  let unpacked = 0;
  try {
    for await (const chunk of through<Uint8Array, Uint8Array>(chunks, createGunzip())) {
      unpacked += chunk.length;
      if (unpacked > unpackedMax) throw tooLarge(name, unpackedMax);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof PerpbooksError) throw cause;
    throw refused({ where: name, what: "the gzip file is damaged", next: DAMAGED }, { cause });
  }
}

async function* zippedFiles(name: string, source: ByteSource, unpackedMax: number): AsyncGenerator<CsvFile> {
  const damaged = (file: string, cause?: unknown) =>
    refused({ where: file, what: "the zip file is damaged", next: DAMAGED }, { cause });
  let entries: readonly ZipEntry[];
  try {
    entries = await readDirectory(source);
  } catch (cause) {
    throw damaged(name, cause);
  }
  const wanted = entries.filter(isOfExport);
  requireReadable(name, wanted, unpackedMax);
  for (const entry of wanted) {
    const file = `${name}/${entry.name}`;
    yield {
      file,
      names: [name, entry.name],
      chunks: checked(source, entry, (cause) => damaged(file, cause)),
    };
  }
}

async function* checked(
  source: ByteSource,
  entry: ZipEntry,
  damaged: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    yield* unzipped(source, entry);
  } catch (cause) {
    throw damaged(cause);
  }
}

/** Folders, and what macOS adds to a zip that was packed again. */
function isOfExport({ name }: ZipEntry): boolean {
  return !name.endsWith("/") && !name.startsWith("__MACOSX/") && !/(^|\/)\.DS_Store$/.test(name);
}

/** Every file of the zip must be one that is read: passing over one would be a hole in the history. */
function requireReadable(name: string, entries: readonly ZipEntry[], unpackedMax: number): void {
  const names = new Set<string>();
  const twice: string[] = [];
  for (const entry of entries) {
    if (names.has(entry.name)) twice.push(entry.name);
    names.add(entry.name);
  }
  const others = [...names].filter((entry) => !entry.toLowerCase().endsWith(".csv"));
  if (names.size === 0 || others.length > 0) {
    throw refused({
      where: name,
      what: "a zip file with nothing but CSV files in it was expected",
      evidence: names.size === 0 ? ["found: no file at all"] : [`found: ${list(others)}`],
      next: "export it as CSV, not as Excel or PDF; or unpack it and import the CSV files",
    });
  }
  if (twice.length > 0) {
    throw refused({
      where: name,
      what: "files with different names were expected in the zip",
      evidence: [`found twice: ${list(twice)}`],
      next: DAMAGED,
    });
  }
  const unpacked = entries.reduce((total, entry) => total + entry.size, 0);
  if (unpacked > unpackedMax) throw tooLarge(name, unpackedMax);
}

function list(names: readonly string[]): string {
  const rest = names.length - 5;
  return `${names.slice(0, 5).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
