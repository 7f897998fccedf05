/**
 * The true figures of a world: totals computed from its rows by fractions and by other ways than bookkeeping.
 *
 * A position's quantity is a plain sum. Its average entry is found backwards, from the last fill to the
 * beginning of the round trip: at average cost every close takes the same share of all that is open, so of
 * each opening fill there survives the product of what later closes left. And realized PnL needs no average
 * at all: it is what was received for the position, plus the cost of what is still open.
 */
import { DAY_MS, formatInstant, type Instant, instant, MINUTE_MS } from "../../../domain/instant.ts";
import {
  add,
  divide,
  type Fraction,
  multiply,
  negate,
  parseFraction,
  plainText,
  signOf,
  subtract,
  sumOf,
  truncatedText,
  ZERO_FRACTION,
} from "../../shared/fraction.ts";
import type {
  World,
  WorldAccount,
  WorldFill,
  WorldIncome,
  WorldOpening,
  WorldPositionSide,
  WorldSettlement,
} from "./world.ts";

type TruthOptions = {
  /**
   * Rows of before are not counted, and what was open then is an opening; default: everything. Wallets are
   * whole all the same.
   */
  readonly from?: Instant;
  /** Nothing later is counted; default: everything. */
  readonly until?: Instant;
  /** Where days are cut: minutes east of UTC. Default 0. */
  readonly utcOffsetMinutes?: number;
};

export type AccountTruth = {
  readonly account: string;
  /** Rows that the venue shows, when all late ones have appeared. */
  readonly rows: {
    readonly income: number;
    readonly fills: number;
    readonly forced_orders: number;
    readonly margin_changes: number;
  };
  /** The wallet of each asset at the end, by asset: all that happened to it, shown or not. */
  readonly wallets: Readonly<Record<string, string>>;
  readonly incomeTotals: readonly IncomeTotal[];
  readonly symbolTotals: readonly SymbolTotal[];
  readonly dayTotals: readonly DayTotal[];
  /** Positions that are open at the end. */
  readonly positions: readonly PositionTruth[];
  /**
   * Contracts that were open at `from`: what their openings cost is known to the venue alone, and here only
   * as it shows it.
   */
  readonly held: readonly string[];
  /** Realized PnL at average cost, not truncated fill by fill as the venue does. */
  readonly exactPnl: readonly ExactPnl[];
};

type IncomeTotal = {
  readonly incomeType: string;
  readonly asset: string;
  readonly rows: number;
  readonly amount: string;
  /** Of the rows above, what the venue never shows. */
  readonly omittedRows: number;
  readonly omittedAmount: string;
};

/**
 * From the cash statement, omitted rows included; fees are positive when paid; a settlement's result is
 * realized PnL.
 */
type SymbolTotal = {
  readonly symbol: string;
  readonly asset: string;
  readonly realizedPnl: string;
  readonly fees: string;
  readonly funding: string;
  readonly insurance: string;
};

type DayTotal = {
  readonly day: string;
  readonly symbol: string;
  readonly incomeType: string;
  readonly asset: string;
  readonly amount: string;
};

type PositionTruth = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  readonly quantity: string;
  /** Truncated at 18 decimals. */
  readonly averageEntry: string;
};

type ExactPnl = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  /** Truncated at 18 decimals. */
  readonly realizedPnl: string;
  /** The sum of the venue's own figures, each truncated at 8 decimals. */
  readonly venuePnl: string;
  /** How many fills closed something: each may have lost up to 10^-8 in the venue's figure. */
  readonly closingFills: number;
};

const SHOWN_DECIMALS = 18;

export function truthOf(world: World, options: TruthOptions = {}): readonly AccountTruth[] {
  return world.accounts.map((account) => accountTruth(account, options));
}

function accountTruth(account: WorldAccount, options: TruthOptions): AccountTruth {
  const { from, until, utcOffsetMinutes = 0 } = options;
  const happened = <Row extends { readonly occurredAt: Instant }>(rows: readonly Row[]): Row[] =>
    rows.filter(
      ({ occurredAt }) =>
        (until === undefined || occurredAt <= until) && (from === undefined || occurredAt >= from),
    );
  const incomes = happened(account.incomes);
  const fills = happened(account.fills);
  const openings = from === undefined ? account.openings : openingsAt(account, from);
  const traded = [...fills, ...happened(account.settlements).map(asFill)].toSorted(byTime);
  const series = seriesOf(openings, traded);
  const walletRows = account.incomes.filter(({ occurredAt }) => until === undefined || occurredAt <= until);
  return {
    account: account.name,
    rows: {
      income: incomes.filter((row) => !row.isOmitted).length,
      fills: fills.length,
      forced_orders: happened(account.forcedOrders).length,
      margin_changes: happened(account.marginChanges).length,
    },
    wallets: Object.fromEntries(
      [...grouped(walletRows, (row) => row.asset)].map(([asset, rows]) => [asset, totalText(rows)]),
    ),
    incomeTotals: incomeTotals(incomes),
    symbolTotals: symbolTotals(incomes),
    dayTotals: dayTotals(incomes, utcOffsetMinutes),
    positions: series.filter((one) => signOf(one.quantity) !== 0).map(positionTruth),
    held: openings.map(({ symbol }) => symbol),
    exactPnl: series.map(exactPnl),
  };
}

/** What each wallet held before `at`, shown or not. */
export function walletsOf({ incomes }: WorldAccount, at: Instant): ReadonlyMap<string, Fraction> {
  const before = incomes.filter(({ occurredAt }) => occurredAt < at);
  return new Map([...grouped(before, (row) => row.asset)].map(([asset, rows]) => [asset, total(rows)]));
}

/** What was open before `at`: signed quantity and cost, exactly. */
export function openPositions(
  account: WorldAccount,
  at: Instant,
): readonly { readonly symbol: string; readonly quantity: Fraction; readonly cost: Fraction }[] {
  const traded = [...account.fills, ...account.settlements.map(asFill)]
    .filter(({ occurredAt }) => occurredAt < at)
    .toSorted(byTime);
  return seriesOf(account.openings, traded)
    .filter(({ quantity }) => signOf(quantity) !== 0)
    .map((series) => ({ symbol: series.symbol, quantity: series.quantity, cost: openCost(series) }));
}

/** What was open at an instant, as the last fill before it left it. */
function openingsAt(account: WorldAccount, from: Instant): readonly WorldOpening[] {
  const positions = new Map<string, WorldOpening>();
  const key = (row: { readonly symbol: string; readonly positionSide: string }): string =>
    `${row.symbol}\n${row.positionSide}`;
  for (const opening of account.openings) positions.set(key(opening), opening);
  for (const { occurredAt, symbol, positionSide, quantityAfter, averageEntryAfter } of account.fills) {
    if (occurredAt >= from) continue;
    const held = { symbol, positionSide, quantity: quantityAfter, averageEntry: averageEntryAfter };
    positions.set(key(held), held);
  }
  for (const settled of account.settlements) if (settled.occurredAt < from) positions.delete(key(settled));
  return [...positions.values()].filter(({ quantity }) => signOf(parseFraction(quantity)) !== 0);
}

function incomeTotals(incomes: readonly WorldIncome[]): IncomeTotal[] {
  return inOrder(
    grouped(incomes, (row) => `${row.incomeType}\n${row.asset}`),
    (rows, first) => {
      const omitted = rows.filter((row) => row.isOmitted);
      return {
        incomeType: first.incomeType,
        asset: first.asset,
        rows: rows.length,
        amount: totalText(rows),
        omittedRows: omitted.length,
        omittedAmount: totalText(omitted),
      };
    },
  );
}

function symbolTotals(incomes: readonly WorldIncome[]): SymbolTotal[] {
  const traded = incomes.filter((row) => row.symbol !== "");
  return inOrder(
    grouped(traded, (row) => `${row.symbol}\n${row.asset}`),
    (rows, { symbol, asset }) => {
      const of = (incomeType: string): Fraction => total(rows.filter((row) => row.incomeType === incomeType));
      return {
        symbol,
        asset,
        realizedPnl: plainText(add(of("REALIZED_PNL"), of("DELIVERED_SETTELMENT"))),
        fees: plainText(negate(of("COMMISSION"))),
        funding: plainText(of("FUNDING_FEE")),
        insurance: plainText(of("INSURANCE_CLEAR")),
      };
    },
  );
}

function dayTotals(incomes: readonly WorldIncome[], utcOffsetMinutes: number): DayTotal[] {
  const offset = utcOffsetMinutes * MINUTE_MS;
  const dayIndex = (at: Instant): number => Math.floor((at + offset) / DAY_MS);
  const key = (row: WorldIncome): string =>
    [String(dayIndex(row.occurredAt)).padStart(6, "0"), row.symbol, row.incomeType, row.asset].join("\n");
  return inOrder(grouped(incomes, key), (rows, { symbol, incomeType, asset, occurredAt }) => ({
    day: formatInstant(instant(dayIndex(occurredAt) * DAY_MS)).slice(0, "2026-01-31".length),
    symbol,
    incomeType,
    asset,
    amount: totalText(rows),
  }));
}

type Traded = Pick<
  WorldFill,
  "symbol" | "positionSide" | "side" | "price" | "quantity" | "realizedPnl" | "occurredAt"
>;

/** A settlement changes a position as the fill would that the venue does not show. */
function asFill({ quantity, ...settled }: WorldSettlement): Traded {
  const isLong = !quantity.startsWith("-");
  return { ...settled, side: isLong ? "SELL" : "BUY", quantity: isLong ? quantity : quantity.slice(1) };
}

function byTime(a: Traded, b: Traded): number {
  return a.occurredAt - b.occurredAt;
}

/** The fills of one position from its beginning, and what was open before them. */
type Series = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  readonly openingQuantity: Fraction;
  readonly openingAverage: Fraction;
  readonly fills: readonly {
    readonly signed: Fraction;
    readonly price: Fraction;
    readonly venuePnl: string;
  }[];
  /** At the end. */
  readonly quantity: Fraction;
};

function seriesOf(openings: readonly WorldOpening[], fills: readonly Traded[]): Series[] {
  const key = (row: { readonly symbol: string; readonly positionSide: string }): string =>
    `${row.symbol}\n${row.positionSide}`;
  const bySeries = grouped(fills, key);
  for (const opening of openings) if (!bySeries.has(key(opening))) bySeries.set(key(opening), []);
  return [...bySeries].toSorted(byKey).map(([name, rows]) => {
    const opening = openings.find((held) => key(held) === name);
    const [symbol = "", positionSide = ""] = name.split("\n");
    const signedFills = rows.map((fill) => {
      const quantity = parseFraction(fill.quantity);
      return {
        signed: fill.side === "BUY" ? quantity : negate(quantity),
        price: parseFraction(fill.price),
        venuePnl: fill.realizedPnl,
      };
    });
    const openingQuantity = parseFraction(opening?.quantity ?? "0");
    return {
      symbol,
      positionSide: positionSide as WorldPositionSide,
      openingQuantity,
      openingAverage: parseFraction(opening?.averageEntry ?? "0"),
      fills: signedFills,
      quantity: add(openingQuantity, sumOf(signedFills.map((fill) => fill.signed))),
    };
  });
}

function positionTruth(series: Series): PositionTruth {
  const { symbol, positionSide, quantity } = series;
  return {
    symbol,
    positionSide,
    quantity: plainText(quantity),
    averageEntry: truncatedText(divide(openCost(series), quantity), SHOWN_DECIMALS),
  };
}

/** The signed cost of what is open at the end, found backwards. */
function openCost(series: Series): Fraction {
  let after = series.quantity;
  let surviving: Fraction = { numerator: 1n, denominator: 1n };
  let cost = ZERO_FRACTION;
  for (const { signed, price } of series.fills.toReversed()) {
    if (signOf(after) === 0) return cost;
    const before = subtract(after, signed);
    if (signOf(before) * signOf(after) < 0) {
      // It crossed zero: what it left is its own, and nothing before it survives.
      return add(cost, multiply(multiply(after, price), surviving));
    }
    const isOpening = signOf(signed) === signOf(after);
    if (isOpening) cost = add(cost, multiply(multiply(signed, price), surviving));
    else surviving = multiply(surviving, divide(after, before));
    after = before;
  }
  return add(cost, multiply(multiply(after, series.openingAverage), surviving));
}

function exactPnl(series: Series): ExactPnl {
  const received = negate(sumOf(series.fills.map(({ signed, price }) => multiply(signed, price))));
  const invested = multiply(series.openingQuantity, series.openingAverage);
  const exact = subtract(add(received, openCost(series)), invested);
  let before = series.openingQuantity;
  let closingFills = 0;
  for (const { signed } of series.fills) {
    if (signOf(before) * signOf(signed) < 0) closingFills += 1;
    before = add(before, signed);
  }
  return {
    symbol: series.symbol,
    positionSide: series.positionSide,
    realizedPnl: truncatedText(exact, SHOWN_DECIMALS),
    venuePnl: plainText(sumOf(series.fills.map((fill) => parseFraction(fill.venuePnl)))),
    closingFills,
  };
}

function total(rows: readonly WorldIncome[]): Fraction {
  return sumOf(rows.map((row) => parseFraction(row.amount)));
}

function totalText(rows: readonly WorldIncome[]): string {
  return plainText(total(rows));
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** One result a group, in the order of the groups' keys; a group has at least one row. */
function inOrder<Row, Result>(
  groups: ReadonlyMap<string, readonly Row[]>,
  summarise: (rows: readonly Row[], first: Row) => Result,
): Result[] {
  return [...groups].toSorted(byKey).flatMap(([, rows]) => {
    const [first] = rows;
    return first === undefined ? [] : [summarise(rows, first)];
  });
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
