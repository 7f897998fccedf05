/**
 * Lengths on the page. They alone are doubles: a line is drawn to a tenth of a pixel, and the exact digits
 * stand beside it.
 */
import { type Decimal, formatDecimal } from "../domain/decimal.ts";

/** The nearest double, for a position on a scale and nothing else. */
export function position(amount: Decimal): number {
  return Number(formatDecimal(amount));
}

/** A coordinate with one decimal at most, the same bytes everywhere. */
export function px(length: number): string {
  const tenths = Math.round(length * 10);
  return tenths === 0 ? "0" : `${tenths / 10}`;
}

/** How wide a text is at a size of letters, without measuring: letters of the east fill their square. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const sign of text) ems += WIDE.test(sign) ? 1.05 : /[A-Z0-9]/.test(sign) ? 0.66 : 0.56;
  return ems * fontSize;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\uff00-\uffef]/u;

/** The text as far as it fits, with an ellipsis where it does not. */
export function fitted(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const signs = [...text];
  while (signs.length > 1 && textWidth(`${signs.join("")}…`, fontSize) > width) signs.pop();
  return `${signs.join("")}…`;
}
