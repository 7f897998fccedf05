/** Whether holding paid: funding by day and by symbol. */
import { sum, ZERO } from "../../domain/decimal.ts";
import { listText } from "../../domain/lists.ts";
import { amountOf, change, count, decimalsOf, signed, total } from "../amounts.ts";
import { barChart } from "../charts/bars.ts";
import { twice } from "../charts/chart.ts";
import { fundingChart } from "../charts/funding.ts";
import { fundingFigures } from "../figure-tables.ts";
import { type Html, html, type Part } from "../html.ts";
import { type Asset, type Page, withoutText } from "../page.ts";
import { byAmount, groupBySymbol } from "../symbol-figures.ts";
import { keyFigures, number, type Section, table, text } from "../table.ts";

export function fundingSection(page: Page): Section | null {
  const paid = page.charted.filter(({ asset }) =>
    page.rows.kept["funding-by-symbol"].some((row) => row["asset"] === asset),
  );
  const [lead, ...others] = paid;
  if (lead === undefined) return null;
  return {
    id: "funding",
    heading: "Funding",
    beside: `${lead.asset}, received and paid`,
    link: "Funding",
    body: html`${ofAsset(page, lead)}${others.map((asset) => html`<h3>${asset.asset}</h3>${symbolTable(page, asset.asset)}`)}`,
  };
}

function ofAsset(page: Page, lead: Asset): Html {
  const { asset, result, curve } = lead;
  const rows = page.rows.kept["funding-by-symbol"].filter((row) => row["asset"] === asset);
  const of = (column: string) => total(rows.map((row) => amountOf(row[column])));
  const payments = of("payments");
  const without = withoutText(page.days, curve);
  const figures = keyFigures([
    {
      name: "Net funding",
      value: html`${change(amountOf(result["funding"]), asset)} <small>${asset}</small>`,
      ...(without === "" ? {} : { note: without }),
    },
    { name: "Received", value: change(of("received"), asset) },
    { name: "Paid", value: change(of("paid"), asset) },
    ...(payments === null
      ? []
      : [
          {
            name: "Payments",
            value: html`<data value="${payments.toFixed()}">${count(payments.toFixed())}</data>`,
          },
        ]),
  ]);
  const byDay = page.days.length < 2 ? null : twice((size) => fundingChart(page.names, size, page, lead));
  const behind =
    byDay === null
      ? null
      : fundingFigures(page.days, curve, ({ name }) => {
          const day = page.rows.days.get(asset)?.get(name);
          return day === undefined ? ZERO : day.funding;
        });
  return html`<div class="keep">${figures}${byDay}</div>${behind}${symbolBars(page, asset)}${symbolTable(page, asset)}`;
}

function symbolsOf(page: Page, asset: string) {
  const rows = page.rows.kept["funding-by-symbol"].filter((row) => row["asset"] === asset);
  return [...groupBySymbol(rows)]
    .map(([symbol, own]) => {
      const of = (column: string) => total(own.map((row) => amountOf(row[column])));
      return {
        symbol,
        net: of("net_funding"),
        received: of("received"),
        paid: of("paid"),
        payments: of("payments"),
      };
    })
    .toSorted((a, b) => byAmount(b.net, a.net) || (a.symbol < b.symbol ? -1 : 1));
}

const BARS_MAX = 12;

function symbolBars(page: Page, asset: string): Html | null {
  const known = symbolsOf(page, asset).flatMap(({ symbol, net }) =>
    net === null ? [] : [{ label: symbol, amount: net }],
  );
  const largest = new Set(
    known.toSorted((a, b) => b.amount.abs().comparedTo(a.amount.abs())).slice(0, BARS_MAX),
  );
  const rest = known.filter((bar) => !largest.has(bar));
  const bars = [
    ...known.filter((bar) => largest.has(bar)),
    ...(rest.length === 0
      ? []
      : [{ label: `${rest.length} others`, amount: sum(rest.map(({ amount }) => amount)) }]),
  ];
  if (bars.length < 2) return null;
  const description = `${listText(bars.map(({ label, amount }) => `${label} ${signed(amount, decimalsOf(asset))}`))}.`;
  return html`<div class="keep"><h3>By symbol</h3>${twice((size) => barChart(page.names, size, bars, asset, { title: `Net funding by symbol, in ${asset}`, description }))}</div>`;
}

function symbolTable(page: Page, asset: string): Html {
  const rows = symbolsOf(page, asset).map(({ symbol, net, received, paid, payments }): Part[] => [
    symbol,
    change(net, asset),
    change(received, asset),
    change(paid, asset),
    payments === null ? null : payments.toFixed(),
  ]);
  return table({
    caption: `Funding by symbol, in ${asset}`,
    columns: [text("Symbol"), number("Net"), number("Received"), number("Paid"), number("Payments")],
    rows,
    isSorted: true,
  });
}
