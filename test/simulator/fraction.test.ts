import { describe, expect, test } from "vitest";
import {
  add,
  compare,
  divide,
  multiply,
  parseFraction,
  plainText,
  subtract,
  truncatedText,
  unitsText,
} from "../../src/simulator/shared/fraction.ts";

describe("plain text survives reading and writing", () => {
  test.each(["0", "1", "-1", "0.5", "-0.375", "100", "12345678901234567890.123456789"])("%s", (text) => {
    expect(plainText(parseFraction(text))).toBe(text);
  });
  test.each([
    ["1.50", "1.5"],
    ["-0.00", "0"],
    ["007", "7"],
  ])("%s is written %s", (text, plain) => {
    expect(plainText(parseFraction(text))).toBe(plain);
  });
});

test.each(["", "1e-8", "+1", ".5", "1.", "NaN", "1,5", " 1"])("%j is refused", (text) => {
  expect(() => parseFraction(text)).toThrow(RangeError);
});

test("a third is kept exactly, and has no decimal", () => {
  const third = divide(parseFraction("1"), parseFraction("3"));
  expect(plainText(multiply(third, parseFraction("3")))).toBe("1");
  expect(() => plainText(third)).toThrow("1/3 has no finite decimal");
});

test("0.1 + 0.2 is 0.3", () => {
  expect(plainText(add(parseFraction("0.1"), parseFraction("0.2")))).toBe("0.3");
  expect(plainText(subtract(parseFraction("0.3"), parseFraction("0.1")))).toBe("0.2");
});

test.each([
  ["0.123456789", "0.12345678"],
  ["-0.123456789", "-0.12345678"],
  ["-0.000000009", "0.00000000"],
  ["27.384", "27.38400000"],
])("%s is truncated toward zero to %s", (exact, cut) => {
  expect(truncatedText(parseFraction(exact), 8)).toBe(cut);
});

test("a quotient of negatives is positive, and division by zero is refused", () => {
  expect(plainText(divide(parseFraction("-1"), parseFraction("-4")))).toBe("0.25");
  expect(plainText(divide(parseFraction("1"), parseFraction("-4")))).toBe("-0.25");
  expect(() => divide(parseFraction("1"), parseFraction("0.0"))).toThrow("divided by zero");
});

test("comparison does not depend on how a number is written", () => {
  expect(compare(parseFraction("1.10"), parseFraction("1.1"))).toBe(0);
  expect(compare(parseFraction("-2"), parseFraction("1"))).toBe(-1);
});

test("units without decimals are whole", () => {
  expect(unitsText(-5n, 0)).toBe("-5");
  expect(unitsText(5n, 3)).toBe("0.005");
});
