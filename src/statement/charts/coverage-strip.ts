/** What of the period was read, account by account: bars of complete spans over a hollow track. */
import { scaleLinear } from "d3-scale";
import { formatLocal } from "../../domain/calendar.ts";
import { latest } from "../../domain/instant.ts";
import { listText } from "../../domain/lists.ts";
import { difference } from "../../domain/window.ts";
import { minuteText } from "../days.ts";
import { type Html, html } from "../html.ts";
import { fitted, px, textWidth } from "../pixels.ts";
import type { StatedAccount, StatementInput } from "../statement-input.ts";
import { drawing, LETTERS, labelRoom, type Names, twice, WIDTHS } from "./chart.ts";

/** Those that move the wallet and the positions. */
const STREAMS = ["income", "fills"] as const;
const ROW = 34;

export function coverageChart(name: Names, input: StatementInput): Html {
  const title = "What was read of the period, by account";
  const description = `${input.accounts.map((account) => `${account.account}: ${STREAMS.map((stream) => `${stream} ${words(account, stream, input)}`).join(", ")}`).join("; ")}.`;
  const chart = twice((size) => {
    const width = WIDTHS[size];
    const left = labelRoom(
      input.accounts.map(({ account }) => account),
      (label) => textWidth(label, LETTERS + 0.5),
      size === "wide" ? 220 : 110,
    );
    const wordsLeft = left + 52;
    const right = width - 4;
    const x = scaleLinear([input.period.from, input.period.until], [wordsLeft, right]);
    const marks = input.accounts.map((account, row) => {
      const y = row * ROW + 4;
      return html`<text class="label" text-anchor="end" x="${px(left - 6)}" y="${px(y + 15)}">${fitted(account.account, LETTERS + 0.5, left - 8)}</text>${STREAMS.map(
        (stream, nth) => {
          const top = y + nth * 12;
          const complete = account.coverage.find((one) => one.stream === stream)?.complete ?? [];
          return html`<text class="tick small" x="${px(left)}" y="${px(top + 8)}">${stream}</text><rect class="track" x="${px(wordsLeft)}" y="${px(top)}" width="${px(right - wordsLeft)}" height="9"/>${complete.map(({ from, until }) => html`<rect class="read" x="${px(x(from))}" y="${px(top)}" width="${px(Math.max(0.5, x(until) - x(from)))}" height="9"/>`)}`;
        },
      )}`;
    });
    return drawing(name, size, input.accounts.length * ROW + 2, { title, description }, marks);
  });
  const lines = input.accounts.map(
    (account) =>
      html`<li>${account.account}: ${STREAMS.map((stream) => `${stream} ${words(account, stream, input)}`).join(", ")}</li>`,
  );
  return html`${chart}<details><summary>In words</summary><ul>${lines}</ul></details>`;
}

/** From the account's beginning to the last read, what is hollow. */
function words(account: StatedAccount, stream: string, { period }: StatementInput): string {
  const complete = account.coverage.find((one) => one.stream === stream)?.complete ?? [];
  const reach = complete.at(-1)?.until;
  if (reach === undefined) return "not read";
  const from = latest(period.from, account.historyFrom ?? period.from);
  const missing = difference({ from, until: reach }, complete);
  if (missing.length === 0)
    return `read from ${minuteText(formatLocal(from, period.timeZone))} to ${minuteText(formatLocal(reach, period.timeZone))}`;
  const at = (time: (typeof missing)[number]["from"]) => minuteText(formatLocal(time, period.timeZone));
  const named = missing.slice(0, 3).map(({ from, until }) => `${at(from)} to ${at(until)}`);
  return `not read from ${listText([...named, ...(missing.length > 3 ? [`${missing.length - 3} more spans`] : [])])}`;
}
