/** Plays an adversarial world's one account: a few ordinary orders, and what its traps need. */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plus, SECOND_MS } from "../../../domain/instant.ts";
import { append } from "../../../domain/lists.ts";
import { fractionOf, parseFraction, signOf, truncatedUnits } from "../../shared/fraction.ts";
import type { Random } from "../../shared/random.ts";
import type { PageLimits } from "../answers.ts";
import type { Fee, VenueAccount } from "./account.ts";
import type { Trap } from "./adversarial-traps.ts";
import { type MarketVenue, priceOf, quantityOf } from "./market.ts";
import { MONEY_DECIMALS } from "./position.ts";
import type { WorldInstrument, WorldPositionSide, WorldSide } from "./world.ts";

type AdversarialPlan = {
  readonly account: VenueAccount;
  readonly instruments: readonly WorldInstrument[];
  readonly random: Random;
  readonly venue: MarketVenue;
  readonly has: (trap: Trap) => boolean;
  readonly pageLimits: PageLimits;
  readonly since: Instant;
  readonly endsAt: Instant;
  readonly nights: readonly Instant[];
  /** Flat from then on. */
  readonly delisted: { readonly symbol: string; readonly quietFrom: Instant };
  /** Flat from then on until another contract has the ticker. */
  readonly reused: { readonly symbol: string; readonly quietFrom: Instant; readonly again: Instant };
};

type Event = { readonly at: Instant; readonly happen: (at: Instant) => void };

const UNITS = 10n ** BigInt(MONEY_DECIMALS);
const ORDERS = 18;

export class AdversarialTrader {
  readonly #plan: AdversarialPlan;
  readonly #account: VenueAccount;
  readonly #random: Random;
  readonly #feeAsset: string;
  /** Rows so far that nothing but these words separates. */
  readonly #alike = new Map<string, number>();

  constructor(plan: AdversarialPlan) {
    this.#plan = plan;
    this.#account = plan.account;
    this.#random = plan.random;
    this.#feeAsset = plan.venue === "binance" ? "BNB" : "ASTER";
  }

  play(): void {
    const { has } = this.#plan;
    const events: Event[] = [...this.#deposits(), ...this.#orders(), ...this.#edges(), ...this.#goodbyes()];
    if (has("crowded_instants"))
      append(
        events,
        this.#times(3, (at) => this.#crowd(at)),
      );
    if (has("self_trades"))
      append(
        events,
        this.#times(2, (at) => this.#tradeWithItself(at)),
      );
    if (has("two_fundings"))
      append(
        events,
        this.#times(4, (at) => this.#fundTwice(at)),
      );
    if (has("forced_orders"))
      append(
        events,
        this.#times(2, (at) => this.#forceClose(at)),
      );
    if (has("isolated_margin"))
      append(
        events,
        this.#times(3, (at) => this.#crowdMargin(at)),
      );
    if (has("conversions"))
      append(
        events,
        this.#times(2, (at) => this.#convert(at)),
      );
    if (has("shared_tran_ids"))
      append(
        events,
        this.#times(2, (at) => this.#shareTranId(at)),
      );
    if (has("unknown_type"))
      append(
        events,
        this.#times(1, (at) => this.#receiveUnknown(at)),
      );
    if (has("present_instant")) {
      for (const at of this.#plan.nights.slice(0, -1)) events.push(this.#event(at, () => this.#order(at, 1)));
    }
    for (const { at, happen } of events.toSorted((a, b) => a.at - b.at)) happen(at);
  }

  #deposits(): Event[] {
    const { since, has, instruments } = this.#plan;
    const at = has("first_instant") ? since : plus(since, SECOND_MS);
    const assets = ["USDT", this.#feeAsset, ...instruments.map((instrument) => instrument.marginAsset)];
    return [...new Set(assets)].map((asset) =>
      this.#event(at, () => this.#account.receive("TRANSFER", asset, 100_000n * UNITS, at)),
    );
  }

  #orders(): Event[] {
    return this.#times(ORDERS, (at) => this.#order(at, this.#random.integer(1, 3)));
  }

  /**
   * The windows of a first read begin at `since`, so these are the ends of its first two, and the beginnings
   * after them.
   */
  #edges(): Event[] {
    const { since, has } = this.#plan;
    if (!has("window_edges")) return [];
    const most = this.#partsMax();
    return [7 * DAY_MS - 1, 7 * DAY_MS, 14 * DAY_MS - 1, 14 * DAY_MS].map((after) =>
      this.#event(plus(since, after), (at) => this.#order(at, this.#random.integer(1, most))),
    );
  }

  /** Orders that end what may not be open later. */
  #goodbyes(): Event[] {
    const { delisted, reused } = this.#plan;
    // At milliseconds of their own, so that the limits of a crowd never leave anything open.
    const lastOrder = -HOUR_MS - 7;
    return [delisted, reused].flatMap(({ symbol, quietFrom }) => {
      const instrument = this.#plan.instruments.find((listed) => listed.symbol === symbol);
      if (instrument === undefined) return [];
      const opens = this.#event(plus(quietFrom, -DAY_MS), (at) => this.#orderIn(instrument, at, 2));
      return [opens, this.#event(plus(quietFrom, lastOrder), (at) => this.#closeAll(instrument, at))];
    });
  }

  #event(at: Instant, happen: (at: Instant) => void): Event {
    return { at, happen };
  }

  /** So many times, at instants that are chosen from few, so that some coincide; never close to a night. */
  #times(count: number, happen: (at: Instant) => void): Event[] {
    const { since, endsAt, nights } = this.#plan;
    return Array.from({ length: count }, () => {
      const hour = plus(since, this.#random.integer(1, Math.floor((endsAt - since) / HOUR_MS) - 1) * HOUR_MS);
      const at = plus(hour, this.#random.pick([0, 0, 1, 18 * SECOND_MS]));
      const isNight = nights.some((night) => Math.abs(night - at) < 10 * MINUTE_MS);
      return this.#event(isNight ? plus(at, HOUR_MS) : at, happen);
    });
  }

  #order(at: Instant, parts: number): void {
    this.#orderIn(this.#random.pick(this.#tradable(at)), at, parts);
  }

  #tradable(at: Instant): readonly WorldInstrument[] {
    const { delisted, reused, instruments } = this.#plan;
    return instruments.filter(
      ({ symbol, status }) =>
        status === "TRADING" &&
        !(symbol === delisted.symbol && at >= plus(delisted.quietFrom, -2 * HOUR_MS)) &&
        !(symbol === reused.symbol && at >= plus(reused.quietFrom, -2 * HOUR_MS) && at < reused.again),
    );
  }

  #orderIn(instrument: WorldInstrument, at: Instant, parts: number): void {
    const positionSide = this.#random.pick(this.#positionSides());
    const open = this.#openSteps(instrument, positionSide);
    const fresh = BigInt(this.#random.integer(parts, 60));
    const size = open < 0n ? -open : open;
    const isOpening = open === 0n || this.#random.chance(2, 5);
    const closing: WorldSide = open > 0n ? "SELL" : "BUY";
    const adding: WorldSide =
      open === 0n && positionSide === "BOTH"
        ? this.#random.pick(["BUY", "SELL"] as const)
        : positionSide === "SHORT" || open < 0n
          ? "SELL"
          : "BUY";
    const flips = positionSide === "BOTH" && this.#random.chance(1, 3);
    const closed = this.#random.chance(1, 2) ? size : 1n + size / BigInt(this.#random.integer(2, 5));
    const steps = isOpening ? fresh : flips ? size + fresh : closed > size ? size : closed;
    this.#fill({ instrument, positionSide, side: isOpening ? adding : closing, steps, parts }, at);
  }

  #fill(
    order: {
      readonly instrument: WorldInstrument;
      readonly positionSide: WorldPositionSide;
      readonly side: WorldSide;
      readonly steps: bigint;
      readonly parts: number;
    },
    at: Instant,
  ): void {
    const { instrument, positionSide, side, steps } = order;
    const isMaker = this.#random.chance(1, 2);
    const terms = { instrument, positionSide, side, isMaker, fee: this.#fee(instrument, isMaker) };
    const orderId = this.#account.nextOrderId();
    const room = BigInt(
      this.#roomFor(`fill ${instrument.symbol} ${at}`, order.parts, this.#fillsMax(instrument)),
    );
    const count = room < steps ? room : steps;
    if (count === 0n) return;
    const areTwins = this.#plan.has("equal_twins") || this.#random.chance(1, 2);
    let ticks = BigInt(this.#random.integer(900, 9_999));
    let left = steps;
    for (let others = count - 1n; others >= 0n; others -= 1n) {
      const taken = others === 0n ? left : steps / count;
      left -= taken;
      const part = { price: priceOf(instrument, ticks), quantity: quantityOf(instrument, taken), at };
      this.#account.fill(terms, orderId, part);
      if (!areTwins) ticks += 1n;
    }
  }

  #fee(instrument: WorldInstrument, isMaker: boolean): Fee {
    const rate = parseFraction(isMaker ? instrument.makerFeeRate : instrument.takerFeeRate);
    const paysInFeeAsset = this.#plan.has("fee_asset") && signOf(rate) > 0 && this.#random.chance(1, 2);
    const asset = paysInFeeAsset ? this.#feeAsset : instrument.marginAsset;
    return { kind: "rate", asset, assetPrice: fractionOf(BigInt(this.#random.integer(50_000, 70_000)), 2) };
  }

  #closeAll(instrument: WorldInstrument, at: Instant): void {
    for (const positionSide of this.#positionSides()) {
      const open = this.#openSteps(instrument, positionSide);
      if (open === 0n) continue;
      const side = open > 0n ? "SELL" : "BUY";
      this.#fill({ instrument, positionSide, side, steps: open > 0n ? open : -open, parts: 1 }, at);
    }
  }

  /**
   * More rows than a page in one millisecond: of several symbols, so that income can be separated by type and
   * symbol, and of one symbol more fills than a page, which an id passes through. (A ticker that is used
   * again is left out: its ids do not ascend.)
   */
  #crowd(at: Instant): void {
    const symbols = this.#tradable(at).filter(({ symbol }) => symbol !== this.#plan.reused.symbol);
    const crowded = this.#random.pick(symbols);
    this.#orderIn(crowded, at, this.#partsMax());
    for (const instrument of symbols.filter((other) => other !== crowded).slice(0, 3)) {
      this.#orderIn(instrument, at, this.#random.integer(1, 3));
    }
  }

  /**
   * Aster's income cannot be separated further than by type and symbol, so a page must show all rows of one;
   * Binance's has page numbers.
   */
  #partsMax(): number {
    const { venue, pageLimits } = this.#plan;
    return venue === "binance" ? 2 * pageLimits.income : pageLimits.fills + 1;
  }

  /** The most fills of a symbol in one millisecond that can be read at all. */
  #fillsMax({ symbol }: WorldInstrument): number {
    const { venue, pageLimits, reused } = this.#plan;
    if (symbol === reused.symbol) return pageLimits.fills - 1;
    return venue === "binance" ? 4 * pageLimits.income : pageLimits.income - 1;
  }

  /** How many of the wanted rows may be added to those that are alike, and counts them. */
  #roomFor(alike: string, wanted: number, most: number): number {
    const there = this.#alike.get(alike) ?? 0;
    const room = Math.max(0, Math.min(wanted, most - there));
    this.#alike.set(alike, there + room);
    return room;
  }

  #tradeWithItself(at: Instant): void {
    if (this.#account.mode === "hedge") return;
    const instrument = this.#random.pick(this.#tradable(at));
    if (this.#roomFor(`fill ${instrument.symbol} ${at}`, 2, this.#fillsMax(instrument)) < 2) return;
    const price = priceOf(instrument, BigInt(this.#random.integer(900, 9_999)));
    const part = { price, quantity: quantityOf(instrument, BigInt(this.#random.integer(1, 9))), at };
    for (const side of ["BUY", "SELL"] as const) {
      const isMaker = side === "SELL";
      const fee = this.#fee(instrument, isMaker);
      this.#account.fill(
        { instrument, side, positionSide: "BOTH", isMaker, fee },
        this.#account.nextOrderId(),
        part,
      );
    }
  }

  /**
   * Both sides of a hedge, or a dividend beside the regular rate: the rows agree in all but their id, or in
   * the amount neither.
   */
  #fundTwice(at: Instant): void {
    const instrument = this.#random.pick(this.#tradable(at));
    const most = this.#plan.pageLimits.income - 1;
    if (this.#roomFor(`funding ${instrument.symbol} ${at}`, 2, most) < 2) return;
    const amount = fractionOf(BigInt(this.#random.integer(-90_000_000, 90_000_000)), MONEY_DECIMALS);
    const other = this.#random.chance(1, 2) ? amount : fractionOf(1n, MONEY_DECIMALS);
    this.#account.fund(instrument, amount, at);
    this.#account.fund(instrument, other, at);
  }

  /** A liquidation and a deleveraging of two symbols in one millisecond. */
  #forceClose(at: Instant): void {
    for (const [nth, instrument] of this.#tradable(at).slice(0, 2).entries()) {
      const positionSide = this.#random.pick(this.#positionSides());
      const kind = nth === 0 ? "liquidation" : "adl";
      if (this.#openSteps(instrument, positionSide) === 0n) {
        const side = positionSide === "SHORT" ? "SELL" : "BUY";
        this.#fill({ instrument, positionSide, side, steps: 20n, parts: 1 }, at);
      }
      const open = this.#openSteps(instrument, positionSide);
      const isRoom = this.#roomFor(`fill ${instrument.symbol} ${at}`, 1, this.#fillsMax(instrument)) === 1;
      if (open === 0n || !isRoom) continue;
      const price = priceOf(instrument, BigInt(this.#random.integer(900, 9_999)));
      const quantity = quantityOf(instrument, open > 0n ? open : -open);
      this.#account.forceClose({
        instrument,
        positionSide,
        side: open > 0n ? "SELL" : "BUY",
        kind,
        limit: price,
        parts: [{ price, quantity, at }],
        placedAt: at,
        endedAt: at,
      });
    }
  }

  /**
   * As many of one direction as a page shows with room to spare: nothing separates them further. Some are
   * equal, and some are not the user's.
   */
  #crowdMargin(at: Instant): void {
    // Margin moves with a position: of a contract never traded there is none, and nothing would name it to a
    // client.
    const traded = this.#tradable(at).filter(({ symbol }) => this.#account.hasTraded(symbol));
    if (traded.length === 0) return;
    const instrument = this.#random.pick(traded);
    const positionSide = this.#random.pick(this.#positionSides());
    const units = BigInt(this.#random.integer(1_000_000, 500_000_000));
    const most = this.#plan.pageLimits.marginChanges - 1;
    for (const sign of [1n, -1n]) {
      const wanted = this.#random.integer(1, most);
      const count = this.#roomFor(`margin ${sign} ${instrument.symbol} ${at}`, wanted, most);
      for (let nth = 0; nth < count; nth += 1) {
        const amount = this.#plan.has("equal_twins") ? units : units + BigInt(nth);
        const reason = this.#random.pick(["USER_ADJUST", "TRADE", "FUNDING_FEE"]);
        this.#account.moveMargin(instrument, positionSide, sign * amount, at, reason);
      }
    }
  }

  #convert(at: Instant): void {
    const usdt = BigInt(this.#random.integer(1, 90)) * UNITS;
    const swap = [
      { incomeType: "COIN_SWAP_WITHDRAW", asset: "USDT", units: -usdt },
      { incomeType: "COIN_SWAP_DEPOSIT", asset: "BNB", units: usdt / 600n },
    ];
    const exchange = [
      { incomeType: "AUTO_EXCHANGE", asset: "USDT", units: -usdt },
      { incomeType: "AUTO_EXCHANGE", asset: "USDC", units: usdt },
    ];
    this.#account.receiveTogether(this.#random.pick([swap, exchange]), at);
  }

  #shareTranId(at: Instant): void {
    const units = BigInt(this.#random.integer(1, 900)) * UNITS;
    this.#account.receive("TRANSFER", "USDT", units, at, this.#account.lastTradeTranId);
  }

  /** In a millisecond of its own: in a crowded one Aster has no way to request it. */
  #receiveUnknown(at: Instant): void {
    const units = BigInt(this.#random.integer(1, 9_999_999));
    this.#account.receive("EVENT_CONTRACTS_PAYOUT", "USDT", units, plus(at, 501));
  }

  #positionSides(): readonly WorldPositionSide[] {
    return this.#account.mode === "hedge" ? ["LONG", "SHORT"] : ["BOTH"];
  }

  #openSteps(instrument: WorldInstrument, positionSide: WorldPositionSide): bigint {
    const { quantity } = this.#account.position(instrument.symbol, positionSide);
    return truncatedUnits(quantity, instrument.quantityDecimals);
  }
}
