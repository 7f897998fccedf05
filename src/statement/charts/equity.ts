/** Equity at the end of each day; the difference to the wallet is what is not realized yet. */
import { ZERO } from "../../domain/decimal.ts";
import { decimalsOf, rounded } from "../amounts.ts";
import { type Day, shortDay } from "../days.ts";
import { type Html, html } from "../html.ts";
import { position, px } from "../pixels.ts";
import type { EquityFigures } from "../stated-rows.ts";
import { amountAxis, amountScale, dayAxis, dayScale, drawing, type Names, WIDTHS } from "./chart.ts";
import { areaOf, lineOf, thinned } from "./lines.ts";

export function equityChart(
  name: Names,
  size: "wide" | "narrow",
  days: readonly Day[],
  figures: readonly (EquityFigures | null)[],
  asset: string,
): Html {
  const box = {
    left: size === "wide" ? 62 : 54,
    right: WIDTHS[size] - (size === "wide" ? 118 : 12),
    top: 10,
    bottom: 150,
  };
  const equity = figures.map((one) => (one?.equity == null ? null : position(one.equity)));
  const wallet = figures.map((one) => (one?.wallet == null ? null : position(one.wallet)));
  const ticks = size === "wide" ? 4 : 3;
  const y = amountScale(
    [...equity, ...wallet].flatMap((value) => value ?? []),
    [box.bottom, box.top],
    ticks,
  );
  const x = dayScale(days, box);
  const xOf = (place: number) => x(days[place]?.at ?? 0);
  const points = (values: readonly (number | null)[]) =>
    thinned(values.map((value, place) => (value === null ? null : { x: xOf(place), y: y(value) })));
  const last = figures.findLastIndex((one) => one?.equity != null);
  const end = figures[last]?.equity ?? null;
  const endY = y(equity[last] ?? 0);
  const label =
    end === null || size === "narrow"
      ? null
      : html`<text class="value over total" x="${px(xOf(last) + 10)}" y="${px(endY + 1)}">${rounded(end, decimalsOf(asset))}</text><text class="tick over" x="${px(xOf(last) + 10)}" y="${px(endY + 16)}">${asset}</text>`;
  const first = figures.findIndex((one) => one?.equity != null);
  const at = (place: number) =>
    `${rounded(figures[place]?.equity ?? ZERO, decimalsOf(asset))} ${asset} on ${shortDay(days[place]?.name ?? "")}`;
  const described = {
    title: `Equity by day, in ${asset}`,
    description: `From ${at(first)} to ${at(last)}; the dashed line is the wallet.`,
  };
  return drawing(name, size, box.bottom + 28, described, [
    ...amountAxis(y, ticks, box),
    html`<path class="area" d="${areaOf(points(equity), y(0))}"/><path class="wallet" d="${lineOf(points(wallet))}"/><path class="curve" d="${lineOf(points(equity))}"/><circle class="dot" cx="${px(xOf(last))}" cy="${px(endY)}" r="3.5"/>`,
    html`${label}`,
    ...dayAxis(days, x, size === "wide" ? 10 : 4, box),
  ]);
}
