import { describe, expect, test } from "vitest";
import { parseDecimal } from "../../../src/domain/decimal.ts";
import { formatInstant, instant } from "../../../src/domain/instant.ts";
import {
  BOOKED_DECIMALS_MAX,
  decimalFault,
  isStorableInstant,
  LAST_INSTANT,
  readStorableDecimal,
  shortened,
  textFault,
  withoutUnstorable,
} from "../../../src/domain/storable.ts";

const HALVES = "text without NUL characters and half surrogate pairs";
const LONG = "text of at most 200 bytes";

describe("what the store can hold", () => {
  test.each<[what: string, text: string, fault: string | null]>([
    ["nothing", "", null],
    ["letters of any script", "币安人生USDT 🚀 é", null],
    ["what a terminal obeys", "\u001b[31m\u0007", null],
    ["200 bytes", "a".repeat(200), null],
    ["201 bytes", "a".repeat(201), LONG],
    ["66 signs of three bytes", "币".repeat(66), null],
    ["67 signs of three bytes", "币".repeat(67), LONG],
    ["megabytes", "a".repeat(5_000_000), LONG],
    ["a NUL", "a\0b", HALVES],
    ["a high surrogate alone", "a\ud83d", HALVES],
    ["a low surrogate alone", "\ude00a", HALVES],
    ["two halves in the wrong order", "\ude00\ud83d", HALVES],
  ])("text: %s", (_, text, fault) => expect(textFault(text)).toBe(fault));

  test.each<[text: string, fault: string | null, faultBooked: string | null]>([
    ["0", null, null],
    ["-0.000000001", null, null],
    ["99999999999999999999.5", null, null],
    ["-100000000000000000000", "a decimal with at most 20 digits before its point", "the same"],
    [`0.${"0".repeat(19)}1`, null, null],
    [`0.${"0".repeat(20)}1`, null, `a decimal with at most ${BOOKED_DECIMALS_MAX} decimals`],
    // An equity of edgeX, which went through a float.
    [
      "0.48867214487909847796080764492643311314168386161327362060546875",
      null,
      "a decimal with at most 20 decimals",
    ],
    [`0.${"1".repeat(81)}`, "a decimal with at most 80 decimals", "a decimal with at most 20 decimals"],
  ])("amount: %s", (text, fault, faultBooked) => {
    const value = parseDecimal(text);
    expect(decimalFault(value)).toBe(fault);
    expect(decimalFault(value, BOOKED_DECIMALS_MAX)).toBe(faultBooked === "the same" ? fault : faultBooked);
    expect(readStorableDecimal(text)?.toFixed() ?? null).toBe(fault === null ? value.toFixed() : null);
  });

  test("time: from 1970 to the last year of four digits", () => {
    expect(formatInstant(instant(LAST_INSTANT))).toBe("9999-12-31T23:59:59.999Z");
    expect([-1, 0, LAST_INSTANT, LAST_INSTANT + 1].map(isStorableInstant)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test("what it cannot hold is written by its number, and what is too long is cut", () => {
    expect(withoutUnstorable("a\0b\ud83dc🚀")).toBe("a%00b%ud83dc🚀");
    expect(shortened("a".repeat(200))).toBe("a".repeat(200));
    expect(shortened("a".repeat(3_000))).toBe(`${"a".repeat(40)}%~3000`);
    expect(textFault(shortened("🚀".repeat(3_000)))).toBeNull();
  });
});
