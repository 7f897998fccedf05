import { describe, expect, test } from "vitest";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { truthOf } from "../../src/simulator/binance-family/world/truth.ts";
import type { World, WorldAccount, WorldFill } from "../../src/simulator/binance-family/world/world.ts";
import {
  add,
  multiply,
  negate,
  parseFraction,
  plainText,
  sumOf,
  truncatedText,
  ZERO_FRACTION,
} from "../../src/simulator/shared/fraction.ts";
import { plan, UNTIL } from "./requesting.ts";

const world = generateWorld(
  plan({
    fills: 3000,
    accounts: [{ name: "main" }, { name: "hedge", mode: "hedge" }],
    selfTrades: true,
    burstFills: 40,
  }),
);
const [main, hedge] = world.accounts as [WorldAccount, WorldAccount];

describe("a seed decides the world", () => {
  test("the same seed gives the same world, another seed another one", () => {
    const text = (seed: number): string => JSON.stringify(generateWorld(plan({ seed })));
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });
  test("another account does not change what the first one did", () => {
    const trades = (names: string[], fills: number): string[] => {
      const made = generateWorld(plan({ fills, accounts: names.map((name) => ({ name })) }));
      return (made.accounts[0]?.fills ?? []).map(
        (fill) => `${fill.occurredAt} ${fill.price} ${fill.quantity}`,
      );
    };
    expect(trades(["main", "other"], 600)).toEqual(trades(["main"], 300));
  });
});

describe("the rows are such as venues send", () => {
  test("a COMMISSION and a REALIZED_PNL share one id, and ids are unique within a type", () => {
    const byType = (type: string): string[] =>
      main.incomes.filter((row) => row.incomeType === type).map((row) => row.tranId);
    const commissions = byType("COMMISSION");
    expect(byType("REALIZED_PNL").filter((id) => commissions.includes(id)).length).toBeGreaterThan(100);
    for (const type of ["COMMISSION", "REALIZED_PNL", "FUNDING_FEE", "TRANSFER"]) {
      expect(new Set(byType(type)).size).toBe(byType(type).length);
    }
  });
  test("neighbouring ids beyond 2^53 become equal when they are read as floats", () => {
    const ids = main.incomes.filter((row) => row.incomeType === "COMMISSION").map((row) => row.tranId);
    expect(new Set(ids.map(Number)).size).toBeLessThan(ids.length);
  });
  test("fill ids ascend with time within a symbol, across accounts, and repeat between symbols", () => {
    const all = world.accounts.flatMap((account) => account.fills);
    const ids = new Map<string, Set<string>>();
    for (const fill of all) ids.set(fill.symbol, (ids.get(fill.symbol) ?? new Set()).add(fill.fillId));
    for (const symbol of ids.keys()) {
      const ordered = all
        .filter((fill) => fill.symbol === symbol)
        .toSorted((a, b) => (BigInt(a.fillId) < BigInt(b.fillId) ? -1 : 1));
      expect(
        ordered.every((fill, nth) => nth === 0 || fill.occurredAt >= (ordered[nth - 1]?.occurredAt ?? 0)),
      ).toBe(true);
    }
    const btc = [...(ids.get("BTCUSDT") ?? [])];
    expect(btc.filter((id) => ids.get("ETHUSDT")?.has(id)).length).toBeGreaterThan(0);
  });
  test("a self-trade is two fills of one id", () => {
    const sides = (fill: WorldFill): WorldFill[] =>
      main.fills.filter((other) => other.symbol === fill.symbol && other.fillId === fill.fillId);
    expect(main.fills.some((fill) => sides(fill).length === 2)).toBe(true);
  });
  test("fills of one millisecond agree in everything but their id", () => {
    const body = ({ fillId: _, quantityAfter: __, averageEntryAfter: ___, ...rest }: WorldFill): string =>
      JSON.stringify(rest);
    expect(new Set(main.fills.map(body)).size).toBeLessThan(main.fills.length);
  });
  test("every kind of event happens", () => {
    const types = new Set(main.incomes.map((row) => row.incomeType));
    expect([...types].toSorted()).toEqual([
      "COMMISSION",
      "FUNDING_FEE",
      "INSURANCE_CLEAR",
      "MARKET_MERCHANT_RETURN_REWARD",
      "REALIZED_PNL",
      "TRANSFER",
      "WELCOME_BONUS",
    ]);
    expect(new Set(main.forcedOrders.map((order) => order.kind))).toEqual(new Set(["liquidation", "adl"]));
    expect(main.marginChanges.some((change) => change.amount.startsWith("-"))).toBe(true);
    expect(main.fills.some((fill) => fill.symbol === "币安人生USDT")).toBe(true);
    expect(main.fills.some((fill) => fill.commission.startsWith("-"))).toBe(true);
    expect(main.fills.some((fill) => fill.commissionAsset === "ASTER")).toBe(true);
    expect(main.incomes.some((row) => row.amount.startsWith("-") && row.incomeType === "TRANSFER")).toBe(
      true,
    );
    expect(hedge.fills.every((fill) => fill.positionSide !== "BOTH")).toBe(true);
  });
  test("a zero-fee symbol leaves no COMMISSION", () => {
    expect(main.fills.some((fill) => fill.symbol === "HYPEUSDT")).toBe(true);
    expect(main.incomes.some((row) => row.symbol === "HYPEUSDT" && row.incomeType === "COMMISSION")).toBe(
      false,
    );
  });
  test("a burst fills one order many times in one millisecond", () => {
    const atOnce = new Map<number, number>();
    for (const { occurredAt } of main.fills) atOnce.set(occurredAt, (atOnce.get(occurredAt) ?? 0) + 1);
    expect(Math.max(...atOnce.values())).toBeGreaterThanOrEqual(40);
  });
  test("funding is −(position × mark × rate), up to 18 s after the hour, for every open position", () => {
    const interval = 8 * 3_600_000;
    const rows = main.incomes.filter((row) => row.incomeType === "FUNDING_FEE");
    expect(rows.every((row) => row.occurredAt % interval <= 18_000)).toBe(true);
    let checked = 0;
    for (const { symbol, dueAt, rate, markPrice } of world.fundingRates) {
      const held =
        main.fills.findLast((fill) => fill.symbol === symbol && fill.occurredAt < dueAt)?.quantityAfter ??
        "0";
      const due = negate(
        multiply(multiply(parseFraction(held), parseFraction(markPrice)), parseFraction(rate)),
      );
      const amount = truncatedText(due, 8);
      const paid = rows.filter(
        (row) => row.symbol === symbol && row.occurredAt - (row.occurredAt % interval) === dueAt,
      );
      expect(paid.map((row) => row.amount)).toEqual(/[1-9]/.test(amount) ? [amount] : []);
      checked += paid.length;
    }
    expect(checked).toBe(rows.length);
  });
});

describe("the truth is the sum of the rows", () => {
  const totals = (of: World): ReturnType<typeof truthOf> => truthOf(of);

  test("the wallet is the sum of its income rows", () => {
    const [truth] = totals(world);
    const asset = (name: string): string =>
      plainText(
        sumOf(main.incomes.filter((row) => row.asset === name).map((row) => parseFraction(row.amount))),
      );
    expect(truth?.wallets).toEqual({ USDT: asset("USDT"), ASTER: asset("ASTER") });
  });
  test("days add up to the wallet, wherever they are cut", () => {
    for (const utcOffsetMinutes of [0, 330, -480]) {
      const [truth] = truthOf(world, { utcOffsetMinutes });
      const usdt = (truth?.dayTotals ?? []).filter((day) => day.asset === "USDT");
      expect(plainText(sumOf(usdt.map((day) => parseFraction(day.amount))))).toBe(truth?.wallets["USDT"]);
    }
    expect(truthOf(world)[0]?.dayTotals[0]?.day).toBe("2026-01-01");
    expect(truthOf(world, { utcOffsetMinutes: -480 })[0]?.dayTotals[0]?.day).toBe("2025-12-31");
  });
  test("positions found backwards agree with the venue's own bookkeeping", () => {
    for (const [nth, account] of world.accounts.entries()) {
      const last = new Map(account.fills.map((fill) => [`${fill.symbol}/${fill.positionSide}`, fill]));
      const open = totals(world)[nth]?.positions ?? [];
      expect(open.length).toBeGreaterThan(2);
      for (const position of open) {
        const fill = last.get(`${position.symbol}/${position.positionSide}`);
        expect(plainText(parseFraction(fill?.quantityAfter ?? "0"))).toBe(position.quantity);
        const shown = fill?.averageEntryAfter ?? "";
        expect(position.averageEntry.startsWith(shown)).toBe(true);
      }
    }
  });
  test("the venue's PnL differs from the exact one by less than 1e-8 a closing fill", () => {
    const openings = generateWorld(plan({ openingPositions: true }));
    for (const truth of [...totals(world), ...totals(openings)]) {
      for (const series of truth.exactPnl) {
        const difference = add(
          parseFraction(series.venuePnl),
          parseFraction(`-${series.realizedPnl}`.replace("--", "")),
        );
        const bound = BigInt(series.closingFills + 1) * 10n ** 10n;
        const units = (difference.numerator * 10n ** 18n) / difference.denominator;
        expect(units < 0n ? -units <= bound : units <= bound, JSON.stringify(series)).toBe(true);
      }
    }
  });
  test("omitted REALIZED_PNL rows move the wallet all the same", () => {
    const omitted = generateWorld(plan({ omitRealizedPnlRows: true }));
    const complete = generateWorld(plan());
    expect(totals(omitted)[0]?.wallets).toEqual(totals(complete)[0]?.wallets);
    expect(totals(omitted)[0]?.incomeTotals.find((row) => row.incomeType === "REALIZED_PNL")).toMatchObject({
      amount: totals(complete)[0]?.incomeTotals.find((row) => row.incomeType === "REALIZED_PNL")?.amount,
      omittedRows: totals(complete)[0]?.incomeTotals.find((row) => row.incomeType === "REALIZED_PNL")?.rows,
    });
    const shown = omitted.accounts[0]?.incomes.filter((row) => !row.isOmitted) ?? [];
    expect(shown.some((row) => row.incomeType === "REALIZED_PNL")).toBe(false);
  });
  test("an opening position is part of the position, and of no fill", () => {
    const opened = generateWorld(
      plan({ openingPositions: true, symbols: ["BTCUSDT", "ETHUSDT"], fills: 40 }),
    );
    const [account] = opened.accounts as [WorldAccount];
    const summed = new Map(
      account.openings.map((opening) => [opening.symbol, parseFraction(opening.quantity)]),
    );
    for (const fill of account.fills) {
      const signed = parseFraction(fill.side === "BUY" ? fill.quantity : `-${fill.quantity}`);
      summed.set(fill.symbol, add(summed.get(fill.symbol) ?? ZERO_FRACTION, signed));
    }
    for (const [symbol, quantity] of summed) {
      const found =
        truthOf(opened)[0]?.positions.find((position) => position.symbol === symbol)?.quantity ?? "0";
      expect(found).toBe(plainText(quantity));
    }
  });
  test("nothing later than the given instant is counted", () => {
    const until = plan({}).from;
    expect(truthOf(world, { until })[0]?.rows).toEqual({
      income: 0,
      fills: 0,
      forced_orders: 0,
      margin_changes: 0,
    });
    expect(truthOf(world, { until: UNTIL })).toEqual(truthOf(world));
  });
});

test("a hundred thousand fills", () => {
  const big = generateWorld(plan({ fills: 100_000, until: plan().until }));
  const [truth] = truthOf(big);
  expect(truth?.rows.fills).toBeGreaterThan(95_000);
  expect(truth?.rows.income).toBeGreaterThan(100_000);
}, 60_000);
