/**
 * Small worlds full of traps, by seed: a few dozen rows, pages of a few rows, and windows whose edges are
 * crowded. Which traps a world has is drawn from the seed and told; a client that falls into none of them can
 * read everything to the last row.
 *
 * It is read in several nights. Between them rows appear late, a contract is delisted after its rows could be
 * read, a ticker is given to another contract. By the last night all has happened, and appeared.
 */
import { parseInstant } from "../../../domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plus } from "../../../domain/instant.ts";
import { type Random, seededRandom } from "../../shared/random.ts";
import type { PageLimits } from "../answers.ts";
import { isSelfTrade, numberFills, SHOWS_ALL, VenueAccount } from "./account.ts";
import { AdversarialTrader } from "./adversarial-trader.ts";
import { ADVERSARIAL_TRAPS, NIGHTLY_TRAPS, type Trap } from "./adversarial-traps.ts";
import type { MarketVenue } from "./market.ts";
import type { World, WorldAccount, WorldIncome, WorldInstrument, WorldPrice } from "./world.ts";

export { ADVERSARIAL_TRAPS, NIGHTLY_TRAPS, type Trap } from "./adversarial-traps.ts";

type AdversarialOptions = {
  readonly seed: number | string;
  readonly venue: MarketVenue;
  /** Default: some, drawn from the seed. */
  readonly traps?: readonly Trap[];
};

export type AdversarialWorld = {
  readonly world: World;
  readonly venue: MarketVenue;
  readonly traps: readonly Trap[];
  /** Where the account's history begins, and so its first window. */
  readonly since: Instant;
  /** When it is to be read. */
  readonly nights: readonly Instant[];
  /** For the simulator, and for the client. */
  readonly pageLimits: PageLimits;
  /**
   * Why a run ends with something for a person to look at, at the last night as well. Empty where it ends
   * complete.
   */
  readonly leavesOpen: readonly ("unknown type" | "gap")[];
};

const SINCE = parseInstant("2026-03-02T00:00:00Z");
const NIGHTS = [9, 11, 13, 15, 20].map((days) => plus(SINCE, days * DAY_MS + 3 * HOUR_MS));
const DELISTED_AT = plus(SINCE, 10 * DAY_MS);
const RELISTED_AT = plus(SINCE, 12 * DAY_MS);
const ENDS_AT = plus(SINCE, 16 * DAY_MS);
const VERY_LATE_UNTIL = plus(SINCE, 8 * DAY_MS);
const OLD_TICKER = "LITUSDT";
const DELISTED = "OLDUSDT";

export function adversarialWorld({ seed, venue, traps: wanted }: AdversarialOptions): AdversarialWorld {
  const random = seededRandom(`adversarial/${venue}/${seed}`);
  const nightly = random.fork("nightly traps");
  const drawn = [
    ...trapsOf(venue).filter(() => random.chance(3, 5)),
    ...NIGHTLY_TRAPS.map(({ name }) => name).filter(() => nightly.chance(2, 5)),
  ];
  const traps = wanted ?? drawn;
  const has = (trap: Trap): boolean => traps.includes(trap);
  const pageLimits = drawPageLimits(random);
  const instruments = instrumentsOf(venue, has, random);
  const mode = random.pick(["one-way", "one-way", "hedge"] as const);
  const account = new VenueAccount({
    name: "main",
    mode,
    ordinal: 0,
    shown: SHOWS_ALL,
    ...(has("ids_around_2_53") ? { firstTradeTranId: 2n ** 53n - 8n } : {}),
  });
  new AdversarialTrader({
    account,
    instruments,
    random: random.fork("trader"),
    venue,
    has,
    pageLimits,
    since: SINCE,
    endsAt: ENDS_AT,
    nights: NIGHTS,
    delisted: { symbol: DELISTED, quietFrom: plus(SINCE, 7 * DAY_MS) },
    reused: {
      symbol: OLD_TICKER,
      quietFrom: plus(SINCE, 6 * DAY_MS),
      again: plus(RELISTED_AT, HOUR_MS),
    },
  }).play();
  numberFills([account], () => random.integer(1, 3), isSelfTrade, {
    firstId: has("ids_around_2_53") ? 2n ** 53n - 6n : 1000n,
    restarts: has("ticker_reused") ? new Map([[OLD_TICKER, RELISTED_AT]]) : new Map(),
  });
  const finished = account.finished();
  const late = has("late_rows") ? withLateRows(finished, random.fork("late")) : finished;
  return {
    world: {
      instruments,
      fundingRates: [],
      prices: pricesOf(finished),
      accounts: [has("very_late_rows") ? withVeryLateRows(late, random.fork("very late")) : late],
    },
    venue,
    traps,
    since: SINCE,
    nights: NIGHTS,
    pageLimits,
    leavesOpen: [
      ...(has("unknown_type") ? (["unknown type"] as const) : []),
      ...(has("delisted") ? (["gap"] as const) : []),
    ],
  };
}

/** Contracts are priced at what they were traded or settled at; before the first time, at that too. */
function pricesOf({ fills, settlements }: WorldAccount): readonly WorldPrice[] {
  const begun = plus(SINCE, -DAY_MS);
  const traded = [...fills, ...settlements]
    .map(({ symbol, occurredAt, price }) => ({ symbol, from: occurredAt, price }))
    .toSorted((a, b) => a.from - b.from);
  return [...new Set(traded.map(({ symbol }) => symbol))].flatMap((symbol) => {
    const prices = traded.filter((one) => one.symbol === symbol);
    return [
      { symbol, from: begun, price: prices[0]?.price ?? "" },
      // Of one instant the last.
      ...prices.filter(({ from }, place) => from !== prices[place + 1]?.from),
    ];
  });
}

/** What a world of this venue can hold. */
export function trapsOf(venue: MarketVenue): readonly Trap[] {
  return ADVERSARIAL_TRAPS.filter(({ venues }) => (venues as readonly MarketVenue[]).includes(venue)).map(
    ({ name }) => name,
  );
}

/** Small enough for a few rows to fill a page; wide enough for each group that cannot be split further. */
function drawPageLimits(random: Random): PageLimits {
  const fills = random.integer(3, 5);
  return {
    fills,
    income: fills + random.integer(2, 4),
    forcedOrders: random.integer(3, 5),
    marginChanges: random.integer(3, 5),
  };
}

function instrumentsOf(
  venue: MarketVenue,
  has: (trap: Trap) => boolean,
  random: Random,
): readonly WorldInstrument[] {
  const one = (symbol: string, terms: Partial<WorldInstrument> = {}): WorldInstrument => ({
    symbol,
    status: "TRADING",
    baseAsset: symbol.slice(0, -"USDT".length),
    marginAsset: "USDT",
    priceDecimals: 2,
    quantityDecimals: random.integer(0, 3),
    makerFeeRate: "0.0002",
    takerFeeRate: "0.0005",
    liquidationFeeRate: "0.0125",
    listedAt: plus(SINCE, -400 * DAY_MS),
    ...terms,
  });
  const delisting = { at: DELISTED_AT, leaves: random.pick(["closed", "nothing"] as const) };
  return [
    one("AAAUSDT"),
    one("BBBUSDT", has("rebates") ? { makerFeeRate: "-0.0001" } : {}),
    ...(has("free_of_charge") ? [one("FREEUSDT", { makerFeeRate: "0", takerFeeRate: "0" })] : []),
    ...(has("not_ascii") ? [one("币安人生USDT")] : []),
    ...(has("two_margin_assets") ? [one("AAAUSDC", { marginAsset: "USDC" })] : []),
    ...(has("delisted") ? [one(DELISTED, { delisting })] : []),
    // The exchange information tells only of the contract that has the ticker now.
    ...(has("ticker_reused") ? [one(OLD_TICKER, { listedAt: RELISTED_AT })] : []),
    ...(has("not_open_yet")
      ? [one("NEWUSDT", { status: "PENDING_TRADING", listedAt: plus(ENDS_AT, 90 * DAY_MS) })]
      : []),
    one(venue === "binance" ? "BNBUSDT" : "ASTERUSDT"),
  ];
}

/** Some income appears up to 40 hours later, some fills up to 90 minutes: within what is read again. */
function withLateRows(account: WorldAccount, random: Random): WorldAccount {
  const lateBy = (most: number): number => (random.chance(1, 6) ? random.integer(1, most) * MINUTE_MS : 0);
  return {
    ...account,
    incomes: account.incomes.map((row) => ({ ...row, lateBy: lateBy(40 * 60) })),
    fills: account.fills.map((row) => ({ ...row, lateBy: lateBy(90) })),
  };
}

/**
 * Some appear days after what is read every night, and before the last one; of contracts whose rows can be
 * read until then. Not the fee and the result of a fill: these are booked from the fill when they do not
 * come, so nothing shows that they are missing. Nor a fill without either: where the history begins with the
 * position open, nothing distinguishes it from one that was open before.
 */
function withVeryLateRows(account: WorldAccount, random: Random): WorldAccount {
  const late = <Row extends { readonly symbol: string; readonly occurredAt: Instant }>(row: Row): Row => {
    const canBeLate =
      row.occurredAt < VERY_LATE_UNTIL && row.symbol !== DELISTED && row.symbol !== OLD_TICKER;
    if (!canBeLate || !random.chance(1, 12)) return row;
    return { ...row, lateBy: random.integer(3 * 24 * 60, 7 * 24 * 60) * MINUTE_MS };
  };
  const isOfFill = ({ incomeType }: WorldIncome) => ["COMMISSION", "REALIZED_PNL"].includes(incomeType);
  return {
    ...account,
    incomes: account.incomes.map((row) => (isOfFill(row) ? row : late(row))),
    fills: account.fills.map((row) => (row.commission === "0" && row.realizedPnl === "0" ? row : late(row))),
  };
}
