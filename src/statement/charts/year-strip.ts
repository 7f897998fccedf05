/** A year as weeks of seven days: squares for gains, circles for losses, so that no colour is needed. */

import { greatest } from "../../domain/lists.ts";
import { isLoss } from "../amounts.ts";
import { partsOf, shortMonth } from "../days.ts";
import { type Html, html } from "../html.ts";
import { px } from "../pixels.ts";
import type { CalendarDay } from "../sections/calendar.ts";
import { type Steps, stepOf } from "../steps.ts";
import { drawing, type Names, WIDTHS } from "./chart.ts";

const DAY = 86_400_000;
/** The class of a day that was not read. */
const HOLLOW = "u";
const LEFT = 28;
/** A year has 54 weeks at most; on a phone it stands in two halves. */
const WEEKS = { wide: 54, narrow: 27 } as const;

export function yearStrip(
  name: Names,
  size: "wide" | "narrow",
  days: readonly CalendarDay[],
  steps: Steps,
  titleOf: ((day: CalendarDay) => string) | null,
  title: string,
): Html {
  const pitch = (WIDTHS[size] - LEFT) / WEEKS[size];
  const side = Math.min(13, pitch - 2.2);
  const row = side + 2.2;
  const half = 7 * row + 26;
  const [first] = days;
  if (first === undefined) return html``;
  const { year } = partsOf(first.day.name);
  const start = yearStart(first);
  const placeOf = (day: CalendarDay) => {
    const week = Math.floor((day.day.at / DAY + 3) / 7) - Math.floor((start / DAY + 3) / 7);
    const line = Math.floor(week / WEEKS[size]);
    return {
      x: LEFT + (week % WEEKS[size]) * pitch,
      y: 16 + line * half + ((day.day.at / DAY + 3) % 7) * row,
      line,
    };
  };
  // Of years, and on a phone, where nothing points: one path for each step in place of a mark for each day.
  const cells =
    titleOf === null || size === "narrow"
      ? dots(days, placeOf, side, steps)
      : days.map((day) => {
          const { x, y } = placeOf(day);
          return cell(day, x, y, side, steps, titleOf(day));
        });
  const months = days.filter(({ day }) => partsOf(day.name).day === "1" || day === first.day);
  const labels = months.map((day) => {
    const { x, line } = placeOf(day);
    return html`<text class="tick" x="${px(x)}" y="${px(9 + line * half)}">${shortMonth(partsOf(day.day.name).month)}</text>`;
  });
  const lines = greatest(days.map((day) => placeOf(day).line)) + 1;
  const weekdays = Array.from({ length: lines }, (_, line) =>
    [
      ["Mo", 0],
      ["Fr", 4],
    ].map(
      ([word, place]) =>
        html`<text class="tick" x="0" y="${px(16 + line * half + (place === 0 ? 0 : 4) * row + side - 2)}">${word ?? ""}</text>`,
    ),
  );
  const described = { title, description: `${counts(days)} of ${year}.` };
  return drawing(
    name,
    size,
    lines * half,
    described,
    html`<g class="strip">${labels}${weekdays}${cells}</g>`,
  );
}

/** 1 January of the year of a day, in UTC. */
function yearStart({ day }: CalendarDay): number {
  const { month, day: date } = partsOf(day.name);
  const [year] = day.name.split("-");
  return day.at - dayOfYear(year ?? "", month, date) * DAY;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 for 1 January. */
function dayOfYear(year: string, month: number, date: string): number {
  const isLeap = /(?:[02468][48]|[13579][26]|[2468]0)$|(?:[02468][048]|[13579][26])00$/.test(year);
  const before = MONTH_DAYS.slice(0, month - 1).reduce((sum, days) => sum + days, 0);
  return (
    before +
    (isLeap && month > 2 ? 1 : 0) +
    [...Array(31).keys()].findIndex((place) => `${place + 1}` === date)
  );
}

function cell(day: CalendarDay, x: number, y: number, side: number, steps: Steps, title: string): Html {
  const { state, net } = day.point;
  const isHollow = state !== "read" || net === null;
  const step = isHollow ? HOLLOW : stepOf(net, steps);
  const words = state !== "read" ? null : html`<title>${title}</title>`;
  if (!isHollow && isLoss(net))
    return html`<circle class="${step}" cx="${px(x + side / 2)}" cy="${px(y + side / 2)}" r="${px(side / 2)}">${words}</circle>`;
  const inset = isHollow ? 1 : 0;
  return html`<rect class="${step}" x="${px(x + inset)}" y="${px(y + inset)}" width="${px(side - 2 * inset)}" height="${px(side - 2 * inset)}">${words}</rect>`;
}

/** One path for all days of a step, each a short line as thick as it is long: a third of the letters. */
function dots(
  days: readonly CalendarDay[],
  placeOf: (day: CalendarDay) => { readonly x: number; readonly y: number },
  side: number,
  steps: Steps,
): Html[] {
  const byStep = new Map<string, { x: number; y: number }[]>();
  for (const day of days) {
    const { state, net } = day.point;
    const step = state !== "read" || net === null ? HOLLOW : stepOf(net, steps);
    const places = byStep.get(step);
    if (places === undefined) byStep.set(step, [placeOf(day)]);
    else places.push(placeOf(day));
  }
  return [...byStep].map(([step, places]) => {
    if (step === HOLLOW)
      return html`<path class="${step}" d="${places.map(({ x, y }) => `M${px(x + 1)},${px(y + 1)}h${px(side - 2)}v${px(side - 2)}h-${px(side - 2)}z`).join("")}"/>`;
    // On paper a line without a length has its round ends, but no square ones.
    const [begin, length] = step.startsWith("l") ? [side / 2, 0] : [0, side];
    const marks = places.map(({ x, y }) => `M${px(x + begin)},${px(y + side / 2)}h${px(length)}`);
    const round = length === 0 ? " round" : "";
    return html`<path class="dots${round} ${step}" stroke-width="${px(side)}" d="${marks.join("")}"/>`;
  });
}

function counts(days: readonly CalendarDay[]): string {
  const read = days.filter(({ point }) => point.state === "read");
  const losses = read.filter(({ point }) => point.net !== null && isLoss(point.net)).length;
  const flat = read.filter(({ point }) => point.net?.isZero() === true).length;
  const hollow = days.length - read.length;
  return `${read.length - losses - flat} days up, ${losses} down, ${flat} at zero${hollow === 0 ? "" : `, ${hollow} not read`}`;
}
