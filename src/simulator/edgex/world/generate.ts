/**
 * Makes a world of edgeX from a seed: the accounts of one user, of either generation. Money moves between the
 * first two of one generation: the generations are two venues that share a name.
 */
import { DAY_MS, type Instant, instant, plus } from "../../../domain/instant.ts";
import { seededRandom } from "../../shared/random.ts";
import { EdgexAccount, type EdgexCash, numberEvents } from "./account.ts";
import { edgexIds } from "./ids.ts";
import { EDGEX_FUNDING_INTERVAL_MS, makeEdgexMarket } from "./market.ts";
import { awayFrom, type EdgexAct, EdgexTrader, playActs } from "./trader.ts";
import type { EdgexGeneration, EdgexWorld } from "./world.ts";

export type EdgexWorldPlan = {
  readonly seed: number | string;
  readonly from: Instant;
  readonly until: Instant;
  /** Fills of all accounts together, roughly. */
  readonly fills: number;
  readonly accounts: readonly { readonly name: string; readonly generation: EdgexGeneration }[];
  /** One row of each account is a correction by the venue. Default: none. */
  readonly withBugFix?: boolean;
  /** One row of each account is of this type, which nobody documents. Default: none. */
  readonly unknownType?: string;
};

export const MONEY = 1_000_000n;
const PARTS_A_ORDER = 2;
const FIRST_ACCOUNT_ID = 543_429_922_991_899_150n;
const USER_ID = "543429922866069763";

export function edgexFacts(name: string, generation: EdgexGeneration, ordinal: number, openedAt: Instant) {
  const accountId = (FIRST_ACCOUNT_ID + BigInt(ordinal) * 7_679_092_912_559_108n).toString();
  return { name, generation, accountId, userId: USER_ID, coinId: "1000", openedAt };
}

export function generateEdgexWorld(plan: EdgexWorldPlan): EdgexWorld {
  const { from, until } = plan;
  if (until - from < DAY_MS) throw new RangeError("a world lasts a day or longer");
  const random = seededRandom(`edgex/${plan.seed}`);
  const market = makeEdgexMarket({
    random: random.fork("market"),
    from,
    until,
    generations: ["v1", "v2"].filter((one): one is EdgexGeneration =>
      plan.accounts.some(({ generation }) => generation === one),
    ),
    renamesAt: share(plan, 0.6),
  });
  const ids = edgexIds();
  const accounts = plan.accounts.map(({ name, generation }, ordinal) => {
    const own = random.fork(`account/${name}`);
    const account = new EdgexAccount({
      facts: edgexFacts(name, generation, ordinal, from),
      ids,
      random: own.fork("rows"),
      lateBy: () => 0,
    });
    const trader = new EdgexTrader(account, market, own.fork("trader"));
    playActs(actsOf(plan, trader), () => trader.lastAt());
    return account;
  });
  return { ...market, accounts: numberEvents(accounts, random.fork("numbers")) };
}

function actsOf(plan: EdgexWorldPlan, trader: EdgexTrader): readonly EdgexAct[] {
  const { account, contracts } = trader;
  const random = seededRandom(`edgex/${plan.seed}/acts/${account.facts.name}`);
  const transfersAt = [0.2, 0.7].map((part) => share(plan, part));
  const busy = [...transfersAt, ...settlementsOf(plan)];
  const quietAt = (part: number): Instant => awayFrom(busy, share(plan, part));
  const cash = (at: Instant, paid: EdgexCash): EdgexAct => ({
    at,
    happen: (now) => account.receive(paid, now),
  });
  const transfer = (nth: number, units: bigint): EdgexAct =>
    cash(transfersAt[nth] ?? plan.until, {
      type: units < 0n ? "TRANSFER_OUT" : "TRANSFER_IN",
      units,
      transferReason: "USER_TRANSFER",
      cause: `${account.facts.generation} transfer ${nth}`,
    });
  const partners = plan.accounts.filter(({ generation }) => generation === account.facts.generation);
  const place = partners.findIndex(({ name }) => name === account.facts.name);
  const transfers =
    partners.length < 2 || place > 1
      ? []
      : place === 0
        ? [transfer(0, -2_500n * MONEY), transfer(1, 400n * MONEY)]
        : [transfer(0, 2_500n * MONEY), transfer(1, -400n * MONEY)];
  const moved: readonly EdgexAct[] = [
    cash(plus(plan.from, 1_000), { type: "DEPOSIT", units: 20_000n * MONEY }),
    cash(quietAt(0.1), {
      type: "TRANSFER_IN",
      units: 129_690_336n,
      transferReason: "CROSS_DEPOSIT",
    }),
    cash(quietAt(0.45), { type: "WITHDRAW", units: -3n * MONEY }),
    cash(quietAt(0.8), {
      type: "TRANSFER_OUT",
      units: -1_110n * MONEY,
      transferReason: "FAST_WITHDRAW",
    }),
    ...[0.3, 0.6, 0.9].map((part) =>
      cash(quietAt(part), {
        type: "FILL_FEE_INCOME",
        units: BigInt(random.integer(1, 2_000_000)),
        orderAccountId: "551109015904453258",
      }),
    ),
    ...(plan.withBugFix === true
      ? [cash(quietAt(0.55), { type: "BUG_FIX_COLLATERAL_TRANSACTION_TYPE", units: 123_456n })]
      : []),
    ...(plan.unknownType === undefined
      ? []
      : [cash(quietAt(0.65), { type: plan.unknownType, units: 5n * MONEY })]),
  ];
  const orders = Math.ceil(plan.fills / plan.accounts.length / PARTS_A_ORDER);
  const trades = Array.from({ length: orders }, (): EdgexAct => {
    const at = instant(random.integer(plan.from + 600_000, plan.until - 600_000));
    return {
      at: awayFrom(busy, at),
      happen: (now) => {
        if (account.legacyUnits < 5_000n * MONEY) {
          account.receive({ type: "DEPOSIT", units: 20_000n * MONEY }, now);
        }
        trader.tradeAny(random.pick(contracts), random.integer(1, 2 * PARTS_A_ORDER - 1), now);
      },
    };
  });
  const forced = (["liquidation", "adl"] as const).flatMap((kind, nth): EdgexAct[] => {
    const contract = contracts[nth];
    if (contract === undefined) return [];
    return [
      {
        at: quietAt(nth === 0 ? 0.5 : 0.85),
        happen: (now) => {
          if (trader.open(contract) === 0n) {
            trader.trade(contract, trader.freshSteps(contract, 2, now), 1, now);
          }
          trader.beForceClosed(contract, kind, plus(now, 2_000));
        },
      },
    ];
  });
  return [...trader.fundingActs(plan.until), ...transfers, ...moved, ...trades, ...forced];
}

function settlementsOf({ from, until }: EdgexWorldPlan): readonly Instant[] {
  const first = Math.ceil(from / EDGEX_FUNDING_INTERVAL_MS) * EDGEX_FUNDING_INTERVAL_MS;
  const settlements: Instant[] = [];
  for (let due = first; due < until; due += EDGEX_FUNDING_INTERVAL_MS) settlements.push(instant(due));
  return settlements;
}

function share({ from, until }: EdgexWorldPlan, part: number): Instant {
  return instant(from + Math.floor((until - from) * part) + 777);
}
