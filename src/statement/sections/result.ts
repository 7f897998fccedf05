/** What was earned, paid and lost: the result by its causes. */
import { counted } from "../../domain/counted.ts";
import { listText } from "../../domain/lists.ts";
import { type Amount, amountOf, change, decimalsOf, isLoss, signed, size, total } from "../amounts.ts";
import { type Bar, barChart, waterfall } from "../charts/bars.ts";
import { halfTwice, type Size, twice } from "../charts/chart.ts";
import { figuresOfChart } from "../figure-tables.ts";
import { type Html, html, type Part } from "../html.ts";
import { type Asset, isSeveral, type Page, withoutText } from "../page.ts";
import { CAUSES, type Row } from "../stated-rows.ts";
import { netBySymbol } from "../symbol-figures.ts";
import { number, type Section, table, text } from "../table.ts";

const CAUSE_WORDS: Readonly<Record<(typeof CAUSES)[number], string>> = {
  realized_pnl: "Realized PnL",
  trading_fees: "Trading fees",
  rebates: "Rebates",
  funding: "Funding",
  liquidation: "Liquidations",
  rewards: "Rewards",
};

/** As many assets as stand side by side; the others are rows of a table. */
const CARDS_MAX = 5;

export function resultSection(page: Page): Section {
  const [lead] = page.assets;
  const heading = { id: "result", heading: "What was earned, paid and lost", link: "Result" };
  if (lead === undefined)
    return {
      ...heading,
      body: html`<p class="lead">No position was closed and no fee or funding was booked.</p>`,
    };
  return {
    ...heading,
    body: html`${valuedBlock(page)}${leadSentence(page, lead)}<div class="cards">${page.assets.slice(0, CARDS_MAX).map((asset, nth) => card(page, asset, nth))}</div>${otherAssets(page)}<p class="small">Net result by asset: realized PnL, fees, rebates, funding, liquidation charges and rewards.${page.assets.some(({ curve }) => withoutText(page.days, curve) !== "") ? html` Sums are ${withoutText(page.days, lead.curve) || "without days that were not read"}.` : null}<br>Unrealized PnL is not in it. Assets are not added up${page.rows.valued === null ? null : ", but in the reporting currency"}. Parts are rounded one by one; a total is the rounded exact total.</p>${waterfalls(page)}`,
  };
}

/** In the reporting currency, where there is one; what has no price is said beside the sum. */
function valuedBlock({ rows }: Page): Html | null {
  const { valued } = rows;
  if (valued === null) return null;
  const { currency, net, causes, unpriced } = valued;
  const without = unpriced.isZero()
    ? null
    : html`, ${counted(unpriced.toFixed(), "amount", "amounts")} without a price ${unpriced.equals(1) ? "is" : "are"} not in it`;
  return html`<div class="valued"><p class="big">${change(net, currency)} ${currency}${without}</p><dl class="inline">${CAUSES.filter((cause) => isShown(causes[cause] ?? null)).map((cause) => html`<div><dt>${CAUSE_WORDS[cause]}</dt><dd>${change(causes[cause] ?? null, currency)}</dd></div>`)}</dl><p class="small">All assets in ${currency}, each amount at the price of the minute it was booked in.</p></div>`;
}

function isShown(amount: Amount): boolean {
  return amount === null || !amount.isZero();
}

function card(page: Page, { asset, result, accounts }: Asset, nth: number): Html {
  const causes = CAUSES.filter((cause) => isShown(amountOf(result[cause])));
  return html`<div class="card${nth === 0 ? " first" : ""}"><h3>${asset}${isSeveral(page) ? html` <small>${counted(accounts.length, "account")}</small>` : null}</h3><p class="net">${change(amountOf(result["net_result"]), asset)}</p><dl>${causes.map((cause) => html`<div><dt>${CAUSE_WORDS[cause]}</dt><dd>${change(amountOf(result[cause]), asset)}</dd></div>`)}</dl></div>`;
}

function otherAssets({ assets }: Page): Html | null {
  const others = assets.slice(CARDS_MAX);
  if (others.length === 0) return null;
  return table({
    caption: "Net result of the other assets, by cause",
    columns: [text("Asset"), number("Net result"), ...CAUSES.map((cause) => number(CAUSE_WORDS[cause]))],
    rows: others.map(({ asset, result }) => [
      asset,
      change(amountOf(result["net_result"]), asset),
      ...CAUSES.map((cause) =>
        isShown(amountOf(result[cause])) ? change(amountOf(result[cause]), asset) : null,
      ),
    ]),
  });
}

/** Fixed patterns; the sign chooses the verb. */
function leadSentence(page: Page, lead: Asset): Html {
  const { asset, result, accounts, curve } = lead;
  const net = amountOf(result["net_result"]);
  const days =
    curve.daysRead === page.days.length
      ? counted(page.days.length, "day")
      : `${counted(curve.daysRead, "day")} that ${curve.daysRead === 1 ? "was" : "were"} read`;
  const who =
    accounts.length > 1
      ? `the ${accounts.length} accounts in ${asset}`
      : isSeveral(page)
        ? `the account in ${asset}`
        : "the account";
  if (net === null) return html`<p class="lead">What ${who} earned or lost in ${asset} is not known.</p>`;
  const verb = net.isZero() ? "earned" : isLoss(net) ? "lost" : "earned";
  return html`<p class="lead">In ${days} ${who} ${verb} ${size(net, asset)} ${asset}. ${causesSentence(result, asset)}${symbolsSentence(page, asset)}</p>`;
}

function causesSentence(result: Row, asset: string): Html | null {
  const of = (...causes: (typeof CAUSES)[number][]) => total(causes.map((cause) => amountOf(result[cause])));
  const hasRebates = isShown(amountOf(result["rebates"]));
  const items: readonly (readonly [string, Amount])[] = [
    ["closing positions", of("realized_pnl")],
    [hasRebates ? "fees less rebates" : "fees", of("trading_fees", "rebates")],
    ["funding", of("funding")],
    ["liquidation charges", of("liquidation")],
    ["rewards", of("rewards")],
  ];
  const known = items.flatMap(([words, amount]) =>
    amount === null || amount.isZero() ? [] : [{ words, amount }],
  );
  const clause = (isCost: boolean, verb: string) => {
    const own = known.filter(({ amount }) => isLoss(amount) === isCost);
    return own.length === 0
      ? []
      : [
          listed(
            own.map(
              ({ words, amount }, nth) => html`${words}${nth === 0 ? ` ${verb}` : ""} ${size(amount, asset)}`,
            ),
          ),
        ];
  };
  const clauses = [...clause(true, "cost"), ...clause(false, "brought")];
  if (clauses.length === 0) return null;
  return html`${capital(html`${clauses.map((one, nth) => [nth === 0 ? "" : "; ", one])}`)}. `;
}

function listed(parts: readonly Html[]): Html {
  return html`${parts.map((part, nth) => [nth === 0 ? "" : nth === parts.length - 1 ? " and " : ", ", part])}`;
}

/** The clauses begin with words of ours. */
function capital({ html: words }: Html): Html {
  return { html: words.charAt(0).toUpperCase() + words.slice(1) };
}

function symbolsSentence({ rows }: Page, asset: string): Part {
  const named = netBySymbol(rows, asset).filter(({ symbol }) => symbol !== "");
  const [most, least] = [named[0], named.at(-1)];
  if (most === undefined || least === undefined || named.length < 2) return null;
  return html`Of the symbols, ${most.symbol} brought most (${change(most.net, asset)}) and ${least.symbol} least (${change(least.net, asset)}).`;
}

/** The first in full width; the others side by side. */
function waterfalls(page: Page): Html | null {
  const [lead, ...others] = page.charted;
  if (lead === undefined) return null;
  const halves = others.flatMap((asset) => waterfallOf(page, asset, halfTwice) ?? []);
  return html`${waterfallOf(page, lead, twice)}${halves.length === 0 ? null : html`<div class="halves">${halves}</div>`}`;
}

function waterfallOf(
  page: Page,
  { asset, result }: Asset,
  draw: (of: (size: Size) => Html) => Html,
): Html | null {
  const bars = CAUSES.flatMap((cause): Bar[] => {
    const amount = amountOf(result[cause]);
    return amount === null || amount.isZero() ? [] : [{ label: CAUSE_WORDS[cause], amount }];
  });
  const net = amountOf(result["net_result"]);
  if (bars.length < 2 || net === null) return null;
  const description = `${listText(bars.map(({ label, amount }) => `${label} ${signed(amount, decimalsOf(asset))}`))}; together ${signed(net, decimalsOf(asset))} ${asset}.`;
  const figures = figuresOfChart({
    caption: `Net result by cause, in ${asset}`,
    columns: [text("Cause"), number("Amount")],
    rows: bars.map(({ label, amount }) => [label, change(amount, asset)]),
    foot: ["Net result", change(net, asset)],
  });
  const all = waterfall(bars, { label: "Net result", amount: net });
  return html`<div class="keep"><h3>How ${asset} came to ${change(net, asset)}</h3>${draw((size) => barChart(page.names, size, all, asset, { title: `How ${asset} came to ${signed(net, decimalsOf(asset))}`, description }))}${figures}</div>`;
}
