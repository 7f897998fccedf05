import { expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../../src/domain/decimal.ts";
import { judgeFunding } from "../../../src/reconcile/funding-amounts.ts";

const UNIT = parseDecimal("0.00000001");

/** `LONG -1.5` is due on the hour; `LONG? -3` would be by the position of a moment later. */
function due(words: string) {
  const [side = "", amount = ""] = words.split(" ");
  return { side: side.replace("?", ""), isOnHour: !side.endsWith("?"), amount: parseDecimal(amount) };
}

test.each<[what: string, due: readonly string[], paid: readonly string[], expected: string]>([
  ["one side, to the last digit", ["BOTH -1.5"], ["-1.5"], "1 agree, 0 rounded"],
  ["both sides of a hedge, in any order", ["LONG -1.5", "SHORT 0.5"], ["0.5", "-1.5"], "2 agree, 0 rounded"],
  ["both sides at one amount", ["LONG 0.5", "SHORT 0.5"], ["0.5", "0.5"], "2 agree, 0 rounded"],
  ["one unit of the last digit off", ["BOTH -1.5"], ["-1.50000001"], "0 agree, 1 rounded"],
  ["two units off", ["BOTH -1.5"], ["-1.50000002"], "0 agree, 0 rounded, -1.5 due and -1.50000002 paid"],
  ["of the other sign", ["BOTH -1.5"], ["1.5"], "0 agree, 0 rounded, -1.5 due and 1.5 paid"],
  [
    "one of two is another",
    ["LONG -1.5", "SHORT 0.5"],
    ["-1.5", "0.6"],
    "1 agree, 0 rounded, 0.5 due and 0.6 paid",
  ],
  ["as the position was a moment later", ["BOTH -1.5", "BOTH? -3"], ["-3"], "1 agree, 0 rounded"],
  ["opened a moment after the hour and charged", ["BOTH? -3"], ["-3"], "1 agree, 0 rounded"],
  ["opened a moment after the hour, another amount", ["BOTH? -3"], ["-2"], "0 agree, 0 rounded"],
  ["a rate of nothing, and something paid", ["BOTH 0"], ["-2"], "0 agree, 0 rounded, 0 due and -2 paid"],
  ["a row too many is another check's matter", ["BOTH -1.5"], ["-1.5", "-0.2"], "1 agree, 0 rounded"],
  ["so is one that is missing", ["LONG -1.5", "SHORT 0.5"], ["0.5"], "1 agree, 0 rounded"],
  ["nothing was open", [], ["-1"], "0 agree, 0 rounded"],
])("%s", (_, dueWords, paid, expected) => {
  const { agreeing, rounded, off } = judgeFunding(
    dueWords.map(due),
    paid.map((amount) => parseDecimal(amount)),
    UNIT,
  );
  const rest =
    off === null ? "" : `, ${formatDecimal(off.expected)} due and ${formatDecimal(off.found)} paid`;
  expect(`${agreeing} agree, ${rounded} rounded${rest}`).toBe(expected);
});
