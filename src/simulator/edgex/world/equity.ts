/**
 * What an account of edgeX was worth at an instant: its collateral, of which every purchase took the whole
 * value, and what its positions are worth at the oracle. By exact fractions and from the rows alone; no cost
 * and no average is in it.
 */
import { type Instant, plus } from "../../../domain/instant.ts";
import {
  add,
  multiply,
  parseFraction,
  plainText,
  subtract,
  sumOf,
  truncatedText,
} from "../../shared/fraction.ts";
import { edgexTruthOf } from "./truth.ts";
import type { EdgexAccountHistory, EdgexWorld } from "./world.ts";

const SHOWN_DECIMALS = 18;

/** Signed amounts of the collateral's coin. */
export type EdgexEquityTruth = {
  readonly wallet: string;
  /** As the venue counts it: exact, and nothing but its collateral and its oracle. */
  readonly equity: string;
  /**
   * By the exact cost, cut at 18 decimals: the venue rounds what a partial close leaves of the cost, and has
   * what it rounded away in its wallet.
   */
  readonly equityAtExactCost: string;
};

/**
 * What all that happened before `at` left, at the oracle's prices of `at`: as a period that ends there
 * closes. A deposit that was on its way has happened, though the venue did not count it yet. Throws a
 * RangeError for an account that is not in the world.
 */
export function edgexEquityBefore(world: EdgexWorld, accountName: string, at: Instant): EdgexEquityTruth {
  const account = world.accounts.find(({ name }) => name === accountName);
  const truth = edgexTruthOf(world, plus(at, -1)).find((one) => one.account === accountName);
  if (account === undefined || truth === undefined)
    throw new RangeError(`the world has no account ${accountName}`);
  const values = truth.contracts.map(({ contractId, quantity }) =>
    multiply(parseFraction(quantity), parseFraction(world.prices.oracle(contractId, at))),
  );
  const costs = truth.contracts.map(({ exactCost }) => parseFraction(exactCost));
  const onItsWay = sumOf(
    account.events
      .filter(({ createdAt, appliedAt }) => createdAt < at && appliedAt >= at)
      .map(({ collateral }) => parseFraction(collateral.deltaAmount)),
  );
  const wallet = add(parseFraction(truth.wallet), onItsWay);
  return {
    wallet: plainText(wallet),
    equity: plainText(add(add(parseFraction(truth.amount), onItsWay), sumOf(values))),
    equityAtExactCost: truncatedText(subtract(add(wallet, sumOf(values)), sumOf(costs)), SHOWN_DECIMALS),
  };
}

/**
 * Whether the venue's valuation of the full hour `at` is of another state than what happened before it: it
 * holds what happened in that very millisecond, and no deposit that was on its way.
 */
export function isValuedOtherwise({ events }: EdgexAccountHistory, at: Instant): boolean {
  return events.some(({ createdAt, appliedAt }) => createdAt < at !== appliedAt <= at);
}
