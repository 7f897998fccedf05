/** The rules of a position at average cost. Quantities are signed: a sale is negative, and so is a short. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decimal, formatDecimal, parseDecimal, sum, ZERO } from "../../../src/domain/decimal.ts";
import { type AverageStep, averageSteps, realizedPnl } from "../../support/lot-tables.ts";
import { cell, readTable } from "../../support/text-table.ts";

type PositionFill = { readonly signedQuantity: Decimal; readonly price: Decimal };
type Step = AverageStep & { readonly fill: PositionFill };

function bookAll(fills: readonly PositionFill[]): readonly Step[] {
  const steps = averageSteps(
    fills.map(({ signedQuantity, price }) => ({ signedQuantity, value: signedQuantity.abs().times(price) })),
  );
  return fills.flatMap((fill, place) => {
    const step = steps[place];
    return step === undefined ? [] : [{ ...step, fill }];
  });
}

function shown(step: Step): Record<string, string> {
  const { fill, after, closed } = step;
  return {
    fill: formatDecimal(fill.signedQuantity),
    at: formatDecimal(fill.price),
    leaves: formatDecimal(after.quantity),
    cost: formatDecimal(after.cost),
    closes: formatDecimal(closed?.quantity ?? ZERO),
    proceeds: formatDecimal(closed?.proceeds ?? ZERO),
    "bought for": formatDecimal(closed?.cost ?? ZERO),
    realizes: formatDecimal(realizedPnl(closed)),
  };
}

/** Books the fills of the table one after the other, and compares the columns that the table has. */
function expectPositions(table: string): void {
  const rows = readTable(table);
  const steps = bookAll(
    rows.map((row) => ({
      signedQuantity: parseDecimal(cell(row, "fill")),
      price: parseDecimal(cell(row, "at")),
    })),
  );
  const columns = Object.keys(rows[0] ?? {});
  const found = steps
    .map(shown)
    .map((row) => Object.fromEntries(columns.map((name) => [name, cell(row, name)])));
  expect(found).toEqual(rows);
}

describe("a long", () => {
  test("is built, trimmed, flipped short and closed", () => {
    expectPositions(`
      fill | at  | leaves | cost  | realizes
         1 | 100 |      1 |   100 |        0
         1 | 110 |      2 |   210 |        0
      -0.5 | 120 |    1.5 | 157.5 |      7.5   // half a unit cost 52.5, sold for 60
      -2.5 | 120 |     -1 |  -120 |     22.5   // closes 1.5, opens 1 short at 120
         1 |  90 |      0 |     0 |       30
    `);
  });

  test("that is added to after a trim averages the new purchase with what was left", () => {
    expectPositions(`
      fill | at | leaves | cost | realizes
         4 | 10 |      4 |   40 |        0
        -2 | 15 |      2 |   20 |       10   // the average of what stays is untouched by a sale
         2 | 20 |      4 |   60 |        0   // now 15
        -4 | 14 |      0 |    0 |       -4
    `);
  });

  test("sold below its cost loses", () => {
    expectPositions(`
      fill | at    | leaves | cost | realizes
       0.3 | 60000 |    0.3 | 18000 |       0
      -0.3 | 59999.9 |    0 |     0 |   -0.03
    `);
  });
});

describe("a short", () => {
  test("is built, covered in part, flipped long and closed", () => {
    expectPositions(`
      fill | at  | leaves | cost   | realizes
        -1 | 100 |     -1 |   -100 |        0
        -1 |  90 |     -2 |   -190 |        0
       0.5 |  80 |   -1.5 | -142.5 |      7.5   // half a unit was sold for 47.5, bought back for 40
       2.5 |  80 |      1 |     80 |     22.5   // covers 1.5, opens 1 long at 80
        -1 | 110 |      0 |      0 |       30
    `);
  });

  test("bought back dearer than it was sold loses", () => {
    expectPositions(`
      fill | at  | leaves | cost | realizes
        -2 |  10 |     -2 |  -20 |        0
         1 |  12 |     -1 |  -10 |       -2
         1 |  13 |      0 |    0 |       -3
    `);
  });
});

describe("a closed piece", () => {
  test("has proceeds and a cost, both positive, whichever of the two came first", () => {
    expectPositions(`
      fill | at  | closes | proceeds | bought for | realizes
         2 | 100 |      0 |        0 |          0 |        0
        -1 | 130 |      1 |      130 |        100 |       30   // a long: bought first
        -3 | 130 |      1 |      130 |        100 |       30   // only what was open is closed
         2 | 150 |      2 |      260 |        300 |      -40   // a short: sold first
    `);
  });

  test("of a fill of no quantity does not exist either", () => {
    const steps = bookAll([
      { signedQuantity: parseDecimal("-1"), price: parseDecimal("5") },
      { signedQuantity: parseDecimal("0"), price: parseDecimal("7") },
    ]);
    expect(steps.map(({ closed }) => closed)).toEqual([null, null]);
  });

  test("of a fill that only opens does not exist", () => {
    const steps = bookAll([
      { signedQuantity: parseDecimal("1"), price: parseDecimal("5") },
      { signedQuantity: parseDecimal("1"), price: parseDecimal("7") },
    ]);
    expect(steps.map(({ closed }) => closed)).toEqual([null, null]);
  });
});

describe("a cost that does not divide", () => {
  test("is released to 18 decimals, and what the rounding leaves stays in the position", () => {
    expectPositions(`
      fill | at | leaves | cost                  | realizes
         2 | 33 |      2 |                    66 | 0
         1 | 34 |      3 |                   100 | 0
        -1 | 40 |      2 | 66.666666666666666667 | 6.666666666666666667
        -1 | 40 |      1 | 33.333333333333333333 | 6.666666666666666666   // …333 5 is rounded to the even …334
        -1 | 40 |      0 |                     0 | 6.666666666666666667   // 20 in all, to the last digit
    `);
  });

  test("does so for a short too", () => {
    expectPositions(`
      fill | at | leaves | cost                   | realizes
        -3 | 33 |     -3 |                    -99 | 0
        -4 | 34 |     -7 |                   -235 | 0
         1 | 30 |     -6 | -201.428571428571428571 | 3.571428571428571429
         6 | 30 |      0 |                      0 | 21.428571428571428571   // 235 − 7 × 30 = 25
    `);
  });

  test("gives all of it back to the fill that closes the last of it", () => {
    expectPositions(`
      fill       | at    | leaves     | cost                   | realizes
      0.00000003 | 0.1   | 0.00000003 |            0.000000003 | 0
      -0.00000001 | 0.2  | 0.00000002 |            0.000000002 | 0.000000001
      -0.00000002 | 0.07 |          0 |                      0 | -0.0000000006
    `);
  });
});

describe("a fill that goes through zero", () => {
  test("is two fills at one price, so booking it in two gives the same", () => {
    const price = parseDecimal("120.37");
    const whole = bookAll([
      { signedQuantity: parseDecimal("3"), price: parseDecimal("100.11") },
      { signedQuantity: parseDecimal("-5"), price },
    ]);
    const parts = bookAll([
      { signedQuantity: parseDecimal("3"), price: parseDecimal("100.11") },
      { signedQuantity: parseDecimal("-3"), price },
      { signedQuantity: parseDecimal("-2"), price },
    ]);
    expect(formatDecimal(whole.at(-1)?.after.cost ?? ZERO)).toBe(
      formatDecimal(parts.at(-1)?.after.cost ?? ZERO),
    );
    const piece = ({ closed }: Step) =>
      [closed?.quantity, closed?.proceeds, closed?.cost].map((amount) => formatDecimal(amount ?? ZERO));
    expect(whole.slice(-1).map(piece)).toEqual(parts.slice(1, 2).map(piece));
  });

  test("opens the other side at its own price, whatever was paid before", () => {
    expectPositions(`
      fill | at  | leaves | cost | realizes
         1 |  10 |      1 |   10 |        0
        -3 |  50 |     -2 | -100 |       40
         5 |  20 |      3 |   60 |       60
    `);
  });
});

describe("laws", () => {
  /** Digits of venues: quantities of up to 8 decimals, prices of up to 10, some of both large. */
  const decimals = (scale: number, max: bigint) =>
    fc.bigInt({ min: 1n, max }).map((digits) => {
      const text = digits.toString().padStart(scale + 1, "0");
      return parseDecimal(scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`);
    });
  const anyQuantity = fc.oneof(decimals(0, 9n), decimals(3, 99_999n), decimals(8, 999_999_999_999n));
  const anyPrice = fc.oneof(decimals(0, 200n), decimals(2, 99_999_999n), decimals(10, 999_999_999_999_999n));
  const anyFill = fc.record({ quantity: anyQuantity, price: anyPrice, isSale: fc.boolean() }).map(
    ({ quantity, price, isSale }): PositionFill => ({
      signedQuantity: isSale ? quantity.negated() : quantity,
      price,
    }),
  );
  const anyFills = fc.array(anyFill, { minLength: 1, maxLength: 40 });

  const realizedOf = (steps: readonly Step[]): Decimal => sum(steps.map(({ closed }) => realizedPnl(closed)));

  test("always: cost after − realized PnL = cost before + signed quantity × price", () => {
    fc.assert(
      fc.property(anyFills, (fills) => {
        for (const { fill, before, after, closed } of bookAll(fills)) {
          const left = after.cost.minus(realizedPnl(closed));
          const right = before.cost.plus(fill.signedQuantity.times(fill.price));
          expect(formatDecimal(left)).toBe(formatDecimal(right));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("over any fills that end flat: Σ realized PnL = −Σ signed quantity × price, exactly, and no cost is left", () => {
    fc.assert(
      fc.property(anyFills, anyPrice, (fills, price) => {
        const open = bookAll(fills).at(-1)?.after ?? { quantity: ZERO, cost: ZERO };
        const all = open.quantity.isZero()
          ? fills
          : [...fills, { signedQuantity: open.quantity.negated(), price }];
        const steps = bookAll(all);
        const paid = sum(all.map((fill) => fill.signedQuantity.times(fill.price)));
        expect(formatDecimal(realizedOf(steps))).toBe(formatDecimal(paid.negated()));
        expect(formatDecimal(steps.at(-1)?.after.cost ?? ZERO)).toBe("0");
      }),
      { numRuns: 500 },
    );
  });

  test("the quantity is the sum of the fills, and no more is closed than was open", () => {
    fc.assert(
      fc.property(anyFills, (fills) => {
        const steps = bookAll(fills);
        expect(formatDecimal(steps.at(-1)?.after.quantity ?? ZERO)).toBe(
          formatDecimal(sum(fills.map((fill) => fill.signedQuantity))),
        );
        for (const { before, closed } of steps) {
          if (closed !== null) expect(closed.quantity.lte(before.quantity.abs())).toBe(true);
        }
      }),
    );
  });

  test("a short is a long in a mirror: with every fill turned round, all but the sign of the result is the same", () => {
    fc.assert(
      fc.property(anyFills, (fills) => {
        const turned = fills.map((fill) => ({ ...fill, signedQuantity: fill.signedQuantity.negated() }));
        expect(formatDecimal(realizedOf(bookAll(turned)))).toBe(
          formatDecimal(realizedOf(bookAll(fills)).negated()),
        );
      }),
    );
  });

  test("neither the proceeds nor the cost of a closed piece is negative", () => {
    fc.assert(
      fc.property(anyFills, (fills) => {
        for (const { closed } of bookAll(fills)) {
          if (closed === null) continue;
          expect(
            [closed.proceeds, closed.cost].filter((amount) => amount.isNegative() && !amount.isZero()),
          ).toEqual([]);
        }
      }),
    );
  });
});
