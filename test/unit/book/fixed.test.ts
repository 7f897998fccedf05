import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIXED_SCALE, formatFixed, ONE, parseFixed, proportion } from "../../../src/book/lots/fixed.ts";
import { divide, formatDecimal, parseDecimal } from "../../../src/domain/decimal.ts";

/** Plain decimal text with at most `decimals` decimals. */
const anyText = (decimals: number) =>
  fc
    .record({
      digits: fc.bigInt({ min: 0n, max: 10n ** 60n }),
      scale: fc.integer({ min: 0, max: decimals }),
      isNegative: fc.boolean(),
    })
    .map(({ digits, scale, isNegative }) => {
      const text = digits.toString().padStart(scale + 1, "0");
      const plain = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
      return isNegative ? `-${plain}` : plain;
    });

describe("reading and printing", () => {
  test.each([
    ["0", "0"],
    ["-0", "0"], // never a minus sign before zero
    ["-0.000", "0"],
    ["1.500", "1.5"],
    ["00012.50", "12.5"],
    ["-0.5", "-0.5"],
    ["100", "100"],
    ["9007199254740993.00000001", "9007199254740993.00000001"],
    [`0.${"0".repeat(39)}1`, `0.${"0".repeat(39)}1`], // the last of forty decimals
    [`-7.${"3".repeat(40)}`, `-7.${"3".repeat(40)}`],
  ])("%s is printed as %s", (text, printed) => expect(formatFixed(parseFixed(text))).toBe(printed));

  test.each(["", " 1", "1e-8", "+1", ".5", "5.", "NaN", "1.2.3", `0.${"0".repeat(40)}1`])(
    '"%s" is refused: nothing is rounded on the way in',
    (text) =>
      expect(() => parseFixed(text)).toThrow(
        `a plain decimal with at most 40 decimals was expected, found "${text}"`,
      ),
  );

  test("is as the program's decimal prints it, and reads as what it was", () => {
    fc.assert(
      fc.property(anyText(FIXED_SCALE), (text) => {
        expect(formatFixed(parseFixed(text))).toBe(formatDecimal(parseDecimal(text)));
        expect(parseFixed(formatFixed(parseFixed(text)))).toBe(parseFixed(text));
      }),
    );
  });
});

describe("a share", () => {
  test.each([
    ["1", "1", "3", 18, "0.333333333333333333"],
    ["2", "1", "3", 18, "0.666666666666666667"],
    ["100", "2", "3", 0, "67"],
    ["0.5", "1", "1", 0, "0"], // half goes to the even neighbour …
    ["1.5", "1", "1", 0, "2"],
    ["2.5", "1", "1", 0, "2"],
    ["-2.5", "1", "1", 0, "-2"], // … whatever the sign
    ["-3.5", "1", "1", 0, "-4"],
    ["2.51", "1", "1", 0, "3"],
    ["-0.0001", "1", "3", 4, "0"],
    ["1", "1", "3", 40, `0.${"3".repeat(40)}`],
  ])("of %s, %s of %s, to %i decimals is %s", (amount, part, whole, decimals, share) =>
    expect(formatFixed(proportion(parseFixed(amount), parseFixed(part), parseFixed(whole), decimals))).toBe(
      share,
    ),
  );

  test("is what the program's one division makes of it", () => {
    // Of a width at which the product of two is exact as a decimal too, and its quotient has room.
    const anyAmount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((digits) => digits * 10n ** 28n);
    const anyPositive = fc.bigInt({ min: 1n, max: 10n ** 20n }).map((digits) => digits * 10n ** 28n);
    fc.assert(
      fc.property(
        anyAmount,
        anyPositive,
        anyPositive,
        fc.nat({ max: 18 }),
        (amount, part, whole, decimals) => {
          const [a, b, c] = [amount, part, whole].map((one) => parseDecimal(formatFixed(one)));
          if (a === undefined || b === undefined || c === undefined) return;
          expect(formatFixed(proportion(amount, part, whole, decimals))).toBe(
            formatDecimal(divide(a.times(b), c, decimals)),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("has no more decimals than it may", () => {
    expect(() => proportion(ONE, ONE, ONE, 41)).toThrow("41 is no number of decimals from 0 to 40");
  });
});
