/** The only place that knows what settles gaps: whatever tells of them leads to `status`, which says this. */
import { formatLocal } from "../domain/calendar.ts";
import { earliest, type Instant, latest, parseUtcInstant, plus } from "../domain/instant.ts";
import type { GapRow } from "../store/tables.ts";
import { isInFiles } from "../venues/venue.ts";

export type Gap = Pick<GapRow, "stream" | "symbol" | "from_time" | "until_time">;

/**
 * The commands that settle all of an account's gaps, at least one. A file of the venue's, where it makes any,
 * fills those of two streams; what no file holds can only be accepted. Pure.
 */
export function gapsNext(
  accountId: string,
  gaps: readonly Gap[],
  venueMakesFiles: boolean,
  timeZone: string,
): string {
  const option = (name: "stream" | "symbol") => {
    const [value, ...others] = new Set(gaps.map((gap) => gap[name]));
    return others.length > 0 || value === "" ? "" : ` --${name} ${value}`;
  };
  const day = (at: Instant) => formatLocal(at, timeZone).slice(0, 10);
  const from = gaps.map((gap) => parseUtcInstant(gap.from_time)).reduce(earliest);
  const until = gaps.map((gap) => parseUtcInstant(gap.until_time)).reduce(latest);
  // Both days are inside of a period.
  const period = `${day(from)}..${day(plus(until, -1))}`;
  const ofSymbol = option("symbol");
  const accept = `perpbooks gap accept --account ${accountId}${option("stream")}${ofSymbol} --period ${period} --because "…"`;
  // One that names no symbol also holds for those that no gap is of yet.
  const isForEverySymbol = ofSymbol === "" && gaps.some(({ symbol }) => symbol !== "");
  const canImport = venueMakesFiles && gaps.some(({ stream }) => isInFiles(stream));
  const importing = canImport ? `perpbooks import FILE --account ${accountId}; or, ` : "";
  return `${importing}where nothing is missing${isForEverySymbol ? " of any symbol" : ""}, ${accept}`;
}
