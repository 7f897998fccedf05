/**
 * The statement: one page that needs nothing but itself, for people who would rather look than read. It is a
 * view of the reports beside it: no figure is here that their files do not confirm. The same books give the
 * same bytes.
 */
import { type Html, html } from "./html.ts";
import { type Page, pageOf, periodText } from "./page.ts";
import { SCRIPT, scriptElement } from "./script.ts";
import { accountsSection } from "./sections/accounts.ts";
import { balanceSheetSection } from "./sections/balance-sheet.ts";
import { basisSection } from "./sections/basis.ts";
import { calendarSection } from "./sections/calendar.ts";
import { curveSection } from "./sections/curve.ts";
import { feesSection } from "./sections/fees.ts";
import { fundingSection } from "./sections/funding.ts";
import { liquidationsSection } from "./sections/liquidations.ts";
import { masthead } from "./sections/masthead.ts";
import { positionsSection } from "./sections/positions.ts";
import { proofSection } from "./sections/proof.ts";
import { resultSection } from "./sections/result.ts";
import { returnsSection } from "./sections/returns.ts";
import { roundTripsSection } from "./sections/round-trips.ts";
import { symbolsSection } from "./sections/symbols.ts";
import { walletsSection } from "./sections/wallets.ts";
import type { StatementInput } from "./statement-input.ts";
import { STYLE, sheetStyle, styleElement } from "./style.ts";
import { type Section, sectionHtml } from "./table.ts";
import { verdictOf } from "./verdict.ts";

/** In their order; one that has nothing to show is not there. */
const SECTIONS: readonly ((page: Page) => Section | null)[] = [
  resultSection,
  curveSection,
  returnsSection,
  calendarSection,
  symbolsSection,
  roundTripsSection,
  fundingSection,
  feesSection,
  liquidationsSection,
  walletsSection,
  positionsSection,
  balanceSheetSection,
  accountsSection,
  proofSection,
  basisSection,
];

/** `sha256` gives the digest of a text in base64, for the page's own policy of what may run in it. */
export function statementText(input: StatementInput, sha256: (text: string) => string): string {
  const page = pageOf(input);
  const sections = SECTIONS.flatMap((section) => section(page) ?? []);
  const { state, words } = verdictOf(page);
  const isSound = state === "proven" || state === "unproven";
  const title = `Statement of account, ${periodText(page)}${isSound ? "" : `: ${words}`}`;
  // Whoever finds one sheet of an incomplete statement must see that it is one.
  const styles = isSound ? [STYLE] : [STYLE, sheetStyle(title)];
  const policy = `default-src 'none'; style-src ${styles.map((style) => `'sha256-${sha256(style)}'`).join(" ")}; script-src 'sha256-${sha256(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${styles.map(styleElement)}
</head>
<body>
<div class="page">
${masthead(page)}${links(sections)}<main>
${sections.map(sectionHtml)}</main>
<footer>perpbooks ${input.version} · made from the reports of the same period; the same books give the same page</footer>
</div>
${scriptElement()}
</body>
</html>
`.html;
}

function links(sections: readonly Section[]): Html {
  return html`<nav aria-label="Sections">${sections.map(({ id, link }) => html`<a href="#${id}">${link}</a>`)}</nav>
`;
}
