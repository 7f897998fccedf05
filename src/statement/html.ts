/**
 * HTML as text. What is put into a template is escaped unless it is HTML already, so that no name, symbol or
 * note of a venue can become a tag, and no page needs to remember to escape.
 */

export type Html = { readonly html: string };

/** Null and nothing become no text. */
export type Part = Html | string | number | null | readonly Part[];

/** A template of HTML: `` html`<p>${text}</p>` ``. An attribute's value stands in double quotes. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    html: template
      .map((text, place) => text + (place < parts.length ? textOf(parts[place] ?? null) : ""))
      .join(""),
  };
}

function textOf(part: Part): string {
  if (part === null) return "";
  if (typeof part === "string") return escaped(part);
  if (typeof part === "number") return String(part);
  return "html" in part ? part.html : part.map(textOf).join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
