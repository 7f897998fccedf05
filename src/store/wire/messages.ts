/**
 * Messages of Postgres' protocol 3.0: a letter, the length of the rest, and the rest. Texts end with a zero.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

export type Message = { readonly type: string; readonly body: Buffer };

const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;
export const HEAD_BYTES = TYPE_BYTES + LENGTH_BYTES;

export function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
}

export function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(number);
  return bytes;
}

/** A text with its zero. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, "latin1"), int32(LENGTH_BYTES + body.length), body]);
}

/** The messages in `bytes`, which ends where one does; `end` is where each ends. */
export function* messagesIn(
  bytes: Buffer,
): Generator<Message & { readonly start: number; readonly end: number }> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + TYPE_BYTES + bytes.readInt32BE(start + TYPE_BYTES);
    yield {
      type: bytes.toString("latin1", start, start + TYPE_BYTES),
      body: bytes.subarray(start + HEAD_BYTES, end),
      start,
      end,
    };
    start = end;
  }
}

/** The text that begins at `from`, and where what follows it begins. */
export function textAt(body: Buffer, from = 0): { readonly text: string; readonly next: number } {
  const end = body.indexOf(0, from);
  if (end === -1) throw new RangeError("a text of a message has no end");
  return { text: body.toString("utf8", from, end), next: end + 1 };
}

/** An error or a notice, with its fields by their letters: C is the code, M the message. */
export function fieldOf(body: Buffer, letter: string): string {
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const { text: value, next } = textAt(body, at + 1);
    if (body.toString("latin1", at, at + 1) === letter) return value;
    at = next;
  }
  return "";
}

export function errorResponse(severity: "ERROR" | "FATAL", code: string, what: string, hint = ""): Buffer {
  const fields = { S: severity, V: severity, C: code, M: what, ...(hint === "" ? {} : { H: hint }) };
  return message(
    "E",
    Buffer.concat(Object.entries(fields).flatMap(([letter, value]) => [Buffer.from(letter), text(value)])),
    Buffer.from([0]),
  );
}

/** Whether a transaction is open for the client: I for none, T for one, E for one that has failed. */
export type Status = "I" | "T" | "E";

export function readyForQuery(status: Status): Buffer {
  return message("Z", Buffer.from(status));
}
