/**
 * Lots, and the four orders in which a close takes them. With `average` there is only ever one lot, which
 * each opening fill adds to. So the four methods are one booking with four ways of keeping open lots.
 */

import type { Instant } from "../../domain/instant.ts";
import type { LotMethod } from "../../domain/treatment.ts";
import { type Amounts, plus } from "./amounts.ts";
import type { Fixed } from "./fixed.ts";

/** What one fill opened and nothing has closed yet. Quantities and values are positive, also of a short. */
export type Lot = {
  /** The number of the event that opened it, among those of its symbol: its age. */
  readonly number: number;
  /** The fill's record; "opening" for what was open before the history begins. */
  readonly openingKey: string;
  /** Null where that was before the history begins. */
  readonly openedAt: Instant | null;
  readonly isInferred: boolean;
  /**
   * As it was opened: hifo compares these two, so that rounding in later releases cannot change its order.
   */
  readonly openedQuantity: Fixed;
  readonly openedValue: Fixed;
  readonly quantity: Fixed;
  /** Its cost: what the quantity was bought for, or of a short, sold for. */
  readonly value: Fixed;
  /** Opening fees, positive when paid. */
  readonly fees: Amounts;
  /** What one unit of the position had received in funding before the lot was opened. */
  readonly fundingPerUnitBefore: Amounts;
};

/** Open lots of one position by one method. */
export interface OpenLots {
  readonly count: number;
  /** The one a close takes next. */
  first(): Lot | undefined;
  add(lot: Lot): void;
  /** Puts what is left of the first lot in its place, or takes it away. */
  replaceFirst(rest: Lot | null): void;
  /** By age. */
  list(): readonly Lot[];
}

/** `lots` are put in by age. */
export function openLots(method: LotMethod, isShort: boolean, lots: readonly Lot[]): OpenLots {
  const open = emptyLots(method, isShort);
  for (const lot of lots) open.add(lot);
  return open;
}

function emptyLots(method: LotMethod, isShort: boolean): OpenLots {
  switch (method) {
    case "average":
      return new OneLot();
    case "fifo":
      return new OldestFirst();
    case "lifo":
      return new NewestFirst();
    case "hifo":
      return new LeastGainFirst(isShort);
  }
}

/**
 * Null means before the history, so before every instant. The arguments may be in either order: after a
 * close, a late fill is booked after fills that occurred later.
 */
export function earlier(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return null;
  return one < other ? one : other;
}

class OneLot implements OpenLots {
  #lot: Lot | undefined;

  get count(): number {
    return this.#lot === undefined ? 0 : 1;
  }

  first(): Lot | undefined {
    return this.#lot;
  }

  /**
   * The lot is as old as its earliest fill. It needs no funding of earlier lots kept apart, because all
   * funding of the position is its own.
   */
  add(lot: Lot): void {
    const open = this.#lot;
    this.#lot =
      open === undefined
        ? lot
        : {
            ...open,
            openedAt: earlier(open.openedAt, lot.openedAt),
            isInferred: open.isInferred || lot.isInferred,
            quantity: open.quantity + lot.quantity,
            value: open.value + lot.value,
            fees: plus(open.fees, lot.fees),
          };
  }

  replaceFirst(rest: Lot | null): void {
    this.#lot = rest ?? undefined;
  }

  list(): readonly Lot[] {
    return this.#lot === undefined ? [] : [this.#lot];
  }
}

class OldestFirst implements OpenLots {
  #lots: Lot[] = [];
  #closed = 0;

  get count(): number {
    return this.#lots.length - this.#closed;
  }

  first(): Lot | undefined {
    return this.#lots[this.#closed];
  }

  add(lot: Lot): void {
    this.#lots.push(lot);
  }

  replaceFirst(rest: Lot | null): void {
    if (rest !== null) {
      this.#lots[this.#closed] = rest;
      return;
    }
    this.#closed += 1;
    // Removing the first item of an array moves all others; so the closed front is cut off once it is half of
    // the array.
    if (this.#closed * 2 > this.#lots.length) {
      this.#lots = this.#lots.slice(this.#closed);
      this.#closed = 0;
    }
  }

  list(): readonly Lot[] {
    return this.#lots.slice(this.#closed);
  }
}

class NewestFirst implements OpenLots {
  readonly #lots: Lot[] = [];

  get count(): number {
    return this.#lots.length;
  }

  first(): Lot | undefined {
    return this.#lots.at(-1);
  }

  add(lot: Lot): void {
    this.#lots.push(lot);
  }

  replaceFirst(rest: Lot | null): void {
    this.#lots.pop();
    if (rest !== null) this.#lots.push(rest);
  }

  list(): readonly Lot[] {
    return [...this.#lots];
  }
}

/** A binary heap: bursts of thousands of lots are opened and closed in n log n. */
class LeastGainFirst implements OpenLots {
  readonly #heap: Lot[] = [];
  readonly #isShort: boolean;

  constructor(isShort: boolean) {
    this.#isShort = isShort;
  }

  get count(): number {
    return this.#heap.length;
  }

  first(): Lot | undefined {
    return this.#heap[0];
  }

  add(lot: Lot): void {
    let place = this.#heap.push(lot) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !this.#isBefore(lot, above)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = lot;
  }

  replaceFirst(rest: Lot | null): void {
    if (rest !== null) {
      // What is left of a lot keeps its place in the order.
      this.#heap[0] = rest;
      return;
    }
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  list(): readonly Lot[] {
    return this.#heap.toSorted((a, b) => a.number - b.number);
  }

  #sink(lot: Lot): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [one, other] = [this.#heap[left], this.#heap[left + 1]];
      if (one === undefined) break;
      const isOther = other !== undefined && this.#isBefore(other, one);
      const child = isOther ? other : one;
      if (!this.#isBefore(child, lot)) break;
      this.#heap[place] = child;
      place = isOther ? left + 1 : left;
    }
    this.#heap[place] = lot;
  }

  /**
   * The highest entry price of a long and the lowest of a short gain least; of equal prices the oldest lot
   * goes first. Compared without a division.
   */
  #isBefore(a: Lot, b: Lot): boolean {
    const one = a.openedValue * b.openedQuantity;
    const other = b.openedValue * a.openedQuantity;
    if (one === other) return a.number < b.number;
    return this.#isShort ? one < other : one > other;
  }
}
