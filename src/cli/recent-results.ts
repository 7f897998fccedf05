/** The results of the last days, account by account, as a line of blocks for a person at a terminal. */

import { addCalendar, formatLocal, startOf } from "../domain/calendar.ts";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../domain/decimal.ts";
import { latest } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import type { Window } from "../domain/window.ts";
import { ownReport } from "../report/definition.ts";
import { runReport } from "../report/run-report.ts";
import type { Store } from "../store/store.ts";

const DAYS = 60;
const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const STEPS = BLOCKS.length - 1;

/**
 * One line for each asset: the running net result of the last days of `complete`, which has no hole, and its
 * total. No line for an asset without any result in these days, for a single day, or where a result is not
 * known.
 */
export async function recentResults(
  store: Store,
  accountId: string,
  complete: Window,
  timeZone: string,
): Promise<string[]> {
  const earliest = addCalendar(startOf(complete.until, "day", timeZone), 1 - DAYS, "day", timeZone);
  const from = latest(earliest, startOf(complete.from, "day", timeZone));
  const period: Period = { name: "the last days", timeZone, from, until: complete.until };
  const { columns, rows } = await runReport(store, ownReport("daily-result"), period, accountId);
  const [day, asset, net] = ["day", "asset", "net_result"].map((name) => columns.indexOf(name));
  const results = new Map<string, Map<string, string | null>>();
  for (const row of rows) {
    const own = results.get(row[asset ?? -1] ?? "") ?? new Map<string, string | null>();
    own.set(row[day ?? -1] ?? "", row[net ?? -1] ?? null);
    results.set(row[asset ?? -1] ?? "", own);
  }
  const days = dayNames(period);
  return [...results]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, own]) => line(name, own, days));
}

function dayNames({ from, until, timeZone }: Period): string[] {
  const names: string[] = [];
  for (let at = from; at < until; at = addCalendar(at, 1, "day", timeZone))
    names.push(formatLocal(at, timeZone).slice(0, "2026-05-02".length));
  return names;
}

function line(asset: string, results: ReadonlyMap<string, string | null>, days: readonly string[]): string[] {
  const amounts = days.map((day) => (results.has(day) ? (results.get(day) ?? null) : "0"));
  if (days.length < 2 || amounts.includes(null) || amounts.every((amount) => amount === "0")) return [];
  let running = ZERO;
  const curve = amounts.map((amount) => {
    running = running.plus(parseDecimal(amount ?? "0"));
    return running;
  });
  const sign = running.isPositive() && !running.isZero() ? "+" : "";
  return [`net result of ${days.length} days: ${blocks(curve)} ${sign}${formatDecimal(running)} ${asset}`];
}

/** From the lowest amount to the highest; zero is one of them, so that a gain ends above where it began. */
function blocks(amounts: readonly Decimal[]): string {
  const all = [ZERO, ...amounts];
  const low = all.reduce((a, b) => (b.lessThan(a) ? b : a));
  const high = all.reduce((a, b) => (b.greaterThan(a) ? b : a));
  const span = high.minus(low);
  return amounts
    .map((amount) =>
      BLOCKS.findLast((_, step) => span.times(step).lessThanOrEqualTo(amount.minus(low).times(STEPS))),
    )
    .join("");
}
