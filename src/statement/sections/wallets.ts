/** From the opening to the closing of each wallet, as the venue says it. */
import { sum, ZERO } from "../../domain/decimal.ts";
import { type Amount, amountOf, balance, change, count } from "../amounts.ts";
import { sparkChart } from "../charts/spark.ts";
import { minuteText } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { type Row, TRANSFERS_MAX, textOf } from "../stated-rows.ts";
import { number, type Section, table, text } from "../table.ts";

/** What is in the equation only where it is not zero. */
const APART = [
  ["conversions", "Conversions"],
  ["inferred_opening", "Inferred opening"],
  ["suspense", "In suspense"],
] as const;

export function walletsSection(page: Page): Section {
  const { kept } = page.rows;
  const shown = APART.filter(([column]) => kept.balances.some((row) => isSome(amountOf(row[column]))));
  const columns = [
    text(isSeveral(page) ? "Account and asset" : "Asset"),
    number("Closing"),
    number("Opening"),
    number("Transfers"),
    number("Net result"),
    ...shown.map(([, head]) => number(head)),
    text("The venue's wallet"),
    text("Result by day"),
  ];
  const body =
    kept.balances.length === 0
      ? html`<p>No wallet was ever seen.</p>`
      : table({
          caption: "Wallets from opening to closing",
          columns,
          rows: kept.balances.map((row) => walletRow(page, row, shown)),
        });
  return {
    id: "wallets",
    heading: "Wallets",
    beside: "opening + transfers + net result and what else is named = closing; without unrealized PnL",
    link: "Wallets",
    body: html`${body}${daggerNote(page)}${transfers(page)}`,
  };
}

function isSome(amount: Amount): boolean {
  return amount !== null && !amount.isZero();
}

function walletRow(page: Page, row: Row, shown: readonly (readonly [string, string])[]): Part[] {
  const asset = textOf(row, "asset");
  const dagger = textOf(row, "basis").includes("inferred") ? html`<sup>†</sup>` : null;
  const name = isSeveral(page)
    ? html`${textOf(row, "account")} <small>${asset}</small>${dagger}`
    : html`${asset}${dagger}`;
  return [
    name,
    balance(amountOf(row["closing"]), asset),
    balance(amountOf(row["opening"]), asset),
    change(amountOf(row["transfers"]), asset),
    change(amountOf(row["net_result"]), asset),
    ...shown.map(([column]) => (isSome(amountOf(row[column])) ? change(amountOf(row[column]), asset) : null)),
    verdictOf(row, asset),
    spark(page, row),
  ];
}

function verdictOf(row: Row, asset: string): Html {
  const difference = amountOf(row["difference"]);
  if (difference === null) return html`<span class="unknown">not asked</span>`;
  const when = minuteText(row["venue_wallet_at"] ?? null);
  return difference.isZero()
    ? html`<span class="ok">equal</span> <small>at ${when}</small>`
    : html`<span class="off">differs by ${change(difference, asset)}</span> <small>at ${when}</small>`;
}

/** The running result of one wallet; of one day there is nothing to draw. */
function spark({ days, rows }: Page, row: Row): Html | null {
  const own = rows.accountDays.get(textOf(row, "account"))?.get(textOf(row, "asset"));
  if (own === undefined || days.length < 2) return null;
  let running = ZERO;
  return sparkChart(
    days.map(({ name }) => {
      running = running.plus(own.get(name) ?? ZERO);
      return running;
    }),
  );
}

function daggerNote({ rows }: Page): Html | null {
  const isInferred = rows.kept.balances.some((row) => textOf(row, "basis").includes("inferred"));
  return isInferred
    ? html`<p class="small"><sup>†</sup> holds an opening that is inferred from evidence of what was there before the history begins.</p>`
    : null;
}

function transfers(page: Page): Html | null {
  const { rows } = page;
  if (rows.transferCount === 0) return null;
  const sums = [...rows.moved].flatMap(([account, byAsset]) =>
    [...byAsset].map(([asset, moved]): Part[] => [
      isSeveral(page) ? html`${account} <small>${asset}</small>` : asset,
      change(sum([moved.in, moved.out]), asset),
      change(moved.in, asset),
      change(moved.out, asset),
      count(moved.count),
    ]),
  );
  return html`<h3>Transfers</h3>${table({ caption: "Transfers in and out", columns: [text(isSeveral(page) ? "Account and asset" : "Asset"), number("Together"), number("In"), number("Out"), number("Count")], rows: sums })}${transferList(page)}`;
}

function transferList(page: Page): Html {
  const { transfers: all, transferCount } = page.rows;
  if (transferCount > TRANSFERS_MAX)
    return html`<p class="small">All ${count(transferCount)} of them are in the report transfers.</p>`;
  const columns = [
    text("Time"),
    number("Amount"),
    text("Asset"),
    text("Kind"),
    ...(isSeveral(page) ? [text("Account"), text("Other account")] : []),
  ];
  const rows = all.map((row): Part[] => {
    const asset = textOf(row, "asset");
    return [
      minuteText(row["occurred_at"] ?? null),
      change(amountOf(row["amount"]), asset),
      asset,
      textOf(row, "kind"),
      ...(isSeveral(page) ? [textOf(row, "account"), textOf(row, "counterparty_account")] : []),
    ];
  });
  return html`<details><summary>Each of the ${count(transferCount)}</summary>${table({ caption: "Transfers one by one", columns, rows })}</details>`;
}
