/** Lines through days, which break where nothing was read, and areas from zero to them. */
import { curveLinear, line } from "d3-shape";
import { px } from "../pixels.ts";

/** Null where the line breaks. */
export type Point = { readonly x: number; readonly y: number } | null;

/** Straight from day to day: a smoothed line would show amounts that never were. */
export function lineOf(points: readonly Point[]): string {
  const path = line<Point>()
    .defined((point) => point !== null)
    .x((point) => point?.x ?? 0)
    .y((point) => point?.y ?? 0)
    .curve(curveLinear)
    .digits(1);
  return path([...points]) ?? "";
}

/**
 * Each piece of the line, down to zero at its ends: half as long as one that names zero for every day. A
 * tint shows no point that is nearer to zero than its neighbours of the same two pixels.
 */
export function areaOf(points: readonly Point[], zero: number): string {
  return piecesOf(outermost(points, zero))
    .map((piece) => {
      const [first, last] = [piece[0], piece.at(-1)];
      if (first === undefined || last === undefined) return "";
      return `${lineOf(piece)}L${px(last.x)},${px(zero)}L${px(first.x)},${px(zero)}Z`;
    })
    .join("");
}

function piecesOf(points: readonly Point[]): NonNullable<Point>[][] {
  const pieces: NonNullable<Point>[][] = [[]];
  for (const point of points) {
    if (point === null) pieces.push([]);
    else pieces.at(-1)?.push(point);
  }
  return pieces.filter((piece) => piece.length > 0);
}

/** Of every two pixels the point that is farthest from zero; a break stays one. */
function outermost(points: readonly Point[], zero: number): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (point === null || last == null || point.x - last.x >= COLUMN_PX) kept.push(point);
    else if (Math.abs(point.y - zero) > Math.abs(last.y - zero)) kept[kept.length - 1] = point;
  }
  return kept;
}

/** More points than this are more than pixels. */
const POINTS_MAX = 900;
const COLUMN_PX = 2;

/** Of every few pixels the first, the highest, the lowest and the last point: extremes stay true. */
export function thinned(points: readonly Point[], columnPx = COLUMN_PX, pointsMax = POINTS_MAX): Point[] {
  if (points.length <= pointsMax) return [...points];
  const kept: Point[] = [];
  let column: NonNullable<Point>[] = [];
  const flush = () => {
    const [first] = column;
    const last = column.at(-1);
    if (first === undefined || last === undefined) return;
    const high = column.reduce((a, b) => (b.y < a.y ? b : a));
    const low = column.reduce((a, b) => (b.y > a.y ? b : a));
    for (const point of column)
      if (point === first || point === high || point === low || point === last) kept.push(point);
    column = [];
  };
  for (const point of points) {
    const [first] = column;
    if (point === null || (first !== undefined && point.x - first.x >= columnPx)) flush();
    if (point !== null) column.push(point);
    else if (kept.at(-1) !== null) kept.push(null);
  }
  flush();
  return kept;
}
