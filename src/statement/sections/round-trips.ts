/** What a good and a bad position looks like, from flat to flat. */

import { counted } from "../../domain/counted.ts";
import { type Decimal, divide, sum } from "../../domain/decimal.ts";
import {
  amountOf,
  balance,
  change,
  count,
  duration,
  isGain,
  isLoss,
  quantity,
  ratio,
  share,
} from "../amounts.ts";
import { twice } from "../charts/chart.ts";
import { binNames, binsOf, histogram } from "../charts/histogram.ts";
import { minuteText } from "../days.ts";
import { figuresOfChart } from "../figure-tables.ts";
import { type Html, html, type Part } from "../html.ts";
import { type Asset, closed, isSeveral, type Page } from "../page.ts";
import { type Row, type Trips, textOf } from "../stated-rows.ts";
import { type KeyFigure, keyFigures, number, type Section, table, text } from "../table.ts";

export function roundTripsSection(page: Page): Section | null {
  const [lead] = page.assets.filter((asset) => closed(asset) > 0);
  if (lead?.trips == null) return null;
  const { asset, trips } = lead;
  const others = page.assets.filter((one) => one !== lead && closed(one) > 0);
  return {
    id: "trips",
    heading: "Round trips",
    beside: `${asset}, from flat to flat`,
    link: "Round trips",
    body: html`${keyFigures(figuresOf(trips, asset))}${distribution(page, lead, trips)}${directions(trips, asset)}${extremes(page, trips, asset)}${othersTable(others)}<p class="small">Figures are those of the whole round trip, also of closes before the period.${trips.withOtherAssets === 0 ? null : ` ${counted(trips.withOtherAssets, "round trip")} had fees in other assets, which are not in the result.`}</p>`,
  };
}

/** An average of money has the decimals of the cells it is of. */
function average(amounts: readonly Decimal[]): Decimal {
  return divide(sum(amounts), sum(amounts.map((amount) => amount.minus(amount).plus(1))), 18);
}

function figuresOf({ results, holdingSeconds }: Trips, asset: string): KeyFigure[] {
  const wins = results.filter(isGain);
  const losses = results.filter(isLoss);
  const even = results.length - wins.length - losses.length;
  const holding = median(holdingSeconds);
  return [
    {
      name: "Closed",
      value: count(results.length),
      note: `${wins.length} won, ${losses.length} lost${even === 0 ? "" : `, ${even} even`}`,
    },
    { name: "Won", value: share(wins.length, results.length) },
    { name: "Average win", value: wins.length === 0 ? "–" : change(average(wins), asset) },
    { name: "Average loss", value: losses.length === 0 ? "–" : change(average(losses), asset) },
    {
      name: "Profit factor",
      value: losses.length === 0 ? "–" : ratio(sum(wins), sum(losses).abs()),
      note: "wins ÷ losses",
    },
    { name: "Average result", value: results.length === 0 ? "–" : change(average(results), asset) },
    ...(holding === null ? [] : [{ name: "Median holding", value: duration(holding) }]),
  ];
}

/** Of an even count the mean of the two in the middle. */
function median(values: readonly Decimal[]): Decimal | null {
  const sorted = values.toSorted((a, b) => a.comparedTo(b));
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : average([low, high]);
}

const HISTOGRAM_FROM = 5;

function distribution(page: Page, { asset }: Asset, { results }: Trips): Html | null {
  if (results.length < HISTOGRAM_FROM) return null;
  const bins = binsOf(results);
  const names = binNames(bins);
  const rows = [
    ...bins.counts.flatMap((of, bin): Part[][] => (of === 0 ? [] : [[names[bin] ?? "", count(of)]])),
    ...(bins.even === 0 ? [] : [["even", count(bins.even)]]),
  ];
  const figures = figuresOfChart({
    caption: `How often which result, in ${asset}`,
    columns: [text(`Result, in ${asset}`), number("Round trips")],
    rows,
  });
  return html`<div class="keep"><h3>How often which result</h3>${twice((size) => histogram(page.names, size, bins, asset))}${figures}</div>`;
}

function directions({ directions: all }: Trips, asset: string): Html {
  const rows = [...all]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([direction, { closed, won, result }]): Part[] => [
      direction,
      change(result, asset),
      count(closed),
      share(won, closed),
    ]);
  return table({
    caption: "Round trips by direction",
    columns: [text("Direction"), number("Result"), number("Closed"), number("Won")],
    rows,
  });
}

function extremes(page: Page, { best, worst }: Trips, asset: string): Html {
  return html`${trips(page, "Best", best, asset)}${trips(page, "Worst", worst, asset)}`;
}

function trips(page: Page, heading: string, rows: readonly Row[], asset: string): Html | null {
  if (rows.length === 0) return null;
  const columns = [
    text("Position"),
    number("Result"),
    number("Realized PnL"),
    number("Fees"),
    number("Funding"),
    number("Quantity"),
    number("Proceeds"),
    number("Held"),
    text("Closed"),
  ];
  const cells = rows.map((row): Part[] => {
    const held = amountOf(row["holding_seconds"]);
    const fees = [amountOf(row["opening_fee"]), amountOf(row["closing_fee"])];
    return [
      html`${textOf(row, "symbol")} <small>${textOf(row, "direction")}${isSeveral(page) ? `, ${textOf(row, "account")}` : ""}</small>`,
      change(amountOf(row["result"]), asset),
      change(amountOf(row["realized_pnl"]), asset),
      change(fees.includes(null) ? null : sum(fees.flatMap((fee) => fee ?? [])), asset),
      change(amountOf(row["funding"]), asset),
      quantity(amountOf(row["quantity"])),
      balance(amountOf(row["proceeds"]), asset),
      held === null ? null : duration(held),
      minuteText(row["closed_at"] ?? null),
    ];
  });
  return html`<h3>${heading}</h3>${table({ caption: `${heading} round trips, in ${asset}`, columns, rows: cells })}`;
}

function othersTable(others: readonly Asset[]): Html | null {
  if (others.length === 0) return null;
  const rows = others.map(({ asset, trips }): Part[] => {
    const results = trips?.results ?? [];
    const [wins, losses] = [results.filter(isGain), results.filter(isLoss)];
    return [
      asset,
      change(average(results), asset),
      count(results.length),
      share(wins.length, results.length),
      wins.length === 0 ? "–" : change(average(wins), asset),
      losses.length === 0 ? "–" : change(average(losses), asset),
      losses.length === 0 ? "–" : ratio(sum(wins), sum(losses).abs()),
    ];
  });
  return html`<h3>Other assets</h3>${table({ caption: "Round trips in other assets", columns: [text("Asset"), number("Average result"), number("Closed"), number("Won"), number("Average win"), number("Average loss"), number("Profit factor")], rows })}`;
}
