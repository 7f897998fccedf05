/**
 * Rows of reports for a statement of any size, drawn from a seed. They need not be books: the page adds up
 * what it is given.
 */
import { createHash } from "node:crypto";
import { parseInstant } from "../../src/domain/calendar.ts";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../src/domain/decimal.ts";
import { DAY_MS, formatInstant, plus } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { difference, type Window } from "../../src/domain/window.ts";
import { seededRandom } from "../../src/simulator/shared/random.ts";
import { rowTaker } from "../../src/statement/stated-rows.ts";
import { statementText } from "../../src/statement/statement.ts";
import type { StatementInput } from "../../src/statement/statement-input.ts";

type Row = Record<string, string | null>;

export type StatedWorld = {
  readonly period?: string;
  readonly accounts?: readonly string[];
  readonly assets?: readonly string[];
  readonly symbols?: readonly string[];
  /** Of the first account, in each asset. */
  readonly tripsADay?: number;
  readonly isTraded?: boolean;
  /** Whether the books hold marks, and so equity and open positions at the mark. */
  readonly hasMarks?: boolean;
  /** First instant that was read; the period's first without one. */
  readonly historyFrom?: string;
  /** Spans that were not read. */
  readonly unread?: readonly (readonly [from: string, until: string])[];
  readonly incomplete?: readonly string[];
  readonly accepted?: readonly string[];
  readonly differing?: readonly Row[];
  /** By account, in place of comparisons that agree. */
  readonly counts?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly suspense?: string;
  /** What the n-th amount is, in place of a drawn one. */
  readonly amount?: (nth: number) => string;
  /** By report, beside what is drawn. */
  readonly rows?: Readonly<Record<string, readonly Row[]>>;
};

const CAUSES = ["realized_pnl", "trading_fees", "rebates", "funding", "liquidation", "rewards"] as const;

function statedInput(world: StatedWorld = {}): StatementInput {
  const period = parsePeriod(world.period ?? "2026-05-01..2026-06-30", "UTC");
  const { accounts = ["main"], assets = ["USDT"], symbols = ["BTCUSDT", "ETHUSDT"] } = world;
  const { tripsADay = 1, isTraded = true, hasMarks = false } = world;
  const from = world.historyFrom === undefined ? period.from : parseInstant(world.historyFrom);
  const unread = (world.unread ?? []).map(
    ([begin, end]): Window => ({ from: parseInstant(begin), until: parseInstant(end) }),
  );
  const complete = difference({ from, until: period.until }, unread);
  const taker = rowTaker();
  const random = seededRandom("statement");
  const cents = (least: number, most: number) =>
    formatDecimal(parseDecimal(`${random.integer(least, most)}`).times("0.0001"));
  let drawn = 0;
  const amount = () => world.amount?.(drawn++) ?? cents(-960_000, 1_040_000);
  const days: string[] = [];
  for (let at = from; at < period.until; at = plus(at, DAY_MS))
    if (complete.some((window) => at >= window.from && at < window.until))
      days.push(formatInstant(at).slice(0, 10));
  const returns = returnsOf(days);
  for (const asset of assets) {
    const sums = new Map<string, Decimal>(CAUSES.map((cause) => [cause, ZERO]));
    for (const [nth, account] of accounts.entries()) {
      const own = new Map<string, Decimal>(CAUSES.map((cause) => [cause, ZERO]));
      let wallet = parseDecimal("1000");
      if (isTraded)
        for (const day of days) {
          const pnl = amount();
          const funding = cents(-9_000, 12_000);
          const figures: Row = { realized_pnl: pnl, trading_fees: "-0.25", rebates: "0.05", funding };
          const net = ["realized_pnl", "trading_fees", "rebates", "funding"].reduce(
            (sum, cause) => sum.plus(parseDecimal(figures[cause] ?? "0")),
            ZERO,
          );
          for (const cause of CAUSES) {
            own.set(cause, (own.get(cause) ?? ZERO).plus(parseDecimal(figures[cause] ?? "0")));
            sums.set(cause, (sums.get(cause) ?? ZERO).plus(parseDecimal(figures[cause] ?? "0")));
          }
          taker.take("daily-result", { account, day, asset, ...figures, net_result: formatDecimal(net) });
          wallet = wallet.plus(net);
          const unrealized = hasMarks ? cents(-90_000, 90_000) : "0";
          if (hasMarks)
            taker.take("equity", {
              account,
              day,
              asset,
              wallet: formatDecimal(wallet),
              unrealized_pnl: unrealized,
              equity: formatDecimal(wallet.plus(parseDecimal(unrealized))),
            });
          // Of the first account alone: they are many.
          for (let trip = 0; trip < (nth === 0 ? tripsADay : 0); trip++)
            taker.take("round-trips", {
              account,
              asset,
              closed_at: `${day}T12:00:00.000+00:00`,
              symbol: symbols[(nth + trip) % symbols.length] ?? "",
              direction: random.chance(1, 2) ? "long" : "short",
              holding_seconds: `${random.integer(60, 500_000)}`,
              quantity: "0.1",
              proceeds: "1000",
              realized_pnl: pnl,
              opening_fee: "-0.1",
              closing_fee: "-0.15",
              funding,
              result: trip === 0 ? pnl : amount(),
              other_assets: "",
            });
        }
      taker.take("balances", balance(account, asset, own, world.suspense ?? "0"));
      if (isTraded)
        for (const row of balanceSheet(own, hasMarks ? symbols : []))
          taker.take("balance-sheet", { account, asset, ...row });
    }
    taker.take("portfolio", { asset, ...texts(sums) });
    if (isTraded)
      for (const account of accounts.length > 1 ? ["", ...accounts] : accounts)
        for (const row of returns) taker.take("performance", { account, asset, ...row });
    if (isTraded)
      for (const [nth, symbol] of symbols.entries()) {
        const net = amount();
        const account = accounts[nth % accounts.length] ?? "";
        const row = { account, symbol, asset };
        taker.take("realized-pnl-net", { ...row, ...ZEROS, realized_pnl: net, net_of_all: net });
        taker.take("funding-by-symbol", {
          ...row,
          received: "3",
          paid: "-1",
          net_funding: "2",
          payments: "4",
        });
        taker.take("fees-by-symbol", {
          ...row,
          trading_fees: "-2",
          rebates: "0.5",
          net_fees: "-1.5",
          fills: "10",
          turnover: "5000",
          maker_turnover: "2000",
          taker_turnover: "3000",
          turnover_asset: asset,
        });
      }
  }
  for (const row of world.differing ?? []) taker.take("reconciliation", { status: "differs", ...row });
  for (const [report, rows] of Object.entries(world.rows ?? {}))
    for (const row of rows) taker.take(report, row);
  const incomplete = world.incomplete ?? [];
  return {
    version: "0.0.0",
    period,
    accounts: accounts.map((account) => ({
      account,
      venue: "aster",
      historyFrom: from,
      coverage: ["income", "fills"].map((stream) => ({ stream, complete })),
      counts: world.counts?.[account] ?? {
        "checks/agrees": 40,
        "checks/differs": world.differing?.length ?? 0,
      },
    })),
    isComplete: incomplete.length === 0,
    incomplete,
    accepted: world.accepted ?? [],
    remarks: [],
    treatment: DEFAULT_TREATMENT,
    rows: taker.rows,
    files: [],
  };
}

/** Of the whole period, and of each of its years and months where there are several. */
function returnsOf(days: readonly string[]): Row[] {
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const parts = ["2026".length, "2026-05".length].flatMap((length) => {
    const names = [...new Set(days.map((day) => day.slice(0, length)))];
    return names.length > 1 ? names : [];
  });
  return [`${first}..${last}`, ...parts].map((span) => {
    const own = days.filter((day) => span.includes("..") || day.startsWith(span));
    const [begin = "", end = ""] = [own[0], own.at(-1)];
    return {
      span,
      first_day: begin,
      last_day: end,
      days: `${own.length}`,
      profit: "12.5",
      time_weighted_return_rounded: "0.0399010777",
      money_weighted_return_rounded: "0.00000004",
      max_drawdown_rounded: "-0.125",
      drawdown_from: begin,
      drawdown_until: end,
      best_day: begin,
      best_day_return_rounded: "0.01005",
      worst_day: end,
      worst_day_return_rounded: "-0.01",
      days_without_return: "0",
      first_day_without_return: null,
    };
  });
}

/** A long of each symbol, which stands ten higher than it cost. */
function balanceSheet(own: ReadonlyMap<string, Decimal>, symbols: readonly string[]): Row[] {
  const net = parseDecimal(texts(own)["net_result"] ?? "0");
  return [
    { side: "assets", item: "wallet", amount: formatDecimal(net.plus(1_000)) },
    ...symbols.map((symbol) => ({
      side: "assets",
      item: `position ${symbol} BOTH`,
      amount: "10",
      quantity: "0.01",
      cost: "600",
      market_value: "610",
    })),
    { side: "equity", item: "equity:transfers", amount: "1000" },
    ...[...own]
      .filter(([, amount]) => !amount.isZero())
      .map(([cause, amount]) => ({
        side: "equity",
        item: `${amount.isNegative() ? "expenses" : "income"}:${cause}`,
        amount: formatDecimal(amount),
      })),
    ...(symbols.length === 0
      ? []
      : [{ side: "equity", item: "unrealized_pnl", amount: `${10 * symbols.length}` }]),
  ];
}

const ZEROS = { realized_pnl: "0", trading_fees: "0", rebates: "0", funding: "0", liquidation: "0" };

function texts(amounts: ReadonlyMap<string, Decimal>): Row {
  const net = [...amounts.values()].reduce((sum, amount) => sum.plus(amount), ZERO);
  return {
    ...Object.fromEntries([...amounts].map(([cause, amount]) => [cause, formatDecimal(amount)])),
    net_result: formatDecimal(net),
  };
}

function balance(account: string, asset: string, own: ReadonlyMap<string, Decimal>, suspense: string): Row {
  const { net_result = "0", ...causes } = texts(own);
  const closing = formatDecimal(
    parseDecimal(net_result ?? "0")
      .plus(1_000)
      .plus(parseDecimal(suspense)),
  );
  const apart = { conversions: "0", inferred_opening: "0", suspense };
  const venue = { venue_wallet: closing, venue_wallet_at: "2026-06-30T20:00:00.000+00:00", difference: "0" };
  return {
    account,
    asset,
    opening: "1000",
    ...causes,
    net_result,
    transfers: "0",
    ...apart,
    closing,
    ...venue,
    basis: "cash",
  };
}

export function statedPage(world: StatedWorld = {}): string {
  return statementText(statedInput(world), (text) => createHash("sha256").update(text).digest("base64"));
}
