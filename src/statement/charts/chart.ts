/**
 * What all charts have in common. A wide chart is drawn twice, for a screen or paper and for a phone, and the
 * style shows one of them: one picture made smaller would have letters of four pixels.
 */
import { type ScaleLinear, type ScaleTime, scaleLinear, scaleUtc } from "d3-scale";
import { greatest } from "../../domain/lists.ts";
import { grouped } from "../amounts.ts";
import { type Day, partsOf, shortDay, shortMonth } from "../days.ts";
import { type Html, html } from "../html.ts";
import { px } from "../pixels.ts";

/** The last two are for phones. */
export type Size = "wide" | "half" | "narrow" | "small";

/** A column of a page is as wide as a phone: one drawing serves both. */
export const WIDTHS: Readonly<Record<Size | "column", number>> = {
  wide: 1040,
  half: 500,
  narrow: 360,
  small: 360,
  column: 340,
};

/** The letters of a chart, in the units of its width. */
export const LETTERS = 12;

export type Described = {
  readonly title: string;
  /** The facts that who sees the chart takes from it. */
  readonly description: string;
};

/** Gives each chart of a page a name of its own, in the order of drawing. */
export type Names = () => string;

export function names(): Names {
  let drawn = 0;
  return () => `c${++drawn}`;
}

export function drawing(
  name: Names,
  size: Size | "column",
  height: number,
  { title, description }: Described,
  marks: Html | readonly Html[],
  attributes: Html | null = null,
): Html {
  const id = name();
  return html`<svg class="${size}" viewBox="0 0 ${WIDTHS[size]} ${px(height)}" role="img" aria-labelledby="${id}t ${id}d"${attributes}><title id="${id}t">${title}</title><desc id="${id}d">${description}</desc>${marks}</svg>`;
}

/** Drawn for both; the other one is not there for whoever reads it aloud either. */
export function twice(draw: (size: "wide" | "narrow") => Html): Html {
  return html`<div class="chart">${draw("wide")}${draw("narrow")}</div>`;
}

/** The same of a chart that has another one beside it. */
export function halfTwice(draw: (size: "half" | "small") => Html): Html {
  return html`<div class="chart">${draw("half")}${draw("small")}</div>`;
}

export type Box = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** A scale of amounts with zero always in it. */
export function amountScale(
  values: Iterable<number>,
  range: readonly [number, number],
  ticks: number,
): ScaleLinear<number, number> {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === 0 && high === 0) high = 1;
  return scaleLinear().domain([low, high]).range(range).nice(ticks);
}

/** An axis is read and not added up: from ten thousand on it says thousands or millions. */
export function tickText(value: number): string {
  const magnitude = Math.abs(value);
  const [divisor, unit] =
    magnitude >= 1e12
      ? [1e12, "T"]
      : magnitude >= 1e9
        ? [1e9, "B"]
        : magnitude >= 1e6
          ? [1e6, "M"]
          : magnitude >= 1e4
            ? [1e3, "k"]
            : [1, ""];
  // A tick is a 1-2-5 step, whose double may end in …0001.
  const plain = (value / divisor)
    .toPrecision(6)
    .replace(/(\.\d*?)0+(?=$|e)/, "$1")
    .replace(/\.(?=$|e)/, "");
  return `${plain.includes("e") ? plain : grouped(plain)}${unit}`;
}

/** Lines across the plot with their amounts at the left. */
export function amountAxis(scale: ScaleLinear<number, number>, ticks: number, { left, right }: Box): Html[] {
  return scale.ticks(ticks).map((value) => {
    const y = px(scale(value));
    return html`<line class="${value === 0 ? "zeroline" : "grid"}" x1="${px(left)}" x2="${px(right)}" y1="${y}" y2="${y}"/><text class="tick" text-anchor="end" x="${px(left - 8)}" y="${px(scale(value) + 4)}">${tickText(value)}</text>`;
  });
}

/** Days are equally long here, whatever clocks do. */
export function dayScale(days: readonly Day[], { left, right }: Box): ScaleTime<number, number> {
  const [first, last] = [days[0], days.at(-1)];
  return scaleUtc()
    .domain([first?.at ?? 0, last?.at ?? 1])
    .range([left, right]);
}

/** The first day, and then days, Mondays, months, quarters or years, as many as there is room for. */
export function dayAxis(
  days: readonly Day[],
  scale: ScaleTime<number, number>,
  most: number,
  { left, right, bottom }: Box,
): Html[] {
  const first = days[0];
  if (first === undefined) return [];
  const isLong = days.length > LONG_DAYS;
  const label = (day: Day) => {
    const { year, month } = partsOf(day.name);
    return !isLong
      ? shortDay(day.name)
      : month === 1 || day === first
        ? `${shortMonth(month)} ${year}`
        : shortMonth(month);
  };
  const wanted = stepOf(days, most);
  const labelled: { x: number; text: string }[] = [{ x: left, text: label(first) }];
  for (const day of days) {
    if (!wanted(day, days)) continue;
    const x = scale(day.at);
    const before = labelled.at(-1);
    if (before === undefined) continue;
    const text = label(day);
    // The first begins at its mark; the others have theirs in the middle.
    const room = labelled.length === 1 ? before.text.length + text.length / 2 : before.text.length;
    if (x - before.x < (room + 2) * LETTERS * 0.55) continue;
    if (x + text.length * LETTERS * 0.28 > right + 30) continue;
    labelled.push({ x, text });
  }
  return labelled.map(
    ({ x, text }, place) =>
      html`<line class="tickmark" x1="${px(x)}" x2="${px(x)}" y1="${px(bottom)}" y2="${px(bottom + 4)}"/><text class="tick" text-anchor="${place === 0 ? "start" : "middle"}" x="${px(x)}" y="${px(bottom + 18)}">${text}</text>`,
  );
}

const LONG_DAYS = 200;

function stepOf(days: readonly Day[], most: number): (day: Day, days: readonly Day[]) => boolean {
  const [first] = days;
  const monday = 4 * DAY;
  const everyDays = [1, 2, 7, 14].find((step) => days.length / step <= most);
  if (everyDays !== undefined && everyDays < 7)
    return ({ at }) => ((at - (first?.at ?? 0)) / DAY) % everyDays === 0;
  // The epoch was a Thursday.
  if (everyDays !== undefined) return ({ at }) => (at - monday) % (everyDays * DAY) === 0;
  const months = days.length / 30;
  const everyMonths = [1, 2, 3, 6, 12].find((step) => months / step <= most) ?? 12;
  return ({ name }) => {
    const { month, day } = partsOf(name);
    return day === "1" && (month - 1) % everyMonths === 0;
  };
}

const DAY = 86_400_000;

/** Room at the left for the names of bars. */
export function labelRoom(
  labels: readonly string[],
  widthOf: (label: string) => number,
  most: number,
): number {
  return Math.min(most, greatest(labels.map(widthOf)) + 14);
}
