/** What a client sends, message by message. */
import type { Socket } from "node:net";
import { HEAD_BYTES, type Message } from "./messages.ts";

/** More than any statement with its parameters. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
/** As Postgres has it: of who has not said yet who one is, no more is kept. */
export const GREETING_BYTES_MAX = 10_000;

export class Incoming {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  /** The first packet, which has no type; null where the client has gone. */
  async startup(): Promise<Buffer | null> {
    const length = await this.#take(4);
    return length === null ? null : this.#take(bounded(length.readInt32BE(0) - 4, GREETING_BYTES_MAX));
  }

  /** What comes before any message; null where the client has gone. */
  letter(): Promise<Buffer | null> {
    return this.#take(1);
  }

  async message(bytesMax = MESSAGE_BYTES_MAX): Promise<Message | null> {
    const head = await this.#take(HEAD_BYTES);
    if (head === null) return null;
    const body = await this.#take(bounded(head.readInt32BE(1) - 4, bytesMax));
    return body === null ? null : { type: head.toString("latin1", 0, 1), body };
  }

  /** All that comes, without regard to messages. */
  async *rest(): AsyncGenerator<Buffer> {
    if (this.#held.length > 0) yield this.#held;
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done === true) return;
      yield next.value;
    }
  }

  async #take(bytes: number): Promise<Buffer | null> {
    const parts = [this.#held];
    let length = this.#held.length;
    while (length < bytes) {
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      parts.push(next.value);
      length += next.value.length;
    }
    const all = parts.length === 1 ? this.#held : Buffer.concat(parts);
    this.#held = all.subarray(bytes);
    return all.subarray(0, bytes);
  }
}

function bounded(length: number, bytesMax: number): number {
  if (length < 0 || length > bytesMax) throw new RangeError(`a message of ${length} bytes is not read`);
  return length;
}
