/** How it went, day by day, and how deep it fell. */

import { formatLocal } from "../../domain/calendar.ts";
import { counted } from "../../domain/counted.ts";

import { listText } from "../../domain/lists.ts";
import { amountOf, balance, change, decimalsOf, percent, signed } from "../amounts.ts";
import { halfTwice, twice } from "../charts/chart.ts";
import { type CurveMarks, curveChart } from "../charts/curve.ts";
import { equityChart } from "../charts/equity.ts";
import type { Curve } from "../curve-figures.ts";
import { shortDay, spanText } from "../days.ts";
import { curveFigures, equityFigures, smallCurveFigures } from "../figure-tables.ts";
import { type Html, html, type Part } from "../html.ts";
import { type Asset, type Page, withoutText } from "../page.ts";
import { isOfWholePeriod, returnRows } from "../return-rows.ts";
import { textOf } from "../stated-rows.ts";
import { type KeyFigure, keyFigures, type Section } from "../table.ts";

export function curveSection(page: Page): Section | null {
  const [lead, ...others] = page.charted;
  // One day is no curve.
  if (lead === undefined || page.days.length < 2) return null;
  const marks = marksOf(page, lead);
  const described = {
    title: `Cumulative net result in ${lead.asset}, by day`,
    description: descriptionOf(page, lead.curve, marks),
  };
  const isLiquidated = marks.liquidations.length > 0;
  return {
    id: "curve",
    heading: "The curve",
    beside: `${lead.asset}, cumulative net result; unrealized PnL is not in it`,
    link: "Curve",
    body: html`<div class="keep">${keyFigures(figuresOf(page, lead))}${twice((size) => curveChart(page.names, size, page.days, lead.curve, marks, described))}<p class="key"><span><svg viewBox="0 0 18 12" aria-hidden="true"><path class="curve" d="M0,6h18"/></svg>Cumulative net result</span>${isLiquidated ? html`<span><svg viewBox="0 0 18 12" aria-hidden="true"><path class="liquidation" d="M9,0l5.5,9.5h-11z"/></svg>Liquidation</span>` : null}</p></div>${curveFigures(page.days, lead.curve)}${equityBlock(page, lead)}${others.length === 0 ? null : html`<div class="halves">${others.map((asset) => small(page, asset))}</div>`}`,
  };
}

/** Wallet and unrealized PnL at the venue's mark, where the books hold marks of the days. */
function equityBlock(page: Page, { asset }: Asset): Html | null {
  const ofDay = page.rows.equity.get(asset);
  if (ofDay === undefined) return null;
  const days = page.days.map(({ name }) => ofDay.get(name) ?? null);
  const last = days.findLast((figures) => figures !== null && figures.equity !== null);
  if (last == null || days.filter((figures) => figures !== null && figures.equity !== null).length < 2)
    return null;
  const unknown = days.filter((figures) => figures !== null && figures.equity === null).length;
  const figures = keyFigures([
    { name: "Equity at the end", value: html`${balance(last.equity, asset)} <small>${asset}</small>` },
    { name: "Wallet", value: balance(last.wallet, asset) },
    { name: "Unrealized PnL", value: change(last.unrealizedPnl, asset) },
    ...equityDrawdown(page, asset),
  ]);
  const note =
    unknown === 0
      ? null
      : html`<p class="small">Of ${counted(unknown, "day")} the books lack a mark or the wallet: the line breaks there.</p>`;
  return html`<div class="keep"><h3>Equity in ${asset} <small>wallet and unrealized PnL at the venue's mark, at the end of each day; with transfers</small></h3>${figures}${twice((size) => equityChart(page.names, size, page.days, days, asset))}${note}</div>${equityFigures(page.days, days, asset)}`;
}

/** In percent, where each day of the period has a return. */
function equityDrawdown(page: Page, asset: string): KeyFigure[] {
  const row = returnRows(page, asset).together.find(isOfWholePeriod);
  const drawdown = amountOf(row?.["max_drawdown_rounded"]);
  if (row === undefined || drawdown === null) return [];
  const name = "Deepest drawdown of equity";
  if (drawdown.isZero()) return [{ name, value: "none" }];
  const span = spanText(textOf(row, "drawdown_from"), textOf(row, "drawdown_until"));
  return [{ name, value: percent(drawdown), note: `${span}, without transfers` }];
}

function figuresOf({ days }: Page, { curve, result, asset }: Asset): KeyFigure[] {
  const { deepest, best, worst, up, down, daysRead } = curve;
  const without = withoutText(days, curve);
  return [
    {
      name: "Net result",
      value: html`${change(amountOf(result["net_result"]), asset)} <small>${asset}</small>`,
      ...(without === "" ? {} : { note: without }),
    },
    {
      name: "Deepest drawdown",
      value: deepest === null ? "none" : html`${change(deepest.amount, asset)} <small>${asset}</small>`,
      ...(deepest === null ? {} : { note: drawdownWords(deepest) }),
    },
    ...(best === null
      ? []
      : [
          {
            name: without === "" ? "Best day" : "Best day of the days read",
            value: change(best.amount, asset),
            note: shortDay(best.day),
          },
        ]),
    ...(worst === null
      ? []
      : [
          {
            name: without === "" ? "Worst day" : "Worst day of the days read",
            value: change(worst.amount, asset),
            note: shortDay(worst.day),
          },
        ]),
    {
      name: "Days up / down",
      value: `${up} / ${down}`,
      note:
        daysRead === days.length
          ? counted(daysRead, "day")
          : `${daysRead} of ${counted(days.length, "day")} read`,
    },
  ];
}

function drawdownWords({ since, day, recovered, isAtLeast }: NonNullable<Curve["deepest"]>): string {
  const from = since === null ? "from the start" : shortDay(since);
  const end = recovered === null ? "not recovered" : `recovered ${shortDay(recovered)}`;
  return `${isAtLeast ? "at least; " : ""}${from} → ${shortDay(day)}, ${end}`;
}

function marksOf({ rows, days, input }: Page, { asset, accounts, curve }: Asset): CurveMarks {
  const isForced = (kind: string) => kind === "liquidation";
  const liquidations = rows.kept.liquidations
    .filter((row) => row["asset"] === asset && isForced(textOf(row, "kind")))
    .map((row) => textOf(row, "occurred_at").slice(0, "2026-05-02".length));
  const begun = curve.points.findIndex(({ state }) => state !== "before");
  const beginnings = accounts.flatMap(({ account, historyFrom }) => {
    if (historyFrom === null) return [];
    const day = formatLocal(historyFrom, input.period.timeZone).slice(0, "2026-05-02".length);
    const place = days.findIndex(({ name }) => name === day);
    // The first of all needs no line: the curve begins there.
    return place <= begun ? [] : [{ day, text: `${account} begins ${shortDay(day)}` }];
  });
  return { liquidations: [...new Set(liquidations)], beginnings };
}

function descriptionOf({ days }: Page, curve: Curve, { liquidations, beginnings }: CurveMarks): string {
  const { points, high, deepest, asset } = curve;
  const amount = (value: Parameters<typeof signed>[0]) => `${signed(value, decimalsOf(asset))} ${asset}`;
  const last = points.findLast(({ state }) => state === "read");
  const without = withoutText(days, curve);
  const [first] = points;
  const begun =
    first?.state === "before" ? days[points.findIndex(({ state }) => state !== "before")] : undefined;
  return `${listText([
    `${counted(days.length, "day")} from ${shortDay(days[0]?.name ?? "")} to ${shortDay(days.at(-1)?.name ?? "")}`,
    ...(last === undefined ? [] : [`at the end ${amount(last.running)}`]),
    ...(high === null ? ["never above zero"] : [`highest ${amount(high.amount)} on ${shortDay(high.day)}`]),
    ...(deepest === null
      ? []
      : [`deepest ${amount(deepest.amount)} below the high, on ${shortDay(deepest.day)}`]),
    ...(liquidations.length === 0 ? [] : [`liquidations on ${counted(liquidations.length, "day")}`]),
    ...beginnings.map(({ text }) => text),
    ...(begun === undefined ? [] : [`no history before ${shortDay(begun.name)}`]),
    ...(without === "" ? [] : [without]),
  ])}.`;
}

function small(page: Page, asset: Asset): Html {
  const none: CurveMarks = { liquidations: [], beginnings: [] };
  const described = {
    title: `Cumulative net result in ${asset.asset}, by day`,
    description: descriptionOf(page, asset.curve, none),
  };
  const heading: Part = html`<h3>${asset.asset} <small>${change(amountOf(asset.result["net_result"]), asset.asset)}</small></h3>`;
  return html`<div class="keep">${heading}${halfTwice((size) => curveChart(page.names, size, page.days, asset.curve, none, described))}${smallCurveFigures(page.days, asset.curve)}</div>`;
}
