/**
 * When the next price of a daily series is due. The ECB sets its rates at about 16:00 in Frankfurt on every
 * day but weekends and the six days on which the system of payments in euros (TARGET) is closed. Pure.
 */
import { addCalendar, formatLocal, startOf } from "../../domain/calendar.ts";
import { HOUR_MS, type Instant, plus } from "../../domain/instant.ts";

const FRANKFURT = "Europe/Berlin";
const SET_AT_HOUR = 16;

/** New Year, Labour Day, and the two days of Christmas. */
const CLOSED_DAYS: readonly string[] = ["01-01", "05-01", "12-25", "12-26"];

/**
 * Easter Sundays. Behind the last one, the days around Easter count as days with a rate, which is waited for
 * in vain.
 */
const EASTER: readonly string[] = [
  "2026-04-05",
  "2027-03-28",
  "2028-04-16",
  "2029-04-01",
  "2030-04-21",
  "2031-04-13",
  "2032-03-28",
  "2033-04-17",
  "2034-04-09",
  "2035-03-25",
  "2036-04-13",
  "2037-04-05",
  "2038-04-25",
  "2039-04-10",
  "2040-04-01",
  "2041-04-21",
  "2042-04-06",
  "2043-03-29",
  "2044-04-17",
  "2045-04-09",
];

/**
 * Until when the price after the one of `newest`'s day is waited for: the day after that has its price too. A
 * file that was fetched in the morning lacks the day before's until the next morning, and nothing is wrong.
 */
export function nextDueAt(newest: Instant): Instant {
  const day = nextRateDay(nextRateDay(startOf(newest, "day", FRANKFURT)));
  // No clock is set forward or back between a midnight and 16:00 but on Sundays, which have no rate.
  return plus(day, SET_AT_HOUR * HOUR_MS);
}

function nextRateDay(day: Instant): Instant {
  const next = addCalendar(day, 1, "day", FRANKFURT);
  return hasRate(next) ? next : nextRateDay(next);
}

function hasRate(day: Instant): boolean {
  const after = (days: number) => addCalendar(day, days, "day", FRANKFURT);
  const isWeekend = startOf(after(2), "week", FRANKFURT) > startOf(day, "week", FRANKFURT);
  // Good Friday is two days before Easter, Easter Monday the day after it.
  const isEaster = [after(2), after(-1)].some((sunday) => EASTER.includes(dateOf(sunday)));
  return !isWeekend && !isEaster && !CLOSED_DAYS.includes(dateOf(day).slice(5));
}

function dateOf(day: Instant): string {
  return formatLocal(day, FRANKFURT).slice(0, 10);
}
