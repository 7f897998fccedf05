/**
 * A position from flat to flat, kept by all four methods at once.
 *
 * Cost is kept, not an average price, because an average has to be rounded: what a close releases of cost, fees and funding is rounded once, at a
 * named scale, and the rest stays. So over a round trip nothing is gained or lost, and the methods agree: Σ realized PnL = sold − bought.
 *
 * Funding is held by the position, per method, and a lot's claim on it is what one unit received since the lot was opened. The last
 * lot has all that is left. At average cost there is only one lot, so that its funding is released in proportion to the quantity.
 */
import { type Decimal, divide, ZERO } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";
import type { PositionSide } from "../../domain/record.ts";
import { LOT_METHODS, type LotMethod } from "../../domain/treatment.ts";
import {
  type Amounts,
  amountOf,
  each,
  minus,
  NOTHING,
  plus,
  RELEASE_SCALE,
  shareOf,
  sharesOf,
} from "./amounts.ts";
import type { Disposal, FillEvent, HeldLot, Opening, RoundTrip } from "./events.ts";
import { OPENING_KEY } from "./events.ts";
import { type Lot, type OpenLots, openLots } from "./lot.ts";

/** Decimals of funding per unit: times any quantity it is exact far beyond what is released of it. */
const PER_UNIT_SCALE = 36;
const ONE = divide(ZERO.plus(1), ZERO.plus(1), 0);

/** What one method keeps of a position. */
export type MethodState = {
  readonly method: LotMethod;
  readonly lots: readonly Lot[];
  readonly fundingHeld: Amounts;
};

/** The position as plain values: `quantity` is positive, also of a short. */
export type PositionState = {
  readonly positionSide: PositionSide;
  readonly isShort: boolean;
  readonly quantity: Decimal;
  readonly asset: string;
  readonly openedAt: Instant;
  readonly roundTripKey: string;
  readonly fundingPerUnit: Amounts;
  readonly openingFills: bigint;
  readonly closingFills: bigint;
  readonly openedQuantity: Decimal;
  readonly largestQuantity: Decimal;
  readonly openedValue: Decimal;
  readonly closedValue: Decimal;
  readonly openingFees: Amounts;
  readonly closingFees: Amounts;
  readonly funding: Amounts;
  readonly isInferred: boolean;
  readonly venueRealizedPnl: Decimal;
  readonly methods: readonly MethodState[];
};

/** The part of a fill that opens, or the part that closes. Quantity and value are positive. */
type FillPart = { readonly quantity: Decimal; readonly value: Decimal; readonly fees: Amounts };

/** The fill as a part that closes at most `closable`, and one that opens the rest. Value and fee are split by quantity. */
export function splitFill(
  fill: FillEvent,
  closable: Decimal,
): { readonly closing: FillPart | null; readonly opening: FillPart | null } {
  const quantity = fill.signedQuantity.abs();
  const whole: FillPart = { quantity, value: fill.value, fees: amountOf(fill.feeAsset, fill.fee) };
  if (closable.isZero()) return { closing: null, opening: whole };
  if (quantity.lte(closable)) return { closing: whole, opening: null };
  const closing = {
    quantity: closable,
    value: shareOf(whole.value, closable, quantity),
    fees: sharesOf(whole.fees, closable, quantity),
  };
  return {
    closing,
    opening: {
      quantity: quantity.minus(closable),
      value: whole.value.minus(closing.value),
      fees: minus(whole.fees, closing.fees),
    },
  };
}

type KeptByMethod = { readonly method: LotMethod; readonly lots: OpenLots; fundingHeld: Amounts };

export class Position {
  #state: Omit<PositionState, "methods">;
  readonly #methods: readonly KeptByMethod[];

  constructor({ methods, ...state }: PositionState) {
    this.#state = state;
    this.#methods = methods.map(({ method, lots, fundingHeld }) => ({
      method,
      lots: openLots(method, state.isShort, lots),
      fundingHeld,
    }));
  }

  get isShort(): boolean {
    return this.#state.isShort;
  }

  /** Positive, also of a short. */
  get quantity(): Decimal {
    return this.#state.quantity;
  }

  get openedAt(): Instant {
    return this.#state.openedAt;
  }

  state(): PositionState {
    return {
      ...this.#state,
      methods: this.#methods.map(({ method, lots, fundingHeld }) => ({
        method,
        lots: lots.list(),
        fundingHeld,
      })),
    };
  }

  /** Adds a lot. */
  open(
    part: FillPart,
    source: {
      readonly number: bigint;
      readonly key: string;
      readonly at: Instant;
      readonly isInferred: boolean;
      readonly venueRealizedPnl: Decimal;
    },
  ): void {
    const state = this.#state;
    const quantity = state.quantity.plus(part.quantity);
    this.#state = {
      ...state,
      quantity,
      openingFills: state.openingFills + 1n,
      openedQuantity: state.openedQuantity.plus(part.quantity),
      largestQuantity: quantity.gt(state.largestQuantity) ? quantity : state.largestQuantity,
      openedValue: state.openedValue.plus(part.value),
      openingFees: plus(state.openingFees, part.fees),
      isInferred: state.isInferred || source.isInferred,
      venueRealizedPnl: state.venueRealizedPnl.plus(source.venueRealizedPnl),
    };
    const lot: Lot = {
      number: source.number,
      openingKey: source.key,
      openedAt: source.at,
      isInferred: source.isInferred,
      openedQuantity: part.quantity,
      openedValue: part.value,
      quantity: part.quantity,
      value: part.value,
      fees: part.fees,
      fundingPerUnitBefore: state.fundingPerUnit,
    };
    for (const { lots } of this.#methods) lots.add(lot);
  }

  /** Spreads a payment over what is open. */
  receive(funding: Amounts): void {
    const state = this.#state;
    const perUnit = each(funding, (amount) => divide(amount, state.quantity, PER_UNIT_SCALE));
    this.#state = {
      ...state,
      fundingPerUnit: plus(state.fundingPerUnit, perUnit),
      funding: plus(state.funding, funding),
    };
    for (const kept of this.#methods) kept.fundingHeld = plus(kept.fundingHeld, funding);
  }

  /** Closes as much as `part` has, which is no more than is open, by each method. */
  close(part: FillPart, fill: FillEvent, number: bigint): Disposal[] {
    const state = this.#state;
    this.#state = {
      ...state,
      quantity: state.quantity.minus(part.quantity),
      closingFills: state.closingFills + 1n,
      closedValue: state.closedValue.plus(part.value),
      closingFees: plus(state.closingFees, part.fees),
      venueRealizedPnl: state.venueRealizedPnl.plus(fill.venueRealizedPnl),
    };
    return this.#methods.flatMap((kept) => this.#closeBy(kept, part, fill, number));
  }

  #closeBy(kept: KeptByMethod, part: FillPart, fill: FillEvent, closingNumber: bigint): Disposal[] {
    const disposals: Disposal[] = [];
    let left = part;
    while (!left.quantity.isZero()) {
      const lot = kept.lots.first();
      if (lot === undefined) throw new RangeError(`${fill.key} closes more than is open`);
      const quantity = lot.quantity.lt(left.quantity) ? lot.quantity : left.quantity;
      const opened = {
        value: shareOf(lot.value, quantity, lot.quantity),
        fees: sharesOf(lot.fees, quantity, lot.quantity),
      };
      const closed = {
        value: shareOf(left.value, quantity, left.quantity),
        fees: sharesOf(left.fees, quantity, left.quantity),
      };
      const funding = this.#claim(kept, lot, quantity);
      disposals.push({
        method: kept.method,
        positionSide: this.#state.positionSide,
        isShort: this.#state.isShort,
        closingKey: fill.key,
        closingNumber,
        piece: disposals.length + 1,
        openingKey: lot.openingKey,
        roundTripKey: this.#state.roundTripKey,
        openedAt: lot.openedAt,
        closedAt: fill.postedAt,
        quantity,
        proceeds: this.#state.isShort ? opened.value : closed.value,
        cost: this.#state.isShort ? closed.value : opened.value,
        asset: fill.asset,
        openingFees: opened.fees,
        closingFees: closed.fees,
        funding,
        isInferred: lot.isInferred,
        venueRealizedPnl: kept.method === "average" ? fill.venueRealizedPnl : null,
      });
      kept.fundingHeld = minus(kept.fundingHeld, funding);
      kept.lots.replaceFirst(
        quantity.eq(lot.quantity)
          ? null
          : {
              ...lot,
              quantity: lot.quantity.minus(quantity),
              value: lot.value.minus(opened.value),
              fees: minus(lot.fees, opened.fees),
            },
      );
      left = {
        quantity: left.quantity.minus(quantity),
        value: left.value.minus(closed.value),
        fees: minus(left.fees, closed.fees),
      };
    }
    return disposals;
  }

  /** The funding of `quantity` of a lot: all there is left, or its share of it, where no other lot is open. */
  #claim(kept: KeptByMethod, lot: Lot, quantity: Decimal): Amounts {
    if (kept.lots.count === 1) return sharesOf(kept.fundingHeld, quantity, lot.quantity);
    return fundingSince(this.#state.fundingPerUnit, lot, quantity);
  }

  /** The round trip that has just ended; the position is flat. */
  roundTrip(closing: FillEvent, closingNumber: bigint): RoundTrip {
    const state = this.#state;
    return {
      positionSide: state.positionSide,
      isShort: state.isShort,
      roundTripKey: state.roundTripKey,
      closingKey: closing.key,
      closingNumber,
      openedAt: state.openedAt,
      closedAt: closing.postedAt,
      openingFills: state.openingFills,
      closingFills: state.closingFills,
      quantity: state.openedQuantity,
      largestQuantity: state.largestQuantity,
      proceeds: state.isShort ? state.openedValue : state.closedValue,
      cost: state.isShort ? state.closedValue : state.openedValue,
      asset: closing.asset,
      openingFees: state.openingFees,
      closingFees: state.closingFees,
      funding: state.funding,
      isInferred: state.isInferred,
      venueRealizedPnl: state.venueRealizedPnl,
    };
  }

  /** The open lots of all methods by age, each with the funding that it holds; the newest has what roundings have left. */
  heldLots(strandedAt: Instant | null): HeldLot[] {
    const { positionSide, isShort, roundTripKey, asset, fundingPerUnit } = this.#state;
    return this.#methods.flatMap(({ method, lots, fundingHeld }) => {
      let left = fundingHeld;
      const list = lots.list();
      return list.map((lot, place): HeldLot => {
        const funding = place === list.length - 1 ? left : fundingSince(fundingPerUnit, lot, lot.quantity);
        left = minus(left, funding);
        return { method, positionSide, isShort, roundTripKey, lot, funding, asset, strandedAt };
      });
    });
  }
}

function fundingSince(perUnit: Amounts, lot: Lot, quantity: Decimal): Amounts {
  if (perUnit.length === 0) return NOTHING;
  return each(minus(perUnit, lot.fundingPerUnitBefore), (amount) =>
    divide(amount.times(quantity), ONE, RELEASE_SCALE),
  );
}

/** A position that the next lot opens. */
export function newPosition(
  positionSide: PositionSide,
  isShort: boolean,
  roundTripKey: string,
  openedAt: Instant,
  asset: string,
): Position {
  return new Position({
    positionSide,
    isShort,
    quantity: ZERO,
    asset,
    openedAt,
    roundTripKey,
    fundingPerUnit: NOTHING,
    openingFills: 0n,
    closingFills: 0n,
    openedQuantity: ZERO,
    largestQuantity: ZERO,
    openedValue: ZERO,
    closedValue: ZERO,
    openingFees: NOTHING,
    closingFees: NOTHING,
    funding: NOTHING,
    isInferred: false,
    venueRealizedPnl: ZERO,
    methods: LOT_METHODS.map((method) => ({ method, lots: [], fundingHeld: NOTHING })),
  });
}

/** A position that was open before the history begins. It comes before every event, so its number is 0. */
export function positionOf(opening: Opening, asset: string): Position {
  const position = newPosition(
    opening.positionSide,
    opening.quantity.isNegative(),
    OPENING_KEY,
    opening.openedAt,
    asset,
  );
  position.open(
    { quantity: opening.quantity.abs(), value: opening.cost.abs(), fees: NOTHING },
    {
      number: 0n,
      key: OPENING_KEY,
      at: opening.openedAt,
      isInferred: opening.isInferred,
      venueRealizedPnl: ZERO,
    },
  );
  return position;
}
