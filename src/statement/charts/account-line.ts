/** One line through the days of an account, small enough that ten of them stand on a page: drawn once. */
import type { Decimal } from "../../domain/decimal.ts";
import type { Day } from "../days.ts";
import { type Html, html } from "../html.ts";
import { position, px } from "../pixels.ts";
import {
  amountAxis,
  amountScale,
  type Described,
  dayAxis,
  dayScale,
  drawing,
  type Names,
  WIDTHS,
} from "./chart.ts";
import { lineOf, thinned } from "./lines.ts";

/** It is as wide on a page, where three stand side by side, as on a phone. */
const SIZE = "column";
const BOX = { left: 50, right: WIDTHS[SIZE] - 10, top: 8, bottom: 78 };
const TICKS = 3;
const COLUMN_PX = 5;
const POINTS_MAX = 200;

/** `amounts` has one of each day; null where it is not known, and there the line breaks. */
export function accountLine(
  name: Names,
  days: readonly Day[],
  amounts: readonly (Decimal | null)[],
  described: Described,
): Html {
  const y = amountScale(
    amounts.flatMap((amount) => (amount === null ? [] : position(amount))),
    [BOX.bottom, BOX.top],
    TICKS,
  );
  const x = dayScale(days, BOX);
  const points = amounts.map((amount, place) =>
    amount === null ? null : { x: x(days[place]?.at ?? 0), y: y(position(amount)) },
  );
  const last = points.findLast((point) => point !== null);
  const end = last == null ? null : html`<circle class="dot" cx="${px(last.x)}" cy="${px(last.y)}" r="3"/>`;
  return drawing(name, SIZE, BOX.bottom + 28, described, [
    ...amountAxis(y, TICKS, BOX),
    html`<path class="curve" d="${lineOf(thinned(points, COLUMN_PX, POINTS_MAX))}"/>${end}`,
    ...dayAxis(days, x, 4, BOX),
  ]);
}
