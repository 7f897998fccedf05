/** What every key must be that is sent in a header. */
import { UsageError } from "../errors.ts";

/**
 * Throws a `UsageError` for a key with a blank or a line end, copied with it: it would make a header that is
 * refused with the key in the message.
 */
export function requirePrintable(venue: string, name: string, text: string): void {
  if (/^[\x21-\x7e]+$/.test(text)) return;
  throw new UsageError({
    where: `${venue} credentials`,
    what: `${name} is ${text === "" ? "empty" : "not plain text without blanks"}`,
    evidence: [`it has ${text.length} characters; nothing was sent`],
    next: "copy it again from the venue's API management, without blanks or line ends",
  });
}
