/**
 * Funding as bars of days, or of months where there are many, and running as a line of steps; both are
 * amounts, so they share one axis.
 */
import { curveStepAfter, line } from "d3-shape";
import { counted } from "../../domain/counted.ts";
import { type Decimal, ZERO } from "../../domain/decimal.ts";
import { decimalsOf, isGain, isLoss, signed } from "../amounts.ts";
import type { Curve } from "../curve-figures.ts";
import type { Day } from "../days.ts";
import { type Html, html } from "../html.ts";
import type { Asset, Page } from "../page.ts";
import { position, px } from "../pixels.ts";
import { amountAxis, amountScale, dayAxis, dayScale, drawing, type Names, WIDTHS } from "./chart.ts";

/** Bars of more days than this are thinner than a pixel. */
const DAYS_MAX = 400;

type Span = { readonly at: number; readonly amount: Decimal; readonly isRead: boolean };

function spansOf(days: readonly Day[], curve: Curve, fundingOf: (day: string) => Decimal): Span[] {
  const spans: { key: string; at: number; amount: Decimal; isRead: boolean }[] = [];
  for (const [place, { name, at }] of days.entries()) {
    const key = days.length > DAYS_MAX ? name.slice(0, "2026-05".length) : name;
    const isRead = curve.points[place]?.state === "read";
    const last = spans.at(-1);
    if (last?.key !== key) spans.push({ key, at, amount: fundingOf(name), isRead });
    else {
      last.amount = last.amount.plus(fundingOf(name));
      last.isRead ||= isRead;
    }
  }
  return spans;
}

export function fundingChart(
  name: Names,
  size: "wide" | "narrow",
  { days, rows }: Page,
  { asset, curve }: Asset,
): Html {
  const spans = spansOf(days, curve, (day) => rows.days.get(asset)?.get(day)?.funding ?? ZERO);
  let running = ZERO;
  const sums = spans.map(({ amount }) => {
    running = running.plus(amount);
    return running;
  });
  const box = { left: size === "wide" ? 62 : 54, right: WIDTHS[size] - 12, top: 8, bottom: 158 };
  const ticks = size === "wide" ? 5 : 4;
  const y = amountScale(
    [...spans.map(({ amount }) => amount), ...sums].map(position),
    [box.bottom, box.top],
    ticks,
  );
  const x = dayScale(days, box);
  const breadth = Math.max(1, Math.min(14, ((box.right - box.left) / spans.length) * 0.7));
  // One path for all gains and one for all losses: five years of single bars are half a megabyte.
  const bars = (["gain", "loss"] as const).map((tone) => {
    const outlines = spans.map(({ at, amount, isRead }) => {
      if (!(tone === "gain" ? isGain(amount) : isLoss(amount)) || !isRead) return "";
      const height = Math.max(1.5, Math.abs(y(position(amount)) - y(0)));
      const left = px(x(at) - breadth / 2);
      return `M${left},${px(y(0))}v${tone === "gain" ? "-" : ""}${px(height)}h${px(breadth)}V${px(y(0))}`;
    });
    return html`<path class="fill ${tone}" d="${outlines.join("")}"/>`;
  });
  const path = line<Decimal>()
    .defined((_, place) => spans[place]?.isRead === true)
    .x((_, place) => x(spans[place]?.at ?? 0))
    .y((sum) => y(position(sum)))
    .curve(curveStepAfter)
    .digits(1);
  const unit = days.length > DAYS_MAX ? "month" : "day";
  const [up, down] = [isGain, isLoss].map((is) => spans.filter(({ amount }) => is(amount)).length);
  const described = {
    title: `Funding by ${unit} and running, in ${asset}`,
    description: `${counted(up ?? 0, unit)} with more received than paid, ${down ?? 0} with more paid; together ${signed(running, decimalsOf(asset))} ${asset}.`,
  };
  return html`${drawing(name, size, box.bottom + 28, described, [...amountAxis(y, ticks, box), html`${bars}`, html`<path class="step" d="${path(sums) ?? ""}"/>`, ...dayAxis(days, x, size === "wide" ? 10 : 4, box)])}`;
}
