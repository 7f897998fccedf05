/** Which days, weeks, months and years: calendars of few months, or a square a day and a table of months. */
import { type Decimal, formatDecimal } from "../../domain/decimal.ts";
import { type Amount, change, decimalsOf, isGain, isLoss, rounded, signed, total } from "../amounts.ts";
import { twice } from "../charts/chart.ts";
import { yearStrip } from "../charts/year-strip.ts";
import type { Curve, CurvePoint } from "../curve-figures.ts";
import { exactDay } from "../day-words.ts";
import { type Day, longMonth, partsOf, shortMonth } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { type Asset, type Page, withoutText } from "../page.ts";
import { type Steps, stepOf, stepsOf } from "../steps.ts";
import { number, type Section, table, text } from "../table.ts";

export type CalendarDay = { readonly day: Day; readonly point: CurvePoint };

const MONTHS_MAX = 3;

export function calendarSection(page: Page): Section | null {
  const [lead] = page.charted;
  if (lead === undefined || page.days.length < 2) return null;
  const days = page.days.flatMap((day, place): CalendarDay[] => {
    const point = lead.curve.points[place];
    return point === undefined ? [] : [{ day, point }];
  });
  const steps = stepsOf(
    days.flatMap(({ point }) => (point.state === "read" && point.net !== null ? [point.net] : [])),
  );
  const months = groups(days, ({ day }) => day.name.slice(0, "2026-05".length));
  const body =
    months.length <= MONTHS_MAX
      ? html`<div class="keep"><div class="months">${months.map((month) => monthBox(page, lead, month, steps))}</div>${key(lead.asset, steps, false, lead.curve)}</div>`
      : html`${years(page, lead, days, steps)}${key(lead.asset, steps, true, lead.curve)}`;
  const without = withoutText(page.days, lead.curve);
  return {
    id: "calendar",
    heading: "Day by day",
    beside: `${lead.asset}, net result${without === "" ? "" : `; sums are ${without}`}`,
    link: "Calendar",
    body,
  };
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const all = new Map<string, Item[]>();
  for (const item of items) {
    const group = all.get(keyOf(item));
    if (group === undefined) all.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...all.values()];
}

function sumOf(days: readonly CalendarDay[]): Amount {
  return total(days.map(({ point }) => point.net));
}

const WEEK = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const DAY = 86_400_000;

/** Monday is 0; the epoch was a Thursday. */
function weekday({ at }: Day): number {
  return (at / DAY + 3) % 7;
}

function monthBox(page: Page, lead: Asset, days: readonly CalendarDay[], steps: Steps): Html {
  const [first] = days;
  if (first === undefined) return html``;
  const { year, month } = partsOf(first.day.name);
  const daysThat = (is: (amount: Decimal) => boolean) =>
    days.filter(({ point }) => point.state === "read" && point.net !== null && is(point.net)).length;
  const title = `${longMonth(month)} ${year}`;
  const weeks = groups(days, ({ day }) => `${(day.at / DAY + 3 - weekday(day)) / 7}`);
  const rows = weeks.map((week) => {
    const cells = WEEK.map((_, place) => week.find(({ day }) => weekday(day) === place));
    return html`<tr>${cells.map((cell) => (cell === undefined ? html`<td></td>` : dayCell(page, lead, cell, steps)))}<td class="week">${weekSum(week, lead.asset)}</td></tr>`;
  });
  const head = html`<tr>${WEEK.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="week">Week</th></tr>`;
  return html`<div class="monthbox"><p class="monthhead"><span><strong>${title}</strong>${change(sumOf(days), lead.asset)} ${lead.asset}</span><span>${daysThat(isGain)} up · ${daysThat(isLoss)} down</span></p><table class="calendar"><caption class="away">Net result by day, ${title}</caption><thead>${head}</thead><tbody>${rows}</tbody></table></div>`;
}

/** The exact amount is the cell's value; the cell itself has room for a few digits. */
function short(amount: Decimal, asset: string): Html {
  const decimals = amount.abs().greaterThanOrEqualTo(10) ? 0 : Math.max(1, decimalsOf(asset) - 1);
  return html`<data class="${isGain(amount) ? "gain" : isLoss(amount) ? "loss" : "zero"}" value="${amount.toFixed()}">${signed(amount, decimals)}</data>`;
}

function dayCell(page: Page, { asset }: Asset, { day, point }: CalendarDay, steps: Steps): Html {
  const date = partsOf(day.name).day;
  if (point.state !== "read")
    return html`<td class="${point.state === "unread" ? "u" : "b"}"><i>${date}</i>${point.state === "unread" ? "not read" : null}</td>`;
  const step = point.net === null ? "u" : stepOf(point.net, steps);
  const amount: Part =
    point.net === null ? "?" : point.net.isZero() ? html`<data value="0">0</data>` : short(point.net, asset);
  return html`<td class="${step}" title="${exactDay(page, asset, day.name, point.net)}"><i>${date}</i>${amount}</td>`;
}

function weekSum(week: readonly CalendarDay[], asset: string): Part {
  const read = week.filter(({ point }) => point.state === "read");
  const sum = sumOf(read);
  return read.length === 0 || sum === null ? null : short(sum, asset);
}

/** More days than this have no words of their own: they would be most of the page. */
const TITLES_MAX = 400;

function years(page: Page, lead: Asset, days: readonly CalendarDay[], steps: Steps): Html {
  const byYear = groups(days, ({ day }) => partsOf(day.name).year);
  const titles =
    days.length > TITLES_MAX
      ? null
      : (day: CalendarDay) => exactDay(page, lead.asset, day.day.name, day.point.net);
  const strips = byYear.map((year) => {
    const name = partsOf(year[0]?.day.name ?? "").year;
    return html`<div class="keep"><h3>${name} <small>${change(sumOf(year), lead.asset)} ${lead.asset}</small></h3>${twice((size) => yearStrip(page.names, size, year, steps, titles, `Net result of each day of ${name}, in ${lead.asset}`))}</div>`;
  });
  return html`${strips}${monthTable(byYear, lead)}`;
}

/** A table of so few columns is not drawn over the whole page. */
const COMPACT_MAX = 3;

/** Years down, months across is too wide for paper; months down, years across is not. */
function monthTable(byYear: readonly (readonly CalendarDay[])[], { asset }: Asset): Html {
  const sum = (days: readonly CalendarDay[]) =>
    days.some(({ point }) => point.state === "read") ? change(sumOf(days), asset) : null;
  const columns = [text("Month"), ...byYear.map((year) => number(partsOf(year[0]?.day.name ?? "").year))];
  const rows = Array.from({ length: 12 }, (_, nth): Part[] => [
    shortMonth(nth + 1),
    ...byYear.map((year) => sum(year.filter(({ day }) => partsOf(day.name).month === nth + 1))),
  ]).filter(([, ...sums]) => sums.some((sum) => sum !== null));
  return html`<h3>By month</h3>${table({ caption: `Net result by month and year, in ${asset}`, columns, rows, foot: ["Year", ...byYear.map(sum)], isCompact: byYear.length <= COMPACT_MAX })}`;
}

function key(asset: string, { bounds }: Steps, isStrip: boolean, curve: Curve): Html {
  const named = bounds.map((bound, nth) => {
    const words = rounded(bound, bound.greaterThanOrEqualTo(10) ? 0 : decimalsOf(asset));
    return html`${nth === 0 ? "" : ", "}<data value="${formatDecimal(bound)}">${words}</data>`;
  });
  const order = ["l4", "l3", "l2", "l1", "z", "g1", "g2", "g3", "g4"];
  const steps = bounds.length === 0 ? null : html`<span>steps at ${named} ${asset}</span>`;
  const shapes = isStrip
    ? html`<span>a square is a gain, a circle a loss${curve.voids.length > 0 ? ", an outline not read" : ""}</span>`
    : null;
  return html`<p class="key"><span class="steps">loss${order.map((step) => html`<i class="${step}"></i>`)} gain</span>${steps}${shapes}</p>`;
}
