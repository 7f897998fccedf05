/**
 * What an account was worth at an instant: its wallets, and its positions at the marks. By exact fractions,
 * and from the rows alone.
 */
import type { Instant } from "../../../domain/instant.ts";
import {
  add,
  multiply,
  parseFraction,
  subtract,
  truncatedText,
  ZERO_FRACTION,
} from "../../shared/fraction.ts";
import { Marks } from "../marks.ts";
import { openPositions, walletsOf } from "./truth.ts";
import type { World } from "./world.ts";

/** Signed amounts of one asset with 18 decimals, cut toward zero. */
export type EquityTruth = {
  readonly wallet: string;
  readonly unrealizedPnl: string;
  readonly equity: string;
};

const SHOWN_DECIMALS = 18;

/**
 * By asset, what all that happened before `at` left, with the marks of `at`: as a period that ends there
 * closes. The unrealized PnL is against the exact average. Throws a RangeError for an account that is not in
 * the world, and for a position whose contract has no mark.
 */
export function equityBefore(
  world: World,
  accountName: string,
  at: Instant,
): Readonly<Record<string, EquityTruth>> {
  const account = world.accounts.find(({ name }) => name === accountName);
  if (account === undefined) throw new RangeError(`the world has no account ${accountName}`);
  const marks = new Marks(world.prices ?? []);
  const wallets = walletsOf(account, at);
  const gains = new Map([...wallets.keys()].map((asset) => [asset, ZERO_FRACTION]));
  for (const { symbol, quantity, cost } of openPositions(account, at)) {
    const asset = world.instruments.find((listed) => listed.symbol === symbol)?.marginAsset ?? "";
    const mark = marks.at(symbol, at);
    if (mark === null) throw new RangeError(`the world has no mark of ${symbol} at ${at}`);
    const gain = subtract(multiply(parseFraction(mark), quantity), cost);
    gains.set(asset, add(gains.get(asset) ?? ZERO_FRACTION, gain));
  }
  return Object.fromEntries(
    [...gains].map(([asset, gain]) => {
      const wallet = wallets.get(asset) ?? ZERO_FRACTION;
      const text = (amount: typeof gain) => truncatedText(amount, SHOWN_DECIMALS);
      return [
        asset,
        { wallet: text(wallet), unrealizedPnl: text(gain), equity: text(add(wallet, gain)) },
      ] as const;
    }),
  );
}
