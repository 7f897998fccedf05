import type { Instant } from "./domain/instant.ts";
import { formatInstant } from "./domain/instant.ts";

/**
 * One fact of a run: a past-tense event and its fields. Decimals and ids are strings; nothing secret is ever
 * a field.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (event: string, fields?: LogFields) => void;

/** One JSON object a line. */
export function jsonLog(write: (line: string) => void, now: () => Instant): Log {
  return (event, fields = {}) => write(`${JSON.stringify({ at: formatInstant(now()), event, ...fields })}\n`);
}
