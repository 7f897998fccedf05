/**
 * Reads a text file that a person gives: whole, within bounds, in UTF-8. What it is instead is named in words
 * that fit in brackets: `perpbooks.yaml cannot be read (it is UTF-16, not UTF-8)`. A file that claims to be
 * larger than the bound is not read at all, and none is read beyond it.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { encodingName, readUtf8 } from "./domain/utf8.ts";

export type TextFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unread"; readonly why: string; readonly next: string | null };

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  EACCES: "permission was denied",
};

/** Sixteen times the size of any configuration, key or report that was seen. */
export const SMALL_FILE_BYTES_MAX = 1024 * 1024;

export function readTextFile(path: string, bytesMax: number): TextFile {
  try {
    const bytes = bytesOf(path, bytesMax);
    if (bytes === null) {
      const why = `it has more than ${bytesMax.toLocaleString("en-US")} bytes`;
      return { kind: "unread", why, next: "give a smaller file" };
    }
    const text = readUtf8(bytes);
    if (text !== null) return { kind: "text", text };
    return { kind: "unread", why: `it is ${encodingName(bytes)}, not UTF-8`, next: "save it as UTF-8" };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? `${error.code}` : "";
    if (code === "") throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    return { kind: "unread", why: REASONS[code] ?? code, next: null };
  }
}

/** Null where there are more than so many; of what is no plain file, such as a pipe, only reading tells. */
function bytesOf(path: string, bytesMax: number): Uint8Array | null {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > bytesMax) return null;
    let bytes = new Uint8Array(Math.min(bytesMax + 1, Math.max(size + 1, 64 * 1024)));
    let filled = 0;
    for (;;) {
      const read = readSync(file, bytes, filled, bytes.length - filled, null);
      filled += read;
      if (filled > bytesMax) return null;
      if (read === 0) return bytes.subarray(0, filled);
      if (filled < bytes.length) continue;
      const larger = new Uint8Array(Math.min(bytesMax + 1, bytes.length * 2));
      larger.set(bytes);
      bytes = larger;
    }
  } finally {
    closeSync(file);
  }
}
