/** The running sum of an asset's days, and what is to be said of it. */
import { type Decimal, ZERO } from "../domain/decimal.ts";
import { type Amount, isGain, isLoss } from "./amounts.ts";
import type { Day, DayName, DayState } from "./days.ts";

export type CurvePoint = {
  readonly state: DayState;
  /** Of the day alone; null where it is not known. */
  readonly net: Decimal | null;
  readonly running: Decimal;
  /** Never above zero: running less its highest value so far, the zero at the start included. */
  readonly drawdown: Decimal;
};

type Place = { readonly place: number; readonly day: DayName; readonly amount: Decimal };

export type Void = {
  readonly first: number;
  readonly last: number;
  readonly state: Exclude<DayState, "read">;
};

export type Curve = {
  readonly asset: string;
  /** One a day. */
  readonly points: readonly CurvePoint[];
  readonly voids: readonly Void[];
  /** Null where it never stood above zero. */
  readonly high: Place | null;
  /** Null where it never fell. `since` is the day of the high before it; null for the start. */
  readonly deepest:
    | (Place & {
        readonly since: DayName | null;
        readonly recovered: DayName | null;
        readonly isAtLeast: boolean;
      })
    | null;
  readonly best: Place | null;
  readonly worst: Place | null;
  readonly up: number;
  readonly down: number;
  readonly daysRead: number;
};

/** A day without a row is a day of zero where it was read. */
export function curveOf(
  asset: string,
  days: readonly Day[],
  states: readonly DayState[],
  figures: ReadonlyMap<DayName, { readonly net: Amount }>,
): Curve {
  const points: CurvePoint[] = [];
  let [running, peak] = [ZERO, ZERO];
  let high: Place | null = null;
  let deepest: Place | null = null;
  let best: Place | null = null;
  let worst: Place | null = null;
  let peakDay: DayName | null = null;
  let deepestSince: DayName | null = null;
  let [up, down, daysRead] = [0, 0, 0];
  for (const [place, { name: day }] of days.entries()) {
    const state = states[place] ?? "unread";
    const net = figures.has(day) ? (figures.get(day)?.net ?? null) : ZERO;
    running = running.plus(net ?? ZERO);
    if (running.greaterThan(peak)) {
      peak = running;
      peakDay = day;
      high = { place, day, amount: running };
    }
    const drawdown = running.minus(peak);
    points.push({ state, net, running, drawdown });
    if (state !== "read") continue;
    daysRead++;
    const amount = net ?? ZERO;
    if (isGain(amount)) up++;
    if (isLoss(amount)) down++;
    if (isGain(amount) && (best === null || amount.greaterThan(best.amount))) best = { place, day, amount };
    if (isLoss(amount) && (worst === null || amount.lessThan(worst.amount))) worst = { place, day, amount };
    if (isLoss(drawdown) && (deepest === null || drawdown.lessThan(deepest.amount))) {
      deepest = { place, day, amount: drawdown };
      deepestSince = peakDay;
    }
  }
  return {
    asset,
    points,
    voids: voidsOf(states),
    high,
    deepest:
      deepest === null ? null : { ...deepest, since: deepestSince, ...afterwards(deepest, points, days) },
    best,
    worst,
    up,
    down,
    daysRead,
  };
}

/** When the high before a fall was reached again; a hole up to the fall may hide a deeper one. */
function afterwards(
  { place }: Place,
  points: readonly CurvePoint[],
  days: readonly Day[],
): { recovered: DayName | null; isAtLeast: boolean } {
  const back = points.findIndex(({ drawdown }, at) => at > place && drawdown.isZero());
  return { recovered: days[back]?.name ?? null, isAtLeast: points.some(({ state }) => state === "unread") };
}

function voidsOf(states: readonly DayState[]): Void[] {
  const voids: { first: number; last: number; state: Void["state"] }[] = [];
  for (const [place, state] of states.entries()) {
    if (state === "read") continue;
    const open = voids.at(-1);
    if (open?.state === state && open.last === place - 1) open.last = place;
    else voids.push({ first: place, last: place, state });
  }
  return voids;
}
