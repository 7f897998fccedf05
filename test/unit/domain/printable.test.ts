import { expect, test } from "vitest";
import { printable, printableLine } from "../../../src/domain/printable.ts";

test.each<[what: string, text: string, shown: string]>([
  ["text of any script", "币安人生USDT 🚀 é", "币安人生USDT 🚀 é"],
  ["line ends and tabs", "a\tb\r\nc\n", "a\tb\r\nc\n"],
  ["a line end that would write over the line", "safe\rlost", "safe\\u000dlost"],
  [
    "colours, titles and cursors",
    "\u001b[31mred\u001b]0;title\u0007",
    "\\u001b[31mred\\u001b]0;title\\u0007",
  ],
  ["the same in one byte", "\u009b31m", "\\u009b31m"],
  ["NUL, backspace, delete", "\0\b\u007f", "\\u0000\\u0008\\u007f"],
  ["what turns the direction of writing", "\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"],
  ["separators of lines", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["half a character", "\ud83d", "\\ud83d"],
])("%s", (_, text, shown) => expect(printable(text)).toBe(shown));

test("JSON says the same with it", () => {
  const text = JSON.stringify({ a: "\u001b\u009b\u202e\u2028\ud83d🚀" }, null, 2);
  expect(JSON.parse(printable(text))).toEqual(JSON.parse(text));
});

test("on one line, line ends too are shown by their number", () => {
  expect(printableLine("a\r\nnext: pay\tb")).toBe("a\\u000d\\u000anext: pay\\u0009b");
});
