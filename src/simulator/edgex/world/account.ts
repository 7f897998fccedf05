/**
 * One edgeX account while its history happens: collateral, positions, and the rows that every event leaves.
 * The collateral statement is cash in the strict sense: a purchase takes its whole value. `legacy` is the
 * conventional wallet beside it: collateral plus the cost of what is open.
 */
import { type DurationMs, type Instant, plus } from "../../../domain/instant.ts";
import { fractionOf, multiply, negate, parseFraction, unitsText } from "../../shared/fraction.ts";
import type { Random } from "../../shared/random.ts";
import type { EdgexIds } from "./ids.ts";
import {
  afterFill,
  EDGEX_FLAT,
  EDGEX_MONEY_DECIMALS,
  type EdgexFillParts,
  type EdgexPosition,
  magnitude,
  moneyUnits,
  splitFill,
} from "./position.ts";
import type {
  EdgexAccountHistory,
  EdgexCollateralRow,
  EdgexContract,
  EdgexEvent,
  EdgexFillRow,
  EdgexFunding,
  EdgexFundingRate,
  EdgexPositionRow,
  EdgexTrade,
} from "./world.ts";

/**
 * An event whose number is not known yet: it depends on what other accounts did. Events of one `cause` share
 * a number.
 */
type EdgexEventDraft = Omit<EdgexEvent, "censorTxId"> & { readonly cause: string | null };

export type EdgexCash = {
  readonly type: string;
  readonly units: bigint;
  readonly transferReason?: string;
  /** What happened, where several accounts see it. */
  readonly cause?: string;
  /** How long before it was applied it was requested, and shown as on its way. */
  readonly pendingFor?: DurationMs;
  readonly orderAccountId?: string;
  readonly extraDataJson?: string;
};

type EdgexOrder = {
  readonly contract: EdgexContract;
  readonly side: "BUY" | "SELL";
  readonly isMaker: boolean;
  readonly force: "none" | "liquidation" | "adl";
};

type EdgexPart = { readonly steps: bigint; readonly priceTicks: bigint; readonly at: Instant };

const NO_TRADE: EdgexTrade = {
  fillCloseSize: "",
  fillCloseValue: "",
  fillCloseFee: "",
  fillOpenSize: "",
  fillOpenValue: "",
  fillOpenFee: "",
  fillPrice: "",
  liquidateFee: "",
  realizePnl: "",
  isLiquidate: false,
  isDeleverage: false,
};

const NO_FUNDING: EdgexFunding = {
  fundingTime: "0",
  fundingRate: "",
  fundingIndexPrice: "",
  fundingOraclePrice: "",
  fundingPositionSize: "",
};

const NO_LINKS = {
  depositId: "0",
  withdrawId: "0",
  transferInId: "0",
  transferOutId: "0",
  transferReason: "UNKNOWN_TRANSFER_REASON",
  orderId: "0",
  orderFillTransactionId: "0",
  orderAccountId: "0",
  positionContractId: "0",
  positionTransactionId: "0",
  extraDataJson: "",
} as const;

/** Which field of a cash row names the deposit, withdrawal or transfer behind it. */
const LINK_OF: Readonly<Record<string, string>> = {
  DEPOSIT: "depositId",
  WITHDRAW: "withdrawId",
  TRANSFER_IN: "transferInId",
  TRANSFER_OUT: "transferOutId",
  FILL_FEE_INCOME: "orderFillTransactionId",
};

export class EdgexAccount {
  readonly #facts: Omit<EdgexAccountHistory, "events">;
  readonly #ids: EdgexIds;
  readonly #random: Random;
  readonly #lateBy: (at: Instant) => DurationMs;
  readonly #positions = new Map<string, EdgexPosition>();
  readonly #events: EdgexEventDraft[] = [];
  #amountUnits = 0n;
  #legacyUnits = 0n;
  #matchSequence = 35_196_430n;

  constructor(options: {
    readonly facts: Omit<EdgexAccountHistory, "events">;
    readonly ids: EdgexIds;
    readonly random: Random;
    /** For the event of this instant. */
    readonly lateBy: (at: Instant) => DurationMs;
  }) {
    this.#facts = options.facts;
    this.#ids = options.ids;
    this.#random = options.random;
    this.#lateBy = options.lateBy;
  }

  get facts(): Omit<EdgexAccountHistory, "events"> {
    return this.#facts;
  }

  get events(): readonly EdgexEventDraft[] {
    return this.#events;
  }

  get legacyUnits(): bigint {
    return this.#legacyUnits;
  }

  position(contractId: string): EdgexPosition {
    return this.#positions.get(contractId) ?? EDGEX_FLAT;
  }

  newOrderId(at: Instant): string {
    return this.#ids.next(at);
  }

  /** Money that no trade caused. */
  receive(cash: EdgexCash, at: Instant): void {
    const link = LINK_OF[cash.type];
    const createdAt = plus(at, -(cash.pendingFor ?? 0));
    const source = link === undefined ? {} : { [link]: this.#ids.next(createdAt) };
    this.#add(
      at,
      {
        ...NO_TRADE,
        ...NO_FUNDING,
        ...NO_LINKS,
        ...source,
        type: cash.type,
        transferReason: cash.transferReason ?? NO_LINKS.transferReason,
        orderAccountId: cash.orderAccountId ?? NO_LINKS.orderAccountId,
        extraDataJson: cash.extraDataJson ?? "",
      },
      { amountUnits: cash.units, legacyUnits: cash.units, cause: cash.cause ?? null, createdAt },
    );
  }

  fill(order: EdgexOrder, orderId: string, part: EdgexPart): void {
    const { contract, side, force } = order;
    const before = this.position(contract.contractId);
    const stepPrice = fractionOf(part.priceTicks, contract.priceDecimals + contract.sizeDecimals);
    const gross = multiply(stepPrice, fractionOf(part.steps, 0));
    const liquidateFeeUnits =
      force === "liquidation" ? moneyUnits(multiply(gross, parseFraction(contract.liquidateFeeRate))) : 0n;
    const rate = force === "adl" ? "0" : order.isMaker ? contract.makerFeeRate : contract.takerFeeRate;
    const parts = splitFill(before, {
      steps: side === "BUY" ? part.steps : -part.steps,
      stepPrice,
      feeRate: parseFraction(rate),
      liquidateFeeUnits,
    });
    const after = afterFill(before, parts);
    this.#positions.set(contract.contractId, after);
    const amountUnits =
      -(parts.openValueUnits + parts.closeValueUnits) + parts.openFeeUnits + parts.closeFeeUnits;
    const legacyUnits = amountUnits + after.valueUnits - before.valueUnits;
    const trade = tradeOf(order, part, parts, { liquidateFeeUnits, realizeUnits: legacyUnits });
    const fillId = this.#ids.next(part.at);
    const collateralId = this.#ids.next(part.at);
    const positionId = this.#ids.next(part.at);
    this.#matchSequence += BigInt(this.#random.integer(1, 40));
    this.#add(
      part.at,
      {
        ...trade,
        ...NO_FUNDING,
        ...NO_LINKS,
        type: side === "BUY" ? "POSITION_BUY" : "POSITION_SELL",
        orderId,
        orderFillTransactionId: fillId,
        positionContractId: contract.contractId,
        positionTransactionId: positionId,
      },
      {
        amountUnits,
        legacyUnits,
        cause: null,
        collateralId,
        position: {
          ...trade,
          ...NO_FUNDING,
          ...changes(before, after, contract.sizeDecimals),
          id: positionId,
          contractId: contract.contractId,
          type: side === "BUY" ? "BUY_POSITION" : "SELL_POSITION",
          orderId,
          orderFillTransactionId: fillId,
          collateralTransactionId: collateralId,
        },
        fill: {
          id: fillId,
          contractId: contract.contractId,
          orderId,
          orderSide: side,
          fillSize: unitsText(part.steps, contract.sizeDecimals),
          fillValue: money(magnitude(parts.openValueUnits + parts.closeValueUnits)),
          fillFee: money(-parts.openFeeUnits - parts.closeFeeUnits),
          fillPrice: trade.fillPrice,
          liquidateFee: trade.liquidateFee,
          realizePnl: trade.realizePnl,
          direction: order.isMaker ? "MAKER" : "TAKER",
          isLiquidate: trade.isLiquidate,
          isDeleverage: trade.isDeleverage,
          matchSequenceId: this.#matchSequence.toString(),
          matchTime: String(part.at - 2),
          positionTransactionId: positionId,
          collateralTransactionId: collateralId,
        },
      },
    );
  }

  /**
   * Pays for the size that was open at the instant of the rate; `at` is when it is entered, about a minute
   * later.
   */
  settleFunding(contract: EdgexContract, rate: EdgexFundingRate, steps: bigint, at: Instant): void {
    const size = fractionOf(steps, contract.sizeDecimals);
    const due = multiply(multiply(size, parseFraction(rate.oraclePrice)), parseFraction(rate.rate));
    const units = moneyUnits(negate(due));
    const before = this.position(contract.contractId);
    const after = { ...before, fundingUnits: before.fundingUnits + units };
    this.#positions.set(contract.contractId, after);
    const funding: EdgexFunding = {
      fundingTime: String(rate.dueAt),
      fundingRate: rate.rate,
      fundingIndexPrice: rate.indexPrice,
      fundingOraclePrice: rate.oraclePrice,
      fundingPositionSize: unitsText(steps, contract.sizeDecimals),
    };
    const collateralId = this.#ids.next(at);
    const positionId = this.#ids.next(at);
    this.#add(
      at,
      {
        ...NO_TRADE,
        ...funding,
        ...NO_LINKS,
        type: "POSITION_FUNDING",
        positionContractId: contract.contractId,
        positionTransactionId: positionId,
      },
      {
        amountUnits: units,
        legacyUnits: units,
        cause: null,
        collateralId,
        position: {
          ...NO_TRADE,
          ...funding,
          ...changes(before, after, contract.sizeDecimals),
          id: positionId,
          contractId: contract.contractId,
          type: "SETTLE_FUNDING_FEE",
          orderId: "0",
          orderFillTransactionId: "0",
          collateralTransactionId: collateralId,
        },
      },
    );
  }

  #add(
    at: Instant,
    row: Omit<
      EdgexCollateralRow,
      "id" | "deltaAmount" | "deltaLegacyAmount" | "beforeAmount" | "beforeLegacyAmount"
    >,
    moved: {
      readonly amountUnits: bigint;
      readonly legacyUnits: bigint;
      readonly cause: string | null;
      readonly createdAt?: Instant;
      readonly collateralId?: string;
      readonly position?: EdgexPositionRow;
      readonly fill?: EdgexFillRow;
    },
  ): void {
    const last = this.#events.at(-1);
    if (last !== undefined && last.appliedAt > at) throw new RangeError(`${at} is before the last event`);
    const collateral = {
      ...row,
      id: moved.collateralId ?? this.#ids.next(moved.createdAt ?? at),
      deltaAmount: money(moved.amountUnits),
      deltaLegacyAmount: money(moved.legacyUnits),
      beforeAmount: money(this.#amountUnits),
      beforeLegacyAmount: money(this.#legacyUnits),
    };
    this.#amountUnits += moved.amountUnits;
    this.#legacyUnits += moved.legacyUnits;
    this.#events.push({
      createdAt: moved.createdAt ?? at,
      appliedAt: at,
      updatedAt: plus(at, this.#random.integer(3, 47)),
      approvedAt: plus(at, this.#random.integer(740_000, 800_000)),
      lateBy: this.#lateBy(at),
      cause: moved.cause,
      collateral,
      position: moved.position ?? null,
      fill: moved.fill ?? null,
    });
  }
}

/**
 * One sequence of the whole venue: where it stands when a world begins is chance, so that the numbers of two
 * worlds do not meet.
 */
const FIRST_EVENT_NUMBERS = [892_720, 900_000_000] as const;

/** Gives the events of all accounts their numbers, in the order of time; the legs of one cause share one. */
export function numberEvents(accounts: readonly EdgexAccount[], random: Random): EdgexAccountHistory[] {
  const numbers = new Map<EdgexEventDraft, bigint>();
  const causes = new Map<string, bigint>();
  const [lowest, highest] = FIRST_EVENT_NUMBERS;
  let number = BigInt(random.integer(lowest, highest));
  const all = accounts.flatMap(({ events }) => events);
  for (const event of all.toSorted((a, b) => a.appliedAt - b.appliedAt)) {
    const known = event.cause === null ? undefined : causes.get(event.cause);
    if (known === undefined) number += BigInt(random.integer(1, 5));
    if (event.cause !== null && known === undefined) causes.set(event.cause, number);
    numbers.set(event, known ?? number);
  }
  return accounts.map((account) => {
    let last = 0n;
    const events = account.events.map((draft) => {
      const { cause: _, ...event } = draft;
      const own = numbers.get(draft) ?? 0n;
      if (own <= last) throw new RangeError("a transfer shares its millisecond with other events");
      last = own;
      return { ...event, censorTxId: own.toString() };
    });
    return { ...account.facts, events };
  });
}

function tradeOf(
  { contract, force }: EdgexOrder,
  part: EdgexPart,
  parts: EdgexFillParts,
  { liquidateFeeUnits, realizeUnits }: { readonly liquidateFeeUnits: bigint; readonly realizeUnits: bigint },
): EdgexTrade {
  return {
    fillCloseSize: unitsText(parts.closeSteps, contract.sizeDecimals),
    fillCloseValue: money(parts.closeValueUnits),
    fillCloseFee: money(parts.closeFeeUnits),
    fillOpenSize: unitsText(parts.openSteps, contract.sizeDecimals),
    fillOpenValue: money(parts.openValueUnits),
    fillOpenFee: money(parts.openFeeUnits),
    fillPrice: unitsText(part.priceTicks, contract.priceDecimals),
    liquidateFee: liquidateFeeUnits === 0n ? "0" : money(-liquidateFeeUnits),
    realizePnl: money(realizeUnits),
    isLiquidate: force === "liquidation",
    isDeleverage: force === "adl",
  };
}

function changes(before: EdgexPosition, after: EdgexPosition, sizeDecimals: number) {
  return {
    deltaOpenSize: unitsText(after.steps - before.steps, sizeDecimals),
    deltaOpenValue: money(after.valueUnits - before.valueUnits),
    deltaOpenFee: money(after.feeUnits - before.feeUnits),
    deltaFundingFee: money(after.fundingUnits - before.fundingUnits),
    beforeOpenSize: unitsText(before.steps, sizeDecimals),
    beforeOpenValue: money(before.valueUnits),
    beforeOpenFee: money(before.feeUnits),
    beforeFundingFee: money(before.fundingUnits),
  };
}

function money(units: bigint): string {
  return unitsText(units, EDGEX_MONEY_DECIMALS);
}
