/**
 * Text is UTF-8 everywhere. A file in another encoding is refused with that encoding's name, so that a person
 * can save it again as UTF-8. It is never read as if it were UTF-8.
 */

/**
 * The encoding that a file's first bytes show, where it is another than UTF-8: what Windows writes begins
 * with a mark, or has a zero beside each letter.
 */
export function foreignEncoding(start: Uint8Array): string | null {
  const [first = 1, second = 1, third = 1, fourth = 1] = start;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "UTF-16";
  if (first === 0 && second === 0) return "UTF-32";
  if ((second === 0 && fourth === 0) || (first === 0 && third === 0)) return "UTF-16";
  return null;
}

/** What to call text that is not UTF-8. */
export function encodingName(start: Uint8Array): string {
  return foreignEncoding(start) ?? "in another encoding";
}

/** The text, without a byte order mark; null where the bytes are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | null {
  if (foreignEncoding(bytes) !== null) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
