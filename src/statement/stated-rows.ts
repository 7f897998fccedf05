/**
 * Takes in the rows of reports one by one, as they are written, and keeps what the page shows: sums of what
 * has many rows, and the rows of what has few. A fill is never among them.
 */
import { type Decimal, parseDecimal, ZERO } from "../domain/decimal.ts";
import { type Amount, amountOf, isGain, isLoss, total } from "./amounts.ts";
import type { DayName } from "./days.ts";

/** One row of a report, by column. */
export type Row = Readonly<Record<string, string | null>>;

/** Of a few rows an account, a symbol, a month or an event that is rare. */
const KEPT = [
  "balances",
  "portfolio",
  "realized-pnl-net",
  "funding-by-symbol",
  "fees-by-symbol",
  "liquidations",
  "gaps",
  "positions",
  "performance",
  "balance-sheet",
  "valued-balance-sheet",
] as const;

type Kept = (typeof KEPT)[number];

/** Whose rows are added up as they come. */
const TAKEN = {
  "daily-result": takeDay,
  equity: takeEquity,
  "round-trips": takeTrip,
  transfers: takeTransfer,
  reconciliation: takeProof,
  "daily-reconciliation": takeDayProof,
  adjustments: takeAdjustment,
  "valued-result": takeValue,
  "prices-used": takePrice,
} as const;

export const STATED_REPORTS: readonly string[] = [...KEPT, ...Object.keys(TAKEN)];

export type DayFigures = { readonly net: Amount; readonly fees: Amount; readonly funding: Amount };

/** At the end of a day. */
export type EquityFigures = {
  readonly wallet: Amount;
  readonly unrealizedPnl: Amount;
  readonly equity: Amount;
};

/** Round trips of one asset. */
export type Trips = {
  readonly results: readonly Decimal[];
  readonly holdingSeconds: readonly Decimal[];
  readonly best: readonly Row[];
  readonly worst: readonly Row[];
  readonly directions: ReadonlyMap<
    string,
    { readonly closed: number; readonly won: number; readonly result: Decimal }
  >;
  /** How many had fees in other assets, which are not in their result. */
  readonly withOtherAssets: number;
  readonly closedByDay: ReadonlyMap<DayName, number>;
};

export type Moved = { readonly in: Decimal; readonly out: Decimal; readonly count: number };

/** In the reporting currency. */
export type Valued = {
  readonly currency: string;
  readonly net: Amount;
  readonly causes: Readonly<Record<string, Amount>>;
  /** Amounts without a price, which are not in `net`. */
  readonly unpriced: Decimal;
};

export type StatedRows = {
  readonly kept: Readonly<Record<Kept, readonly Row[]>>;
  /** By asset and day, all accounts together. */
  readonly days: ReadonlyMap<string, ReadonlyMap<DayName, DayFigures>>;
  /** By asset and day, all accounts together. */
  readonly equity: ReadonlyMap<string, ReadonlyMap<DayName, EquityFigures>>;
  /** Equity by account, asset and day. */
  readonly accountEquity: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<DayName, Amount>>>;
  /** Net result by account, asset and day. */
  readonly accountDays: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<DayName, Amount>>>;
  readonly trips: ReadonlyMap<string, Trips>;
  /** By account and asset. */
  readonly moved: ReadonlyMap<string, ReadonlyMap<string, Moved>>;
  /** The first ones; `transferCount` says how many there are. */
  readonly transfers: readonly Row[];
  readonly transferCount: number;
  /** By account and status; empty where the folder has no such report. */
  readonly proofs: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly differing: readonly Row[];
  readonly differingDays: readonly Row[];
  readonly adjustments: ReadonlyMap<string, { readonly count: number; readonly net: Decimal }>;
  /** Null without a reporting currency, or where nothing happened. */
  readonly valued: Valued | null;
  readonly prices: ReadonlyMap<string, { readonly count: number; readonly oldest: string | null }>;
  /**
   * By asset, what one of it is worth in the reporting currency at all times, as a person declared; null
   * where its price was looked up, and so was another at each minute.
   */
  readonly pegs: ReadonlyMap<string, Amount>;
};

/** As many transfers as a person reads through. */
export const TRANSFERS_MAX = 25;
const BEST_MAX = 5;

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type MutableTrips = {
  results: Decimal[];
  holdingSeconds: Decimal[];
  best: Row[];
  worst: Row[];
  directions: Map<string, { closed: number; won: number; result: Decimal }>;
  withOtherAssets: number;
  closedByDay: Map<DayName, number>;
};

type Taking = {
  kept: Record<Kept, Row[]>;
  days: Map<string, Map<DayName, DayFigures>>;
  equity: Map<string, Map<DayName, EquityFigures>>;
  accountEquity: Map<string, Map<string, Map<DayName, Amount>>>;
  accountDays: Map<string, Map<string, Map<DayName, Amount>>>;
  trips: Map<string, MutableTrips>;
  moved: Map<string, Map<string, Mutable<Moved>>>;
  transfers: Row[];
  transferCount: number;
  proofs: Map<string, Map<string, number>>;
  differing: Row[];
  differingDays: Row[];
  adjustments: Map<string, { count: number; net: Decimal }>;
  valued: Valued | null;
  prices: Map<string, { count: number; oldest: string | null }>;
  pegs: Map<string, Amount>;
};

export type RowTaker = {
  /** Rows of other reports are not looked at. */
  take(report: string, row: Row): void;
  readonly rows: StatedRows;
};

export function rowTaker(): RowTaker {
  const rows: Taking = {
    kept: {
      balances: [],
      portfolio: [],
      "realized-pnl-net": [],
      "funding-by-symbol": [],
      "fees-by-symbol": [],
      liquidations: [],
      gaps: [],
      positions: [],
      performance: [],
      "balance-sheet": [],
      "valued-balance-sheet": [],
    },
    days: new Map(),
    equity: new Map(),
    accountEquity: new Map(),
    accountDays: new Map(),
    trips: new Map(),
    moved: new Map(),
    transfers: [],
    transferCount: 0,
    proofs: new Map(),
    differing: [],
    differingDays: [],
    adjustments: new Map(),
    valued: null,
    prices: new Map(),
    pegs: new Map(),
  };
  return {
    rows,
    take(report, row) {
      if (isKept(report)) rows.kept[report].push(row);
      else if (isTaken(report)) TAKEN[report](rows, row);
    },
  };
}

function isKept(report: string): report is Kept {
  return KEPT.some((one) => one === report);
}

function isTaken(report: string): report is keyof typeof TAKEN {
  return Object.hasOwn(TAKEN, report);
}

export function textOf(row: Row, column: string): string {
  return row[column] ?? "";
}

/** What is at the key, put there first where nothing is. */
function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

const NO_FIGURES: DayFigures = { net: ZERO, fees: ZERO, funding: ZERO };

function takeDay({ days, accountDays }: Taking, row: Row): void {
  const [account, asset, day] = [textOf(row, "account"), textOf(row, "asset"), textOf(row, "day")];
  const net = amountOf(row["net_result"]);
  const ofAsset = at(days, asset, () => new Map<DayName, DayFigures>());
  const before = ofAsset.get(day) ?? NO_FIGURES;
  ofAsset.set(day, {
    net: total([before.net, net]),
    fees: total([before.fees, amountOf(row["trading_fees"]), amountOf(row["rebates"])]),
    funding: total([before.funding, amountOf(row["funding"])]),
  });
  setDay(accountDays, account, asset, day, net);
}

function setDay(
  all: Map<string, Map<string, Map<DayName, Amount>>>,
  account: string,
  asset: string,
  day: DayName,
  amount: Amount,
): void {
  const ofAccount = at(all, account, () => new Map<string, Map<DayName, Amount>>());
  at(ofAccount, asset, () => new Map<DayName, Amount>()).set(day, amount);
}

function takeEquity({ equity, accountEquity }: Taking, row: Row): void {
  const [account, asset, day] = [textOf(row, "account"), textOf(row, "asset"), textOf(row, "day")];
  const ofAsset = at(equity, asset, () => new Map<DayName, EquityFigures>());
  const before = ofAsset.get(day) ?? { wallet: ZERO, unrealizedPnl: ZERO, equity: ZERO };
  ofAsset.set(day, {
    wallet: total([before.wallet, amountOf(row["wallet"])]),
    unrealizedPnl: total([before.unrealizedPnl, amountOf(row["unrealized_pnl"])]),
    equity: total([before.equity, amountOf(row["equity"])]),
  });
  setDay(accountEquity, account, asset, day, amountOf(row["equity"]));
}

function takeTrip({ trips }: Taking, row: Row): void {
  const of = at(trips, textOf(row, "asset"), () => ({
    results: [],
    holdingSeconds: [],
    best: [],
    worst: [],
    directions: new Map(),
    withOtherAssets: 0,
    closedByDay: new Map(),
  }));
  if (textOf(row, "other_assets") !== "") of.withOtherAssets++;
  const day = textOf(row, "closed_at").slice(0, "2026-05-02".length);
  of.closedByDay.set(day, (of.closedByDay.get(day) ?? 0) + 1);
  const holding = amountOf(row["holding_seconds"]);
  if (holding !== null) of.holdingSeconds.push(holding);
  // A result is not known where its funding is not.
  const result = amountOf(row["result"]);
  if (result === null) return;
  of.results.push(result);
  const direction = at(of.directions, textOf(row, "direction"), () => ({ closed: 0, won: 0, result: ZERO }));
  direction.closed++;
  if (isGain(result)) direction.won++;
  direction.result = direction.result.plus(result);
  if (isGain(result)) keepBest(of.best, row, (a, b) => a.greaterThan(b));
  if (isLoss(result)) keepBest(of.worst, row, (a, b) => a.lessThan(b));
}

/** Of equal ones the first stays before the others: reports have one order. */
function keepBest(list: Row[], row: Row, isBefore: (a: Decimal, b: Decimal) => boolean): void {
  const result = parseDecimal(textOf(row, "result"));
  const place = list.findIndex((one) => isBefore(result, parseDecimal(textOf(one, "result"))));
  list.splice(place === -1 ? list.length : place, 0, row);
  if (list.length > BEST_MAX) list.pop();
}

function takeTransfer(rows: Taking, row: Row): void {
  rows.transferCount++;
  if (rows.transfers.length < TRANSFERS_MAX) rows.transfers.push(row);
  const amount = amountOf(row["amount"]) ?? ZERO;
  const moved = at(
    at(rows.moved, textOf(row, "account"), () => new Map<string, Mutable<Moved>>()),
    textOf(row, "asset"),
    () => ({ in: ZERO, out: ZERO, count: 0 }),
  );
  moved.count++;
  if (amount.isNegative()) moved.out = moved.out.plus(amount);
  else moved.in = moved.in.plus(amount);
}

function takeProof({ proofs, differing }: Taking, row: Row): void {
  const status = textOf(row, "status");
  const ofAccount = at(proofs, textOf(row, "account"), () => new Map<string, number>());
  ofAccount.set(status, (ofAccount.get(status) ?? 0) + 1);
  if (status === "differs") differing.push(row);
}

function takeDayProof({ differingDays }: Taking, row: Row): void {
  if (textOf(row, "status") === "differs") differingDays.push(row);
}

function takeAdjustment({ adjustments }: Taking, row: Row): void {
  const of = at(adjustments, textOf(row, "asset"), () => ({ count: 0, net: ZERO }));
  of.count++;
  of.net = of.net.plus(amountOf(row["amount"]) ?? ZERO);
}

/** The causes of a result as the reports name them; those of the reporting currency end in `_value`. */
export const CAUSES = [
  "realized_pnl",
  "trading_fees",
  "rebates",
  "funding",
  "liquidation",
  "rewards",
] as const;

function takeValue(rows: Taking, row: Row): void {
  // Without a reporting currency there is nothing to value in.
  if (textOf(row, "currency") === "") return;
  const before = rows.valued;
  const priced = amountOf(row["net_result_value_of_priced"]);
  rows.valued = {
    currency: textOf(row, "currency"),
    net: priced === null ? (before?.net ?? null) : (before?.net ?? ZERO).plus(priced),
    causes: Object.fromEntries(
      CAUSES.map((cause) => [
        cause,
        total([before === null ? ZERO : (before.causes[cause] ?? null), amountOf(row[`${cause}_value`])]),
      ]),
    ),
    unpriced: (before?.unpriced ?? ZERO).plus(amountOf(row["unpriced"]) ?? ZERO),
  };
}

function takePrice({ prices, pegs }: Taking, row: Row): void {
  takePeg(pegs, row);
  const name = [textOf(row, "source"), textOf(row, "quality")].filter((text) => text !== "").join(", by ");
  if (name === "") return;
  const of = at(prices, name, () => ({ count: 0, oldest: null as string | null }));
  of.count++;
  const quoted = row["quoted_at"] ?? null;
  if (quoted !== null && (of.oldest === null || quoted < of.oldest)) of.oldest = quoted;
}

/** Each leg of a price is a row: all of them must be declared, and come to the same. */
function takePeg(pegs: Map<string, Amount>, row: Row): void {
  const asset = textOf(row, "asset");
  const worth = textOf(row, "quality") === "peg" ? amountOf(row["worth"]) : null;
  const before = pegs.get(asset);
  const isSame = before === undefined || (before !== null && worth !== null && before.equals(worth));
  pegs.set(asset, isSame ? worth : null);
}
