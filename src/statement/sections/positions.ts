/** What is still open, as of the last read; of another period's end the report does not tell. */
import { amountOf, balance, change, quantity } from "../amounts.ts";
import { html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { textOf } from "../stated-rows.ts";
import { number, type Section, table, text } from "../table.ts";

export function positionsSection(page: Page): Section | null {
  const rows = page.rows.kept.positions;
  const heading = { id: "open", heading: "Open positions", link: "Open" };
  if (!isNow(page))
    return {
      ...heading,
      body: html`<p>The report of open positions is of the last read, which lies after this period, and so is not shown here.</p>`,
    };
  if (rows.length === 0) return null;
  const columns = [
    text("Position"),
    number("Quantity"),
    number("Average entry"),
    number("Cost"),
    number("Opening fee"),
    number("Funding"),
    text("The venue's quantity"),
  ];
  const cells = rows.map((row): Part[] => {
    const asset = textOf(row, "asset");
    const side = textOf(row, "position_side");
    const words = [
      side === "BOTH" ? "" : side.toLowerCase(),
      asset,
      isSeveral(page) ? textOf(row, "account") : "",
    ].filter((word) => word !== "");
    const difference = amountOf(row["quantity_difference"]);
    return [
      html`${textOf(row, "symbol")} <small>${words.join(", ")}</small>`,
      quantity(amountOf(row["quantity"])),
      quantity(amountOf(row["average_entry_price_rounded"])),
      balance(amountOf(row["cost"]), asset),
      change(amountOf(row["opening_fee"]), asset),
      change(amountOf(row["funding"]), asset),
      difference === null
        ? html`<span class="unknown">not asked</span>`
        : difference.isZero()
          ? html`<span class="ok">equal</span>`
          : html`<span class="off">differs by ${quantity(difference)}</span>`,
    ];
  });
  return {
    ...heading,
    beside: "as of the last read; without market value and unrealized PnL",
    body: table({ caption: "Open positions", columns, rows: cells }),
  };
}

/** The report is in the folder of all there is, whose period ends with the last read, and in a span's. */
function isNow({ input }: Page): boolean {
  return input.accounts.every(({ coverage }) => {
    const reach = coverage.find(({ stream }) => stream === "income")?.complete.at(-1)?.until;
    return reach === undefined || reach < input.period.until;
  });
}
