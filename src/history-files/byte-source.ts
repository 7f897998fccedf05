/** Bytes as the readers of files take them: of a file on disk, or in memory. */
import { type FileHandle, open } from "node:fs/promises";
import type { ByteSource } from "../venues/venue.ts";

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (from, until) => bytes.subarray(from, until) };
}

export type OpenFile = {
  readonly path: string;
  readonly source: ByteSource;
  close(): Promise<void>;
};

/**
 * Opens a file, which the caller closes. Anything but a plain file (a folder, a device, a pipe) has no known
 * end, and is an error.
 */
export async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, "r");
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new RangeError(stat.isDirectory() ? "it is a folder" : "it is no plain file");
  }
  return {
    path,
    source: { size: stat.size, read: (from, until) => readAt(handle, from, until) },
    close: () => handle.close(),
  };
}

async function readAt(handle: FileHandle, from: number, until: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, until - from));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
