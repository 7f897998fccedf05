/** What a reader of files is given, and what it gives. */

import { UsageError } from "../../../../src/errors.ts";
import { bytesInMemory } from "../../../../src/history-files/byte-source.ts";
import type { ByteSource } from "../../../../src/venues/venue.ts";

export function bytesOf(content: string | Uint8Array): ByteSource {
  return bytesInMemory(typeof content === "string" ? new TextEncoder().encode(content) : content);
}

export async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The message of the `UsageError` that the work ends with. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing was refused";
}
