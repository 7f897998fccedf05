/**
 * What Binance's cash statement has beside trading: exchanges of one asset for another (two rows, one id),
 * rebates, kinds nobody documents.
 */
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../../domain/instant.ts";
import type { Random } from "../../shared/random.ts";
import type { Cash } from "./account.ts";
import type { WorldPlan } from "./generate.ts";
import type { Market } from "./market.ts";
import { MONEY_DECIMALS } from "./position.ts";
import type { TimedCash } from "./trader.ts";

const UNITS = 10n ** BigInt(MONEY_DECIMALS);

export function binanceCash(plan: WorldPlan, market: Market, random: Random): readonly TimedCash[] {
  const { from, until, unknownIncomeType } = plan;
  const rows: TimedCash[] = [];
  for (let week = plus(from, 2 * DAY_MS); week < until; week = plus(week, 7 * DAY_MS)) {
    rows.push({ at: week, rows: swap(random) });
    rows.push({ at: plus(week, 3 * HOUR_MS), rows: autoExchange(random) });
    rows.push({ at: plus(week, DAY_MS), rows: kickback(market, random) });
  }
  if (unknownIncomeType !== undefined) {
    const units = BigInt(random.integer(1, 50_000_000));
    rows.push({ at: middleOf(plan), rows: [{ incomeType: unknownIncomeType, asset: "USDT", units }] });
  }
  return rows.filter(({ at }) => at < until);
}

/** The user converts: one type goes out, another comes in. */
function swap(random: Random): readonly Cash[] {
  const usdt = BigInt(random.integer(10, 90)) * UNITS;
  return [
    { incomeType: "COIN_SWAP_WITHDRAW", asset: "USDT", units: -usdt },
    { incomeType: "COIN_SWAP_DEPOSIT", asset: "BNB", units: usdt / BigInt(random.integer(550, 680)) },
  ];
}

/** The venue converts in multi-assets mode: both rows are of one type and have one id. */
function autoExchange(random: Random): readonly Cash[] {
  const usdt = BigInt(random.integer(1_000_000, 900_000_000));
  return [
    { incomeType: "AUTO_EXCHANGE", asset: "USDT", units: -usdt },
    { incomeType: "AUTO_EXCHANGE", asset: "USDC", units: usdt - usdt / 1000n },
  ];
}

function kickback(market: Market, random: Random): readonly Cash[] {
  const asset = random.pick(["USDT", market.feeAsset]);
  return [{ incomeType: "REFERRAL_KICKBACK", asset, units: BigInt(random.integer(1_000, 40_000_000)) }];
}

function middleOf({ from, until }: WorldPlan): Instant {
  return plus(from, Math.floor((until - from) / 2) + 1);
}
