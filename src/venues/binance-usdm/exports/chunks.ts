/** Bytes piece by piece, each read or unpacked when it is requested. */
import { pipeline, Readable, type Transform } from "node:stream";
import type { ByteSource } from "../../venue.ts";

const CHUNK_BYTES = 64 * 1024;

export async function* chunksOf(source: ByteSource, from: number, until: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < until; ) {
    const chunk = await source.read(at, Math.min(at + CHUNK_BYTES, until));
    if (chunk.length === 0) throw new RangeError(`the source ends at ${at} of ${until} bytes`);
    at += chunk.length;
    yield chunk;
  }
}

/**
 * What a stream makes of the chunks. An error of theirs or of the stream's comes out here; who stops reading
 * stops both.
 */
export async function* through<In, Out>(chunks: AsyncIterable<In>, stream: Transform): AsyncGenerator<Out> {
  // The error that ends the pipeline is the one that reading the stream throws.
  pipeline(Readable.from(chunks), stream, () => undefined);
  yield* stream as AsyncIterable<Out>;
}
