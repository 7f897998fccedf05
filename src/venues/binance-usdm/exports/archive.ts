/**
 * The CSV files inside of what was downloaded: a plain CSV, one in gzip, or a zip of several. A file's first bytes tell which, not
 * its name. The only file that imports fflate.
 *
 * Problem: a zip names the sizes of its files itself, and fflate believes them: it reserves what a name claims, cuts off what is longer, and does not
 * look at the checksums. Choice: the claims are added up before anything is unpacked, and the checksum of every file is
 * compared afterwards, so that neither a bomb nor a flipped bit (a digit of an amount) passes. Node's own zlib does both for gzip. Nothing is
 * written to disk, so the paths inside a zip are names and no more. Not handled: zip64, encryption, archives inside of archives.
 */
import { crc32, gunzipSync } from "node:zlib";
import { type UnzipFileInfo, unzipSync } from "fflate";
import { refused } from "./refuse.ts";

export type CsvFile = {
  /** `download.zip/part.csv`; the download's own name where it holds one file only. */
  readonly file: string;
  /** The names that may hold the time zone, the innermost last. */
  readonly names: readonly string[];
  readonly bytes: Uint8Array;
};

/** Over a million rows, which with their bodies fill about a gigabyte of memory. */
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;

const DAMAGED = "download it again; the copy is not what Binance made";

export function csvFiles(
  name: string,
  bytes: Uint8Array,
  unpackedMax = UNPACKED_BYTES_MAX,
): readonly CsvFile[] {
  if (bytes.length === 0) {
    throw refused({ where: name, what: "the file is empty", next: "download it again" });
  }
  if (beginsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || beginsWith(bytes, [0x50, 0x4b, 0x05, 0x06])) {
    return unzipped(name, bytes, unpackedMax);
  }
  const isGzip = beginsWith(bytes, [0x1f, 0x8b]);
  if (!isGzip && bytes.length > unpackedMax) throw tooLarge(name, unpackedMax);
  return [{ file: name, names: [name], bytes: isGzip ? gunzipped(name, bytes, unpackedMax) : bytes }];
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

function gunzipped(name: string, bytes: Uint8Array, unpackedMax: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: unpackedMax });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(name, unpackedMax);
    throw refused({ where: name, what: "the gzip file is damaged", next: DAMAGED }, { cause });
  }
}

function unzipped(name: string, bytes: Uint8Array, unpackedMax: number): readonly CsvFile[] {
  const damaged = (file: string, cause?: unknown) =>
    refused({ where: file, what: "the zip file is damaged", next: DAMAGED }, { cause });
  let entries: readonly UnzipFileInfo[];
  let checksums: readonly number[];
  try {
    entries = zipEntries(bytes);
    checksums = zipChecksums(bytes);
  } catch (cause) {
    throw damaged(name, cause);
  }
  const wanted = entries.map((entry, index) => ({ ...entry, checksum: checksums[index] })).filter(isOfExport);
  requireReadable(name, wanted, unpackedMax);
  return wanted.map(({ name: inner, checksum }) => {
    const file = `${name}/${inner}`;
    let unpacked: Uint8Array | undefined;
    try {
      unpacked = unzipSync(bytes, { filter: (entry) => entry.name === inner })[inner];
    } catch (cause) {
      throw damaged(file, cause);
    }
    if (unpacked === undefined || crc32(unpacked) !== checksum) throw damaged(file);
    return { file, names: [name, inner], bytes: unpacked };
  });
}

/** Folders, and what macOS adds to a zip that was packed again. */
function isOfExport({ name }: UnzipFileInfo): boolean {
  return !name.endsWith("/") && !name.startsWith("__MACOSX/") && !/(^|\/)\.DS_Store$/.test(name);
}

/** Every file of the zip must be one that is read: passing over one would be a hole in the history. */
function requireReadable(name: string, entries: readonly UnzipFileInfo[], unpackedMax: number): void {
  const names = entries.map((entry) => entry.name);
  const others = names.filter((entry) => !entry.toLowerCase().endsWith(".csv"));
  const twice = names.filter((entry, index) => names.indexOf(entry) < index);
  if (names.length === 0 || others.length > 0) {
    throw refused({
      where: name,
      what: "a zip file with nothing but CSV files in it was expected",
      evidence: names.length === 0 ? ["found: no file at all"] : [`found: ${list(others)}`],
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
  const unpacked = entries.reduce((total, entry) => total + entry.originalSize, 0);
  if (unpacked > unpackedMax) throw tooLarge(name, unpackedMax);
}

function list(names: readonly string[]): string {
  const rest = names.length - 5;
  return `${names.slice(0, 5).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function zipEntries(bytes: Uint8Array): readonly UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  unzipSync(bytes, {
    filter: (entry) => {
      entries.push(entry);
      return false;
    },
  });
  return entries;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** The CRC-32 of each file in the directory's order, which is fflate's too (PKWARE's APPNOTE.TXT, 4.3.12 and 4.3.16). */
function zipChecksums(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (view.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  const checksums: number[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) throw new RangeError(`no directory entry at ${at}`);
    checksums.push(view.getUint32(at + 16, true));
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    ) as [number, number, number];
    at += 46 + nameLength + extraLength + commentLength;
  }
  return checksums;
}
