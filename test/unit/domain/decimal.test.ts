import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divide, formatDecimal, parseDecimal, readDecimal, sum, ZERO } from "../../../src/domain/decimal.ts";

describe("reading", () => {
  test.each([
    "0",
    "7",
    "-7",
    "0.00000001",
    "-0.5",
    "00012.50",
    "9007199254740993",
    "123456789012345678901234567890.123456789012345678",
  ])("%s is plain decimal text", (text) => expect(readDecimal(text)).not.toBeNull());

  test.each([
    "",
    " ",
    " 1",
    "1 ",
    "1e-8",
    "1E5",
    "+1",
    ".5",
    "5.",
    "1,000",
    "1_000",
    "0x10",
    "NaN",
    "Infinity",
    "--1",
    "-",
    "1.2.3",
    "١",
  ])('"%s" is not, and is refused', (text) => {
    expect(readDecimal(text)).toBeNull();
    expect(() => parseDecimal(text)).toThrow(`a plain decimal was expected, found "${text}"`);
  });
});

describe("printing", () => {
  test.each([
    ["0", "0"],
    ["-0", "0"], // never a minus sign before zero
    ["-0.000", "0"],
    ["1.500", "1.5"], // no zeros that say nothing
    ["100", "100"],
    ["0.000000000000000000000001", "0.000000000000000000000001"], // no exponent, however small
    ["1000000000000000000000000000000", "1000000000000000000000000000000"], // or large
    ["-12.000000000000000001", "-12.000000000000000001"],
  ])("%s is printed as %s", (text, printed) => expect(formatDecimal(parseDecimal(text))).toBe(printed));

  test("what is printed reads as what it was", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
        fc.nat({ max: 24 }),
        (digits, scale) => {
          const value = parseDecimal(String(digits)).div(parseDecimal("10").pow(scale));
          expect(parseDecimal(formatDecimal(value)).eq(value)).toBe(true);
          expect(formatDecimal(value)).toMatch(/^(?:0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/);
        },
      ),
    );
  });
});

describe("arithmetic", () => {
  test("adds, subtracts and multiplies forty digits exactly", () => {
    const large = parseDecimal("12345678901234567890.12345678");
    expect(formatDecimal(large.plus(parseDecimal("0.000000000000000001")))).toBe(
      "12345678901234567890.123456780000000001",
    );
    expect(formatDecimal(large.times(parseDecimal("98765432109876543210.98765432")))).toBe(
      "1219326311370217952261850326434994665432.2511812221002896",
    );
    expect(formatDecimal(large.minus(large))).toBe("0");
  });

  test.each([
    ["1", "3", 18, "0.333333333333333333"],
    ["2", "3", 18, "0.666666666666666667"],
    ["0.5", "1", 0, "0"], // half goes to the even neighbour …
    ["1.5", "1", 0, "2"],
    ["2.5", "1", 0, "2"],
    ["-2.5", "1", 0, "-2"], // … whatever the sign
    ["-3.5", "1", 0, "-4"],
    ["2.51", "1", 0, "3"],
    ["1", "8", 2, "0.12"],
    ["3", "8", 2, "0.38"],
    ["10", "4", 8, "2.5"],
    ["-1", "3", 4, "-0.3333"],
    ["0", "3", 4, "0"],
  ])("%s ÷ %s to %i decimals is %s", (dividend, divisor, scale, quotient) =>
    expect(formatDecimal(divide(parseDecimal(dividend), parseDecimal(divisor), scale))).toBe(quotient),
  );

  test("a sum of many tenths has no error, and of nothing is zero", () => {
    expect(formatDecimal(sum(Array.from({ length: 1000 }, () => parseDecimal("0.1"))))).toBe("100");
    expect(sum([])).toBe(ZERO);
  });
});
