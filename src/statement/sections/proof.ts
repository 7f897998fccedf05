/** Why the figures can be believed: what was read, and what agrees with the venue. */
import { counted } from "../../domain/counted.ts";
import { amountOf, change, count, quantity } from "../amounts.ts";
import { coverageChart } from "../charts/coverage-strip.ts";
import { minuteText } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { type Row, textOf } from "../stated-rows.ts";
import { number, prose, type Section, table, text } from "../table.ts";
import { venueName } from "../venue-names.ts";
import { verdictOf } from "../verdict.ts";
import { verdictBox } from "./masthead.ts";

const STATUSES = [
  ["agrees", "Agree"],
  ["within_tolerance", "Within a tolerance"],
  ["inferred", "From evidence"],
  ["differs", "Differ"],
] as const;

/** Rows of one kind on a page; the reports hold all. */
export const ROWS_MAX = 100;

export function proofSection(page: Page): Section {
  return {
    id: "proof",
    heading: "Proof",
    link: "Proof",
    body: html`${verdictBox(verdictOf(page), null)}${coverage(page)}${comparisons(page)}${differing(page)}${differingDays(page)}`,
  };
}

function coverage(page: Page): Html | null {
  const { input } = page;
  if (input.accounts.length === 0) return null;
  return html`<h3>What was read</h3>${coverageChart(page.names, input)}`;
}

function comparisons({ input }: Page): Html | null {
  const rows = input.accounts.map(({ account, venue, counts }): Part[] => [
    html`${account} <small>${venueName(venue)}</small>`,
    ...STATUSES.map(([status]) => count(counts[`checks/${status}`] ?? 0)),
  ]);
  if (rows.length === 0) return null;
  return html`<h3>What was compared with the venue</h3>${table({ caption: "Comparisons by account", columns: [text("Account"), ...STATUSES.map(([, head]) => number(head))], rows })}<p class="small">Each is a row of reconciliation.csv. From evidence: taken from what the venue shows, and so not proven by it.</p>`;
}

function differing(page: Page): Html | null {
  const { differing: all } = page.rows;
  if (all.length === 0) return null;
  const columns = [
    text("Comparison"),
    number("Difference"),
    number("Venue"),
    number("Books"),
    text("At"),
    text("Class"),
    prose("What the evidence shows"),
    prose("Accepted because"),
  ];
  const name = (row: Row) =>
    `${isSeveral(page) ? `${textOf(row, "account")}, ` : ""}${textOf(row, "check_name").replaceAll("_", " ")} ${textOf(row, "subject")}`;
  const rows = all
    .slice(0, ROWS_MAX)
    .map((row): Part[] => [
      name(row),
      change(amountOf(row["difference"]), textOf(row, "asset")),
      quantity(amountOf(row["expected"])),
      quantity(amountOf(row["found"])),
      minuteText(row["checked_at"] ?? null),
      textOf(row, "class").replaceAll("_", " "),
      textOf(row, "note"),
      textOf(row, "accepted_because"),
    ]);
  return html`<h3>What differs</h3><p class="small">As of the last read, whatever the period.</p>${table({ caption: "Comparisons that differ", columns, rows })}${furtherRows(all.length, "reconciliation.csv")}`;
}

/** What stands in the report alone. */
export function furtherRows(rows: number, file: string): Html | null {
  return rows <= ROWS_MAX
    ? null
    : html`<p class="small">${counted(count(rows - ROWS_MAX), "more row", "more rows")} in ${file}.</p>`;
}

function differingDays(page: Page): Html | null {
  const { differingDays: all } = page.rows;
  if (all.length === 0) return null;
  const columns = [text("Day"), number("Difference"), text("Asset"), text("Account"), text("Class")];
  const rows = all.slice(0, ROWS_MAX).map((row): Part[] => {
    const asset = textOf(row, "asset");
    return [
      textOf(row, "day"),
      change(amountOf(row["difference"]), asset),
      asset,
      textOf(row, "account"),
      textOf(row, "class").replaceAll("_", " "),
    ];
  });
  return html`<h3>Days that differ</h3>${table({ caption: "Days whose closing differs from the venue's wallet", columns, rows })}${furtherRows(all.length, "daily-reconciliation.csv")}`;
}
