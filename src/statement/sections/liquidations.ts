/** What was taken away, and what it cost. */
import { type Amount, amountOf, balance, change, quantity } from "../amounts.ts";
import { minuteText } from "../days.ts";
import { html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { textOf } from "../stated-rows.ts";
import { number, type Section, table, text } from "../table.ts";
import { furtherRows, ROWS_MAX } from "./proof.ts";

const KIND_WORDS: Readonly<Record<string, string>> = {
  liquidation: "liquidation",
  adl: "auto-deleveraging",
  none: "booked without its order",
};

export function liquidationsSection(page: Page): Section | null {
  const all = page.rows.kept.liquidations.toSorted((a, b) =>
    textOf(a, "occurred_at") < textOf(b, "occurred_at") ? -1 : 1,
  );
  if (all.length === 0) return null;
  const columns = [
    text("Time"),
    number("Wallet"),
    text("Symbol"),
    text("What"),
    number("Quantity"),
    number("Price"),
    number("Realized PnL"),
    number("Fees"),
    number("Charge"),
    number("Margin lost"),
  ];
  const rows = all.slice(0, ROWS_MAX).map((row): Part[] => {
    const asset = textOf(row, "asset");
    const shown = (amount: Amount): Part => (amount === null ? null : change(amount, asset));
    const kind = textOf(row, "kind");
    return [
      html`<span class="t">${minuteText(row["occurred_at"] ?? null)}</span>`,
      html`${shown(amountOf(row["wallet_change"]))} <small>${asset}</small>`,
      html`${textOf(row, "symbol")}${isSeveral(page) ? html` <small>${textOf(row, "account")}</small>` : null}`,
      KIND_WORDS[kind] ?? kind,
      row["executed_quantity"] == null ? null : quantity(amountOf(row["executed_quantity"])),
      row["average_price"] == null ? null : quantity(amountOf(row["average_price"])),
      shown(amountOf(row["realized_pnl"])),
      shown(amountOf(row["trading_fees"])),
      shown(amountOf(row["clearance"])),
      row["isolated_margin_lost"] == null ? null : balance(amountOf(row["isolated_margin_lost"]), asset),
    ];
  });
  return {
    id: "liquidations",
    heading: "Liquidations and auto-deleveraging",
    link: "Liquidations",
    body: html`${table({ caption: "Liquidations and auto-deleveraging, by time", columns, rows })}${furtherRows(all.length, "liquidations.csv")}<p class="small">Margin lost is part of the story and is not added: the wallet's change holds it already.</p>`,
  };
}
