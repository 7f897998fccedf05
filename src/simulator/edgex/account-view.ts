/**
 * An edgeX account as it can be shown at an instant: its rows in the state they are in by then, its counters,
 * its hourly valuations.
 */
import { DAY_MS, HOUR_MS, type Instant, instant, plus } from "../../domain/instant.ts";
import { add, type Fraction, fractionOf, multiply, parseFraction, sumOf } from "../shared/fraction.ts";
import { EdgexCounters, realizedUnits, sizeDecimalsIn, type TermCount } from "./counters.ts";
import { moneyOf } from "./world/position.ts";
import type { EdgexAccountHistory, EdgexEvent, EdgexPrices, EdgexWorld } from "./world/world.ts";

/** One valuation; amounts exact. */
export type EdgexSnapshot = {
  readonly at: Instant;
  readonly isDaily: boolean;
  readonly totalEquity: Fraction;
  readonly unrealizedPnl: Fraction;
  readonly termRealizedPnl: Fraction;
  readonly totalRealizedPnl: Fraction;
};

export class EdgexAccountView {
  readonly account: EdgexAccountHistory;
  readonly sizeDecimalsOf: (contractId: string) => number;
  readonly #prices: EdgexPrices;
  #counters: EdgexCounters;
  #counted = 0;
  #countedAt = instant(0);
  #snapshots: EdgexSnapshot[] = [];
  #snapshotCounters: EdgexCounters;
  #snapshotEvents = 0;

  constructor(account: EdgexAccountHistory, world: EdgexWorld) {
    this.account = account;
    this.sizeDecimalsOf = sizeDecimalsIn(world.contracts);
    this.#prices = world.prices;
    this.#counters = new EdgexCounters(this.sizeDecimalsOf);
    this.#snapshotCounters = new EdgexCounters(this.sizeDecimalsOf);
  }

  /** Events whose rows are shown by now, newest first. */
  shown(now: Instant): readonly EdgexEvent[] {
    return this.account.events
      .filter(({ createdAt, lateBy }) => createdAt + lateBy <= now)
      .toSorted((a, b) => b.createdAt - a.createdAt || compareIds(b.collateral.id, a.collateral.id));
  }

  /** Everything that happened, shown or not. */
  counters(now: Instant): EdgexCounters {
    if (now < this.#countedAt) {
      this.#counters = new EdgexCounters(this.sizeDecimalsOf);
      this.#counted = 0;
    }
    const { events } = this.account;
    for (; this.#counted < events.length; this.#counted += 1) {
      const event = events[this.#counted];
      if (event === undefined || event.appliedAt > now) break;
      this.#counters.add(event);
    }
    this.#countedAt = now;
    return this.#counters;
  }

  /** Newest first. */
  terms(now: Instant): readonly TermCount[] {
    return this.counters(now).terms.toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** Of every full hour since the account had anything, newest first. */
  snapshots(now: Instant): readonly EdgexSnapshot[] {
    const [first] = this.account.events;
    if (first === undefined) return [];
    const begins = Math.ceil(first.appliedAt / HOUR_MS) * HOUR_MS;
    for (
      let at = begins + this.#snapshots.length * HOUR_MS;
      at <= now;
      at = begins + this.#snapshots.length * HOUR_MS
    ) {
      this.#snapshots.push(this.#snapshotAt(instant(at)));
    }
    return this.#snapshots.filter((snapshot) => snapshot.at <= now).toReversed();
  }

  #snapshotAt(at: Instant): EdgexSnapshot {
    const { events } = this.account;
    for (; this.#snapshotEvents < events.length; this.#snapshotEvents += 1) {
      const event = events[this.#snapshotEvents];
      if (event === undefined || event.appliedAt > at) break;
      this.#snapshotCounters.add(event);
    }
    const counters = this.#snapshotCounters;
    const value = this.valuation(counters, at);
    const realized = counters.positions
      .filter(({ steps }) => steps !== 0n)
      .map((position) => {
        const side = position.steps < 0n ? "short" : "long";
        const term = position.term[side];
        return {
          total: realizedUnits(position, position.total[side]),
          term: term === null ? 0n : realizedUnits(position, term.stat),
        };
      });
    const sum = (units: readonly bigint[]): Fraction => moneyOf(units.reduce((a, b) => a + b, 0n));
    return {
      at,
      isDaily: at % DAY_MS === 0,
      totalEquity: value.totalEquity,
      unrealizedPnl: value.unrealizedPnl,
      termRealizedPnl: sum(realized.map(({ term }) => term)),
      totalRealizedPnl: sum(realized.map(({ total }) => total)),
    };
  }

  positionValue(contractId: string, steps: bigint, at: Instant): Fraction {
    const size = fractionOf(steps, this.sizeDecimalsOf(contractId));
    return multiply(size, parseFraction(this.#prices.oracle(contractId, at)));
  }

  valuation(counters: EdgexCounters, at: Instant) {
    const open = counters.positions.filter(({ steps }) => steps !== 0n);
    const values = open.map(({ contractId, steps }) => this.positionValue(contractId, steps, at));
    const cost = open.reduce((total, { valueUnits }) => total + valueUnits, 0n);
    const value = sumOf(values);
    return {
      totalEquity: add(moneyOf(counters.collateral.amountUnits), value),
      unrealizedPnl: add(value, moneyOf(-cost)),
      totalValueAbs: sumOf(values.map((one) => (one.numerator < 0n ? multiply(one, MINUS_ONE) : one))),
    };
  }
}

const MINUS_ONE: Fraction = { numerator: -1n, denominator: 1n };

/** Whether its rows are proven on chain by now. */
export function isApproved({ approvedAt }: EdgexEvent, now: Instant): boolean {
  return approvedAt <= now;
}

/** Whether the venue counts it by now. */
export function isApplied({ appliedAt }: EdgexEvent, now: Instant): boolean {
  return appliedAt <= now;
}

/** When its rows last changed, as seen now. */
export function updatedAt(event: EdgexEvent, now: Instant): Instant {
  if (!isApplied(event, now)) return event.createdAt;
  return isApproved(event, now) ? plus(event.approvedAt, 61) : event.updatedAt;
}

function compareIds(a: string, b: string): number {
  return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
}
