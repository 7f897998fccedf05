/**
 * The positions of one symbol, event by event: fills of all its sides and the funding settled on them. One symbol and not one side is booked
 * at a time, because a funding row names no side: whose it is depends on what was open on each.
 *
 * A ticker may be given to another contract after its own was delisted. What can be known of it is the instant from which the contract listed now
 * has traded: a position whose last event lies before it, when an event from then on comes, was of the other contract. An opening without an event is
 * of the contract that the next one is of: when it was opened is not known. How the other one ended is
 * not known without a settlement, so its lots are set apart as stranded: never closed, never mixed with the new contract's. So are those that
 * a settlement by cash alone closed, where its rows contradict that they were what was open.
 */
import type { Instant } from "../../domain/instant.ts";
import { append } from "../../domain/lists.ts";
import type { PositionSide } from "../../domain/record.ts";
import { amountOf } from "./amounts.ts";
import { assignFunding } from "./assign-funding.ts";
import { assignSettlement } from "./assign-settlement.ts";
import type {
  BookEvent,
  Disposal,
  FillEvent,
  HeldLot,
  Opening,
  RoundTrip,
  SettlementEvent,
  UnassignedFunding,
} from "./events.ts";
import { newPosition, Position, type PositionState, positionOf, splitFill } from "./position.ts";

/** What is known of the symbol beside its events. */
export type SymbolFacts = {
  /** From when on the contract that is listed now has traded; null where the venue does not say. */
  readonly listedAt: Instant | null;
  /** The asset that its PnL is paid in; "" where the venue does not say. */
  readonly asset: string;
  readonly openings: readonly Opening[];
};

export type SymbolState = {
  /** How many events are booked: the number of the last one. */
  readonly number: number;
  readonly lastOccurredAt: Instant | null;
  /** Fills booked so far. */
  readonly fills: number;
  readonly positions: readonly PositionState[];
  readonly stranded: readonly HeldLot[];
};

export type Outcome = {
  readonly disposals: Disposal[];
  readonly roundTrips: RoundTrip[];
  readonly unassigned: UnassignedFunding[];
};

const SIDES: readonly PositionSide[] = ["BOTH", "LONG", "SHORT"];

export class SymbolBook {
  readonly #facts: SymbolFacts;
  readonly #positions = new Map<PositionSide, Position>();
  #number: number;
  #fills: number;
  #lastOccurredAt: Instant | null;
  #stranded: readonly HeldLot[];

  /** Goes on from a state, or from the symbol's openings. */
  constructor(facts: SymbolFacts, state: SymbolState | null) {
    this.#facts = facts;
    this.#number = state?.number ?? 0;
    this.#fills = state?.fills ?? 0;
    this.#lastOccurredAt = state?.lastOccurredAt ?? null;
    this.#stranded = state?.stranded ?? [];
    if (state === null) {
      for (const opening of facts.openings)
        this.#positions.set(opening.positionSide, positionOf(opening, facts.asset));
    }
    for (const position of state?.positions ?? [])
      this.#positions.set(position.positionSide, new Position(position));
  }

  get isFlat(): boolean {
    return this.#positions.size === 0;
  }

  /** The number of the last event. */
  get number(): number {
    return this.#number;
  }

  state(): SymbolState {
    return {
      number: this.#number,
      fills: this.#fills,
      lastOccurredAt: this.#lastOccurredAt,
      positions: SIDES.flatMap((side) => this.#positions.get(side)?.state() ?? []),
      stranded: this.#stranded,
    };
  }

  /** All lots that nothing has closed, the stranded ones too. */
  heldLots(): readonly HeldLot[] {
    return [...this.#stranded, ...SIDES.flatMap((side) => this.#positions.get(side)?.heldLots(null) ?? [])];
  }

  /** Books the next event, and adds what comes of it to `outcome`. */
  book(event: BookEvent, outcome: Outcome): void {
    this.#strand(event.occurredAt);
    this.#number += 1;
    if (event.kind === "settlement") {
      this.#settle(event, outcome);
      if (event.contract.length > 0) this.#settleContract(event, outcome);
    } else this.#fill(event, outcome);
    this.#lastOccurredAt = event.occurredAt;
  }

  #strand(at: Instant): void {
    const { listedAt } = this.#facts;
    if (listedAt === null || this.#lastOccurredAt === null) return;
    if (at >= listedAt && this.#lastOccurredAt < listedAt) this.#strandAll(listedAt);
  }

  #strandAll(at: Instant): void {
    const held = SIDES.flatMap((side) => this.#positions.get(side)?.heldLots(at) ?? []);
    this.#stranded = [...this.#stranded, ...held];
    this.#positions.clear();
  }

  #fill(fill: FillEvent, outcome: Outcome): void {
    this.#fills += 1;
    const isSale = fill.signedQuantity < 0n;
    const open = this.#positions.get(fill.positionSide);
    const closable = open === undefined || open.isShort === isSale ? 0n : open.quantity;
    const { closing, opening } = splitFill(fill, closable);
    if (open !== undefined && closing !== null) {
      append(outcome.disposals, open.close(closing, fill, this.#number));
      if (open.quantity === 0n) {
        outcome.roundTrips.push(open.roundTrip(fill, this.#number));
        this.#positions.delete(fill.positionSide);
      }
    }
    if (opening === null) return;
    const position =
      this.#positions.get(fill.positionSide) ??
      newPosition(fill.positionSide, isSale, fill.key, fill.postedAt, fill.asset);
    this.#positions.set(fill.positionSide, position);
    position.open(opening, {
      number: this.#number,
      key: fill.key,
      at: fill.postedAt,
      isInferred: false,
      // Of a fill that goes through zero it is all of what was closed.
      venueRealizedPnl: closing === null ? fill.venueRealizedPnl : 0n,
    });
  }

  /** The venue ended the contract: what is open is closed whole, at what its cash rows imply, or stranded where they contradict it. */
  #settleContract(event: SettlementEvent, outcome: Outcome): void {
    const open = SIDES.flatMap((positionSide) => {
      const position = this.#positions.get(positionSide);
      if (position === undefined) return [];
      const { isShort, quantity, averageCost: cost, asset } = position;
      return [{ positionSide, isShort, quantity, cost, asset }];
    });
    const closes = open.length === 0 ? [] : assignSettlement(open, event.contract);
    if (closes === null) {
      this.#strandAll(event.occurredAt);
      return;
    }
    for (const [place, { positionSide, key, value, amount, asset }] of closes.entries()) {
      // What is closed is known by the number of what closed it, so each side has its own.
      if (place > 0) this.#number += 1;
      const { postedAt, occurredAt } = event;
      const side = open.find((one) => one.positionSide === positionSide);
      if (side === undefined) continue;
      const { isShort, quantity } = side;
      this.#fill(
        {
          kind: "fill",
          key,
          postedAt,
          occurredAt,
          positionSide,
          signedQuantity: isShort ? quantity : -quantity,
          value,
          fee: 0n,
          feeAsset: asset,
          asset,
          venueRealizedPnl: amount,
          isInferred: true,
        },
        outcome,
      );
    }
  }

  /** The position at the settlement counts: one that was opened since then is another one. */
  #settle(event: SettlementEvent, outcome: Outcome): void {
    const open = SIDES.flatMap((positionSide) => {
      const position = this.#positions.get(positionSide);
      if (position === undefined) return [];
      if (position.openedAt !== null && position.openedAt >= event.occurredAt) return [];
      return [{ positionSide, quantity: position.quantity }];
    });
    for (const assignment of assignFunding(open, event.payments)) {
      const { payment } = assignment;
      if (assignment.to !== null)
        this.#positions.get(assignment.to)?.receive(amountOf(payment.asset, payment.amount));
      else if (payment.amount !== 0n)
        outcome.unassigned.push({
          ...payment,
          number: this.#number,
          postedAt: event.postedAt,
          settledAt: event.occurredAt,
          reason: assignment.reason,
        });
    }
  }
}
