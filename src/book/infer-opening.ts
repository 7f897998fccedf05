/**
 * What a series of fills held before its first one, from what the venue itself says of the later ones. Pure.
 *
 * Problem: a history often begins with a position open. What it held is the position now less all fills
 * since; what that had cost is in no record. Observation: a venue's realized PnL of a close is what the sale
 * brought less the released share of the cost, so each figure of a close says what the cost must have been,
 * to within the venue's rounding. The cost is linear in the opening's cost (a purchase adds to it, a close
 * scales it), so every close until the position is flat gives an interval for it, and all of them must
 * overlap. Choice: an opening is proposed from where they overlap, and only if they do. Of what overlaps, the
 * figure with the fewest decimals is taken: venues' prices have few. A figure outside the overlap is a
 * contradiction: then nothing is proposed, because a fill must be missing or the quantity must be different.
 * What no position can have is a contradiction too: a LONG side below zero, a result of a purchase that
 * closed nothing, a cost of the other sign.
 *
 * A shortfall may also come from fills that are missing after the beginning. `startsFlat` tests the same
 * figures: where they are those of a series that began flat, there was no opening, however well a cost could
 * be found for one. Not handled: an opening whose series has no close and which no snapshot shows with an
 * entry price: nothing says what it cost.
 */
import { type Decimal, divide, formatDecimal, parseDecimal, ZERO } from "../domain/decimal.ts";

export type VenueFill = {
  /** Positive for a purchase. */
  readonly signedQuantity: Decimal;
  /** What was exchanged, always positive. */
  readonly value: Decimal;
  /** The venue's realized PnL of the fill, before fees and funding. */
  readonly realizedPnl: Decimal;
};

/** An entry price as the venue showed it, after the first `fills` fills. */
export type ShownEntry = { readonly fills: number; readonly price: Decimal };

export type InferredOpening =
  | {
      readonly kind: "opening";
      readonly quantity: Decimal;
      /** Signed like the quantity. */
      readonly cost: Decimal;
      /**
       * How many of the venue's figures the cost explains. The cost was derived from them, so a single one
       * confirms nothing.
       */
      readonly figures: number;
      /** Whether the entry price that the venue showed is one of them. */
      readonly isFromEntryPrice: boolean;
    }
  /** The figure of this fill (from 0) cannot be explained by any cost together with those before it. */
  | { readonly kind: "contradicted"; readonly fill: number }
  /** No position can have a cost of the other sign. */
  | { readonly kind: "impossible" }
  | { readonly kind: "unknown_cost" };

/** Wide enough that scaling a cost by hundreds of closes stays far below the venue's last decimal. */
const SCALE = 40;

/**
 * The cost of the open position is `share` × the opening's cost + `rest`; the opening's cost lies between
 * `low` and `high`.
 */
type Knowledge = {
  readonly quantity: Decimal;
  readonly share: Decimal;
  readonly rest: Decimal;
  readonly low: Decimal | null;
  readonly high: Decimal | null;
  readonly figures: number;
};

/** BOTH may turn from long to short; a side of hedge mode holds one of the two. */
export type SeriesSide = "BOTH" | "LONG" | "SHORT";

/**
 * The cost of an opening of `quantity` (signed, not zero), from the venue's figures until the position is
 * flat. `unit` is how far a figure of the venue may be from the exact one: one unit of its last decimal.
 */
export function inferOpening(
  quantity: Decimal,
  fills: readonly VenueFill[],
  unit: Decimal,
  shown: ShownEntry | null = null,
  side: SeriesSide = "BOTH",
): InferredOpening {
  if (!isOnSide(quantity, side)) return { kind: "impossible" };
  let known: Knowledge = {
    quantity,
    share: parseDecimal("1"),
    rest: ZERO,
    low: null,
    high: null,
    figures: 0,
  };
  let isFromEntryPrice = false;
  for (let position = 0; position <= fills.length && !known.quantity.isZero(); position += 1) {
    const fill = fills[position];
    if (shown?.fills === position) {
      known = withEntryPrice(known, shown);
      isFromEntryPrice = true;
    } else if (fill !== undefined) {
      if (isContradiction(known.quantity, fill, unit, side)) return { kind: "contradicted", fill: position };
      known = withFill(known, fill, unit);
    }
    if (known.low !== null && known.high !== null && known.low.gt(known.high)) {
      return { kind: "contradicted", fill: position };
    }
    // The quantity was taken at the venue's entry price, so no later fill may be used.
    if (fill === undefined || isFromEntryPrice) break;
  }
  if (known.low === null || known.high === null) return { kind: "unknown_cost" };
  const cost = shortest(known.low, known.high);
  if (cost.isNegative() !== quantity.isNegative()) return { kind: "impossible" };
  return {
    kind: "opening",
    quantity,
    cost,
    figures: known.figures,
    isFromEntryPrice,
  };
}

/**
 * Whether a series began flat, by the venue's figures. agrees: its first figure of a close that is not zero
 * is the one of a series from flat. refuted: a figure before that, or that one, cannot be. silent: nothing
 * says so.
 */
export function startsFlat(
  fills: readonly VenueFill[],
  unit: Decimal,
  side: SeriesSide,
): "agrees" | "refuted" | "silent" {
  let [quantity, cost] = [ZERO, ZERO];
  for (const fill of fills) {
    if (isContradiction(quantity, fill, unit, side)) return "refuted";
    const { signedQuantity } = fill;
    const signedValue = signedQuantity.isNegative() ? fill.value.negated() : fill.value;
    const isOpening = quantity.isZero() || quantity.isNegative() === signedQuantity.isNegative();
    if (isOpening) {
      [quantity, cost] = [quantity.plus(signedQuantity), cost.plus(signedValue)];
      continue;
    }
    const isWhole = signedQuantity.abs().gte(quantity.abs());
    const closed = isWhole ? quantity.negated() : signedQuantity;
    const closedValue = divide(signedValue.times(closed), signedQuantity, SCALE);
    const released = divide(cost.times(closed.abs()), quantity.abs(), SCALE);
    if (closedValue.plus(released).plus(fill.realizedPnl).abs().gt(unit)) return "refuted";
    if (!fill.realizedPnl.isZero()) return "agrees";
    quantity = quantity.plus(signedQuantity);
    cost = isWhole ? signedValue.minus(closedValue) : cost.minus(released);
  }
  return "silent";
}

function isOnSide(quantity: Decimal, side: SeriesSide): boolean {
  return quantity.isZero() || side === "BOTH" || quantity.isNegative() === (side === "SHORT");
}

/** A fill that closes nothing has no result; and a side of hedge mode cannot go through zero. */
function isContradiction(quantity: Decimal, fill: VenueFill, unit: Decimal, side: SeriesSide): boolean {
  if (!isOnSide(quantity.plus(fill.signedQuantity), side)) return true;
  const isOpening = quantity.isZero() || quantity.isNegative() === fill.signedQuantity.isNegative();
  return isOpening && fill.realizedPnl.abs().gt(unit);
}

function withFill(known: Knowledge, fill: VenueFill, unit: Decimal): Knowledge {
  const { quantity } = known;
  const isOpening = quantity.isNegative() === fill.signedQuantity.isNegative();
  const signedValue = fill.signedQuantity.isNegative() ? fill.value.negated() : fill.value;
  if (isOpening) {
    return { ...known, quantity: quantity.plus(fill.signedQuantity), rest: known.rest.plus(signedValue) };
  }
  // A fill that crosses zero closes all that is open, with its share of the value.
  const isWhole = fill.signedQuantity.abs().gte(quantity.abs());
  const closed = isWhole ? quantity.negated() : fill.signedQuantity;
  const closedValue = divide(signedValue.times(closed), fill.signedQuantity, SCALE);
  // PnL = −(signed value of the close) − released cost; released cost = cost × closed ÷ open.
  const released = closedValue.plus(fill.realizedPnl).negated();
  const narrowed = narrow(
    known,
    costOf(known, released.minus(unit), closed),
    costOf(known, released.plus(unit), closed),
  );
  if (isWhole) return { ...narrowed, quantity: ZERO };
  const left = quantity.plus(closed);
  const scaled = (amount: Decimal) => divide(amount.times(left), quantity, SCALE);
  return { ...narrowed, quantity: left, share: scaled(known.share), rest: scaled(known.rest) };
}

/** The opening's cost if a close of `closed` released this much. */
function costOf(known: Knowledge, released: Decimal, closed: Decimal): Decimal {
  const cost = divide(released.times(known.quantity.abs()), closed.abs(), SCALE);
  return divide(cost.minus(known.rest), known.share, SCALE);
}

/**
 * The venue prints an entry price to some decimals, so it is off by half a unit, or by a whole one where it
 * truncates. The venue also keeps its average with few digits, which each earlier fill may have truncated
 * again.
 */
function withEntryPrice(known: Knowledge, { price, fills }: ShownEntry): Knowledge {
  const unit = divide(parseDecimal("1"), parseDecimal("10").pow(price.decimalPlaces()), SCALE);
  const slack = known.figures === 0 ? unit : unit.times(parseDecimal(String(fills + 1)));
  const at = (entry: Decimal) => divide(entry.times(known.quantity).minus(known.rest), known.share, SCALE);
  return narrow(known, at(price.minus(slack)), at(price.plus(slack)));
}

function narrow(known: Knowledge, one: Decimal, other: Decimal): Knowledge {
  const [low, high] = one.lt(other) ? [one, other] : [other, one];
  return {
    ...known,
    low: known.low === null || known.low.lt(low) ? low : known.low,
    high: known.high === null || known.high.gt(high) ? high : known.high,
    figures: known.figures + 1,
  };
}

/** The number with the fewest decimals in [low, high]. */
function shortest(low: Decimal, high: Decimal): Decimal {
  const middle = divide(low.plus(high), parseDecimal("2"), SCALE);
  for (let decimals = 0; decimals < SCALE; decimals += 1) {
    const candidate = middle.toDecimalPlaces(decimals);
    if (candidate.gte(low) && candidate.lte(high)) return parseDecimal(formatDecimal(candidate));
  }
  return middle;
}
