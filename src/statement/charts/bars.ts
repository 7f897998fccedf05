/** Horizontal bars from zero, or floating ones that lead from zero to a total. */
import type { Decimal } from "../../domain/decimal.ts";
import { ZERO } from "../../domain/decimal.ts";
import { append, greatest } from "../../domain/lists.ts";
import { decimalsOf, signed, toneOf } from "../amounts.ts";
import { type Html, html } from "../html.ts";
import { fitted, position, px, textWidth } from "../pixels.ts";
import {
  amountScale,
  type Described,
  drawing,
  LETTERS,
  labelRoom,
  type Names,
  type Size,
  tickText,
  WIDTHS,
} from "./chart.ts";

export type Bar = {
  readonly label: string;
  readonly amount: Decimal;
  /** Where a floating bar begins; zero for the others. */
  readonly from?: Decimal;
  readonly isTotal?: true;
};

const ROW = 27;
const THICK = 17;
/** A bar that is there is seen. */
const LEAST = 1.5;

/** The bars of a sum: each begins where the one before ends; the last is the sum, from zero. */
export function waterfall(parts: readonly Bar[], total: Bar): Bar[] {
  const bars: Bar[] = [];
  let reached = ZERO;
  for (const part of parts) {
    bars.push({ ...part, from: reached });
    reached = reached.plus(part.amount);
  }
  return [...bars, { ...total, isTotal: true }];
}

export function barChart(
  name: Names,
  size: Size,
  bars: readonly Bar[],
  asset: string,
  described: Described,
): Html {
  const width = WIDTHS[size];
  const left = labelRoom(
    bars.map(({ label }) => label),
    (label) => textWidth(label, LETTERS + 0.5),
    { wide: 240, half: 150, narrow: 128, small: 128 }[size],
  );
  const texts = bars.map(({ amount }) => signed(amount, decimalsOf(asset)));
  // Values of losses stand right of zero, so they need no room at the left.
  const valueRoom = greatest(texts.map((text) => textWidth(text, LETTERS + 1))) + 12;
  const right = width - valueRoom;
  const ticks = size === "wide" ? 7 : size === "half" ? 4 : 3;
  const ends = bars.flatMap(({ amount, from }) => [
    position(from ?? ZERO),
    position((from ?? ZERO).plus(amount)),
  ]);
  const scale = amountScale(ends, [left + 4, right], ticks);
  const height = bars.length * ROW + 26;
  const plotBottom = bars.length * ROW;
  let labelled = -Infinity;
  const marks: Html[] = scale.ticks(ticks).map((value) => {
    const x = px(scale(value));
    const half = textWidth(tickText(value), LETTERS) / 2 + 3;
    // Zero is always named; the others where there is room.
    const isNamed =
      value === 0 || (scale(value) - half > labelled && !(value < 0 && scale(value) + half > scale(0) - 8));
    if (isNamed) labelled = scale(value) + half;
    const label = isNamed
      ? html`<text class="tick" text-anchor="middle" x="${x}" y="${plotBottom + 17}">${tickText(value)}</text>`
      : null;
    return html`<line class="${value === 0 ? "zeroline" : "grid"}" x1="${x}" x2="${x}" y1="0" y2="${plotBottom}"/>${label}`;
  });
  append(
    marks,
    bars.map((bar, row) => {
      const { label, amount, from, isTotal } = bar;
      const start = scale(position(from ?? ZERO));
      const end = scale(position((from ?? ZERO).plus(amount)));
      const [x, far] = start < end ? [start, end] : [end, start];
      const length = amount.isZero() ? 0 : Math.max(LEAST, far - x);
      const y = row * ROW + (ROW - THICK) / 2;
      const bold = isTotal === undefined ? "" : " total";
      const after = bars[row + 1];
      // From the end of one to the beginning of the next.
      const connector =
        from === undefined || after === undefined
          ? null
          : html`<line class="connector" x1="${px(end)}" x2="${px(end)}" y1="${px(y + THICK)}" y2="${px(y + ROW)}"/>`;
      const valueAt =
        from === undefined && isTotal === undefined && far <= scale(0) ? scale(0) : Math.max(far, x + length);
      return html`<text class="label${bold}" text-anchor="end" x="${px(left - 6)}" y="${px(y + 13)}">${fitted(label, LETTERS + 0.5, left - 8)}</text><rect class="fill ${toneOf(amount)}" x="${px(x)}" y="${px(y)}" width="${px(length)}" height="${THICK}" rx="1.5"/>${connector}<text class="value over ${toneOf(amount)}${bold}" x="${px(valueAt + 7)}" y="${px(y + 13)}">${texts[row] ?? ""}</text>`;
    }),
  );
  return drawing(name, size, height, described, marks);
}
