/**
 * A small invented edgeX: coins and contracts of both generations, a walk of their prices, and funding rates
 * every four hours.
 */
import { DAY_MS, HOUR_MS, type Instant, instant, plus } from "../../../domain/instant.ts";
import { fractionOf, plainText, unitsText } from "../../shared/fraction.ts";
import { priceWalk } from "../../shared/price-walk.ts";
import type { Random } from "../../shared/random.ts";
import type { EdgexCoin, EdgexContract, EdgexFundingRate, EdgexGeneration, EdgexPrices } from "./world.ts";

export const EDGEX_FUNDING_INTERVAL_MS = 4 * HOUR_MS;
const RATE_DECIMALS = 8;
/** StarkEx keeps prices in binary fractions, so they have long decimals. */
const ORACLE_BITS = 24n;

const EDGEX_COINS: readonly EdgexCoin[] = (["v1", "v2"] as const).flatMap((generation) => [
  // The same number, by another name in each generation.
  { generation, coinId: "1000", coinName: generation === "v1" ? "USD" : "USDC", isCollateral: true },
  { generation, coinId: "1001", coinName: "BTC", isCollateral: false },
  { generation, coinId: "1002", coinName: "ETH", isCollateral: false },
  { generation, coinId: "1003", coinName: "SOL", isCollateral: false },
  { generation, coinId: "1004", coinName: "BNB", isCollateral: false },
]);

type Shape = {
  readonly nth: number;
  readonly base: string;
  readonly coinId: string;
  readonly price: number;
  readonly size: number;
  readonly startTicks: bigint;
  readonly terms?: Partial<EdgexContract>;
};

/** A price of one step has six decimals at most: what is traded is never rounded. */
const SHAPES: readonly Shape[] = [
  { nth: 1, base: "BTC", coinId: "1001", price: 1, size: 3, startTicks: 968_571n },
  { nth: 2, base: "ETH", coinId: "1002", price: 2, size: 2, startTicks: 230_976n },
  // Free of charge: nothing but the trade itself is in its rows.
  {
    nth: 3,
    base: "SOL",
    coinId: "1003",
    price: 3,
    size: 1,
    startTicks: 145_227n,
    terms: { takerFeeRate: "0", makerFeeRate: "0" },
  },
  { nth: 4, base: "BNB", coinId: "1004", price: 3, size: 2, startTicks: 600_537n },
];

export type EdgexMarket = {
  readonly coins: readonly EdgexCoin[];
  readonly contracts: readonly EdgexContract[];
  readonly fundingRates: readonly EdgexFundingRate[];
  readonly prices: EdgexPrices;
};

/** From `renamesAt` on the contract with a suffix (`BNB2USD`) is called by its plain name. */
export function makeEdgexMarket(options: {
  readonly random: Random;
  readonly from: Instant;
  readonly until: Instant;
  readonly generations: readonly EdgexGeneration[];
  readonly renamesAt: Instant;
}): EdgexMarket {
  const { random, from, until, generations, renamesAt } = options;
  const contracts = generations.flatMap((generation) =>
    SHAPES.map((shape) => contractOf(generation, shape, from, renamesAt)),
  );
  const hours = 2 + Math.ceil((until - from) / HOUR_MS);
  const walks = new Map(
    contracts.map((contract) => [
      contract.contractId,
      priceWalk(random.fork(`price/${contract.contractId}`), contract.startTicks, hours),
    ]),
  );
  const ticks = (contractId: string, at: Instant): bigint => {
    const hour = Math.floor((at - from) / HOUR_MS);
    const found = walks.get(contractId)?.at(hour < 0 ? 0 : Math.min(hour, hours - 1));
    if (found === undefined) throw new RangeError(`the simulated edgeX has no contract ${contractId}`);
    return found;
  };
  const oracle = (contractId: string, at: Instant): string => {
    const contract = contracts.find((listed) => listed.contractId === contractId);
    const raised = (ticks(contractId, at) << ORACLE_BITS) / 10n ** BigInt(contract?.priceDecimals ?? 0);
    // A little beside the market, in all its bits.
    return plainText({ numerator: raised + 12_345n, denominator: 1n << ORACLE_BITS });
  };
  const fundingRates: EdgexFundingRate[] = [];
  const rates = random.fork("funding");
  const first = Math.ceil(from / EDGEX_FUNDING_INTERVAL_MS) * EDGEX_FUNDING_INTERVAL_MS;
  for (let due = first; due < until; due += EDGEX_FUNDING_INTERVAL_MS) {
    for (const { contractId, priceDecimals } of contracts) {
      const dueAt = instant(due);
      // Some settlements are zero, and leave rows too.
      const isZero = rates.chance(1, 8);
      fundingRates.push({
        contractId,
        dueAt,
        rate: isZero ? "0" : unitsText(BigInt(rates.integer(-15_000, 30_000)), RATE_DECIMALS),
        indexPrice: plainText(fractionOf(ticks(contractId, dueAt), priceDecimals)),
        oraclePrice: oracle(contractId, dueAt),
      });
    }
  }
  return {
    coins: EDGEX_COINS.filter(({ generation }) => generations.includes(generation)),
    contracts,
    fundingRates,
    prices: { oracle, ticks },
  };
}

function contractOf(
  generation: EdgexGeneration,
  shape: Shape,
  from: Instant,
  renamesAt: Instant,
): EdgexContract {
  const quote = generation === "v1" ? "USD" : "USDC";
  const plain = `${shape.base}${quote}`;
  const longAgo = plus(from, -400 * DAY_MS);
  const names =
    shape.base === "BNB"
      ? [
          { from: longAgo, name: `${shape.base}2${quote}` },
          { from: renamesAt, name: plain },
        ]
      : [{ from: longAgo, name: plain }];
  return {
    generation,
    contractId: `${generation === "v1" ? 1 : 3}000000${shape.nth}`,
    names,
    baseCoinId: shape.coinId,
    quoteCoinId: "1000",
    priceDecimals: shape.price,
    sizeDecimals: shape.size,
    takerFeeRate: "0.00038",
    makerFeeRate: "0.00015",
    liquidateFeeRate: "0.01",
    startTicks: shape.startTicks,
    ...shape.terms,
  };
}
