/**
 * The ECB's euro reference rates: `eurofxref-hist.csv`, as the ECB publishes it. A line is `Date,USD,JPY,…,`:
 * the newest day first, one comma too many at each end, and N/A for a currency that has no rate that day. A
 * rate says how much of the currency one euro is worth.
 *
 * Which instant a rate is of: its day as clocks in Frankfurt show it. It is published at about 16:00 there;
 * by long usage it holds for the whole day all the same, and until the next rate, because banks and tax
 * offices take the last rate published for a weekend or a holiday.
 *
 * How long does the newest rate of a file hold? Whether the day after it is a holiday or only not published
 * yet, the file cannot say. So it holds for its own day, and over the weekend behind a Friday, and no longer
 * until a newer file shows that nothing was published in between.
 */
import { addCalendar, parseInstant, startOf } from "../domain/calendar.ts";
import { earliest, type Instant } from "../domain/instant.ts";
import { isStorableInstant, readStorableDecimal } from "../domain/storable.ts";
import { Mistakes, readLines } from "./csv-table.ts";
import type { PriceQuote } from "./price-quote.ts";

const FRANKFURT = "Europe/Berlin";

/**
 * The longest time without a rate at Easter or Christmas is five days; after more than this many a series has
 * ended, and its last rate holds no longer.
 */
const STANDS_DAYS_MAX = 7;

const NEXT = "download eurofxref-hist.csv (in eurofxref-hist.zip) from the ECB again, and import it as it is";

/** No venue that we read has books from before; older rates are read with the rest, and left out. */
const FIRST_DAY = parseInstant("2019-01-01", FRANKFURT);

type Day = {
  readonly line: number;
  readonly startsAt: Instant;
  readonly cells: readonly string[];
  /**
   * Until when a rate of the day holds if it is the newest of the file, and if the next one is long after it.
   */
  readonly newestUntil: Instant;
  readonly longestUntil: Instant;
};

/** Throws a `UsageError` that names every mistake with its line. */
export function readEcbRates(file: string, text: string): readonly PriceQuote[] {
  const mistakes = new Mistakes(file);
  const [header, ...lines] = readLines(file, text);
  const names = header?.cells ?? [];
  const currencies = names.slice(1).filter((name, index) => name !== "" || index < names.length - 2);
  if (names[0] !== "Date" || currencies.length === 0)
    mistakes.add(header?.line ?? 1, 'expected the header "Date,USD,JPY,…", found something else');
  for (const [index, currency] of currencies.entries()) {
    if (!/^[A-Z]{3}$/.test(currency)) mistakes.add(header?.line ?? 1, `"${currency}" is not a currency`);
    else if (currencies.indexOf(currency) < index)
      mistakes.add(header?.line ?? 1, `${currency} is here twice`);
  }
  mistakes.refuse(NEXT);
  const days = readDays(lines, currencies.length, mistakes);
  const quotes = currencies.flatMap((currency, index) => {
    const rates = days.filter((day) => hasRate(day, index, currency, mistakes));
    return rates.map(
      (day, nth): PriceQuote => ({
        base: "EUR",
        quote: currency,
        quality: "day",
        quotedAt: day.startsAt,
        validUntil: validUntil(day, rates[nth + 1]),
        price: day.cells[index + 1] ?? "",
        source: `ECB ${file} line ${day.line}`,
      }),
    );
  });
  mistakes.refuse(NEXT);
  return quotes;
}

/** The days, oldest first. */
function readDays(
  lines: readonly { readonly line: number; readonly cells: readonly string[] }[],
  currencies: number,
  mistakes: Mistakes,
): readonly Day[] {
  const lineOfDay = new Map<Instant, number>();
  const days = lines.flatMap(({ line, cells }): Day[] => {
    const [date = ""] = cells;
    const startsAt = readDay(date);
    // The comma at the end makes one more cell, which is empty.
    const count = cells.at(-1) === "" ? cells.length - 1 : cells.length;
    if (startsAt === null) mistakes.add(line, `expected a day such as 2026-03-27, found "${date}"`);
    else if (count !== currencies + 1)
      mistakes.add(line, `expected ${currencies} rates as the header has, found ${count - 1}`);
    else if (lineOfDay.has(startsAt))
      mistakes.add(
        line,
        `the day ${date} is here a second time; it was first on line ${lineOfDay.get(startsAt)}`,
      );
    else {
      lineOfDay.set(startsAt, line);
      if (startsAt >= FIRST_DAY) return [{ line, startsAt, cells, ...endsOf(startsAt) }];
    }
    return [];
  });
  if (lines.length === 0) mistakes.add(1, "expected a line for each day, found none");
  return days.toSorted((a, b) => a.startsAt - b.startsAt);
}

function readDay(text: string): Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    const day = parseInstant(text, FRANKFURT);
    return isStorableInstant(day) && isStorableInstant(endsOf(day).longestUntil) ? day : null;
  } catch {
    return null;
  }
}

function hasRate({ line, cells }: Day, index: number, currency: string, mistakes: Mistakes): boolean {
  const text = cells[index + 1] ?? "";
  if (text === "N/A") return false;
  const rate = readStorableDecimal(text);
  if (rate?.greaterThan(0)) return true;
  mistakes.add(line, `${currency}: expected a rate above zero or N/A, found "${text}"`);
  return false;
}

function validUntil(day: Day, next: Day | undefined): Instant {
  return next === undefined ? day.newestUntil : earliest(next.startsAt, day.longestUntil);
}

function endsOf(day: Instant): Pick<Day, "newestUntil" | "longestUntil"> {
  const daysLater = (count: number) => addCalendar(day, count, "day", FRANKFURT);
  const isFriday = addCalendar(startOf(day, "week", FRANKFURT), 4, "day", FRANKFURT) === day;
  return { newestUntil: daysLater(isFriday ? 3 : 1), longestUntil: daysLater(STANDS_DAYS_MAX + 1) };
}
