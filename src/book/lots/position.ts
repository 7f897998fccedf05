/**
 * A position from flat to flat, kept by all four methods at once.
 *
 * Cost is kept, not an average price, because an average has to be rounded: what a close releases of cost,
 * fees and funding is rounded once, at a named scale, and the rest stays. So over a round trip nothing is
 * gained or lost, and the methods agree: Σ realized PnL = sold − bought.
 *
 * Funding is held by the position, per method. A lot's share is its quantity times what one unit received
 * since the lot was opened; the last lot gets all that is left. At average cost there is only one lot, so its
 * funding is released in proportion to the quantity.
 */

import type { Instant } from "../../domain/instant.ts";
import type { PositionSide } from "../../domain/record.ts";
import { LOT_METHODS, type LotMethod } from "../../domain/treatment.ts";
import {
  type Amounts,
  amountOf,
  mapAmounts,
  minus,
  NOTHING,
  plus,
  RELEASE_SCALE,
  shareOf,
  sharesOf,
} from "./amounts.ts";
import type { Disposal, FillEvent, HeldLot, Opening, RoundTrip } from "./events.ts";
import { OPENING_KEY } from "./events.ts";
import { absolute, FIXED_SCALE, type Fixed, ONE, proportion } from "./fixed.ts";
import { earlier, type Lot, type OpenLots, openLots } from "./lot.ts";

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
  readonly quantity: Fixed;
  readonly asset: string;
  /** When the earliest of it was opened; null where that was before the history begins. */
  readonly openedAt: Instant | null;
  readonly roundTripKey: string;
  readonly fundingPerUnit: Amounts;
  readonly openingFills: number;
  readonly closingFills: number;
  readonly openedQuantity: Fixed;
  readonly largestQuantity: Fixed;
  readonly openedValue: Fixed;
  readonly closedValue: Fixed;
  readonly openingFees: Amounts;
  readonly closingFees: Amounts;
  readonly funding: Amounts;
  readonly isInferred: boolean;
  readonly venueRealizedPnl: Fixed;
  readonly methods: readonly MethodState[];
};

/**
 * A quantity with what it was exchanged for and the fees on it: a fill, a lot, or a piece of either. Quantity
 * and value are positive.
 */
type FillPart = { readonly quantity: Fixed; readonly value: Fixed; readonly fees: Amounts };

/**
 * `quantity` of a part, and what is left of it, if anything. Value and fees are split by quantity, rounded
 * once; the rest has what the rounding leaves.
 */
function split(
  whole: FillPart,
  quantity: Fixed,
): { readonly taken: FillPart; readonly rest: FillPart | null } {
  if (quantity === whole.quantity) return { taken: whole, rest: null };
  const value = shareOf(whole.value, quantity, whole.quantity);
  const fees = sharesOf(whole.fees, quantity, whole.quantity);
  return {
    taken: { quantity, value, fees },
    rest: {
      quantity: whole.quantity - quantity,
      value: whole.value - value,
      fees: minus(whole.fees, fees),
    },
  };
}

/** The fill as a part that closes at most `closable`, and one that opens the rest. */
export function splitFill(
  fill: FillEvent,
  closable: Fixed,
): { readonly closing: FillPart | null; readonly opening: FillPart | null } {
  const quantity = absolute(fill.signedQuantity);
  const whole: FillPart = { quantity, value: fill.value, fees: amountOf(fill.feeAsset, fill.fee) };
  if (closable === 0n) return { closing: null, opening: whole };
  const { taken, rest } = split(whole, quantity < closable ? quantity : closable);
  return { closing: taken, opening: rest };
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
type KeptByMethod = { readonly method: LotMethod; readonly lots: OpenLots; fundingHeld: Amounts };

export class Position {
  readonly #state: Mutable<Omit<PositionState, "methods">>;
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
  get quantity(): Fixed {
    return this.#state.quantity;
  }

  get positionSide(): PositionSide {
    return this.#state.positionSide;
  }

  get asset(): string {
    return this.#state.asset;
  }

  /** What the open quantity cost, at average; positive, also of a short. */
  get averageCost(): Fixed {
    return this.#methods.find(({ method }) => method === "average")?.lots.first()?.value ?? 0n;
  }

  get openedAt(): Instant | null {
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
      readonly number: number;
      readonly key: string;
      readonly at: Instant | null;
      readonly isInferred: boolean;
      readonly venueRealizedPnl: Fixed;
    },
  ): void {
    const state = this.#state;
    state.quantity += part.quantity;
    state.openingFills += 1;
    state.openedAt = earlier(state.openedAt, source.at);
    state.openedQuantity += part.quantity;
    if (state.quantity > state.largestQuantity) state.largestQuantity = state.quantity;
    state.openedValue += part.value;
    state.openingFees = plus(state.openingFees, part.fees);
    state.isInferred ||= source.isInferred;
    state.venueRealizedPnl += source.venueRealizedPnl;
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
    const perUnit = mapAmounts(funding, (amount) => proportion(amount, ONE, state.quantity, FIXED_SCALE));
    state.fundingPerUnit = plus(state.fundingPerUnit, perUnit);
    state.funding = plus(state.funding, funding);
    for (const kept of this.#methods) kept.fundingHeld = plus(kept.fundingHeld, funding);
  }

  /** Closes as much as `part` has, which is no more than is open, by each method. */
  close(part: FillPart, fill: FillEvent, number: number): Disposal[] {
    const state = this.#state;
    state.quantity -= part.quantity;
    state.closingFills += 1;
    state.closedValue += part.value;
    state.closingFees = plus(state.closingFees, part.fees);
    state.isInferred ||= fill.isInferred === true;
    state.venueRealizedPnl += fill.venueRealizedPnl;
    return this.#methods.flatMap((kept) => this.#closeBy(kept, part, fill, number));
  }

  #closeBy(kept: KeptByMethod, part: FillPart, fill: FillEvent, closingNumber: number): Disposal[] {
    const disposals: Disposal[] = [];
    let left: FillPart | null = part;
    while (left !== null && left.quantity !== 0n) {
      const lot = kept.lots.first();
      if (lot === undefined) throw new RangeError(`${fill.key} closes more than is open`);
      const quantity: Fixed = lot.quantity < left.quantity ? lot.quantity : left.quantity;
      const opened = split(lot, quantity);
      const closed = split(left, quantity);
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
        proceeds: this.#state.isShort ? opened.taken.value : closed.taken.value,
        cost: this.#state.isShort ? closed.taken.value : opened.taken.value,
        asset: fill.asset,
        openingFees: opened.taken.fees,
        closingFees: closed.taken.fees,
        funding,
        isInferred: lot.isInferred || fill.isInferred === true,
        venueRealizedPnl: kept.method === "average" ? fill.venueRealizedPnl : null,
      });
      kept.fundingHeld = minus(kept.fundingHeld, funding);
      kept.lots.replaceFirst(opened.rest === null ? null : { ...lot, ...opened.rest });
      left = closed.rest;
    }
    return disposals;
  }

  /**
   * The funding of `quantity` of a lot. Where no other lot is open: all that is left, or its share of that.
   */
  #claim(kept: KeptByMethod, lot: Lot, quantity: Fixed): Amounts {
    if (kept.lots.count === 1) return sharesOf(kept.fundingHeld, quantity, lot.quantity);
    return fundingSince(this.#state.fundingPerUnit, lot, quantity);
  }

  /** The round trip that has just ended; the position is flat. */
  roundTrip(closing: FillEvent, closingNumber: number): RoundTrip {
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

  /**
   * The open lots of all methods by age, each with the funding that it holds; the newest has what roundings
   * have left.
   */
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

function fundingSince(perUnit: Amounts, lot: Lot, quantity: Fixed): Amounts {
  if (perUnit.length === 0) return NOTHING;
  return mapAmounts(minus(perUnit, lot.fundingPerUnitBefore), (amount) =>
    proportion(amount, quantity, ONE, RELEASE_SCALE),
  );
}

/** A position that the next lot opens. */
export function newPosition(
  positionSide: PositionSide,
  isShort: boolean,
  roundTripKey: string,
  openedAt: Instant | null,
  asset: string,
): Position {
  return new Position({
    positionSide,
    isShort,
    quantity: 0n,
    asset,
    openedAt,
    roundTripKey,
    fundingPerUnit: NOTHING,
    openingFills: 0,
    closingFills: 0,
    openedQuantity: 0n,
    largestQuantity: 0n,
    openedValue: 0n,
    closedValue: 0n,
    openingFees: NOTHING,
    closingFees: NOTHING,
    funding: NOTHING,
    isInferred: false,
    venueRealizedPnl: 0n,
    methods: LOT_METHODS.map((method) => ({ method, lots: [], fundingHeld: NOTHING })),
  });
}

/** A position that was open before the history begins. It comes before every event, so its number is 0. */
export function positionOf(opening: Opening, asset: string): Position {
  const position = newPosition(opening.positionSide, opening.quantity < 0n, OPENING_KEY, null, asset);
  position.open(
    { quantity: absolute(opening.quantity), value: absolute(opening.cost), fees: NOTHING },
    {
      number: 0,
      key: OPENING_KEY,
      at: null,
      isInferred: opening.isInferred,
      venueRealizedPnl: 0n,
    },
  );
  return position;
}
