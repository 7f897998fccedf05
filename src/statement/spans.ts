/** The days of a period as rows of a table: by day, by month, or by year where those would be too many. */
import { type Day, type DayName, longMonth, partsOf } from "./days.ts";

export type Span = {
  /** `2026-05-02`, `May 2026`, `2026`. */
  readonly name: string;
  /** Places among the days of the period, in order; at least one. */
  readonly places: readonly number[];
};

type Spans = { readonly unit: "day" | "month" | "year"; readonly spans: readonly Span[] };

const UNITS = [
  { unit: "day", nameOf: (day: DayName) => day },
  {
    unit: "month",
    nameOf: (day: DayName) => `${longMonth(partsOf(day).month)} ${partsOf(day).year}`,
  },
  { unit: "year", nameOf: (day: DayName) => partsOf(day).year },
] as const;

/** The shortest unit of which there are at most so many; years where nothing else is few enough. */
export function spansOf(days: readonly Day[], most: number): Spans {
  let found: Spans = { unit: "year", spans: [] };
  for (const { unit, nameOf } of UNITS) {
    found = { unit, spans: grouped(days, nameOf) };
    if (found.spans.length <= most) break;
  }
  return found;
}

function grouped(days: readonly Day[], nameOf: (day: DayName) => string): Span[] {
  const spans: { name: string; places: number[] }[] = [];
  for (const [place, day] of days.entries()) {
    const name = nameOf(day.name);
    const last = spans.at(-1);
    if (last?.name === name) last.places.push(place);
    else spans.push({ name, places: [place] });
  }
  return spans;
}
