/**
 * What a series held before its first fill, from the venue's own figures. Quantities are signed: a sale is
 * negative, and so is a short.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type InferredOpening,
  inferOpening,
  type SeriesSide,
  startsFlat,
  type VenueFill,
} from "../../../src/book/infer-opening.ts";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../../src/domain/decimal.ts";
import { averageSteps, realizedPnl } from "../../support/lot-tables.ts";
import { cell, readTable } from "../../support/text-table.ts";

const UNIT = parseDecimal("0.00000001");

function fillsOf(table: string): VenueFill[] {
  return readTable(table).map((row) => {
    const signedQuantity = parseDecimal(cell(row, "fill"));
    return {
      signedQuantity,
      value: signedQuantity.abs().times(parseDecimal(cell(row, "at"))),
      realizedPnl: parseDecimal(cell(row, "venue says")),
    };
  });
}

function infer(quantity: string, table: string): InferredOpening {
  return inferOpening(parseDecimal(quantity), fillsOf(table), UNIT);
}

function costText(opening: InferredOpening): string {
  return opening.kind === "opening" ? formatDecimal(opening.cost) : opening.kind;
}

describe("the cost of an opening", () => {
  test("follows from the first close of a long", () => {
    const opening = infer(
      "2",
      `
      fill | at  | venue says
        -1 | 120 |         20
      `,
    );
    expect(opening).toMatchObject({ kind: "opening", figures: 1, isFromEntryPrice: false });
    expect(costText(opening)).toBe("200");
  });

  test("follows from the first close of a short, and is negative", () => {
    const opening = infer(
      "-2",
      `
      fill | at | venue says
         2 | 90 |         20
      `,
    );
    expect(costText(opening)).toBe("-200");
  });

  test("leaves out what was bought since", () => {
    const opening = infer(
      "1",
      `
      fill | at  | venue says
         1 | 130 |          0   // the average is now 115
        -1 | 125 |         10
        -1 | 115 |          0
      `,
    );
    expect(opening).toMatchObject({ kind: "opening", figures: 2 });
    expect(costText(opening)).toBe("100");
  });

  test("counts of a fill through zero the closing part alone", () => {
    const opening = infer(
      "1",
      `
      fill | at  | venue says
        -3 | 110 |         10
         1 | 100 |         10   // the short that the fill opened: nothing of the opening is left in it
      `,
    );
    expect(opening).toMatchObject({ kind: "opening", figures: 1 });
    expect(costText(opening)).toBe("100");
  });

  test("is the number with the fewest decimals that the venue's truncated figures allow", () => {
    // A third of 100.1 is 33.3666…; the venue cuts the PnL of each close off behind the eighth decimal.
    const opening = infer(
      "3",
      `
      fill | at | venue says
        -1 | 40 | 6.63333333
        -1 | 40 | 6.63333333
        -1 | 40 | 6.63333333
      `,
    );
    expect(opening).toMatchObject({ kind: "opening", figures: 3 });
    expect(costText(opening)).toBe("100.1");
  });

  test("is refused when the venue's figures contradict each other: a fill is missing, or the quantity is another", () => {
    const opening = infer(
      "2",
      `
      fill | at  | venue says
        -1 | 120 |         20
        -1 | 120 |         21
      `,
    );
    expect(opening).toEqual({ kind: "contradicted", fill: 1 });
  });

  test("is the venue's entry price where nothing was closed yet", () => {
    const fills = fillsOf(`
      fill | at  | venue says
         1 | 130 |          0
    `);
    const opening = inferOpening(parseDecimal("1"), fills, UNIT, { fills: 1, price: parseDecimal("115.0") });
    expect(opening).toMatchObject({ kind: "opening", figures: 1, isFromEntryPrice: true });
    expect(costText(opening)).toBe("100");
  });

  test("must be the venue's entry price too, where both are known", () => {
    const fills = fillsOf(`
      fill | at  | venue says
        -1 | 120 |   19.87655
    `);
    const of = (price: string) =>
      inferOpening(parseDecimal("2"), fills, UNIT, { fills: 1, price: parseDecimal(price) }).kind;
    expect([of("100.12345"), of("100.22345")]).toEqual(["opening", "contradicted"]);
  });

  test.each<[what: string, kind: string, quantity: string, side: SeriesSide, table: string]>([
    ["a long below zero", "impossible", "-5", "LONG", "fill | at | venue says\n 5 | 90 | 20"],
    ["a short above zero", "impossible", "5", "SHORT", "fill | at | venue says\n -5 | 90 | 20"],
    ["a long that a sale turns", "contradicted", "2", "LONG", "fill | at | venue says\n -3 | 90 | 20"],
    [
      "a purchase with a result",
      "contradicted",
      "2",
      "BOTH",
      "fill | at | venue says\n 1 | 90 | 20\n -3 | 90 | 0",
    ],
    ["a cost below zero", "impossible", "2", "BOTH", "fill | at | venue says\n -2 | 90 | 200"],
  ])("is refused where no position can be so: %s", (_, kind, quantity, side, table) => {
    expect(inferOpening(parseDecimal(quantity), fillsOf(table), UNIT, null, side).kind).toBe(kind);
  });

  test("is not known where nothing was closed and nothing is shown", () => {
    expect(infer("1", "fill | at | venue says\n 1 | 130 | 0")).toEqual({ kind: "unknown_cost" });
  });
});

describe("whether a series began with nothing", () => {
  test.each<[answer: string, what: string, side: SeriesSide, table: string]>([
    [
      "agrees",
      "the first result is that of a series from flat",
      "BOTH",
      "fill | at | venue says\n 5 | 100 | 0\n -5 | 110 | 50\n 9 | 1 | 3",
    ],
    [
      "refuted",
      "the first result is another one",
      "BOTH",
      "fill | at | venue says\n 5 | 100 | 0\n -3 | 110 | 50",
    ],
    ["refuted", "the first fill has a result", "BOTH", "fill | at | venue says\n -10 | 110 | 200"],
    ["refuted", "a long is sold that was never bought", "LONG", "fill | at | venue says\n -10 | 110 | 0"],
    ["silent", "nothing was closed", "BOTH", "fill | at | venue says\n 5 | 100 | 0"],
    [
      "silent",
      "what was closed had no result",
      "BOTH",
      "fill | at | venue says\n 5 | 100 | 0\n -5 | 100 | 0",
    ],
    ["silent", "nothing was traded", "LONG", "fill | at | venue says"],
  ])("%s: %s", (answer, _, side, table) => {
    expect(startsFlat(fillsOf(table), UNIT, side)).toBe(answer);
  });
});

test("a history cut off anywhere while a position is open gives the opening back: it reproduces every figure that follows", () => {
  const units = (most: number) => fc.integer({ min: 1, max: most });
  const anyFill = fc.record({ isPurchase: fc.boolean(), thousandths: units(5_000), tenths: units(20_000) });
  fc.assert(
    fc.property(fc.array(anyFill, { minLength: 2, maxLength: 30 }), fc.nat({ max: 29 }), (made, cut) => {
      const fills = made.map(({ isPurchase, thousandths, tenths }) => ({
        signedQuantity: parseDecimal(`${isPurchase ? "" : "-"}${thousandths}`).times(parseDecimal("0.001")),
        value: parseDecimal(String(thousandths * tenths)).times(parseDecimal("0.0001")),
      }));
      const booked = averageSteps(fills).map((step, place) => ({
        signedQuantity: fills[place]?.signedQuantity ?? ZERO,
        value: fills[place]?.value ?? ZERO,
        before: step.before,
        realizedPnl: truncated(realizedPnl(step.closed)),
      }));
      const rest = booked.slice(cut % booked.length);
      const quantity = rest[0]?.before.quantity ?? ZERO;
      if (quantity.isZero()) return;
      const inferred = inferOpening(quantity, rest, UNIT);
      expect(inferred.kind).not.toBe("contradicted");
      if (inferred.kind !== "opening") return;
      for (const [place, step] of averageSteps(rest, inferred).entries()) {
        const off = realizedPnl(step.closed)
          .minus(rest[place]?.realizedPnl ?? ZERO)
          .abs();
        // One unit for the venue's truncation, and one for ours of the released cost.
        expect(off.lte(UNIT.times(parseDecimal("2")))).toBe(true);
      }
    }),
  );
});

/** As venues print a PnL: cut off behind the eighth decimal, toward zero. */
function truncated(amount: Decimal): Decimal {
  return parseDecimal(amount.toFixed(8, 1));
}
