/** Funding day by day as bars, and running as a line of steps; both are amounts, so they share one axis. */
import { curveStepAfter, line } from "d3-shape";
import { counted } from "../../domain/counted.ts";
import { type Decimal, ZERO } from "../../domain/decimal.ts";
import { decimalsOf, isGain, isLoss, signed } from "../amounts.ts";
import { type Html, html } from "../html.ts";
import type { Asset, Page } from "../page.ts";
import { position, px } from "../pixels.ts";
import { amountAxis, amountScale, dayAxis, dayScale, drawing, type Names, WIDTHS } from "./chart.ts";

export function fundingChart(
  name: Names,
  size: "wide" | "narrow",
  { days, rows }: Page,
  { asset, curve }: Asset,
): Html {
  const ofDay = days.map(({ name: day }): Decimal => rows.days.get(asset)?.get(day)?.funding ?? ZERO);
  const isRead = (place: number) => curve.points[place]?.state === "read";
  let running = ZERO;
  const sums = ofDay.map((amount) => {
    running = running.plus(amount);
    return running;
  });
  const box = { left: size === "wide" ? 62 : 54, right: WIDTHS[size] - 12, top: 8, bottom: 158 };
  const ticks = size === "wide" ? 5 : 4;
  const y = amountScale([...ofDay, ...sums].map(position), [box.bottom, box.top], ticks);
  const x = dayScale(days, box);
  const breadth = Math.max(1, Math.min(14, ((box.right - box.left) / days.length) * 0.7));
  const bars = ofDay.map((amount, place) => {
    if (amount.isZero() || !isRead(place)) return null;
    const [top, bottom] = [y(position(amount)), y(0)].toSorted((a, b) => a - b);
    if (top === undefined || bottom === undefined) return null;
    return html`<rect class="fill ${isGain(amount) ? "gain" : "loss"}" x="${px(x(days[place]?.at ?? 0) - breadth / 2)}" y="${px(top)}" width="${px(breadth)}" height="${px(Math.max(1.5, bottom - top))}"/>`;
  });
  const path = line<Decimal>()
    .defined((_, place) => isRead(place))
    .x((_, place) => x(days[place]?.at ?? 0))
    .y((sum) => y(position(sum)))
    .curve(curveStepAfter)
    .digits(1);
  const [up, down] = [ofDay.filter(isGain).length, ofDay.filter(isLoss).length];
  const described = {
    title: `Funding by day and running, in ${asset}`,
    description: `${counted(up, "day")} with more received than paid, ${down} with more paid; together ${signed(running, decimalsOf(asset))} ${asset}.`,
  };
  return html`${drawing(name, size, box.bottom + 28, described, [...amountAxis(y, ticks, box), html`${bars}`, html`<path class="step" d="${path(sums) ?? ""}"/>`, ...dayAxis(days, x, size === "wide" ? 10 : 4, box)])}`;
}
