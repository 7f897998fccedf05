/**
 * What the owner of an account does, and what the venue does to them: deposits, orders in parts, partial
 * closes, flips, funding, isolated margin, a liquidation, an auto-deleveraging, rewards, a withdrawal. Events
 * are played in the order of time.
 */
import {
  DAY_MS,
  HOUR_MS,
  type Instant,
  instant,
  MINUTE_MS,
  plus,
  SECOND_MS,
} from "../../../domain/instant.ts";
import { multiply, negate, parseFraction, signOf, truncatedUnits } from "../../shared/fraction.ts";
import type { Random } from "../../shared/random.ts";
import type { Cash, Fee, FillPart, Order, VenueAccount } from "./account.ts";
import { FUNDING_INTERVAL_MS, type Market, priceOf, quantityOf } from "./market.ts";
import { MONEY_DECIMALS } from "./position.ts";
import type {
  WorldDelisting,
  WorldFundingRate,
  WorldInstrument,
  WorldPositionSide,
  WorldSide,
} from "./world.ts";

const UNITS = 10n ** BigInt(MONEY_DECIMALS);
/**
 * A round trip is closed after this many orders, as a person would do; this also bounds the average's
 * denominator.
 */
const ROUND_TRIP_ORDERS_MAX = 14;
/** Parts of one order may be filled over this span. */
const SPREAD_MS = SECOND_MS;

type Event = { readonly at: Instant; readonly happen: (at: Instant) => void };

type TraderPlan = {
  readonly account: VenueAccount;
  readonly market: Market;
  readonly random: Random;
  readonly from: Instant;
  readonly until: Instant;
  readonly fills: number;
  /** How many fills one order has in one millisecond, twice (an opening and its close). */
  readonly burstFills: number;
  readonly tradesWithItself: boolean;
  /** What the venue pays out, exchanges and ends beside trading; the events of the venue's own kind. */
  readonly extraCash: readonly TimedCash[];
  readonly delistings: ReadonlyMap<string, PlannedDelisting>;
};

/** Rows of the cash statement that belong together. */
export type TimedCash = { readonly at: Instant; readonly rows: readonly Cash[] };

export type PlannedDelisting = WorldDelisting & { readonly settlement: "fill" | "no fill" };

/** Plays an account's whole history. */
export function playTrader(plan: TraderPlan): void {
  const trader = new Trader(plan);
  let reached = plan.from;
  for (const { at, happen } of trader.events().toSorted((a, b) => a.at - b.at)) {
    // An order whose parts took a moment delays the next one, so that rows never run against their ids.
    reached = instant(Math.max(at, reached, trader.lastFillAt));
    happen(reached);
  }
}

class Trader {
  readonly #plan: TraderPlan;
  readonly #account: VenueAccount;
  readonly #random: Random;
  readonly #ordersSinceFlat = new Map<string, number>();
  lastFillAt: Instant;

  constructor(plan: TraderPlan) {
    this.#plan = plan;
    this.#account = plan.account;
    this.#random = plan.random;
    this.lastFillAt = plan.from;
  }

  events(): Event[] {
    const { from, until, fills, burstFills, market } = this.#plan;
    const forced = 1 + Math.floor(fills / 4_000);
    const events: Event[] = [
      this.#cash(MINUTE_MS, "TRANSFER", "USDT", 50_000n * UNITS),
      this.#cash(2 * MINUTE_MS, "TRANSFER", market.feeAsset, 500n * UNITS),
      this.#cash(3 * MINUTE_MS, "WELCOME_BONUS", "USDT", 10n * UNITS),
      this.#cash((until - from) * 0.8, "TRANSFER", "USDT", -1_234n * UNITS - 56_780_000n),
      ...this.#fundingEvents(),
      ...this.#orderEvents(),
      ...this.#delistingEvents(),
      ...this.#plan.extraCash.map(({ at, rows }) => ({
        at,
        happen: (then: Instant) => this.#account.receiveTogether(rows, then),
      })),
    ];
    for (let week = from + DAY_MS / 2; week < until; week += 7 * DAY_MS) {
      const units = BigInt(this.#random.integer(1_000, 900_000_000));
      events.push(this.#cash(week - from, market.rewardType, "USDT", units));
    }
    for (let nth = 0; nth < forced; nth += 1) {
      events.push({
        at: this.#quietAt((nth + 0.4) / forced),
        happen: (at) => this.#beForceClosed("liquidation", at),
      });
      events.push({
        at: this.#quietAt((nth + 0.7) / forced),
        happen: (at) => this.#beForceClosed("adl", at),
      });
    }
    for (let nth = 0; nth < 4 + Math.floor(fills / 200); nth += 1) {
      events.push({ at: this.#randomAt(), happen: (at) => this.#moveMargin(at) });
    }
    if (burstFills > 0) {
      events.push({ at: this.#quietAt(0.55), happen: (at) => this.#burst(burstFills, at) });
    }
    if (this.#plan.tradesWithItself) {
      events.push({ at: this.#quietAt(0.25), happen: (at) => this.#tradeWithItself(at) });
    }
    return events;
  }

  #cash(after: number, incomeType: string, asset: string, units: bigint): Event {
    return {
      at: instant(this.#plan.from + Math.floor(after)),
      happen: (at) => this.#account.receive(incomeType, asset, units, at),
    };
  }

  #orderEvents(): Event[] {
    const { fills, burstFills } = this.#plan;
    const events: Event[] = [];
    for (let planned = 2 * burstFills; planned < fills; ) {
      const parts = Math.min(this.#partCount(), fills - planned);
      planned += parts;
      events.push({ at: this.#randomAt(), happen: (at) => this.#placeOrder(parts, at) });
    }
    return events;
  }

  /** The owner still opens something an hour before, so that there is something to settle. */
  #delistingEvents(): Event[] {
    return [...this.#plan.delistings].flatMap(([symbol, { at: endsAt, settlement }]): Event[] => [
      { at: plus(endsAt, -HOUR_MS), happen: (at) => this.#openBeforeTheEnd(symbol, at) },
      { at: endsAt, happen: (at) => this.#settle(symbol, settlement, at) },
    ]);
  }

  #openBeforeTheEnd(symbol: string, at: Instant): void {
    this.#topUp(at);
    const instrument = this.#instrument(symbol);
    const positionSide = this.#random.pick(this.#positionSides());
    if (this.#openSteps(instrument, positionSide) !== 0n) return;
    const opening = this.#chooseOrder(instrument, positionSide, 1, at);
    this.#fillOrder({ instrument, positionSide, parts: 1, ...opening }, at);
  }

  #settle(symbol: string, leaves: "fill" | "no fill", at: Instant): void {
    const instrument = this.#instrument(symbol);
    const price = priceOf(instrument, this.#plan.market.markTicks(symbol, at));
    for (const positionSide of this.#positionSides()) {
      this.#account.settle({ instrument, positionSide, price, at, leaves });
    }
    this.lastFillAt = at;
  }

  /**
   * What can be traded then: from a quarter of an hour before a contract ends nobody opens anything in it.
   */
  #tradable(at: Instant): readonly WorldInstrument[] {
    const { traded } = this.#plan.market;
    const { delistings } = this.#plan;
    return traded.filter(({ symbol }) => at < (delistings.get(symbol)?.at ?? at + HOUR_MS) - HOUR_MS / 4);
  }

  #partCount(): number {
    const roll = this.#random.integer(1, 100);
    if (roll <= 60) return 1;
    if (roll <= 85) return 2;
    if (roll <= 95) return this.#random.integer(3, 5);
    return this.#random.integer(6, 30);
  }

  #fundingEvents(): Event[] {
    const due = new Map<Instant, WorldFundingRate[]>();
    for (const rate of this.#plan.market.fundingRates) {
      const rates = due.get(rate.dueAt);
      if (rates === undefined) due.set(rate.dueAt, [rate]);
      else rates.push(rate);
    }
    return [...due].map(([at, rates]) => ({ at, happen: () => this.#settleFunding(at, rates) }));
  }

  /**
   * Rows are stamped up to 18 s after the hour, as seen in venues' samples; the position counts as it was on
   * the hour.
   */
  #settleFunding(dueAt: Instant, rates: readonly WorldFundingRate[]): void {
    const stampedAt = instant(
      dueAt + this.#random.pick([0, 0, 1_000, 4_000, this.#random.integer(0, 18_000)]),
    );
    if (stampedAt >= this.#plan.until) return;
    for (const { symbol, rate, markPrice } of rates) {
      const instrument = this.#instrument(symbol);
      for (const positionSide of this.#positionSides()) {
        const { quantity } = this.#account.position(symbol, positionSide);
        if (signOf(quantity) === 0) continue;
        const received = negate(multiply(multiply(quantity, parseFraction(markPrice)), parseFraction(rate)));
        this.#account.fund(instrument, received, stampedAt);
      }
    }
  }

  #placeOrder(partsWanted: number, at: Instant): void {
    this.#topUp(at);
    const instrument = this.#random.pick(this.#tradable(at));
    const positionSide = this.#random.pick(this.#positionSides());
    const choice = this.#chooseOrder(instrument, positionSide, partsWanted, at);
    this.#fillOrder({ instrument, positionSide, parts: partsWanted, ...choice }, at);
  }

  /** Opens when flat; else adds, trims, closes, or (in one-way mode) flips. */
  #chooseOrder(
    instrument: WorldInstrument,
    positionSide: WorldPositionSide,
    parts: number,
    at: Instant,
  ): { readonly side: WorldSide; readonly steps: bigint } {
    const open = this.#openSteps(instrument, positionSide);
    const fresh = this.#freshSteps(instrument, parts, at);
    if (open === 0n) {
      const opening =
        positionSide === "BOTH" ? this.#random.pick(["BUY", "SELL"] as const) : openingSide(positionSide);
      return { side: opening, steps: fresh };
    }
    const isLong = open > 0n;
    const closing: WorldSide = isLong ? "SELL" : "BUY";
    const size = isLong ? open : -open;
    const isOld =
      (this.#ordersSinceFlat.get(`${instrument.symbol}/${positionSide}`) ?? 0) >= ROUND_TRIP_ORDERS_MAX;
    const roll = this.#random.integer(isOld ? 71 : 1, 100);
    if (roll <= 40) return { side: isLong ? "BUY" : "SELL", steps: fresh };
    if (roll <= 70 && size > 1n) {
      return { side: closing, steps: 1n + (size * BigInt(this.#random.integer(1, 98))) / 100n };
    }
    if (roll <= 88 || positionSide !== "BOTH") return { side: closing, steps: size };
    return { side: closing, steps: size + fresh };
  }

  #fillOrder(
    order: {
      readonly instrument: WorldInstrument;
      readonly positionSide: WorldPositionSide;
      readonly side: WorldSide;
      readonly steps: bigint;
      readonly parts: number;
    },
    at: Instant,
  ): void {
    const { instrument, positionSide, side } = order;
    const isMaker = this.#random.chance(2, 5);
    const terms: Order = { instrument, side, positionSide, isMaker, fee: this.#fee(instrument, isMaker, at) };
    const orderId = this.#account.nextOrderId();
    for (const part of this.#parts(instrument, order.steps, order.parts, at)) {
      this.#account.fill(terms, orderId, part);
      this.lastFillAt = part.at;
    }
    const key = `${instrument.symbol}/${positionSide}`;
    const isFlat = signOf(this.#account.position(instrument.symbol, positionSide).quantity) === 0;
    this.#ordersSinceFlat.set(key, isFlat ? 0 : (this.#ordersSinceFlat.get(key) ?? 0) + 1);
  }

  /**
   * Half of the orders are filled in equal parts at one price: fills that agree in everything but their id.
   */
  #parts(instrument: WorldInstrument, steps: bigint, wanted: number, at: Instant): FillPart[] {
    const count = steps < BigInt(wanted) ? steps : BigInt(wanted);
    const areTwins = this.#random.chance(1, 2);
    const isInstant = count >= 6n || this.#isNearFunding(at) || this.#random.chance(1, 2);
    let ticks = this.#ticksNear(instrument, at);
    let left = steps;
    let filledAt: number = at;
    const parts: FillPart[] = [];
    for (let others = count - 1n; others >= 0n; others -= 1n) {
      const even = steps / count;
      const uneven = 1n + ((left - others) * BigInt(this.#random.integer(0, 60))) / 100n;
      const taken = others === 0n ? left : areTwins ? even : uneven > left - others ? left - others : uneven;
      left -= taken;
      parts.push({
        price: priceOf(instrument, ticks),
        quantity: quantityOf(instrument, taken),
        at: instant(filledAt),
      });
      if (!areTwins) ticks += BigInt(this.#random.integer(0, 1));
      if (!isInstant) filledAt += this.#random.integer(0, 15);
    }
    return parts;
  }

  #fee(instrument: WorldInstrument, isMaker: boolean, at: Instant): Fee {
    const rate = parseFraction(isMaker ? instrument.makerFeeRate : instrument.takerFeeRate);
    const paysInFeeAsset = signOf(rate) > 0 && this.#random.chance(1, 5);
    const { feeAsset, feeSymbol } = this.#plan.market;
    const asset = paysInFeeAsset ? feeAsset : instrument.marginAsset;
    const ticks = this.#plan.market.markTicks(feeSymbol, at);
    return {
      kind: "rate",
      asset,
      assetPrice: priceOf(this.#plan.market.instrument(feeSymbol), ticks),
    };
  }

  /** So that a wallet never goes far below zero: the owner sends more. */
  #topUp(at: Instant): void {
    if (this.#account.walletUnits("USDT") < 5_000n * UNITS) {
      this.#account.receive("TRANSFER", "USDT", 20_000n * UNITS, at);
    }
    const { feeAsset, traded } = this.#plan.market;
    if (this.#account.walletUnits(feeAsset) < 20n * UNITS) {
      this.#account.receive("TRANSFER", feeAsset, 300n * UNITS, at);
    }
    const isUsdcNeeded = traded.some((instrument) => instrument.marginAsset === "USDC");
    if (isUsdcNeeded && this.#account.walletUnits("USDC") < 2_000n * UNITS) {
      this.#account.receive("TRANSFER", "USDC", 10_000n * UNITS, at);
    }
  }

  /**
   * The venue closes a position against the owner's will: at a loss (liquidation), or half of a winner (ADL).
   */
  #beForceClosed(kind: "liquidation" | "adl", at: Instant): void {
    this.#topUp(at);
    const instrument = this.#random.pick(this.#tradable(at));
    const positionSide = this.#random.pick(this.#positionSides());
    if (this.#openSteps(instrument, positionSide) === 0n) {
      const opening = this.#chooseOrder(instrument, positionSide, 3, at);
      this.#fillOrder({ instrument, positionSide, parts: 1, ...opening }, at);
    }
    const marginAt = instant(at + SECOND_MS);
    const marginUnits = BigInt(this.#random.integer(1_000_000, 2_000_000_000));
    // Twice the same in one millisecond: rows without an id that agree in everything are two rows.
    this.#account.moveMargin(instrument, positionSide, marginUnits, marginAt);
    this.#account.moveMargin(instrument, positionSide, marginUnits, marginAt);

    const open = this.#openSteps(instrument, positionSide);
    const size = open > 0n ? open : -open;
    const isLoss = kind === "liquidation";
    const averageTicks = truncatedUnits(
      this.#account.position(instrument.symbol, positionSide).average,
      instrument.priceDecimals,
    );
    const ticks = (averageTicks * (open > 0n === isLoss ? 92n : 107n)) / 100n;
    const placedAt = instant(at + 2 * SECOND_MS);
    const endedAt = instant(placedAt + 43);
    this.#account.forceClose({
      instrument,
      positionSide,
      side: open > 0n ? "SELL" : "BUY",
      kind,
      limit: priceOf(instrument, ticks),
      parts: inThree(isLoss || size < 2n ? size : size / 2n).map((steps, nth) => ({
        price: priceOf(instrument, ticks + BigInt(nth)),
        quantity: quantityOf(instrument, steps),
        at: endedAt,
      })),
      placedAt,
      endedAt,
    });
    this.lastFillAt = endedAt;
  }

  #moveMargin(at: Instant): void {
    const instrument = this.#random.pick(this.#tradable(at));
    const positionSide = this.#random.pick(this.#positionSides());
    if (this.#openSteps(instrument, positionSide) === 0n) return;
    const units = BigInt(this.#random.integer(1_000_000, 5_000_000_000));
    this.#account.moveMargin(instrument, positionSide, units, at);
    if (this.#random.chance(1, 2)) {
      this.#account.moveMargin(instrument, positionSide, -units / 3n, instant(at + 500));
    }
  }

  /** One order filled in very many parts within a millisecond, and closed the same way. */
  #burst(parts: number, at: Instant): void {
    this.#topUp(at);
    const traded = this.#tradable(at);
    const charged = traded.filter((instrument) => instrument.takerFeeRate !== "0");
    const instrument = this.#random.pick(charged.length === 0 ? traded : charged);
    const positionSide = this.#random.pick(this.#positionSides());
    const open = this.#openSteps(instrument, positionSide);
    const isLong = open === 0n ? positionSide !== "SHORT" : open > 0n;
    const steps = this.#freshSteps(instrument, parts, at);
    const order = { instrument, positionSide, parts, steps };
    this.#fillOrder({ ...order, side: isLong ? "BUY" : "SELL" }, at);
    const after = this.#openSteps(instrument, positionSide);
    const size = after > 0n ? after : -after;
    this.#fillOrder({ ...order, side: isLong ? "SELL" : "BUY", steps: size }, instant(at + SECOND_MS));
  }

  /** Both sides of one trade: the rows share a fill id. Only in one-way mode, where they cancel out. */
  #tradeWithItself(at: Instant): void {
    if (this.#account.mode === "hedge") return;
    const instrument = this.#random.pick(this.#tradable(at));
    const steps = this.#freshSteps(instrument, 1, at);
    const price = priceOf(instrument, this.#ticksNear(instrument, at));
    const part: FillPart = { price, quantity: quantityOf(instrument, steps), at };
    for (const side of ["BUY", "SELL"] as const) {
      const fee = this.#fee(instrument, side === "SELL", at);
      const order: Order = { instrument, side, positionSide: "BOTH", isMaker: side === "SELL", fee };
      this.#account.fill(order, this.#account.nextOrderId(), part);
    }
    this.lastFillAt = at;
  }

  #instrument(symbol: string): WorldInstrument {
    return this.#plan.market.instrument(symbol);
  }

  #positionSides(): readonly WorldPositionSide[] {
    return this.#account.mode === "hedge" ? ["LONG", "SHORT"] : ["BOTH"];
  }

  /** The open quantity in whole steps, signed. */
  #openSteps(instrument: WorldInstrument, positionSide: WorldPositionSide): bigint {
    return truncatedUnits(
      this.#account.position(instrument.symbol, positionSide).quantity,
      instrument.quantityDecimals,
    );
  }

  /** Steps for a notional of 100 to 3,000 USDT, and at least one for each part. */
  #freshSteps(instrument: WorldInstrument, parts: number, at: Instant): bigint {
    const notional = BigInt(this.#random.integer(100, 3_000));
    const scale = 10n ** BigInt(instrument.priceDecimals + instrument.quantityDecimals);
    const steps = (notional * scale) / this.#plan.market.markTicks(instrument.symbol, at);
    return steps < BigInt(parts) ? BigInt(parts) : steps;
  }

  #ticksNear(instrument: WorldInstrument, at: Instant): bigint {
    const mark = this.#plan.market.markTicks(instrument.symbol, at);
    return mark + (mark * BigInt(this.#random.integer(-50, 50))) / 10_000n;
  }

  #randomAt(): Instant {
    return instant(this.#random.integer(this.#plan.from + 10 * MINUTE_MS, this.#plan.until - MINUTE_MS));
  }

  /**
   * A share of the way through, but not close to a funding hour, so that an event of some seconds never
   * straddles one.
   */
  #quietAt(share: number): Instant {
    const { from, until } = this.#plan;
    const at = from + Math.floor((until - from) * share);
    return instant(this.#isNearFunding(at) ? at - 2 * MINUTE_MS : at);
  }

  #isNearFunding(at: number): boolean {
    return FUNDING_INTERVAL_MS - (at % FUNDING_INTERVAL_MS) <= 60 * SPREAD_MS;
  }
}

function openingSide(positionSide: "LONG" | "SHORT"): WorldSide {
  return positionSide === "LONG" ? "BUY" : "SELL";
}

function inThree(steps: bigint): bigint[] {
  const third = steps / 3n;
  return third === 0n ? [steps] : [third, third, steps - 2n * third];
}
