/** What equity earned in percent: of the period, its years, its months, and of each account. */
import { counted } from "../../domain/counted.ts";
import { amountOf, change, count, percent } from "../amounts.ts";
import { longMonth, partsOf, spanText } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { isOfWholePeriod, type ReturnRows, returnRows } from "../return-rows.ts";
import { type Row, textOf } from "../stated-rows.ts";
import { number, type Section, table, text } from "../table.ts";

export function returnsSection(page: Page): Section | null {
  if (page.charted.length === 0) return null;
  const known = page.charted
    .map(({ asset }) => ({ asset, rows: returnRows(page, asset) }))
    .filter(({ rows }) => rows.together.length > 0 || rows.byAccount.length > 0);
  return {
    id: "returns",
    heading: "Returns",
    beside: "of equity, each asset by itself; of the span as it is, never stretched to a year",
    link: "Returns",
    body:
      known.length === 0
        ? html`<p>No return is known: the books hold no day of equity in this period.</p>`
        : html`${known.map(({ asset, rows }) => ofAsset(page, asset, rows))}${METHOD}`,
  };
}

const METHOD = html`<p class="small">Equity is the wallet and unrealized PnL at the venue's mark. Time-weighted links the returns of the days, so that what was moved in or out is no return; money-weighted is the profit against the money that was there (modified Dietz). Profit is closing less opening equity, without what was moved. Drawdown is the deepest fall of the linked return below its highest point before, from the end of the first day named to that of the last. Best and worst day are of those with a return.</p>`;

function ofAsset(page: Page, asset: string, { together, byAccount }: ReturnRows): Html {
  const isUnited = together.length > 0;
  const whose = isUnited && isSeveral(page) ? html` <small>all accounts together</small>` : null;
  const united = isUnited
    ? returnsTable(`Returns in ${asset}`, "Span", together, asset, spanName)
    : html`<p class="small">There is no return of all accounts together: two of them are one account of the venue.</p>`;
  const apart =
    byAccount.length === 0
      ? null
      : returnsTable(`Returns in ${asset} by account`, "Account", byAccount, asset, accountName);
  return html`<h3>${asset}${whose}</h3>${united}${apart}${daysWithoutNote([...together, ...byAccount])}`;
}

function returnsTable(
  caption: string,
  head: string,
  rows: readonly Row[],
  asset: string,
  nameOf: (row: Row) => string,
): Html {
  const hasDaysWithout = rows.some(lacksReturns);
  const columns = [
    text(head),
    number("Time-weighted"),
    number("Money-weighted"),
    number("Profit"),
    number("Drawdown"),
    number("Best day"),
    number("Worst day"),
    ...(hasDaysWithout ? [number("Days without a return")] : []),
  ];
  const cells = rows.map((row): Part[] => {
    const fraction = (column: string) => percent(amountOf(row[column]));
    return [
      html`${nameOf(row)} <small>${counted(textOf(row, "days"), "day")}</small>`,
      fraction("time_weighted_return_rounded"),
      fraction("money_weighted_return_rounded"),
      change(amountOf(row["profit"]), asset),
      html`${fraction("max_drawdown_rounded")}${daysUnder(row, "drawdown_from", "drawdown_until")}`,
      html`${fraction("best_day_return_rounded")}${daysUnder(row, "best_day", "best_day")}`,
      html`${fraction("worst_day_return_rounded")}${daysUnder(row, "worst_day", "worst_day")}`,
      ...(hasDaysWithout ? [daysWithout(row)] : []),
    ];
  });
  return table({ caption, columns, rows: cells });
}

/** `The period`, `2026`, `May 2026`. */
function spanName(row: Row): string {
  if (isOfWholePeriod(row)) return "The period";
  const { year, month } = partsOf(textOf(row, "span"));
  return month === 0 ? year : `${longMonth(month)} ${year}`;
}

function accountName(row: Row): string {
  return textOf(row, "account");
}

/** Empty where the report names no day. */
function daysUnder(row: Row, first: string, last: string): Html | null {
  const [from, until] = [textOf(row, first), textOf(row, last)];
  return from === "" || until === "" ? null : html`<small class="under">${spanText(from, until)}</small>`;
}

function lacksReturns(row: Row): boolean {
  return textOf(row, "first_day_without_return") !== "";
}

function daysWithout(row: Row): Part {
  if (!lacksReturns(row)) return null;
  const first = textOf(row, "first_day_without_return");
  return html`${count(textOf(row, "days_without_return"))}<small class="under">first ${spanText(first, first)}</small>`;
}

function daysWithoutNote(rows: readonly Row[]): Html | null {
  if (!rows.some(lacksReturns)) return null;
  return html`<p class="small">A day is without a return where its equity or that of the day before is not known (a mark is missing, or it was not read), or where nothing was there to earn on. A span with such a day has no time-weighted return and no drawdown.</p>`;
}
