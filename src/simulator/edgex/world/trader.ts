/**
 * Someone who trades on a simulated edgeX: orders in parts, partial closes, flips; what the venue does to
 * them: funding, forced closes.
 */
import { type Instant, instant, latest, MINUTE_MS, plus } from "../../../domain/instant.ts";
import type { Random } from "../../shared/random.ts";
import type { EdgexAccount } from "./account.ts";
import type { EdgexMarket } from "./market.ts";
import { magnitude } from "./position.ts";
import type { EdgexContract } from "./world.ts";

/** Something that will happen; `at` is never before what happened last. */
export type EdgexAct = { readonly at: Instant; readonly happen: (at: Instant) => void };

/** In the order of time; what is planned for one millisecond stays in the order of planning. */
export function playActs(acts: readonly EdgexAct[], lastAt: () => Instant): void {
  for (const { at, happen } of acts.toSorted((a, b) => a.at - b.at)) happen(latest(at, lastAt()));
}

/** About a minute after its instant, as was seen live. */
const SETTLED_AFTER_MS = 60_199;

export class EdgexTrader {
  readonly account: EdgexAccount;
  readonly #market: EdgexMarket;
  readonly #random: Random;

  constructor(account: EdgexAccount, market: EdgexMarket, random: Random) {
    this.account = account;
    this.#market = market;
    this.#random = random;
  }

  get contracts(): readonly EdgexContract[] {
    const { generation } = this.account.facts;
    return this.#market.contracts.filter((contract) => contract.generation === generation);
  }

  lastAt(): Instant {
    return this.account.events.at(-1)?.appliedAt ?? instant(0);
  }

  open(contract: EdgexContract): bigint {
    return this.account.position(contract.contractId).steps;
  }

  /** Opens, adds, closes a part, closes all, or flips. */
  tradeAny(contract: EdgexContract, parts: number, at: Instant): void {
    const open = this.open(contract);
    const size = magnitude(open);
    const fresh = this.freshSteps(contract, parts, at);
    const closing = open > 0n ? -1n : 1n;
    const roll = this.#random.integer(1, 100);
    const signed =
      open === 0n
        ? this.#random.chance(1, 2)
          ? fresh
          : -fresh
        : roll <= 35
          ? -closing * fresh
          : roll <= 75
            ? closing * (1n + (size * BigInt(this.#random.integer(1, 98))) / 100n)
            : closing * (roll <= 88 ? size : size + fresh);
    this.trade(contract, signed, parts, at);
  }

  /**
   * One order, filled in parts; half of the orders in equal ones at one price and in one millisecond, which
   * agree in all but their ids.
   */
  trade(
    contract: EdgexContract,
    signed: bigint,
    parts: number,
    at: Instant,
    areTwins: boolean = this.#random.chance(1, 2),
  ): void {
    const [steps, count] = [magnitude(signed), BigInt(parts)];
    const orderId = this.account.newOrderId(at);
    const order = {
      contract,
      side: signed > 0n ? "BUY" : "SELL",
      isMaker: this.#random.chance(2, 5),
      force: "none",
    } as const;
    const mark = this.#market.prices.ticks(contract.contractId, at);
    let priceTicks = mark + (mark * BigInt(this.#random.integer(-50, 50))) / 10_000n;
    let filledAt: number = at;
    let left = steps;
    for (let others = count - 1n; others >= 0n && left > 0n; others -= 1n) {
      const even = steps / count;
      const taken = others === 0n || even === 0n ? left : even;
      left -= taken;
      this.account.fill(order, orderId, { steps: taken, priceTicks, at: instant(filledAt) });
      if (areTwins) continue;
      priceTicks += BigInt(this.#random.integer(0, 2));
      filledAt += this.#random.integer(0, 15);
    }
  }

  /**
   * The venue closes against the owner's will: all at a loss (liquidation), or half of it (ADL). Nothing
   * where nothing is open.
   */
  beForceClosed(contract: EdgexContract, kind: "liquidation" | "adl", at: Instant): void {
    const open = this.open(contract);
    const size = magnitude(open);
    if (size === 0n) return;
    const steps = kind === "liquidation" || size < 2n ? size : size / 2n;
    const mark = this.#market.prices.ticks(contract.contractId, at);
    const isAgainst = open > 0n === (kind === "liquidation");
    const priceTicks = (mark * (isAgainst ? 92n : 107n)) / 100n;
    const side = open > 0n ? "SELL" : "BUY";
    const orderId = this.account.newOrderId(at);
    this.account.fill({ contract, side, isMaker: false, force: kind }, orderId, { steps, priceTicks, at });
  }

  /** For every settlement until then: the size is taken at its instant, the rows come a minute later. */
  fundingActs(until: Instant): readonly EdgexAct[] {
    const known = new Map(this.contracts.map((contract) => [contract.contractId, contract]));
    return this.#market.fundingRates.flatMap((rate) => {
      const contract = known.get(rate.contractId);
      const settledAt = plus(rate.dueAt, SETTLED_AFTER_MS);
      if (contract === undefined || settledAt > until) return [];
      let steps = 0n;
      return [
        {
          at: rate.dueAt,
          happen: () => {
            steps = this.open(contract);
          },
        },
        {
          at: settledAt,
          happen: (at) => {
            if (steps !== 0n) this.account.settleFunding(contract, rate, steps, at);
          },
        },
      ];
    });
  }

  /** Steps for 100 to 3,000 of the quote coin, and at least one for each part. */
  freshSteps(contract: EdgexContract, parts: number, at: Instant): bigint {
    const scale = 10n ** BigInt(contract.priceDecimals + contract.sizeDecimals);
    const worth = BigInt(this.#random.integer(100, 3_000)) * scale;
    const steps = worth / this.#market.prices.ticks(contract.contractId, at);
    return steps < BigInt(parts) ? BigInt(parts) : steps;
  }
}

/** The first instant from `at` on that is at least two minutes from each of those. */
export function awayFrom(instants: readonly Instant[], at: Instant): Instant {
  const near = instants.find((one) => Math.abs(one - at) < 2 * MINUTE_MS);
  return near === undefined ? at : awayFrom(instants, plus(near, 2 * MINUTE_MS));
}
