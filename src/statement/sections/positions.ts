/** What is open at the end of the period, at cost and at the venue's mark. */
import { type Amount, amountOf, balance, change, quantity, total } from "../amounts.ts";
import { minuteText } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { type Row, textOf } from "../stated-rows.ts";
import { number, type Section, table, text } from "../table.ts";
import { furtherRows, ROWS_MAX } from "./proof.ts";

export function positionsSection(page: Page): Section | null {
  const rows = page.rows.kept.positions;
  if (rows.length === 0) return null;
  const columns = [
    text("Position"),
    number("Unrealized PnL"),
    number("Quantity"),
    number("Average entry"),
    number("Mark"),
    number("Cost"),
    number("Market value"),
    text("The venue's quantity"),
  ];
  return {
    id: "open",
    heading: "Open positions",
    beside: "at the end of the period, at cost and at the venue's mark",
    link: "Open",
    body: html`${sums(rows)}${table({ caption: "Open positions", columns, rows: rows.slice(0, ROWS_MAX).map((row) => cells(page, row)), isSorted: true })}${furtherRows(rows.length, "positions.csv")}${markNote(rows)}`,
  };
}

/** What the open positions of an asset come to; of one without a mark no sum is known. */
function sums(rows: readonly Row[]): Html {
  const assets = [...new Set(rows.map((row) => textOf(row, "asset")))].toSorted();
  return html`<dl class="inline">${assets.map((asset) => html`<div><dt>Unrealized PnL</dt><dd>${change(total(rows.filter((row) => textOf(row, "asset") === asset).map((row) => amountOf(row["unrealized_pnl"]))), asset)} ${asset}</dd></div>`)}</dl>`;
}

function cells(page: Page, row: Row): Part[] {
  const asset = textOf(row, "asset");
  const side = textOf(row, "position_side");
  const words = [
    side === "BOTH" ? "" : side.toLowerCase(),
    asset,
    isSeveral(page) ? textOf(row, "account") : "",
  ];
  return [
    html`${textOf(row, "symbol")} <small>${words.filter((word) => word !== "").join(", ")}</small>`,
    change(amountOf(row["unrealized_pnl"]), asset),
    quantity(amountOf(row["quantity"])),
    quantity(amountOf(row["average_entry_price_rounded"])),
    quantity(amountOf(row["mark_price"])),
    balance(amountOf(row["cost"]), asset),
    balance(amountOf(row["market_value"]), asset),
    compared(amountOf(row["quantity_difference"])),
  ];
}

function compared(difference: Amount): Html {
  if (difference === null) return html`<span class="unknown">not asked</span>`;
  return difference.isZero()
    ? html`<span class="ok">equal</span>`
    : html`<span class="off">differs by ${quantity(difference)}</span>`;
}

function markNote(rows: readonly Row[]): Html | null {
  const times = [...new Set(rows.flatMap((row) => row["mark_at"] ?? []))].toSorted();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined)
    return html`<p class="small">The books hold no mark of that time.</p>`;
  const when = [minuteText(first), minuteText(last)].filter(
    (time, place, all) => all.indexOf(time) === place,
  );
  return html`<p class="small">Marks are of ${when.join(" to ")}. A negative quantity is a short, and so are its cost and its market value.</p>`;
}
