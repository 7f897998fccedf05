/**
 * The entries of a zip file and the bytes of each, after PKWARE's APPNOTE.TXT (4.3.7, 4.3.12 and 4.3.16).
 * Every entry is read once, wherever it is in the file; what does not match the directory is a `RangeError`,
 * or zlib's own error. Not handled, and therefore damaged: zip64, encryption, and any method but deflate.
 */
import { crc32, createInflateRaw } from "node:zlib";
import type { ByteSource } from "../../venue.ts";
import { chunksOf, through } from "./chunks.ts";

export type ZipEntry = {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  /** Unpacked, as the directory claims. */
  readonly size: number;
  /** Where its own header begins. */
  readonly offset: number;
};

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_BYTES = 22;
/** The end stands before a comment of at most this length. */
const COMMENT_MAX = 0xffff;
const STORED = 0;
const DEFLATED = 8;

export async function readDirectory(source: ByteSource): Promise<readonly ZipEntry[]> {
  const tailFrom = Math.max(0, source.size - END_BYTES - COMMENT_MAX);
  const tail = viewOf(await source.read(tailFrom, source.size));
  let end = tail.byteLength - END_BYTES;
  while (tail.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  const count = tail.getUint16(end + 10, true);
  const from = tail.getUint32(end + 16, true);
  const until = from + tail.getUint32(end + 12, true);
  if (until > tailFrom + end) throw new RangeError("the directory reaches over its own end");
  const bytes = await source.read(from, until);
  const directory = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (directory.getUint32(at, true) !== DIRECTORY_ENTRY) throw new RangeError(`no entry at ${at}`);
    const next = at + 46 + sumOfUint16(directory, at, [28, 30, 32]);
    const nameEnd = at + 46 + directory.getUint16(at + 28, true);
    if (next > bytes.length) throw new RangeError("an entry is cut off");
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, nameEnd)),
      method: directory.getUint16(at + 10, true),
      checksum: directory.getUint32(at + 16, true),
      packedSize: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      offset: directory.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

/** Throws where the bytes do not match the directory, at the latest after the last of them. */
export async function* unzipped(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const header = viewOf(await source.read(entry.offset, entry.offset + 30));
  if (header.getUint32(0, true) !== LOCAL_HEADER) throw new RangeError(`no file at ${entry.offset}`);
  const from = entry.offset + 30 + sumOfUint16(header, 0, [26, 28]);
  const until = from + entry.packedSize;
  if (until > source.size) throw new RangeError("the file is cut off");
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new RangeError(`packed by method ${entry.method}`);
  const packed = chunksOf(source, from, until);
  let [size, checksum] = [0, 0];
  const plain =
    entry.method === STORED ? packed : through<Uint8Array, Uint8Array>(packed, createInflateRaw());
  for await (const chunk of plain) {
    size += chunk.length;
    if (size > entry.size) throw new RangeError(`more than the ${entry.size} bytes that were claimed`);
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (size !== entry.size || checksum !== entry.checksum) throw new RangeError("the checksum differs");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sumOfUint16(view: DataView, at: number, fields: readonly number[]): number {
  return fields.reduce((sum, field) => sum + view.getUint16(at + field, true), 0);
}
