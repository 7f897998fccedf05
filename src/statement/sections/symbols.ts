/** What earned and what cost, by symbol. */
import { counted } from "../../domain/counted.ts";
import { sum } from "../../domain/decimal.ts";
import { listText } from "../../domain/lists.ts";
import { type Amount, amountOf, change, decimalsOf, signed } from "../amounts.ts";
import { type Bar, barChart } from "../charts/bars.ts";
import { twice } from "../charts/chart.ts";
import { type Html, html, type Part } from "../html.ts";
import type { Page } from "../page.ts";
import { netBySymbol, type SymbolFigures } from "../symbol-figures.ts";
import { number, type Section, table, text } from "../table.ts";

/** As many bars as a person compares. */
const BARS_MAX = 12;
const NO_CONTRACT = "not of a contract";

export function symbolsSection(page: Page): Section | null {
  const [lead, ...others] = page.charted;
  if (lead === undefined) return null;
  return {
    id: "symbols",
    heading: "By symbol",
    beside: `${lead.asset}, after fees and funding`,
    link: "Symbols",
    body: html`${ofAsset(page, lead.asset)}${others.map(({ asset }) => html`<h3>${asset}</h3>${ofAsset(page, asset)}`)}${feeCoins(page)}`,
  };
}

function ofAsset(page: Page, asset: string): Html {
  const figures = netBySymbol(page.rows, asset);
  const bars = barsOf(figures);
  const title = `Net result by symbol, in ${asset}`;
  const description = `${listText(bars.map(({ label, amount }) => `${label} ${signed(amount, decimalsOf(asset))}`))}.`;
  const chart =
    bars.length < 2 ? null : twice((size) => barChart(page.names, size, bars, asset, { title, description }));
  return html`${chart}${symbolTable(figures, asset)}`;
}

/** The largest by their size, in the order of their sign and size; what is left as one bar. */
function barsOf(figures: readonly SymbolFigures[]): Bar[] {
  const known = figures.flatMap(({ symbol, net }) =>
    net === null ? [] : [{ label: symbol === "" ? NO_CONTRACT : symbol, amount: net }],
  );
  if (known.length <= BARS_MAX + 1) return known;
  const largest = new Set(
    known.toSorted((a, b) => b.amount.abs().comparedTo(a.amount.abs())).slice(0, BARS_MAX),
  );
  const rest = known.filter((bar) => !largest.has(bar));
  return [
    ...known.filter((bar) => largest.has(bar)),
    { label: counted(rest.length, "other"), amount: sum(rest.map(({ amount }) => amount)) },
  ];
}

function symbolTable(figures: readonly SymbolFigures[], asset: string): Html {
  const shown = (amount: Amount): Part => (amount?.isZero() === true ? null : change(amount, asset));
  const rows = figures.map(({ symbol, net, realizedPnl, fees, funding, liquidation }): Part[] => [
    symbol === "" ? html`<small>${NO_CONTRACT}</small>` : symbol,
    change(net, asset),
    shown(realizedPnl),
    shown(fees),
    shown(funding),
    shown(liquidation),
  ]);
  return table({
    caption: `Net result by symbol, in ${asset}`,
    columns: [
      text("Symbol"),
      number("Net"),
      number("Realized PnL"),
      number("Fees less rebates"),
      number("Funding"),
      number("Liquidation"),
    ],
    rows,
    isSorted: true,
  });
}

/** Fees in other coins are rows of that coin. */
function feeCoins({ assets, charted, rows }: Page): Html | null {
  const coins = assets.filter((asset) => !charted.includes(asset));
  const named = coins.flatMap(({ asset, result }) => {
    const symbols = netBySymbol(rows, asset).filter(({ symbol }) => symbol !== "").length;
    const net = amountOf(result["net_result"]);
    return symbols === 0 ? [] : [html`${change(net, asset)} ${asset} on ${counted(symbols, "symbol")}`];
  });
  return named.length === 0
    ? null
    : html`<p class="small">Charged or paid in other assets, and not in these figures: ${named.map((part, nth) => [nth === 0 ? "" : "; ", part])}. See realized-pnl-net.csv.</p>`;
}
