/** A line the size of a word, beside its figure. */

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { Decimal } from "../../domain/decimal.ts";
import { type Html, html } from "../html.ts";
import { position, px } from "../pixels.ts";
import { amountScale } from "./chart.ts";

const WIDTH = 120;
const HEIGHT = 24;
/** More than one of two pixels shows no more. */
const POINTS_MAX = 60;

export function sparkChart(amounts: readonly Decimal[]): Html {
  const step = Math.ceil(amounts.length / POINTS_MAX);
  const values = amounts
    .filter((_, place) => place % step === 0 || place === amounts.length - 1)
    .map(position);
  const y = amountScale(values, [HEIGHT - 2, 2], 2);
  const x = scaleLinear([0, values.length - 1], [1, WIDTH - 1]);
  const path = line<number>()
    .x((_, place) => x(place))
    .y((value) => y(value))
    .digits(1);
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><line class="zeroline" x1="0" x2="${WIDTH}" y1="${px(y(0))}" y2="${px(y(0))}"/><path class="curve" d="${path(values) ?? ""}"/></svg>`;
}
