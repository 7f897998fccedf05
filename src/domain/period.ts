import { addCalendar, type CalendarUnit, formatLocal, parseInstant, startOf } from "./calendar.ts";
import type { Instant } from "./instant.ts";
import { isStorableInstant } from "./storable.ts";
import type { Window } from "./window.ts";

/** A reported span of time: its bounds are midnights of `timeZone`, unless it was given with exact times. */
export type Period = Window & {
  readonly name: string;
  readonly timeZone: string;
  /** Set where no period was requested: the period then ends where the history ends so far. */
  readonly isAllThereIs?: true;
};

const FORMS: readonly {
  readonly pattern: RegExp;
  readonly unit: CalendarUnit;
  readonly start: (m: RegExpMatchArray) => string;
}[] = [
  { pattern: /^(\d{4})$/, unit: "year", start: (m) => `${m[1]}-01-01` },
  {
    pattern: /^(\d{4})-Q([1-4])$/,
    unit: "quarter",
    start: (m) => `${m[1]}-${["01", "04", "07", "10"][Number(m[2]) - 1]}-01`,
  },
  { pattern: /^(\d{4}-(?:0[1-9]|1[0-2]))$/, unit: "month", start: (m) => `${m[1]}-01` },
  { pattern: /^(\d{4}-\d{2}-\d{2})$/, unit: "day", start: (m) => `${m[1]}` },
];

/**
 * Reads a period: `2025`, `2025-Q1`, `2025-03`, `2025-03-09`, or two ends `2025-04-06..2026-04-05` (both days
 * inside) or `2025-04-06T00:00:00Z..2026-04-06T00:00:00Z` (instants; the end outside). Throws a RangeError
 * that says what was expected.
 */
export function parsePeriod(text: string, timeZone: string): Period {
  const ends = text.split("..");
  if (ends.length === 2) {
    const [first, last] = ends.map((end) => readSpan(end, timeZone));
    if (first !== null && first !== undefined && last !== null && last !== undefined) {
      if (first.from >= last.until) throw new RangeError(`"${text}" does not end after it begins`);
      return { name: text, timeZone, from: first.from, until: last.until };
    }
  }
  const span = readSpan(text, timeZone);
  if (span === null || span.from === span.until) {
    throw new RangeError(
      `"${text}" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST`,
    );
  }
  return { name: text, timeZone, ...span };
}

/**
 * A calendar form becomes the span of its unit; an instant becomes an empty span at itself; anything else
 * null.
 */
function readSpan(text: string, timeZone: string): Window | null {
  for (const { pattern, unit, start } of FORMS) {
    const match = text.match(pattern);
    if (match === null) continue;
    const from = readInstant(start(match), timeZone);
    const until = from === null ? null : addCalendar(from, 1, unit, timeZone);
    return from === null || until === null || !isStorableInstant(until) ? null : { from, until };
  }
  const at = text.includes("T") ? readInstant(text, timeZone) : null;
  return at === null ? null : { from: at, until: at };
}

function readInstant(text: string, timeZone: string): Instant | null {
  try {
    const at = parseInstant(text, timeZone);
    return isStorableInstant(at) ? at : null;
  } catch {
    return null;
  }
}

/**
 * The whole of a history: from the first midnight at or before `from` to the first midnight at or after
 * `until`.
 */
export function wholeDays(window: Window, timeZone: string): Period {
  const from = startOf(window.from, "day", timeZone);
  const lastDay = startOf(window.until, "day", timeZone);
  const until = lastDay === window.until ? lastDay : addCalendar(lastDay, 1, "day", timeZone);
  // Named as it could be requested: both days are inside.
  const lastInside = addCalendar(until, -1, "day", timeZone);
  const name = [from, lastInside].map((at) => formatLocal(at, timeZone).slice(0, 10)).join("..");
  return { name, timeZone, from, until, isAllThereIs: true };
}
