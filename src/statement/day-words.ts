/** A day in words, for whoever points at it: its result, and what it came from. */
import { counted } from "../domain/counted.ts";
import { type Amount, decimalsOf, signed } from "./amounts.ts";
import { shortDay } from "./days.ts";
import type { Page } from "./page.ts";

/** `11 May: −248.12 USDT; 3 round trips closed, fees −1.20, funding +0.40`. */
export function exactDay({ rows }: Page, asset: string, day: string, net: Amount): string {
  const amount = (value: Amount) => (value === null ? "not known" : signed(value, decimalsOf(asset)));
  const figures = rows.days.get(asset)?.get(day);
  const trips = rows.trips.get(asset)?.closedByDay.get(day);
  const parts = [
    ...(trips === undefined ? [] : [`${counted(trips, "round trip")} closed`]),
    ...(figures === undefined ? [] : [`fees ${amount(figures.fees)}`, `funding ${amount(figures.funding)}`]),
  ];
  return `${shortDay(day)}: ${amount(net)} ${asset}${parts.length === 0 ? "" : `; ${parts.join(", ")}`}`;
}
