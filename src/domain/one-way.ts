/**
 * Whether fills can be those of an account in one-way mode, by the venue's own realized PnL: only a fill that
 * reduces the position has one, and it is the price's distance from the average cost. In hedge mode a long
 * and a short are open side by side, and their fills, read as those of one position, contradict each other.
 *
 * How much was open before the first fill, and at what cost, is not known. So every possible case is
 * followed: each fill may open, reduce or reverse the position, depending on the amount that was open, and
 * its realized PnL rules out the other cases. When no case is left, no one-way account has such fills. What
 * cannot be decided counts as possible: a file is refused for a contradiction, never for a doubt.
 */
import { type Decimal, divide, parseDecimal, ZERO } from "./decimal.ts";
import type { Fill } from "./record.ts";

/** One possible case of what was open. */
type Way = {
  /**
   * What was open before the first fill lies between these; null where there is no bound. Equal bounds mean
   * exactly that amount; otherwise both bounds are excluded.
   */
  readonly from: Decimal | null;
  readonly until: Decimal | null;
  /** The average cost of what is open, and by how much it may be off; null where it is not known. */
  readonly cost: Decimal | null;
  readonly costOff: Decimal;
};

/** Real accounts leave a handful; where there were more, the fills say too little to decide. */
const WAYS_MAX = 64;

/**
 * Venues truncate results, and keep averages with few digits: a smaller difference than this is no
 * contradiction.
 */
const PNL_OFF = parseDecimal("0.000001");
const SHARE_OFF = parseDecimal("0.000001");
const COST_SCALE = 24;

/** The fills of one contract, oldest first. */
export class OneWayCheck {
  /** What the fills so far have added to the position. */
  #moved = ZERO;
  #ways: readonly Way[] = [{ from: null, until: null, cost: null, costOff: ZERO }];

  /** False where no case allows the fill; later fills are then not looked at. */
  accepts(fill: Pick<Fill, "side" | "price" | "quantity" | "realizedPnl">): boolean {
    if (this.#ways.length > WAYS_MAX) return true;
    const signed = fill.side === "BUY" ? fill.quantity : fill.quantity.negated();
    const moved = this.#moved;
    this.#ways = this.#ways.flatMap((way) => followed(way, fill, moved, signed));
    this.#moved = moved.plus(signed);
    return this.#ways.length > 0;
  }
}

type Checked = Pick<Fill, "price" | "quantity" | "realizedPnl">;

/** The cases that remain of one after a fill, split by how much was open and in which direction. */
function followed(way: Way, fill: Checked, moved: Decimal, signed: Decimal): readonly Way[] {
  // The amounts before the first fill with which the position is flat before this fill, and flat after it.
  const flatBefore = moved.negated();
  const flatAfter = flatBefore.minus(signed);
  const [low, high] = signed.isNegative() ? [flatBefore, flatAfter] : [flatAfter, flatBefore];
  const isBuy = !signed.isNegative();
  const opens = (part: Way) => opened(part, fill, moved);
  const reduces = (part: Way) => reduced(part, fill, signed);
  return [
    ...between(way, null, low).flatMap(isBuy ? reduces : opens),
    ...at(way, low).flatMap((part) => (isBuy ? flattened(part, fill, signed) : emptied(part, fill))),
    ...between(way, low, high).flatMap((part) => turned(part, fill, moved, signed)),
    ...at(way, high).flatMap((part) => (isBuy ? emptied(part, fill) : flattened(part, fill, signed))),
    ...between(way, high, null).flatMap(isBuy ? opens : reduces),
  ];
}

/** Opens from flat: its own price is the cost. */
function emptied(way: Way, fill: Checked): readonly Way[] {
  return fill.realizedPnl.isZero() ? [{ ...way, cost: fill.price, costOff: ZERO }] : [];
}

/** Adds to what is open: how far the cost moves depends on how much that may be. */
function opened(way: Way, fill: Checked, moved: Decimal): readonly Way[] {
  if (!fill.realizedPnl.isZero()) return [];
  const { from, until, cost } = way;
  if (cost === null || from === null || until === null) return [{ ...way, cost: null }];
  const [one, other] = [from, until].map((bound) => {
    const open = bound.plus(moved).abs();
    const all = open.plus(fill.quantity);
    return divide(open.times(cost).plus(fill.quantity.times(fill.price)), all, COST_SCALE);
  }) as [Decimal, Decimal];
  const costOff = way.costOff.plus(one.minus(other).abs()).plus(fill.price.times(SHARE_OFF));
  return [{ ...way, cost: one, costOff }];
}

/** Reduces what is open: all of it at the distance from the cost, which stays. */
function reduced(way: Way, fill: Checked, signed: Decimal): readonly Way[] {
  const distance = divide(fill.realizedPnl, signed.negated(), COST_SCALE);
  const told = fill.price.minus(distance);
  const off = divide(PNL_OFF, fill.quantity, COST_SCALE).plus(fill.price.times(SHARE_OFF));
  if (told.plus(off).isNegative()) return [];
  if (way.cost === null) return [{ ...way, cost: told, costOff: off }];
  return told.minus(way.cost).abs().lessThanOrEqualTo(off.plus(way.costOff)) ? [way] : [];
}

/** Reduces to flat: what opens next has its own cost. */
function flattened(way: Way, fill: Checked, signed: Decimal): readonly Way[] {
  return reduced(way, fill, signed).map((part) => ({ ...part, cost: null }));
}

/**
 * Closes all that is open and opens the rest at the fill's price: the realized PnL shows how much was open.
 */
function turned(way: Way, fill: Checked, moved: Decimal, signed: Decimal): readonly Way[] {
  const behind = { ...way, cost: fill.price, costOff: ZERO };
  if (way.cost === null) return [behind];
  // What one unit of what was open brings.
  const each = signed.isNegative() ? fill.price.minus(way.cost) : way.cost.minus(fill.price);
  const off = PNL_OFF.plus(fill.quantity.times(way.costOff.plus(fill.price.times(SHARE_OFF))));
  if (each.abs().times(fill.quantity).lessThanOrEqualTo(off))
    return fill.realizedPnl.abs().lessThanOrEqualTo(off) ? [behind] : [];
  const [one, other] = [off, off.negated()].map((error) =>
    divide(fill.realizedPnl.plus(error), each, COST_SCALE),
  ) as [Decimal, Decimal];
  // As what was open before the first fill: a sale closes what was bought, and a purchase what was sold.
  const bounds = [one, other].map((size) => (signed.isNegative() ? size : size.negated()).minus(moved));
  const [low, high] = bounds.toSorted((a, b) => a.comparedTo(b)) as [Decimal, Decimal];
  return between(behind, low, high);
}

function isPoint({ from, until }: Way): boolean {
  return from !== null && until !== null && from.eq(until);
}

/** The case narrowed to exactly this amount; none where the amount is outside of it. */
function at(way: Way, open: Decimal): readonly Way[] {
  if (isPoint(way)) return way.from?.eq(open) === true ? [way] : [];
  const isIn =
    (way.from === null || way.from.lessThan(open)) && (way.until === null || way.until.greaterThan(open));
  return isIn ? [{ ...way, from: open, until: open }] : [];
}

/** The way where more than `low` and less than `high` was open. */
function between(way: Way, low: Decimal | null, high: Decimal | null): readonly Way[] {
  if (isPoint(way)) {
    const isIn =
      (low === null || way.from?.greaterThan(low) === true) &&
      (high === null || way.from?.lessThan(high) === true);
    return isIn ? [way] : [];
  }
  const from = low === null || way.from?.greaterThan(low) === true ? way.from : low;
  const until = high === null || way.until?.lessThan(high) === true ? way.until : high;
  return from === null || until === null || from.lessThan(until) ? [{ ...way, from, until }] : [];
}
