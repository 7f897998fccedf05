/**
 * The positions of one symbol, event by event: fills of all its sides and the funding settled on them. All
 * sides of a symbol are booked together, because a funding row names no side: which side it belongs to
 * depends on what was open on each.
 *
 * A ticker may be given to another contract after its own was delisted. What is known is the instant from
 * which the contract listed now has traded: an event that occurred before it belongs to the former contract,
 * whenever it is booked. (After a close, late events are booked after others that occurred later, so the
 * order of booking does not decide.) An opening belongs to the contract of the first event, because when it
 * was opened is not known. How the former contract ended is not known without a settlement, so what is left
 * of it when the listed one trades is stranded: only a late event of its own can still close it, and it is
 * never mixed with the new contract's lots. Lots are stranded for good where a settlement by cash alone ended
 * the contract and its rows contradict the position.
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
import type { Fixed } from "./fixed.ts";
import { newPosition, Position, type PositionState, positionOf, splitFill } from "./position.ts";

/** What is known of the symbol beside its events. */
export type SymbolFacts = {
  /** From when on the contract that is listed now has traded; null where the venue does not say. */
  readonly listedAt: Instant | null;
  /** The asset that its PnL is paid in; "" where the venue does not say. */
  readonly asset: string;
  /** How far a venue's amount at average cost may be from ours (`PnlTolerance.fillAverage`). */
  readonly tolerance: Fixed;
  readonly openings: readonly Opening[];
};

export type SymbolState = {
  /** How many events are booked: the number of the last one. */
  readonly number: number;
  /** Whether an event of the contract that is listed now is booked. */
  readonly hasListed: boolean;
  /** Fills booked so far. */
  readonly fills: number;
  readonly positions: readonly PositionState[];
  /** Of the contract that had the ticker before, once the listed one trades. */
  readonly formerPositions: readonly PositionState[];
  readonly stranded: readonly HeldLot[];
};

export type Outcome = {
  readonly disposals: Disposal[];
  readonly roundTrips: RoundTrip[];
  readonly unassigned: UnassignedFunding[];
};

type Positions = Map<PositionSide, Position>;

const SIDES: readonly PositionSide[] = ["BOTH", "LONG", "SHORT"];

export class SymbolBook {
  readonly #facts: SymbolFacts;
  #positions: Positions = new Map();
  #formerPositions: Positions = new Map();
  #number: number;
  #fills: number;
  #hasListed: boolean;
  #stranded: readonly HeldLot[];

  /** Goes on from a state, or from the symbol's openings. */
  constructor(facts: SymbolFacts, state: SymbolState | null) {
    this.#facts = facts;
    this.#number = state?.number ?? 0;
    this.#fills = state?.fills ?? 0;
    this.#hasListed = state?.hasListed ?? false;
    this.#stranded = state?.stranded ?? [];
    if (state === null) {
      for (const opening of facts.openings)
        this.#positions.set(opening.positionSide, positionOf(opening, facts.asset));
    }
    for (const position of state?.positions ?? [])
      this.#positions.set(position.positionSide, new Position(position));
    for (const position of state?.formerPositions ?? [])
      this.#formerPositions.set(position.positionSide, new Position(position));
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
      hasListed: this.#hasListed,
      positions: bySide(this.#positions, (position) => [position.state()]),
      formerPositions: bySide(this.#formerPositions, (position) => [position.state()]),
      stranded: this.#stranded,
    };
  }

  /** All lots that nothing has closed, the stranded ones too. */
  heldLots(): readonly HeldLot[] {
    return [
      ...this.#stranded,
      ...bySide(this.#formerPositions, (position) => position.heldLots(this.#facts.listedAt)),
      ...bySide(this.#positions, (position) => position.heldLots(null)),
    ];
  }

  /** Books the next event, and adds what comes of it to `outcome`. */
  book(event: BookEvent, outcome: Outcome): void {
    const positions = this.#positionsOf(event.occurredAt);
    this.#number += 1;
    if (event.kind === "settlement") {
      this.#settle(positions, event, outcome);
      if (event.contract.length > 0) this.#settleContract(positions, event, outcome);
    } else this.#fill(positions, event, outcome);
  }

  /** The positions of the contract that had the ticker at an instant. */
  #positionsOf(at: Instant): Positions {
    const { listedAt } = this.#facts;
    if (listedAt === null) return this.#positions;
    if (at < listedAt) return this.#hasListed ? this.#formerPositions : this.#positions;
    if (!this.#hasListed && this.#number > 0) {
      this.#formerPositions = this.#positions;
      this.#positions = new Map();
    }
    this.#hasListed = true;
    return this.#positions;
  }

  #fill(positions: Positions, fill: FillEvent, outcome: Outcome): void {
    this.#fills += 1;
    const isSale = fill.signedQuantity < 0n;
    const open = positions.get(fill.positionSide);
    const closable = open === undefined || open.isShort === isSale ? 0n : open.quantity;
    const { closing, opening } = splitFill(fill, closable);
    if (open !== undefined && closing !== null) {
      append(outcome.disposals, open.close(closing, fill, this.#number));
      if (open.quantity === 0n) {
        outcome.roundTrips.push(open.roundTrip(fill, this.#number));
        positions.delete(fill.positionSide);
      }
    }
    if (opening === null) return;
    const position =
      positions.get(fill.positionSide) ??
      newPosition(fill.positionSide, isSale, fill.key, fill.occurredAt, fill.asset);
    positions.set(fill.positionSide, position);
    position.open(opening, {
      number: this.#number,
      key: fill.key,
      at: fill.occurredAt,
      isInferred: false,
      // For a fill that goes through zero, the venue's figure is all of the closing part.
      venueRealizedPnl: closing === null ? fill.venueRealizedPnl : 0n,
    });
  }

  /**
   * The venue ended the contract: what was open is closed whole, at the value that the cash rows imply, or
   * stranded where they contradict it.
   */
  #settleContract(positions: Positions, event: SettlementEvent, outcome: Outcome): void {
    const open = openAt(positions, event.occurredAt).map(
      ({ positionSide, isShort, quantity, averageCost: cost, asset }) => ({
        positionSide,
        isShort,
        quantity,
        cost,
        asset,
      }),
    );
    const closes = open.length === 0 ? [] : assignSettlement(open, event.contract, this.#facts.tolerance);
    if (closes === null) {
      for (const { positionSide } of open) {
        const held = positions.get(positionSide)?.heldLots(event.occurredAt) ?? [];
        this.#stranded = [...this.#stranded, ...held];
        positions.delete(positionSide);
      }
      return;
    }
    for (const [place, { positionSide, key, value, amount, asset }] of closes.entries()) {
      // A disposal is identified by the number of its closing event, so each side gets a number of its own.
      if (place > 0) this.#number += 1;
      const { postedAt, occurredAt } = event;
      const side = open.find((one) => one.positionSide === positionSide);
      if (side === undefined) continue;
      const { isShort, quantity } = side;
      this.#fill(
        positions,
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

  #settle(positions: Positions, event: SettlementEvent, outcome: Outcome): void {
    const open = openAt(positions, event.occurredAt);
    const mayBeClosed = event.postedAt > event.occurredAt && this.#fills > 0;
    for (const assignment of assignFunding(open, event.payments, mayBeClosed)) {
      const { payment } = assignment;
      if (assignment.to !== null)
        positions.get(assignment.to)?.receive(amountOf(payment.asset, payment.amount));
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

function bySide<T>(positions: Positions, read: (position: Position) => readonly T[]): readonly T[] {
  return SIDES.flatMap((side) => {
    const position = positions.get(side);
    return position === undefined ? [] : read(position);
  });
}

/** The positions that were open at a settlement, without those opened since. */
function openAt(positions: Positions, at: Instant): readonly Position[] {
  return bySide(positions, (position) =>
    position.openedAt !== null && position.openedAt >= at ? [] : [position],
  );
}
