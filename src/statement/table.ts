/** Tables of figures: captions, scopes, and a box of their own to scroll in on a phone. */
import { type Html, html, type Part } from "./html.ts";

export type Column = {
  readonly head: string;
  /** Prose alone goes on in lines. */
  readonly kind: "text" | "number" | "prose";
};

export type TableInput = {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of each names the row. */
  readonly rows: readonly (readonly Part[])[];
  /** With a row of its own in the foot: the sums. */
  readonly foot?: readonly Part[];
  /** As wide as its cells. */
  readonly isCompact?: boolean;
  /** Whether its columns sort, where scripts run. */
  readonly isSorted?: true;
};

const CLASSES = { text: null, number: html` class="n"`, prose: html` class="prose"` } as const;

export function table({ caption, columns, rows, foot, isCompact, isSorted }: TableInput): Html {
  const cells = (row: readonly Part[]) =>
    row.map((cell, place) =>
      place === 0
        ? html`<th scope="row">${cell}</th>`
        : html`<td${CLASSES[columns[place]?.kind ?? "text"]}>${cell}</td>`,
    );
  const head = columns.map(
    ({ head, kind }) => html`<th scope="col"${kind === "number" ? html` class="n"` : null}>${head}</th>`,
  );
  return html`<div class="scroll${isCompact ? " compact" : ""}" tabindex="0" role="region" aria-label="${caption}"><table${isSorted && rows.length > 2 ? html` class="sorts"` : null}><caption class="away">${caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>${foot === undefined ? null : html`<tfoot><tr>${cells(foot)}</tr></tfoot>`}</table></div>`;
}

export function text(head: string): Column {
  return { head, kind: "text" };
}

export function prose(head: string): Column {
  return { head, kind: "prose" };
}

export function number(head: string): Column {
  return { head, kind: "number" };
}

export type KeyFigure = { readonly name: string; readonly value: Part; readonly note?: Part };

export function keyFigures(figures: readonly KeyFigure[]): Html {
  return html`<dl class="keys">${figures.map(({ name, value, note }) => html`<div><dt>${name}</dt><dd>${value}</dd>${note === undefined ? null : html`<dd class="small">${note}</dd>`}</div>`)}</dl>`;
}

export type Section = {
  readonly id: string;
  readonly heading: string;
  /** Behind the heading: the unit, mostly. */
  readonly beside?: string;
  /** In the line of links. */
  readonly link: string;
  readonly body: Part;
};

export function sectionHtml({ id, heading, beside, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}${beside === undefined ? null : html` <small>${beside}</small>`}</h2>${body}</section>
`;
}
