/**
 * What edgeX counts of an account, added up from its rows one by one: the collateral with its counters by
 * kind of cash, positions with their lifetime and term statistics for each side, and the terms themselves.
 * Only the rows' deltas are used.
 */
import type { Instant } from "../../domain/instant.ts";
import { parseFraction, truncatedUnits } from "../shared/fraction.ts";
import { moneyUnits } from "./world/position.ts";
import type { EdgexCollateralRow, EdgexContract, EdgexEvent, EdgexPositionRow } from "./world/world.ts";

const CASH_COUNTERS = [
  "deposit",
  "withdraw",
  "transferIn",
  "transferOut",
  "positionBuy",
  "positionSell",
  "fillFee",
  "fundingFee",
  "fillFeeIncome",
] as const;
type CashCounter = (typeof CASH_COUNTERS)[number];

type CollateralCount = {
  readonly amountUnits: bigint;
  readonly legacyUnits: bigint;
  /** A row of a kind that nobody counts (a correction) moves the amount and none of these. */
  readonly counters: Readonly<Record<CashCounter, bigint>>;
};

/**
 * Of one side: opened is + for long, − for short; closed the other way; fees − when paid; funding + when
 * received. Sizes in steps.
 */
export type SideCount = {
  readonly openSteps: bigint;
  readonly openValueUnits: bigint;
  readonly openFeeUnits: bigint;
  readonly closeSteps: bigint;
  readonly closeValueUnits: bigint;
  readonly closeFeeUnits: bigint;
  readonly fundingUnits: bigint;
  readonly liquidateFeeUnits: bigint;
};

export type TermCount = {
  readonly contractId: string;
  readonly side: "long" | "short";
  readonly count: number;
  readonly stat: SideCount;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

export type PositionCount = {
  readonly contractId: string;
  readonly steps: bigint;
  readonly valueUnits: bigint;
  readonly feeUnits: bigint;
  readonly fundingUnits: bigint;
  readonly total: Readonly<Record<"long" | "short", SideCount>>;
  /** The current or last term of each side. */
  readonly term: Readonly<Record<"long" | "short", TermCount | null>>;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

const NO_SIDE: SideCount = {
  openSteps: 0n,
  openValueUnits: 0n,
  openFeeUnits: 0n,
  closeSteps: 0n,
  closeValueUnits: 0n,
  closeFeeUnits: 0n,
  fundingUnits: 0n,
  liquidateFeeUnits: 0n,
};

const NO_COLLATERAL: CollateralCount = {
  amountUnits: 0n,
  legacyUnits: 0n,
  counters: {
    deposit: 0n,
    withdraw: 0n,
    transferIn: 0n,
    transferOut: 0n,
    positionBuy: 0n,
    positionSell: 0n,
    fillFee: 0n,
    fundingFee: 0n,
    fillFeeIncome: 0n,
  },
};

/** Counts on from event to event. */
export class EdgexCounters {
  readonly #sizeDecimalsOf: (contractId: string) => number;
  readonly #positions = new Map<string, PositionCount>();
  readonly #terms = new Map<string, TermCount>();
  #collateral = NO_COLLATERAL;
  #events = 0;
  #updatedAt: Instant | null = null;

  constructor(sizeDecimalsOf: (contractId: string) => number) {
    this.#sizeDecimalsOf = sizeDecimalsOf;
  }

  add(event: EdgexEvent): void {
    this.#events += 1;
    this.#updatedAt = event.updatedAt;
    this.#collateral = countCollateral(this.#collateral, event.collateral);
    const { position } = event;
    if (position === null) return;
    const { contractId } = position;
    const before = this.#positions.get(contractId) ?? null;
    const counted = countPosition(before, position, event, this.#sizeDecimalsOf(contractId));
    this.#positions.set(contractId, counted);
    for (const term of [counted.term.long, counted.term.short]) {
      if (term !== null) this.#terms.set(`${contractId} ${term.side} ${term.count}`, term);
    }
  }

  get collateral(): CollateralCount {
    return this.#collateral;
  }

  /** Every contract that was ever held, flat ones too. */
  get positions(): readonly PositionCount[] {
    return [...this.#positions.values()];
  }

  /** In the order in which they began. */
  get terms(): readonly TermCount[] {
    return [...this.#terms.values()];
  }

  /** It grows with every change of the account. */
  get version(): number {
    return this.#events;
  }

  get updatedAt(): Instant | null {
    return this.#updatedAt;
  }
}

const COUNTER_OF: Readonly<Record<string, CashCounter>> = {
  DEPOSIT: "deposit",
  WITHDRAW: "withdraw",
  TRANSFER_IN: "transferIn",
  TRANSFER_OUT: "transferOut",
  POSITION_FUNDING: "fundingFee",
  FILL_FEE_INCOME: "fillFeeIncome",
};

function countCollateral(before: CollateralCount, row: EdgexCollateralRow): CollateralCount {
  const delta = unitsOf(row.deltaAmount);
  const counters = { ...before.counters };
  if (row.type === "POSITION_BUY" || row.type === "POSITION_SELL") {
    const counter = row.type === "POSITION_BUY" ? "positionBuy" : "positionSell";
    counters[counter] -= unitsOf(row.fillOpenValue) + unitsOf(row.fillCloseValue);
    counters.fillFee += unitsOf(row.fillOpenFee) + unitsOf(row.fillCloseFee);
  }
  const counter = COUNTER_OF[row.type];
  if (counter !== undefined) counters[counter] += delta;
  return {
    amountUnits: before.amountUnits + delta,
    legacyUnits: before.legacyUnits + unitsOf(row.deltaLegacyAmount),
    counters,
  };
}

function countPosition(
  before: PositionCount | null,
  row: EdgexPositionRow,
  event: EdgexEvent,
  sizeDecimals: number,
): PositionCount {
  const stepsOf = (size: string): bigint =>
    size === "" ? 0n : truncatedUnits(parseFraction(size), sizeDecimals);
  const [openSteps, closeSteps] = [stepsOf(row.fillOpenSize), stepsOf(row.fillCloseSize)];
  const steps = before?.steps ?? 0n;
  const opened = {
    ...NO_SIDE,
    openSteps,
    openValueUnits: unitsOf(row.fillOpenValue),
    openFeeUnits: unitsOf(row.fillOpenFee),
  };
  const closed = {
    ...NO_SIDE,
    closeSteps,
    closeValueUnits: unitsOf(row.fillCloseValue),
    closeFeeUnits: unitsOf(row.fillCloseFee),
    liquidateFeeUnits: unitsOf(row.liquidateFee),
  };
  const funded = {
    ...NO_SIDE,
    fundingUnits: row.type === "SETTLE_FUNDING_FEE" ? unitsOf(row.deltaFundingFee) : 0n,
  };
  // Funding is of the size that was open at its instant, a sale closes what is long and opens what is short.
  const fundedSide = stepsOf(row.fundingPositionSize) < 0n ? "short" : "long";
  const opens = (side: "long" | "short"): boolean => openSteps !== 0n && openSteps > 0n === (side === "long");
  const changesOf = (side: "long" | "short"): readonly SideCount[] => {
    const closes = closeSteps !== 0n && closeSteps < 0n === (side === "long");
    return [
      ...(closes ? [closed] : []),
      ...(opens(side) ? [opened] : []),
      ...(row.type === "SETTLE_FUNDING_FEE" && side === fundedSide ? [funded] : []),
    ];
  };
  const countTerm = (side: "long" | "short"): TermCount | null => {
    const changes = changesOf(side);
    const current = before?.term[side] ?? null;
    if (changes.length === 0) return current;
    const isBegun = opens(side) && steps + closeSteps === 0n;
    const term: TermCount =
      current === null || isBegun
        ? {
            contractId: row.contractId,
            side,
            count: (current?.count ?? 0) + 1,
            stat: NO_SIDE,
            createdAt: event.createdAt,
            updatedAt: event.updatedAt,
          }
        : current;
    return { ...term, stat: changes.reduce(addSides, term.stat), updatedAt: event.updatedAt };
  };
  return {
    contractId: row.contractId,
    steps: steps + stepsOf(row.deltaOpenSize),
    valueUnits: (before?.valueUnits ?? 0n) + unitsOf(row.deltaOpenValue),
    feeUnits: (before?.feeUnits ?? 0n) + unitsOf(row.deltaOpenFee),
    fundingUnits: (before?.fundingUnits ?? 0n) + unitsOf(row.deltaFundingFee),
    total: {
      long: changesOf("long").reduce(addSides, before?.total.long ?? NO_SIDE),
      short: changesOf("short").reduce(addSides, before?.total.short ?? NO_SIDE),
    },
    term: { long: countTerm("long"), short: countTerm("short") },
    createdAt: before?.createdAt ?? event.createdAt,
    updatedAt: event.updatedAt,
  };
}

function addSides(a: SideCount, b: SideCount): SideCount {
  return {
    openSteps: a.openSteps + b.openSteps,
    openValueUnits: a.openValueUnits + b.openValueUnits,
    openFeeUnits: a.openFeeUnits + b.openFeeUnits,
    closeSteps: a.closeSteps + b.closeSteps,
    closeValueUnits: a.closeValueUnits + b.closeValueUnits,
    closeFeeUnits: a.closeFeeUnits + b.closeFeeUnits,
    fundingUnits: a.fundingUnits + b.fundingUnits,
    liquidateFeeUnits: a.liquidateFeeUnits + b.liquidateFeeUnits,
  };
}

/** Of 10^-6; "" is nothing. */
function unitsOf(amount: string): bigint {
  return amount === "" ? 0n : moneyUnits(parseFraction(amount));
}

/**
 * Price results of one side, as the venue shows them: of what was closed, at the average of what was opened.
 * Without fees.
 */
export function realizedUnits({ valueUnits }: PositionCount, { openValueUnits, closeValueUnits }: SideCount) {
  return -closeValueUnits - (openValueUnits - valueUnits);
}

export function sizeDecimalsIn(contracts: readonly EdgexContract[]): (contractId: string) => number {
  const known = new Map(contracts.map(({ contractId, sizeDecimals }) => [contractId, sizeDecimals]));
  return (contractId) => {
    const decimals = known.get(contractId);
    if (decimals === undefined) throw new RangeError(`the simulated edgeX has no contract ${contractId}`);
    return decimals;
  };
}
