/**
 * Writes a zip archive: deflated members, no directories, no encryption, none beyond 4 GB. Reading them is
 * the program's business.
 */
import { crc32, deflateRawSync } from "node:zlib";

type ZipMember = { readonly name: string; readonly content: string };

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATED = 8;
/** 1 January 1980: an archive of the same members has the same bytes on any day. */
const DATE = 0x0021;

export function zip(members: readonly ZipMember[]): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of members) {
    const nameBytes = Buffer.from(name, "utf8");
    const plain = Buffer.from(content, "utf8");
    const packed = deflateRawSync(plain);
    const shared = sharedFields(nameBytes, plain, packed);
    locals.push(words([LOCAL_HEADER, 4]), shared, nameBytes, packed);
    const [noComment, disk, internal] = [0, 0, 0];
    directory.push(
      words([CENTRAL_HEADER, 4], [VERSION, 2]),
      shared,
      words([noComment, 2], [disk, 2], [internal, 2], [0, 4], [offset, 4]),
      nameBytes,
    );
    offset += 4 + shared.length + nameBytes.length + packed.length;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const count = members.length;
  const end = words(
    [END_OF_DIRECTORY, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [directorySize, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...locals, ...directory, end]);
}

/** What a member's own header and the directory say alike. */
function sharedFields(name: Buffer, plain: Buffer, packed: Buffer): Buffer {
  return words(
    [VERSION, 2],
    [FLAGS, 2],
    [DEFLATED, 2],
    [0, 2],
    [DATE, 2],
    [crc32(plain), 4],
    [packed.length, 4],
    [plain.length, 4],
    [name.length, 2],
    [0, 2],
  );
}

/** Little-endian numbers of two or four bytes. */
function words(...values: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const buffer = Buffer.alloc(values.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of values) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
