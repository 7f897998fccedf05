/** Each account by itself, after all of them together. */
import { counted } from "../../domain/counted.ts";
import { type Amount, amountOf, balance, change, decimalsOf, rounded, signed, total } from "../amounts.ts";
import { accountLine } from "../charts/account-line.ts";
import { curveOf } from "../curve-figures.ts";
import { type DayState, shortDay, statesOf } from "../days.ts";
import { accountCurveFigures, accountEquityFigures } from "../figure-tables.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { type Row, textOf } from "../stated-rows.ts";
import type { StatedAccount } from "../statement-input.ts";
import type { Section } from "../table.ts";
import { venueName } from "../venue-names.ts";
import { accountVerdict } from "../verdict.ts";

/** More are pages of their own. */
const ACCOUNTS_MAX = 24;

export function accountsSection(page: Page): Section | null {
  if (!isSeveral(page)) return null;
  const { accounts } = page.input;
  const further = accounts.length - ACCOUNTS_MAX;
  const note =
    further <= 0
      ? null
      : html`<p class="small">${counted(further, "more account")}: perpbooks statement --account NAME makes a page of one.</p>`;
  return {
    id: "accounts",
    heading: "Each account",
    beside: "by itself; all of them together stand above",
    link: "Accounts",
    body: html`<div class="accounts">${accounts.slice(0, ACCOUNTS_MAX).map((account) => block(page, account))}</div>${note}`,
  };
}

function block(page: Page, account: StatedAccount): Html {
  const states = statesOf(account, page.days);
  const own = page.rows.kept.balances.filter((row) => row["account"] === account.account);
  const charted = page.charted.flatMap(({ asset }) => own.filter((row) => row["asset"] === asset));
  return html`<article class="keep"><h3>${account.account} <small>${venueName(account.venue)}</small></h3>${proofLine(account, states)}${charted.map((row) => ofAsset(page, account.account, states, row))}${holdings(own.filter((row) => !charted.includes(row)))}</article>`;
}

function proofLine(account: StatedAccount, states: readonly DayState[]): Html {
  const { state, sign, words } = accountVerdict(account);
  const unread = states.filter((one) => one === "unread").length;
  const tone = { proven: "ok", differs: "off", incomplete: "off", unproven: "unknown" }[state];
  const missing =
    unread === 0 ? null : html`<br><span class="off">! ${counted(unread, "day")} not read</span>`;
  return html`<p class="small"><span class="${tone}">${sign} ${words}</span>${missing}</p>`;
}

function ofAsset(page: Page, account: string, states: readonly DayState[], row: Row): Html {
  const asset = textOf(row, "asset");
  const equity = equityOf(page, account, asset);
  const lastEquity = equity.findLast((amount) => amount != null) ?? null;
  const fees = total([amountOf(row["trading_fees"]), amountOf(row["rebates"])]);
  const figures: readonly (readonly [name: string, value: Part])[] = [
    ["Realized PnL", change(amountOf(row["realized_pnl"]), asset)],
    ["Fees less rebates", change(fees, asset)],
    ["Funding", change(amountOf(row["funding"]), asset)],
    ["Opening", balance(amountOf(row["opening"]), asset)],
    ["Transfers", change(amountOf(row["transfers"]), asset)],
    ["Closing", balance(amountOf(row["closing"]), asset)],
    ...(lastEquity === null ? [] : [["Equity at the end", balance(lastEquity, asset)] as const]),
  ];
  return html`<h4>${asset} <small>net result</small></h4><p class="net">${change(amountOf(row["net_result"]), asset)}</p><dl>${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>${chart(page, account, states, asset, equity)}`;
}

/** One of each day; undefined where the books hold no equity of that day. */
function equityOf({ rows, days }: Page, account: string, asset: string): (Amount | undefined)[] {
  const ofDay = rows.accountEquity.get(account)?.get(asset);
  return days.map(({ name }) => ofDay?.get(name));
}

/** Equity where the books hold it, and else the cumulative net result. One day is no curve. */
function chart(
  page: Page,
  account: string,
  states: readonly DayState[],
  asset: string,
  equity: readonly (Amount | undefined)[],
): Html | null {
  const { days, rows, names } = page;
  if (days.length < 2) return null;
  const of = `of ${account}, in ${asset}, by day`;
  const description = (amounts: readonly Amount[], write: (amount: NonNullable<Amount>) => string) => {
    const place = amounts.findLastIndex((amount) => amount !== null);
    const last = amounts[place];
    return last == null
      ? "No day is known."
      : `${write(last)} ${asset} on ${shortDay(days[place]?.name ?? "")}.`;
  };
  if (equity.filter((amount) => amount != null).length > 1) {
    const amounts = equity.map((amount) => amount ?? null);
    const described = {
      title: `Equity ${of}`,
      description: description(amounts, (amount) => rounded(amount, decimalsOf(asset))),
    };
    return html`<p class="small">Equity by day</p>${accountLine(names, days, amounts, described)}${accountEquityFigures(days, equity, account, asset)}`;
  }
  const own = rows.accountDays.get(account)?.get(asset);
  if (own === undefined) return null;
  const curve = curveOf(asset, days, states, new Map([...own].map(([day, net]) => [day, { net }])));
  const amounts = curve.points.map(({ state, running }) => (state === "read" ? running : null));
  const described = {
    title: `Cumulative net result ${of}`,
    description: description(amounts, (amount) => signed(amount, decimalsOf(asset))),
  };
  return html`<p class="small">Cumulative net result by day</p>${accountLine(names, days, amounts, described)}${accountCurveFigures(days, curve, account)}`;
}

/** Assets without a chart: what is there of them. */
function holdings(rows: readonly Row[]): Html | null {
  const held = rows.filter((row) => amountOf(row["closing"])?.isZero() !== true);
  if (held.length === 0) return null;
  return html`<h4>Also holds</h4><dl>${held.map((row) => html`<div><dt>${textOf(row, "asset")}</dt><dd>${balance(amountOf(row["closing"]), textOf(row, "asset"))}</dd></div>`)}</dl>`;
}
