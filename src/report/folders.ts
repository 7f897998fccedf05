/**
 * How files are laid out by period: a folder for all there is, in it one for each calendar year, and in that
 * one for each month. Every folder is complete in itself. What has one row for each thing that happened is
 * divided among the months; what sums up is in every folder, for the folder's own period.
 */
import { addCalendar, type CalendarUnit, formatLocal, startOf } from "../domain/calendar.ts";
import { earliest, type Instant, latest } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import type { ReportDefinition } from "./definition.ts";

export type Folder = {
  /** From the outermost one: "", "2026", "2026/05". */
  readonly path: string;
  readonly period: Period;
  /** A span stands alone, and so holds everything. */
  readonly kind: "all" | "year" | "month" | "span";
};

/**
 * The folders of all there is: each month before its year, and the outermost one last. Months in which
 * nothing happened are there too, because their files say so; the first and the last are whole months, as is
 * a month that is requested by its name.
 */
export function foldersOf(whole: Period): Folder[] {
  return [
    ...unitsOf(whole, "year").flatMap((year): Folder[] => [
      ...unitsOf(whole, "month")
        .filter((month) => startOf(month.from, "year", whole.timeZone) === year.from)
        .map((period): Folder => ({ path: period.name.replace("-", "/"), period, kind: "month" })),
      { path: year.name, period: year, kind: "year" },
    ]),
    { path: "", period: whole, kind: "all" },
  ];
}

/** The calendar's units that have a part in common with a span, as they could be requested by name. */
function unitsOf({ from, until, timeZone }: Period, unit: "year" | "month"): Period[] {
  const units: Period[] = [];
  for (let at = startOf(from, unit, timeZone); at < until; at = next(at, unit, timeZone)) {
    const name = formatLocal(at, timeZone).slice(0, unit === "year" ? "2026".length : "2026-05".length);
    units.push({ name, timeZone, from: at, until: next(at, unit, timeZone) });
  }
  return units;
}

/** The months of a period; the first and the last are cut where it begins and ends. */
export function monthsOf({ from, until, timeZone, ...rest }: Period): Period[] {
  return unitsOf({ from, until, timeZone, ...rest }, "month").map((month) => ({
    ...month,
    from: latest(month.from, from),
    until: earliest(month.until, until),
  }));
}

function next(at: Instant, unit: CalendarUnit, timeZone: string): Instant {
  return addCalendar(at, 1, unit, timeZone);
}

/**
 * Which reports stand in a folder. One that is of no period says how things are now, so it is in the
 * outermost folder alone.
 */
export function reportsIn(
  { kind }: Folder,
  definitions: readonly ReportDefinition[],
): readonly ReportDefinition[] {
  switch (kind) {
    case "span":
      return definitions;
    case "all":
      return definitions.filter((one) => !one.isByMonth);
    case "year":
      return definitions.filter((one) => !one.isByMonth && isOfPeriod(one));
    case "month":
      return definitions.filter(isOfPeriod);
  }
}

function isOfPeriod({ parameters }: ReportDefinition): boolean {
  return parameters.includes("until");
}

/**
 * What a folder of a period that was requested is called, in the folder of all there is: as the period, but
 * for a year, whose folder there is every night's own. Such a one is called by its days. No file system minds
 * the name.
 */
export function folderNameOf({ name, from, until, timeZone }: Period): string {
  if (!/^\d{4}$/.test(name)) return name.replaceAll(":", "");
  const lastDay = addCalendar(until, -1, "day", timeZone);
  return [from, lastDay].map((at) => formatLocal(at, timeZone).slice(0, "2026-05-01".length)).join("..");
}
