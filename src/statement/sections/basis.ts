/** What the figures rest on: what is missing, what a person decided, how it was counted, and the files. */
import { counted } from "../../domain/counted.ts";
import type { Treatment } from "../../domain/treatment.ts";
import { amountOf, change, count } from "../amounts.ts";
import { minuteText } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { textOf } from "../stated-rows.ts";
import { prose, type Section, table, text } from "../table.ts";
import { furtherRows, ROWS_MAX } from "./proof.ts";

export function basisSection(page: Page): Section {
  const { input, rows } = page;
  return {
    id: "basis",
    heading: "What these figures rest on",
    link: "Basis",
    body: html`${sentences("Missing", input.incomplete)}${sentences("Accepted by a person", input.accepted)}${sentences("Good to know", input.remarks)}${gaps(page)}<h3>How it is counted</h3><ul>${[...treatmentLines(input.treatment), ...adjustmentLines(page), ...(rows.kept.liquidations.length === 0 ? ["No liquidation in the period."] : []), ...ROUNDING].map((line) => html`<li>${line}</li>`)}</ul>${prices(page)}${files(page)}<p>No tax is computed here, and nothing here is tax advice.</p>`,
  };
}

function sentences(heading: string, all: readonly string[]): Html | null {
  return all.length === 0
    ? null
    : html`<h3>${heading}</h3><ul>${all.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

function gaps(page: Page): Html | null {
  const all = page.rows.kept.gaps;
  if (all.length === 0) return null;
  const columns = [
    text("From"),
    text("Until"),
    text("What"),
    text("Of"),
    text("Amount"),
    prose("Reason"),
    prose("Accepted because"),
  ];
  const rows = all.slice(0, ROWS_MAX).map((row): Part[] => {
    const asset = textOf(row, "asset");
    const of = [
      isSeveral(page) ? textOf(row, "account") : "",
      textOf(row, "stream").replaceAll("_", " "),
      textOf(row, "symbol"),
    ];
    return [
      minuteText(row["occurred_at"] ?? null),
      minuteText(row["until"] ?? null),
      textOf(row, "what").replaceAll("_", " "),
      of.filter((word) => word !== "").join(", "),
      amountOf(row["amount"]) === null ? null : html`${change(amountOf(row["amount"]), asset)} ${asset}`,
      textOf(row, "reason"),
      textOf(row, "accepted_because"),
    ];
  });
  return html`<h3>Gaps, records set aside and suspense</h3>${table({ caption: "Gaps, records set aside and suspense", columns, rows })}${furtherRows(all.length, "gaps.csv")}`;
}

const METHOD_WORDS: Readonly<Record<Treatment["method"], string>> = {
  average: "Cost of a position: the average of what opened it, as the venues count.",
  fifo: "Cost of a position: first in, first out. The results here are the venue's cash; disposals.csv and bridge.csv have them by lots.",
  lifo: "Cost of a position: last in, first out. The results here are the venue's cash; disposals.csv and bridge.csv have them by lots.",
  hifo: "Cost of a position: highest cost first. The results here are the venue's cash; disposals.csv and bridge.csv have them by lots.",
};

function treatmentLines({ method, fees, funding }: Treatment): string[] {
  return [
    METHOD_WORDS[method],
    fees === "outside"
      ? "Fees: an expense when they are paid."
      : "Fees: counted with the position they opened or closed, in disposals.csv and bridge.csv; here when they are paid.",
    funding === "own"
      ? "Funding: an item of its own, when it is settled."
      : "Funding: counted with the position it was paid for, in disposals.csv and bridge.csv; here when it is settled.",
  ];
}

function adjustmentLines({ rows }: Page): Part[] {
  return [...rows.adjustments].map(
    ([asset, { count: all, net }]) =>
      html`${counted(all, "adjustment", "adjustments")} came after the close of an earlier period${asset === "" ? null : html`, net ${change(net, asset)} ${asset}`}: see adjustments.csv.`,
  );
}

const ROUNDING = [
  "Amounts are exact in the files and rounded half to even here; a value that is not zero shows at least one digit. Commas group thousands, a point begins the decimals.",
  "Each figure is a cell of a report of the same period, or a sum, count, difference or quotient of cells.",
];

function prices({ rows }: Page): Html | null {
  if (rows.prices.size === 0) return null;
  return html`<h3>Prices</h3><ul>${[...rows.prices].map(([source, { count: used, oldest }]) => html`<li>${source}: ${count(used)} used${oldest === null ? null : `, the oldest of ${minuteText(oldest)}`}</li>`)}</ul>`;
}

function files({ input }: Page): Html | null {
  if (input.files.length === 0) return null;
  return html`<details><summary>The ${input.files.length} files beside this page, with their SHA-256</summary>${table({ caption: "Files and their SHA-256", columns: [text("File"), prose("SHA-256")], rows: input.files.map(({ name, sha256 }) => [name, html`<code>${sha256}</code>`]) })}</details>`;
}
