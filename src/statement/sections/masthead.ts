/** Of what, of whom, from when to when, and whether it can be believed. */
import { formatLocal } from "../../domain/calendar.ts";

import { listText } from "../../domain/lists.ts";
import { minuteText } from "../days.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page, periodText } from "../page.ts";
import { venueName } from "../venue-names.ts";
import { type Verdict, verdictOf } from "../verdict.ts";

export function masthead(page: Page): Html {
  const { input } = page;
  const { timeZone } = input.period;
  const venues = [...new Set(input.accounts.map(({ venue }) => venueName(venue)))].toSorted();
  const [only] = input.accounts;
  const whose =
    only === undefined
      ? "no account was synced yet"
      : isSeveral(page)
        ? `${input.accounts.length} accounts on ${listText(venues)}`
        : `${only.account} on ${venueName(only.venue)}`;
  return html`<header><div><p class="kind">Statement of account</p><h1>${periodText(page)}</h1><p class="whose">${whose} · days begin at midnight ${timeZone}</p><p class="kind">${readUntilText(page)}perpbooks ${input.version}</p></div>${verdictBox(verdictOf(page), html`<a href="#proof">The proof</a>`)}</header>
`;
}

/** Up to where each account was read; one time where it is the same. */
function readUntilText({ input }: Page): string {
  const ends = input.accounts.flatMap(
    ({ coverage }) => coverage.find(({ stream }) => stream === "income")?.complete.at(-1)?.until ?? [],
  );
  const [first, ...others] = [...new Set(ends)].toSorted((a, b) => a - b);
  if (first === undefined) return "";
  const times = [first, ...others.slice(-1)].map((at) => minuteText(formatLocal(at, input.period.timeZone)));
  return `read until ${times.join(" to ")} · `;
}

export function verdictBox({ state, sign, words, lines }: Verdict, link: Part): Html {
  return html`<div class="verdict ${state}" role="note" aria-label="Verdict"><span class="sign" aria-hidden="true">${sign}</span><div><strong>${words}</strong>${lines.map((line) => html`<p>${line}</p>`)}${link === null ? null : html`<p>${link}</p>`}</div></div>`;
}
