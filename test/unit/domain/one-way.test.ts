import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDecimal } from "../../../src/domain/decimal.ts";
import { OneWayCheck } from "../../../src/domain/one-way.ts";
import { readRecordedFills } from "../../../src/simulator/binance-family/world/replay.ts";

type Traded = {
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly pnl: string;
};

/** The number of the first fill that cannot be, from 1; 0 where all can. */
function firstContradiction(fills: readonly Traded[]): number {
  const check = new OneWayCheck();
  return (
    1 +
    fills.findIndex(
      ({ side, price, quantity, pnl }) =>
        !check.accepts({
          side: side === "BUY" ? "BUY" : "SELL",
          price: parseDecimal(price),
          quantity: parseDecimal(quantity),
          realizedPnl: parseDecimal(pnl),
        }),
    )
  );
}

/** `BUY 2 at 100 pnl 0`, one a line. */
function fillsOf(text: string): readonly Traded[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [side = "", quantity = "", , price = "", , pnl = ""] = line.trim().split(/\s+/);
    return { side, quantity, price, pnl };
  });
}

describe("whether fills can be those of one position", () => {
  test.each<[title: string, fills: string, first: number]>([
    [
      "a long is built, trimmed, flipped short and closed",
      `BUY  1   at 100 pnl 0
       BUY  1   at 110 pnl 0
       SELL 0.5 at 120 pnl 7.5
       SELL 2.5 at 120 pnl 22.5
       BUY  1   at 90  pnl 30`,
      0,
    ],
    [
      "a history that begins with a long open",
      `SELL 1 at 120 pnl 20
       SELL 1 at 130 pnl 30
       BUY  2 at 100 pnl 0`,
      0,
    ],
    [
      "one that begins with a short open, and crosses zero within its first fill",
      `BUY  3 at 90 pnl 20
       SELL 1 at 95 pnl 5`,
      0,
    ],
    [
      "a close at the very cost has no result",
      `SELL 4 at 50 pnl 0
       BUY  4 at 50 pnl 0
       BUY  1 at 40 pnl 0`,
      0,
    ],
    ["fills that say nothing of their results", "BUY 1 at 10 pnl 0\nBUY 2 at 11 pnl 0\nBUY 1 at 12 pnl 0", 0],
    [
      "a result that the venue has cut off",
      `BUY  3 at 100    pnl 0
       BUY  4 at 101    pnl 0
       SELL 1 at 102.13 pnl 1.55857142
       SELL 6 at 102.13 pnl 9.35142857`,
      0,
    ],
    [
      "a long and a short side by side: what opened the short would have closed the long",
      `BUY  2 at 50 pnl 0
       SELL 2 at 60 pnl 0
       SELL 2 at 70 pnl 40
       BUY  2 at 40 pnl 40`,
      3,
    ],
    [
      "a result of a fill that would open",
      `BUY  1 at 50 pnl 0
       SELL 1 at 60 pnl 10
       BUY  1 at 55 pnl 5`,
      3,
    ],
    [
      "two closes that tell two costs",
      `SELL 1 at 120 pnl 20
       SELL 1 at 120 pnl 25`,
      2,
    ],
  ])("%s", (_title, fills, first) => {
    expect(firstContradiction(fillsOf(fills))).toBe(first);
  });

  test("every history of one position can be, whatever was open before it", () => {
    const step = fc.record({
      isBuy: fc.boolean(),
      quantity: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 50, max: 150 }),
    });
    const history = fc.record({
      open: fc.integer({ min: -20, max: 20 }),
      cost: fc.integer({ min: 50, max: 150 }),
      steps: fc.array(step, { maxLength: 40 }),
    });
    fc.assert(
      fc.property(history, ({ open, cost, steps }) => {
        let [position, average] = [open, cost];
        const fills = steps.map(({ isBuy, quantity, price }): Traded => {
          const signed = isBuy ? quantity : -quantity;
          const closed =
            Math.sign(position) === -Math.sign(signed) ? Math.min(quantity, Math.abs(position)) : 0;
          const pnl = closed * Math.sign(position) * (price - average);
          const after = position + signed;
          if (closed === 0) average = (Math.abs(position) * average + quantity * price) / Math.abs(after);
          else if (closed < quantity) average = price;
          position = after;
          return {
            side: isBuy ? "BUY" : "SELL",
            quantity: String(quantity),
            price: String(price),
            // As the venue does: toward zero, at 8 decimals.
            pnl: (Math.trunc(pnl * 1e8) / 1e8).toFixed(8),
          };
        });
        return firstContradiction(fills) === 0;
      }),
    );
  });

  test("no contract of the recorded accounts in one-way mode is taken for one in hedge mode", (context) => {
    const recorded = join(
      import.meta.dirname,
      "..",
      "..",
      "..",
      "..",
      "shared",
      "data",
      "recorded-fills.jsonl",
    );
    if (!existsSync(recorded)) {
      context.annotate("the recorded fills are not here: nothing was compared");
      return;
    }
    const contracts = new Map<string, Traded[]>();
    for (const fill of readRecordedFills(readFileSync(recorded, "utf8"))) {
      if (fill.positionSide !== "BOTH") continue;
      const key = `${fill.account} ${fill.symbol}`;
      const traded = { side: fill.side, price: fill.price, quantity: fill.qty, pnl: fill.realizedProfit };
      contracts.set(key, [...(contracts.get(key) ?? []), traded]);
    }
    expect(contracts.size).toBeGreaterThan(20);
    expect([...contracts].filter(([, fills]) => firstContradiction(fills) !== 0)).toEqual([]);
  });
});
