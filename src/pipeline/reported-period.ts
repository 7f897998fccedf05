import { formatLocal, isTimeZone } from "../domain/calendar.ts";
import { type Instant, parseUtcInstant, plus } from "../domain/instant.ts";
import { type Period, parsePeriod, wholeDays } from "../domain/period.ts";
import { UsageError } from "../errors.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Workspace } from "./workspace.ts";

export type PeriodOptions = { readonly period?: string | undefined; readonly timeZone?: string | undefined };

/**
 * Throws a `UsageError` for a period or time zone that cannot be read. To be called before anything is done.
 */
export function checkPeriodOptions({ period, timeZone }: PeriodOptions): void {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new UsageError({
      where: "--time-zone",
      what: `"${timeZone}" is not a time zone`,
      evidence: ["nothing was done"],
      next: "give a name of the IANA database: Europe/Berlin, America/New_York, UTC",
    });
  }
  if (period !== undefined) readPeriod(period, timeZone ?? "UTC");
}

/**
 * Throws a `UsageError` for a period of which nothing has happened yet. To be called before anything is done.
 */
export function refuseUnbegun({ period, timeZone }: PeriodOptions, zone: string, now: Instant): void {
  if (period === undefined) return;
  const { from } = readPeriod(period, timeZone ?? zone);
  if (from <= now) return;
  const at = (moment: Instant) => formatLocal(moment, timeZone ?? zone);
  throw new UsageError({
    where: "--period",
    what: `"${period}" has not begun`,
    evidence: [`it begins at ${at(from)}, and it is ${at(now)}`, "nothing was done"],
    next: "give a period that has begun",
  });
}

/**
 * The period requested; or all there is, in whole days, from the first event or gap to the last snapshot.
 * Null while there is nothing yet.
 */
export async function reportedPeriod(workspace: Workspace, options: PeriodOptions): Promise<Period | null> {
  const timeZone = options.timeZone ?? workspace.configuration.timeZone;
  if (options.period !== undefined) return readPeriod(options.period, timeZone);
  const [span] = await runSqlFile<{ from_time: string | null; until_time: string | null }>(
    workspace.store.db,
    "pipeline/history-span",
    {
      account_ids: JSON.stringify(workspace.accounts.map((account) => account.name)),
    },
  );
  if (span === undefined || span.from_time === null || span.until_time === null) return null;
  // The last snapshot's own millisecond belongs to the period.
  return wholeDays(
    { from: parseUtcInstant(span.from_time), until: plus(parseUtcInstant(span.until_time), 1) },
    timeZone,
  );
}

export function readPeriod(text: string, timeZone: string): Period {
  try {
    return parsePeriod(text, timeZone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError({
      where: "--period",
      what: error.message,
      evidence: ["nothing was done"],
      next: "give one of these forms, the earlier end first; days are those of the time zone",
    });
  }
}
