/** What trading cost, and at which rate. */
import { type Decimal, divide, formatDecimal, parseDecimal, sum } from "../../domain/decimal.ts";
import { type Amount, amountOf, balance, basisPoints, change, count, total } from "../amounts.ts";
import { type Html, html, type Part } from "../html.ts";
import type { Page } from "../page.ts";
import { type Row, textOf } from "../stated-rows.ts";
import { groupBySymbol } from "../symbol-figures.ts";
import { keyFigures, number, type Section, table, text } from "../table.ts";

export function feesSection(page: Page): Section | null {
  const rows = page.rows.kept["fees-by-symbol"];
  if (rows.length === 0) return null;
  return {
    id: "fees",
    heading: "Fees",
    beside: "each in the asset it was charged in",
    link: "Fees",
    body: html`${inAll(page, rows)}${byAsset(rows)}${turnovers(rows)}${bySymbol(page, rows)}<p class="small">The rate is net fees ÷ turnover of the executions that were charged in the asset they were settled in; 1 bp is 0.01 %. Rebates that belong to no contract are in the figures and not in the rate. Liquidation charges are no trading fees.</p>`,
  };
}

function of(rows: readonly Row[], column: string): Amount {
  return total(rows.map((row) => amountOf(row[column])));
}

/** Over all assets, where there is a reporting currency: the fees, what was traded, and the rate. */
function inAll({ rows: { valued, pegs } }: Page, rows: readonly Row[]): Html | null {
  if (valued === null) return null;
  const { currency, causes } = valued;
  const fees = total([causes["trading_fees"] ?? null, causes["rebates"] ?? null]);
  const traded = total(
    rows
      .filter((row) => row["turnover"] !== "0")
      .map((row) => {
        const turnover = amountOf(row["turnover"]);
        const asset = textOf(row, "turnover_asset");
        const worth = asset === currency ? ONE : (pegs.get(asset) ?? null);
        return turnover === null || worth === null ? null : turnover.times(worth);
      }),
  );
  const note =
    traded === null
      ? html`<p class="small">Traded value is known in ${currency} where contracts settle in it, or in an asset that is declared to be worth a fixed amount of it.</p>`
      : null;
  return html`${keyFigures([
    { name: "Fees less rebates", value: html`${change(fees, currency)} <small>${currency}</small>` },
    { name: "Traded value", value: html`${balance(traded, currency)} <small>${currency}</small>` },
    {
      name: "Rate of all fees",
      value: fees === null || traded === null || traded.isZero() ? "–" : basisPoints(fees.negated(), traded),
    },
  ])}${note}`;
}

const ONE = parseDecimal("1");

function groups(rows: readonly Row[], column: string): [string, Row[]][] {
  const names = [...new Set(rows.map((row) => textOf(row, column)))].toSorted();
  return names.map((name) => [name, rows.filter((row) => textOf(row, column) === name)]);
}

function byAsset(rows: readonly Row[]): Html {
  const cells = groups(rows, "asset").map(([asset, own]): Part[] => [
    asset,
    change(of(own, "net_fees"), asset),
    change(of(own, "trading_fees"), asset),
    shown(of(own, "rebates"), asset),
    countCell(of(own, "fills")),
    rate(own, asset),
  ]);
  return table({
    caption: "Fees by the asset they were charged in",
    columns: [
      text("Charged in"),
      number("Net fees"),
      number("Fees"),
      number("Rebates"),
      number("Executions"),
      number("Rate"),
    ],
    rows: cells,
  });
}

function shown(amount: Amount, asset: string): Part {
  return amount?.isZero() === true ? null : change(amount, asset);
}

function countCell(amount: Amount): Part {
  return amount === null ? null : html`<data value="${amount.toFixed()}">${count(amount.toFixed())}</data>`;
}

/** Of the rows whose fee and turnover are one asset; a fee in a coin has no rate without a price. */
function rate(rows: readonly Row[], asset: string): Part {
  const own = rows.filter((row) => row["turnover_asset"] === asset);
  const [fees, turnover] = [of(own, "net_fees"), of(own, "turnover")];
  return fees === null || turnover === null || turnover.isZero()
    ? "–"
    : basisPoints(fees.negated(), turnover);
}

function turnovers(rows: readonly Row[]): Html | null {
  const traded = rows.filter((row) => textOf(row, "turnover_asset") !== "");
  if (traded.length === 0) return null;
  const cells = groups(traded, "turnover_asset").map(([asset, own]): Part[] => [
    asset,
    balance(of(own, "turnover"), asset),
    makerShare(own),
  ]);
  return html`<h3>Turnover</h3>${table({ caption: "Turnover by the asset contracts settle in", columns: [text("Settled in"), number("Turnover"), number("As maker")], rows: cells })}`;
}

function makerShare(rows: readonly Row[]): Part {
  const [maker, taker] = [of(rows, "maker_turnover"), of(rows, "taker_turnover")];
  if (maker === null || taker === null) return "–";
  const all: Decimal = sum([maker, taker]);
  return all.isZero() ? "–" : percent(maker, all);
}

function percent(part: Decimal, whole: Decimal): string {
  return `${formatDecimal(divide(part.times(100), whole, 0))} %`;
}

function bySymbol(page: Page, rows: readonly Row[]): Html {
  const tables = page.charted.map(({ asset }) => {
    const own = rows.filter((row) => row["asset"] === asset);
    const cells = [...groupBySymbol(own)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([symbol, group]): Part[] => [
        symbol === "" ? html`<small>not of a contract</small>` : symbol,
        change(of(group, "net_fees"), asset),
        change(of(group, "trading_fees"), asset),
        shown(of(group, "rebates"), asset),
        countCell(of(group, "fills")),
        rate(group, asset),
      ]);
    return table({
      caption: `Fees by symbol, in ${asset}`,
      columns: [
        text(`Symbol, in ${asset}`),
        number("Net fees"),
        number("Fees"),
        number("Rebates"),
        number("Executions"),
        number("Rate"),
      ],
      rows: cells,
      isSorted: true,
    });
  });
  return html`<details><summary>By symbol</summary>${tables}</details>`;
}
