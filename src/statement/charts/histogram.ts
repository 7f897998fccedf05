/** How often which result: eight bins to either side of zero, the outer ones with all beyond them. */
import { scaleLinear } from "d3-scale";
import { counted } from "../../domain/counted.ts";
import type { Decimal } from "../../domain/decimal.ts";
import { greatest } from "../../domain/lists.ts";
import { isGain, isLoss } from "../amounts.ts";
import { type Html, html } from "../html.ts";
import { position, px } from "../pixels.ts";
import { drawing, type Names, tickText, WIDTHS } from "./chart.ts";

const BINS = 8;
/** So many of all lie inside of the outer bins. */
const INSIDE = 0.94;
const HEIGHT = 150;

type Bins = {
  readonly width: number;
  /** How many results in each, from the deepest losses to the highest gains. */
  readonly counts: readonly number[];
  readonly even: number;
};

export function binsOf(results: readonly Decimal[]): Bins {
  const values = results.map(position);
  const width = binWidth(values);
  const counts = Array.from({ length: 2 * BINS }, () => 0);
  let even = 0;
  for (const [place, value] of values.entries()) {
    const result = results[place];
    if (result === undefined || (!isGain(result) && !isLoss(result))) {
      even++;
      continue;
    }
    // A result on a border belongs to the bin that is nearer to zero.
    const distance = Math.min(BINS - 1, Math.ceil(Math.abs(value) / width) - 1);
    const bin = isGain(result) ? BINS + Math.max(0, distance) : BINS - 1 - Math.max(0, distance);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { width, counts, even };
}

/** `loss of 20 to 30`, `gain of 70 and more`, from the deepest losses to the highest gains. */
export function binNames({ counts, width }: Bins): string[] {
  return counts.map((_, bin) => {
    const isLossBin = bin < BINS;
    const nearer = isLossBin ? BINS - 1 - bin : bin - BINS;
    const end = nearer === BINS - 1 ? " and more" : ` to ${tickText((nearer + 1) * width)}`;
    return `${isLossBin ? "loss" : "gain"} of ${tickText(nearer * width)}${end}`;
  });
}

export function histogram(
  name: Names,
  size: "wide" | "narrow",
  { width, counts, even }: Bins,
  asset: string,
): Html {
  const [left, right, top] = [10, WIDTHS[size] - 10, 20];
  const x = scaleLinear([0, 2 * BINS], [left, right]);
  const y = scaleLinear([0, Math.max(1, greatest(counts))], [top + HEIGHT, top]);
  const bars = counts.map((count, bin) => {
    const text =
      count === 0
        ? null
        : html`<text class="tick" text-anchor="middle" x="${px((x(bin) + x(bin + 1)) / 2)}" y="${px(y(count) - 5)}">${count}</text>`;
    return html`<rect class="fill ${bin < BINS ? "loss" : "gain"}" x="${px(x(bin) + 1)}" y="${px(y(count))}" width="${px(x(bin + 1) - x(bin) - 2)}" height="${px(top + HEIGHT - y(count))}"/>${text}`;
  });
  const every = size === "wide" ? 1 : 4;
  const edges = Array.from({ length: 2 * BINS + 1 }, (_, edge) => {
    const value = (edge - BINS) * width;
    if (edge % every !== 0 && edge !== BINS) return null;
    const words =
      edge === 0
        ? `≤ ${tickText(value + width)}`
        : edge === 2 * BINS
          ? `≥ ${tickText(value - width)}`
          : edge === 1 || edge === 2 * BINS - 1
            ? null
            : tickText(value);
    // The outer bins have no outer border: their words stand below the bin.
    const at =
      edge === 0 ? (x(0) + x(1)) / 2 : edge === 2 * BINS ? (x(2 * BINS - 1) + x(2 * BINS)) / 2 : x(edge);
    return words === null
      ? null
      : html`<text class="tick" text-anchor="middle" x="${px(size === "narrow" && edge === 0 ? at + 10 : size === "narrow" && edge === 2 * BINS ? at - 10 : at)}" y="${px(top + HEIGHT + 18)}">${words}</text>`;
  });
  const zero = html`<line class="zeroline" x1="${px(left)}" x2="${px(right)}" y1="${top + HEIGHT}" y2="${top + HEIGHT}"/><line class="zeroline" x1="${px(x(BINS))}" x2="${px(x(BINS))}" y1="${top - 8}" y2="${px(top + HEIGHT)}"/>`;
  const lost = counts.slice(0, BINS).reduce((sum, count) => sum + count, 0);
  const described = {
    title: `Results of round trips, in steps of ${tickText(width)} ${asset}`,
    description: `${counted(lost, "loss", "losses")}, ${counted(
      counts.slice(BINS).reduce((sum, count) => sum + count, 0),
      "gain",
    )}, ${even} even.`,
  };
  return drawing(name, size, top + HEIGHT + 26, described, [...bars, zero, html`${edges}`]);
}

/** 1, 2 or 5 times a power of ten, so that nearly all lie within eight bins of zero. */
function binWidth(values: readonly number[]): number {
  const sizes = values.map(Math.abs).toSorted((a, b) => a - b);
  const outer = sizes[Math.min(sizes.length - 1, Math.floor(INSIDE * sizes.length))] ?? 1;
  const wanted = Math.max(outer, 1e-12) / BINS;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10);
}
