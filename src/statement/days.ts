/** The days of a period in its zone, and which of them were read. */
import { addCalendar, formatLocal, parseInstant, startOf } from "../domain/calendar.ts";
import type { Instant } from "../domain/instant.ts";
import { difference, type Window } from "../domain/window.ts";
import type { StatedAccount, StatedPeriod } from "./statement-input.ts";

/** `2026-05-02`. */
export type DayName = string;

export type Day = Window & {
  readonly name: DayName;
  /** Midnight of the same date in UTC, for scales of days that are all equally long. */
  readonly at: Instant;
};

/**
 * Of an account: before its history begins, read whole (or as far as the last read reaches into it), not
 * read, or later than the last read.
 */
export type DayState = "before" | "read" | "unread" | "later";

const DAY_NAME = "2026-05-02".length;

export function daysOf({ from, until, timeZone }: StatedPeriod): Day[] {
  const days: Day[] = [];
  for (let at = startOf(from, "day", timeZone); at < until; at = addCalendar(at, 1, "day", timeZone)) {
    const name = formatLocal(at, timeZone).slice(0, DAY_NAME);
    days.push({ name, at: parseInstant(name), from: at, until: addCalendar(at, 1, "day", timeZone) });
  }
  return days;
}

/** The stream that moves the wallet, and so tells of a day's result. */
const RESULT_STREAM = "income";

/** Of each day, for one account. */
export function statesOf({ historyFrom, coverage }: StatedAccount, days: readonly Day[]): DayState[] {
  const read = coverage.find(({ stream }) => stream === RESULT_STREAM)?.complete ?? [];
  const reach = read.at(-1)?.until ?? null;
  return days.map((day) => {
    if (historyFrom !== null && day.until <= historyFrom) return "before";
    if (historyFrom === null || reach === null) return "unread";
    if (day.from >= reach) return "later";
    // The first day and the last one are as far as the history reaches into them.
    const from = historyFrom > day.from ? historyFrom : day.from;
    const until = reach < day.until ? reach : day.until;
    return difference({ from, until }, read).length === 0 ? "read" : "unread";
  });
}

/** Of several accounts together: what one of them lacks, all of them lack. */
export function together(states: readonly (readonly DayState[])[], days: number): DayState[] {
  return Array.from({ length: days }, (_, place) => {
    const all = states.map((one) => one[place] ?? "unread");
    if (all.every((state) => state === "before")) return "before";
    if (all.every((state) => state === "later" || state === "before")) return "later";
    return all.includes("unread") || all.includes("later") ? "unread" : "read";
  });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** Of `2026-05-02`: year `2026`, month 5, day `2`. */
export function partsOf(day: DayName): {
  readonly year: string;
  readonly month: number;
  readonly day: string;
} {
  const [year = "", month = "", date = ""] = day.split("-");
  return { year, month: MONTH_DIGITS.indexOf(month) + 1, day: date.replace(/^0/, "") };
}

const MONTH_DIGITS = MONTHS.map((_, place) => `${place + 1}`.padStart(2, "0"));

/** `2 May`. */
export function shortDay(name: DayName): string {
  const { month, day } = partsOf(name);
  return `${day} ${MONTHS[month - 1]}`;
}

/** `May`; `May 2026`; `May 26`. */
export function shortMonth(month: number): string {
  return MONTHS[month - 1] ?? "";
}

export function longMonth(month: number): string {
  return MONTH_NAMES[month - 1] ?? "";
}

/** `2 May – 30 Jun 2026`, `2 May 2026`, `1 Dec 2025 – 31 Jan 2026`: the first and the last day. */
export function spanText(first: DayName, last: DayName): string {
  const [begin, end] = [partsOf(first), partsOf(last)];
  if (first === last) return `${shortDay(last)} ${end.year}`;
  const isOneYear = begin.year === end.year;
  if (isOneYear && begin.month === end.month) return `${begin.day} – ${shortDay(last)} ${end.year}`;
  return `${shortDay(first)}${isOneYear ? "" : ` ${begin.year}`} – ${shortDay(last)} ${end.year}`;
}

/** `2026-06-22 22:07` of an instant of a report, whose zone is the page's. */
export function minuteText(cell: string | null): string {
  return cell === null ? "" : cell.slice(0, "2026-06-22T22:07".length).replace("T", " ");
}
