/**
 * The figures behind a chart as a table, for who hears the page and for who copies from it. As many rows as a
 * person reads through: what is longer is told by month, or by year.
 */
import { counted } from "../domain/counted.ts";
import { ZERO } from "../domain/decimal.ts";
import { type Amount, balance, change, total } from "./amounts.ts";
import type { Curve, CurvePoint } from "./curve-figures.ts";
import type { Day } from "./days.ts";
import { type Html, html, type Part } from "./html.ts";
import { type Span, spansOf } from "./spans.ts";
import type { EquityFigures } from "./stated-rows.ts";
import { number, type TableInput, table, text } from "./table.ts";

/** Of a chart as wide as the page. */
const ROWS_MAX = 100;
/** Of a small chart: there may be many. */
const SMALL_ROWS_MAX = 31;

/** Closed until somebody asks for it. */
export function figuresOfChart(input: TableInput): Html {
  return html`<details><summary>Figures</summary>${table({ ...input, isCompact: true })}</details>`;
}

/** Of each span the sum of its days, the running sum at its end, and the deepest drawdown in it. */
export function curveFigures(days: readonly Day[], curve: Curve): Html {
  return curveTable(days, curve, ROWS_MAX, "");
}

/** The same of a small chart. */
export function smallCurveFigures(days: readonly Day[], curve: Curve): Html {
  return curveTable(days, curve, SMALL_ROWS_MAX, "");
}

/** The same of one account. */
export function accountCurveFigures(days: readonly Day[], curve: Curve, account: string): Html {
  return curveTable(days, curve, SMALL_ROWS_MAX, ` of ${account}`);
}

function curveTable(days: readonly Day[], curve: Curve, rowsMax: number, whose: string): Html {
  const { asset } = curve;
  const { unit, spans } = spansOf(days, rowsMax);
  const rows = rowsOf(spans, curve, (points) => {
    const deepest = points.reduce((low, { drawdown }) => (drawdown.lessThan(low) ? drawdown : low), ZERO);
    return [
      change(total(points.map(({ net }) => net)), asset),
      change(points.at(-1)?.running ?? null, asset),
      change(deepest, asset),
    ];
  });
  return figuresOfChart({
    caption: `Net result${whose} by ${unit}, running and with its drawdown, in ${asset}`,
    columns: [text("Span"), number("Net result"), number("Running"), number("Drawdown")],
    rows,
  });
}

/** What funding came to in each span, and in all so far. */
export function fundingFigures(days: readonly Day[], curve: Curve, fundingOf: (day: Day) => Amount): Html {
  const { asset } = curve;
  const { unit, spans } = spansOf(days, ROWS_MAX);
  let running: Amount = ZERO;
  const rows = rowsOf(spans, curve, (_, { places }) => {
    const amount = total(places.flatMap((place) => days[place] ?? []).map(fundingOf));
    running = total([running, amount]);
    return [change(amount, asset), change(running, asset)];
  });
  return figuresOfChart({
    caption: `Funding by ${unit} and running, in ${asset}`,
    columns: [text("Span"), number("Funding"), number("Running")],
    rows,
  });
}

/** What stood at the end of each span; a span whose last day the books do not hold has no row. */
export function equityFigures(
  days: readonly Day[],
  figures: readonly (EquityFigures | null)[],
  asset: string,
): Html {
  const { unit, spans } = spansOf(days, ROWS_MAX);
  const rows = spans.flatMap(({ name, places }): Part[][] => {
    const at = figures[places.at(-1) ?? 0];
    return at == null
      ? []
      : [[name, balance(at.equity, asset), balance(at.wallet, asset), change(at.unrealizedPnl, asset)]];
  });
  return figuresOfChart({
    caption: `Equity at the end of each ${unit}, in ${asset}`,
    columns: [text("End of"), number("Equity"), number("Wallet"), number("Unrealized PnL")],
    rows,
  });
}

/** Of one account, whose equity alone is drawn. */
export function accountEquityFigures(
  days: readonly Day[],
  amounts: readonly (Amount | undefined)[],
  account: string,
  asset: string,
): Html {
  const { unit, spans } = spansOf(days, SMALL_ROWS_MAX);
  const rows = spans.flatMap(({ name, places }): Part[][] => {
    const at = amounts[places.at(-1) ?? 0];
    return at === undefined ? [] : [[name, balance(at, asset)]];
  });
  return figuresOfChart({
    caption: `Equity of ${account} at the end of each ${unit}, in ${asset}`,
    columns: [text("End of"), number("Equity")],
    rows,
  });
}

/** One row a span of which a day was read, or was to be read and was not. */
function rowsOf(
  spans: readonly Span[],
  curve: Curve,
  cellsOf: (points: readonly CurvePoint[], span: Span) => Part[],
): Part[][] {
  return spans.flatMap((span): Part[][] => {
    const points = span.places.flatMap((place) => curve.points[place] ?? []);
    const read = points.filter(({ state }) => state === "read").length;
    const cells = cellsOf(points, span);
    if (read > 0) {
      const part = read === points.length ? null : html` <small>${counted(read, "day")} read</small>`;
      return [[html`${span.name}${part}`, ...cells]];
    }
    const isMissing = points.some(({ state }) => state === "unread");
    return isMissing
      ? [[span.name, html`<span class="unknown">not read</span>`, ...cells.slice(1).map(() => null)]]
      : [];
  });
}
