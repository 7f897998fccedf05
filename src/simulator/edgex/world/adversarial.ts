/**
 * Small worlds of edgeX full of traps, by seed: pages of a few rows, windows whose edges are crowded, rows
 * that change and rows that come late. Which traps a world has is drawn from the seed and told; a client that
 * falls into none of them can read everything to the last row.
 */
import { parseInstant } from "../../../domain/calendar.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS, plus } from "../../../domain/instant.ts";
import { type Random, seededRandom } from "../../shared/random.ts";
import { EdgexAccount, type EdgexCash, numberEvents } from "./account.ts";
import { edgexFacts, MONEY } from "./generate.ts";
import { edgexIds } from "./ids.ts";
import { type EdgexMarket, makeEdgexMarket } from "./market.ts";
import { type EdgexAct, EdgexTrader, playActs } from "./trader.ts";
import type { EdgexContract, EdgexGeneration, EdgexWorld } from "./world.ts";

const EDGEX_TRAPS = [
  /** An order filled in more parts of one millisecond than a page holds, equal twins among them. */
  "one_millisecond",
  /** Rows in the first and last milliseconds of windows and days. */
  "window_edges",
  /**
   * A trade between the instant of a funding and its rows: the size that pays is not the one that is open
   * when it is entered.
   */
  "trade_before_settlement",
  /** A third closed, and a third of the rest: quotients that do not end. */
  "thirds",
  "flips",
  "liquidation",
  "adl",
  "fee_income",
  "bridges",
  /** Money between two accounts of one user, in both statements. */
  "transfer",
  "late_rows",
  /** The account is emptied, and used again days later. */
  "pause",
  "bug_fix",
  "unknown_type",
] as const;

/** Those of later, drawn for themselves, so that a seed's world stays what it was but for them. */
const NIGHTLY_TRAPS = [
  /** Deposits that are read while they are on their way, and count from their confirmation on. */
  "pending_deposit",
  /** Rows that appear days after what is read every night. */
  "very_late_rows",
  /** A contract and the collateral that the listing names only after they were used. */
  "late_names",
] as const;
const ALL_TRAPS = [...EDGEX_TRAPS, ...NIGHTLY_TRAPS] as const;
export type EdgexTrap = (typeof ALL_TRAPS)[number];

export type AdversarialEdgexWorld = {
  readonly world: EdgexWorld;
  readonly traps: readonly EdgexTrap[];
  readonly since: Instant;
  /** When it is to be read. */
  readonly nights: readonly Instant[];
  readonly pageRowsMax: { readonly transactions: number; readonly snapshots: number };
  /**
   * Why a run ends with something for a person to look at, at the last night as well. Empty where it ends
   * complete.
   */
  readonly leavesOpen: readonly ("unknown type" | "correction")[];
};

type AdversarialEdgexOptions = {
  readonly seed: number | string;
  /** Default: drawn. */
  readonly generation?: EdgexGeneration;
  /** Default: some, drawn from the seed. */
  readonly traps?: readonly EdgexTrap[];
};

const SINCE = parseInstant("2026-03-02T00:00:00Z");
const NIGHTS = [4, 8, 9, 16].map((days) => plus(SINCE, days * DAY_MS + 3 * HOUR_MS + 7));
const ENDS_AT = plus(SINCE, 12 * DAY_MS);
const UNKNOWN_TYPE = "AIRDROP_AMOUNT";
/** Rows appear late by as much at most: within what is read again. */
const LATE_MINUTES_MAX = 20 * 60;
/** Beyond it, and before the last night. */
const VERY_LATE_MINUTES = { least: 3 * 24 * 60, most: 7 * 24 * 60 };
const VERY_LATE_UNTIL = plus(SINCE, 8 * DAY_MS);
/** Between two nights. */
const LISTED_AT = plus(SINCE, 8 * DAY_MS + 12 * HOUR_MS);

export function adversarialEdgexWorld(options: AdversarialEdgexOptions): AdversarialEdgexWorld {
  const random = seededRandom(`adversarial/edgex/${options.generation ?? "any"}/${options.seed}`);
  const drawn = [
    ...EDGEX_TRAPS.filter(() => random.chance(3, 5)),
    ...drawnOf(NIGHTLY_TRAPS, random.fork("nightly traps")),
  ];
  const traps = options.traps ?? drawn;
  const has = (trap: EdgexTrap): boolean => traps.includes(trap);
  const generation = options.generation ?? random.pick(["v1", "v2"] as const);
  const pageRowsMax = { transactions: random.integer(3, 7), snapshots: random.integer(20, 50) };
  const market = makeEdgexMarket({
    random: random.fork("market"),
    from: SINCE,
    until: ENDS_AT,
    generations: [generation],
    renamesAt: plus(SINCE, 6 * DAY_MS),
  });
  const ids = edgexIds();
  const late = random.fork("late");
  const veryLate = random.fork("very late");
  const lateBy = (at: Instant): DurationMs => {
    const usual = has("late_rows") && late.chance(1, 6) ? late.integer(1, LATE_MINUTES_MAX) * MINUTE_MS : 0;
    const isVeryLate = has("very_late_rows") && at < VERY_LATE_UNTIL && veryLate.chance(1, 12);
    return isVeryLate ? veryLate.integer(VERY_LATE_MINUTES.least, VERY_LATE_MINUTES.most) * MINUTE_MS : usual;
  };
  const accounts = (["main", "other"] as const).map((name, ordinal) => {
    const account = new EdgexAccount({
      facts: edgexFacts(name, generation, ordinal, SINCE),
      ids,
      random: random.fork(`rows/${name}`),
      lateBy,
    });
    const trader = new EdgexTrader(account, market, random.fork(`trader/${name}`));
    const acts = actsOf({ trader, market, random: random.fork(`acts/${name}`), has, pageRowsMax, ordinal });
    playActs(acts, () => trader.lastAt());
    return account;
  });
  return {
    world: {
      ...market,
      ...(has("late_names") ? listedLate(market) : {}),
      accounts: numberEvents(accounts, random.fork("numbers")),
    },
    traps,
    since: SINCE,
    nights: NIGHTS,
    pageRowsMax,
    leavesOpen: [
      ...(has("unknown_type") ? (["unknown type"] as const) : []),
      ...(has("bug_fix") ? (["correction"] as const) : []),
    ],
  };
}

function drawnOf<Trap extends EdgexTrap>(traps: readonly Trap[], random: Random): readonly Trap[] {
  return traps.filter(() => random.chance(2, 5));
}

/** The same market, but the first contract and the collateral are listed from `LISTED_AT` on. */
function listedLate({ contracts, coins }: EdgexMarket): Pick<EdgexMarket, "contracts" | "coins"> {
  return {
    contracts: contracts.map((contract, nth) =>
      nth === 0
        ? { ...contract, names: contract.names.map((name) => ({ ...name, from: LISTED_AT })) }
        : contract,
    ),
    coins: coins.map((coin) => (coin.isCollateral ? { ...coin, listedFrom: LISTED_AT } : coin)),
  };
}

type Setting = {
  readonly trader: EdgexTrader;
  readonly market: EdgexMarket;
  readonly random: Random;
  readonly has: (trap: EdgexTrap) => boolean;
  readonly pageRowsMax: { readonly transactions: number };
  readonly ordinal: number;
};

function actsOf({ trader, random, has, pageRowsMax, ordinal }: Setting): readonly EdgexAct[] {
  const { account, contracts } = trader;
  const [first, second] = contracts as readonly [EdgexContract, EdgexContract, ...EdgexContract[]];
  const at = (days: number, milliseconds = 0): Instant => plus(SINCE, days * DAY_MS + milliseconds);
  const cash = (when: Instant, paid: EdgexCash): EdgexAct => ({
    at: when,
    happen: (now) => account.receive(paid, now),
  });
  const trade = (when: Instant, contract: EdgexContract, parts = 1): EdgexAct => ({
    at: when,
    happen: (now) => trader.tradeAny(contract, parts, now),
  });
  const signed = (
    when: Instant,
    contract: EdgexContract,
    stepsOf: (open: bigint) => bigint,
    parts = 1,
  ): EdgexAct => ({
    at: when,
    happen: (now) => {
      const steps = stepsOf(trader.open(contract));
      if (steps !== 0n) trader.trade(contract, steps, parts, now);
    },
  });
  /** Somewhere on a day, seconds that no settlement and no transfer is in. */
  const somewhere = (day: number): Instant =>
    at(day, random.integer(0, 5) * 4 * HOUR_MS + random.integer(3 * MINUTE_MS, 230 * MINUTE_MS));
  const sign = ordinal === 0 ? -1n : 1n;
  const edges = [1, 2, 8].map((day) => at(day));
  /**
   * Before a settlement is entered, what is open only grows: what the venue does with the funding of a closed
   * position nobody has seen.
   */
  const added = (open: bigint): bigint => (open > 0n ? 7n : -7n);
  const burst = (steps: bigint, parts: number): EdgexAct => ({
    at: at(3, 9 * HOUR_MS),
    happen: (now) => trader.trade(second, steps, parts, now, true),
  });
  return [
    ...trader.fundingActs(ENDS_AT),
    cash(at(0, 1), { type: "DEPOSIT", units: 20_000n * MONEY }),
    ...[1, 2, 3, 5, 6, 9, 10].map((day) =>
      trade(somewhere(day), random.pick(contracts), random.integer(1, 3)),
    ),
    ...(has("one_millisecond") ? [burst(40n, 2 * pageRowsMax.transactions + 1), burst(-40n, 2)] : []),
    ...(has("window_edges")
      ? edges.flatMap((edge) => [
          trade(plus(edge, -1), first),
          signed(edge, first, added),
          signed(plus(edge, 1), first, added),
        ])
      : []),
    ...(has("trade_before_settlement")
      ? [
          signed(at(4, 7 * HOUR_MS), first, (open) => (open === 0n ? 30n : 0n)),
          // Adds to what is open, half a minute after the instant.
          signed(at(4, 8 * HOUR_MS + 30_000), first, added),
        ]
      : []),
    ...(has("thirds")
      ? [
          signed(at(5, HOUR_MS), second, (open) => 300n - open),
          signed(at(5, 2 * HOUR_MS), second, () => 31n),
          signed(at(5, 3 * HOUR_MS), second, () => -100n, 3),
          signed(at(5, 3 * HOUR_MS + 1), second, () => -77n),
        ]
      : []),
    ...(has("flips")
      ? [
          signed(at(6, 5 * HOUR_MS), first, (open) => (open > 0n ? -open - 13n : 13n - open)),
          signed(at(6, 5 * HOUR_MS), first, (open) => -2n * open),
        ]
      : []),
    ...(["liquidation", "adl"] as const).flatMap((kind, nth) =>
      has(kind)
        ? [
            signed(at(7 + nth, 6 * HOUR_MS), first, (open) => (open === 0n ? 21n : 0n)),
            {
              at: at(7 + nth, 6 * HOUR_MS + 5_000),
              happen: (now: Instant) => trader.beForceClosed(first, kind, now),
            },
          ]
        : [],
    ),
    ...(has("fee_income")
      ? [1, 2].map((day) =>
          cash(at(day, 11 * HOUR_MS + 5), {
            type: "FILL_FEE_INCOME",
            units: 1n,
            orderAccountId: "551109015904453258",
          }),
        )
      : []),
    ...(has("bridges")
      ? [
          cash(at(2, 13 * HOUR_MS), {
            type: "TRANSFER_IN",
            units: 129_690_336n,
            transferReason: "CROSS_DEPOSIT",
          }),
          cash(at(8, 13 * HOUR_MS), {
            type: "TRANSFER_OUT",
            units: -55n * MONEY,
            transferReason: "FAST_WITHDRAW",
          }),
          cash(at(8, 13 * HOUR_MS), { type: "WITHDRAW", units: -3n * MONEY }),
        ]
      : []),
    ...(has("transfer")
      ? [
          cash(at(5, 10 * HOUR_MS + 777), {
            type: ordinal === 0 ? "TRANSFER_OUT" : "TRANSFER_IN",
            units: sign * 1_000_001n,
            transferReason: "USER_TRANSFER",
            cause: "transfer",
          }),
        ]
      : []),
    ...(has("pending_deposit")
      ? [
          cash(at(4, 9 * HOUR_MS), { type: "DEPOSIT", units: 250n * MONEY, pendingFor: 8 * HOUR_MS }),
          cash(at(9, HOUR_MS), { type: "DEPOSIT", units: 77n * MONEY, pendingFor: DAY_MS }),
        ]
      : []),
    ...(has("pause")
      ? contracts.map((contract, nth) => signed(at(10, 23 * HOUR_MS + nth), contract, (open) => -open))
      : []),
    ...(has("bug_fix")
      ? [cash(at(9, 3 * HOUR_MS), { type: "BUG_FIX_COLLATERAL_TRANSACTION_TYPE", units: -123_456n })]
      : []),
    ...(has("unknown_type") ? [cash(at(9, 5 * HOUR_MS), { type: UNKNOWN_TYPE, units: 5n * MONEY })] : []),
    trade(at(12, -1), second),
  ];
}
