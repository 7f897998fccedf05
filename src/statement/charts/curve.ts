/** The cumulative net result by day, and below it how far it is under its highest point so far. */
import type { Decimal } from "../../domain/decimal.ts";
import { decimalsOf, signed, toneOf } from "../amounts.ts";
import type { Curve } from "../curve-figures.ts";
import { type Day, shortDay } from "../days.ts";
import { type Html, html } from "../html.ts";
import { position, px, textWidth } from "../pixels.ts";
import {
  amountAxis,
  amountScale,
  type Box,
  type Described,
  dayAxis,
  dayScale,
  drawing,
  LETTERS,
  type Names,
  type Size,
  WIDTHS,
} from "./chart.ts";
import { areaOf, lineOf, type Point, thinned } from "./lines.ts";

export type CurveMarks = {
  /** Days with a liquidation. */
  readonly liquidations: readonly string[];
  /** Accounts whose history begins inside. */
  readonly beginnings: readonly { readonly day: string; readonly text: string }[];
};

const PLOT = { wide: 216, half: 118, narrow: 190, small: 110 } as const;
/** Room for the names of accounts that begin. */
const TOP = { wide: 26, half: 10, narrow: 40, small: 10 } as const;
/** None in the small ones. */
const DRAWDOWN = { wide: 74, half: 0, narrow: 66, small: 0 } as const;

export function curveChart(
  name: Names,
  size: Size,
  days: readonly Day[],
  curve: Curve,
  marks: CurveMarks,
  described: Described,
): Html {
  const width = WIDTHS[size];
  const box: Box = {
    left: size === "wide" ? 62 : 54,
    right: width - { wide: 118, half: 92, narrow: 12, small: 12 }[size],
    top: TOP[size],
    bottom: TOP[size] + PLOT[size],
  };
  const values = curve.points.map(({ running }) => position(running));
  const isSmall = size === "half" || size === "small";
  const ticks = isSmall ? 3 : 5;
  const y = amountScale(values, [box.bottom, box.top], ticks);
  const x = dayScale(days, box);
  const xOf = (place: number) => x(days[place]?.at ?? 0);
  const drawn = (amountAt: (place: number) => number, scale: (value: number) => number) =>
    thinned(
      curve.points.map(({ state }, place) =>
        state === "read" ? { x: xOf(place), y: scale(amountAt(place)) } : null,
      ),
    );
  const points = drawn((place) => values[place] ?? 0, y);
  const below = DRAWDOWN[size];
  const under: Box = { ...box, top: box.bottom + 34, bottom: box.bottom + 34 + below };
  const bottom = below === 0 ? box.bottom : under.bottom;
  const last = curve.points.findLastIndex(({ state }) => state === "read");
  return drawing(
    name,
    size,
    bottom + 28,
    described,
    [
      ...voids(curve, days, xOf, box, bottom),
      ...amountAxis(y, ticks, box),
      html`<path class="area" d="${areaOf(points, y(0))}"/>`,
      ...beginnings(marks, days, xOf, box, bottom, size),
      html`<path class="curve" d="${lineOf(points)}"/>`,
      ...liquidations(marks, days, curve, xOf, (place) => y(values[place] ?? 0)),
      ...(below === 0 ? [] : drawdown(curve, under, xOf, drawn)),
      ...(isSmall ? [] : highest(curve, xOf, (place) => y(values[place] ?? 0), box)),
      ...(last === -1 ? [] : endLabel(curve, last, xOf(last), y(values[last] ?? 0), size)),
      ...dayAxis(days, x, size === "wide" ? 10 : 4, { ...box, bottom }),
    ],
    pointed(curve, days, size, box, bottom),
  );
}

/** What the script shows of the day under the pointer; of more days than pixels nothing. */
function pointed(
  { points, asset }: Curve,
  days: readonly Day[],
  size: Size,
  { left, right, top }: Box,
  bottom: number,
): Html | null {
  if (size !== "wide" || days.length > POINTED_MAX) return null;
  const amount = (value: Decimal) => signed(value, decimalsOf(asset));
  const texts = points.map(({ state, net, running }, place) => {
    const day = shortDay(days[place]?.name ?? "");
    return state === "read" && net !== null
      ? `${day}: ${amount(net)}, in all ${amount(running)} ${asset}`
      : `${day}: not read`;
  });
  return html` data-days="${texts.join("|")}" data-box="${[left, right, top, bottom].map(px).join(" ")}"`;
}

const POINTED_MAX = 1_000;

/** Spans without a reading, with the words for it. */
function voids(
  curve: Curve,
  days: readonly Day[],
  xOf: (place: number) => number,
  { left, right, top }: Box,
  bottom: number,
): Html[] {
  return curve.voids.map(({ first, last, state }) => {
    // From halfway to the neighbours, so that a single day is seen.
    const from = first === 0 ? left : (xOf(first - 1) + xOf(first)) / 2;
    const until = last === days.length - 1 ? right : (xOf(last) + xOf(last + 1)) / 2;
    const after = days[last + 1];
    const words =
      state === "before" && after !== undefined
        ? `no history before ${shortDay(after.name)}`
        : state === "later"
          ? "not read yet"
          : "not read";
    const fits = textWidth(words, LETTERS) < until - from - 8;
    return html`<rect class="void ${state}" x="${px(from)}" y="${px(top)}" width="${px(until - from)}" height="${px(bottom - top)}"/>${fits ? html`<text class="note" x="${px(from + 6)}" y="${px(top + 15)}">${words}</text>` : null}`;
  });
}

const BEGINNINGS_MAX = 4;

function beginnings(
  { beginnings: all }: CurveMarks,
  days: readonly Day[],
  xOf: (place: number) => number,
  { top, right }: Box,
  bottom: number,
  size: Size,
): Html[] {
  if (size === "half" || size === "small") return [];
  return all.flatMap(({ day, text }, nth) => {
    const place = days.findIndex(({ name }) => name === day);
    if (place === -1) return [];
    const x = xOf(place);
    const room = textWidth(text, LETTERS);
    const isLeft = x + room + 6 > right;
    const label =
      nth < BEGINNINGS_MAX
        ? html`<text class="note over" text-anchor="${isLeft ? "end" : "start"}" x="${px(isLeft ? x - 5 : x + 5)}" y="${px(top - TOP[size] + 12 + nth * 14)}">${text}</text>`
        : null;
    return [
      html`<line class="begins" x1="${px(x)}" x2="${px(x)}" y1="${px(top - TOP[size] + 3)}" y2="${px(bottom)}"/>${label}`,
    ];
  });
}

function liquidations(
  { liquidations: all }: CurveMarks,
  days: readonly Day[],
  curve: Curve,
  xOf: (place: number) => number,
  yOf: (place: number) => number,
): Html[] {
  return all.flatMap((day) => {
    const place = days.findIndex(({ name }) => name === day);
    if (curve.points[place]?.state !== "read") return [];
    const [x, y] = [xOf(place), yOf(place)];
    return [html`<path class="liquidation" d="M${px(x)},${px(y - 6)}l5.5,9.5h-11z"/>`];
  });
}

function drawdown(
  curve: Curve,
  box: Box,
  xOf: (place: number) => number,
  drawn: (amountAt: (place: number) => number, scale: (value: number) => number) => Point[],
): Html[] {
  const values = curve.points.map(({ drawdown }) => position(drawdown));
  const scale = amountScale(values.some((value) => value < 0) ? values : [-1], [box.bottom, box.top], 2);
  const points = drawn((place) => values[place] ?? 0, scale);
  const { deepest } = curve;
  const heading = html`<text class="note" x="${px(box.left)}" y="${px(box.top - 9)}">Drawdown from the highest point so far</text>`;
  const place = deepest?.place ?? -1;
  const x = xOf(place);
  const label = deepest === null ? "" : `${signed(deepest.amount, 0)} on ${shortDay(deepest.day)}`;
  const half = textWidth(label, LETTERS) / 2;
  const at = Math.max(box.left + half, Math.min(x, box.right - half));
  const mark =
    deepest === null
      ? null
      : html`<circle class="low" cx="${px(x)}" cy="${px(scale(values[place] ?? 0))}" r="3"/><text class="note over" text-anchor="middle" x="${px(at)}" y="${px(scale(values[place] ?? 0) + (scale(values[place] ?? 0) > box.bottom - 18 ? -8 : 16))}">${label}</text>`;
  return [
    ...amountAxis(scale, 2, box),
    heading,
    html`<path class="drawdown-area" d="${areaOf(points, scale(0))}"/><path class="drawdown" d="${lineOf(points)}"/>`,
    ...(mark === null ? [] : [mark]),
  ];
}

function highest(
  { high }: Curve,
  xOf: (place: number) => number,
  yOf: (place: number) => number,
  { left, right }: Box,
): Html[] {
  if (high === null) return [];
  const [x, y] = [xOf(high.place), yOf(high.place)];
  const label = `high ${signed(high.amount, 0)}`;
  const half = textWidth(label, LETTERS) / 2;
  const at = Math.max(left + half, Math.min(x, right - half));
  return [
    html`<circle class="dot" cx="${px(x)}" cy="${px(y)}" r="3"/><text class="note over" text-anchor="middle" x="${px(at)}" y="${px(y - 9)}">${label}</text>`,
  ];
}

/** On a phone the figure stands above the chart, where it covers nothing. */
function endLabel({ points, asset }: Curve, last: number, x: number, y: number, size: Size): Html[] {
  const end = points[last]?.running;
  if (end === undefined) return [];
  const dot = html`<circle class="dot" cx="${px(x)}" cy="${px(y)}" r="3.5"/>`;
  if (size === "narrow" || size === "small") return [dot];
  return [
    dot,
    html`<text class="value over total ${toneOf(end)}" x="${px(x + 10)}" y="${px(y + 1)}">${signed(end, decimalsOf(asset))}</text><text class="tick over" x="${px(x + 10)}" y="${px(y + 16)}">${asset}</text>`,
  ];
}
