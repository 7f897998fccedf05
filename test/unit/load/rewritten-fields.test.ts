/** Which fields of a row the venue changed though it may not. */
import { expect, test } from "vitest";
import { rewrittenFields } from "../../../src/load/rewritten-fields.ts";

const ROW = '{"tranId":9007199254740993,"income":"1.10","asset":"USDT","status":"NEW","info":null}';

test.each<
  readonly [title: string, after: string, mayChange: readonly string[], rewritten: readonly string[]]
>([
  ["the same row", ROW, [], []],
  [
    "the same fields in another order",
    '{"info":null,"status":"NEW","asset":"USDT","income":"1.10","tranId":9007199254740993}',
    [],
    [],
  ],
  ["white space", ROW.replaceAll(",", ", "), [], []],
  ["a number that is now quoted", ROW.replace("9007199254740993", '"9007199254740993"'), [], []],
  ["text that is now a number", ROW.replace('"1.10"', "1.10"), [], []],
  ["a field that is new", ROW.replace("{", '{"fresh":1,'), [], []],
  ["a field that is no longer there", ROW.replace('"income":"1.10",', ""), [], []],
  ["an amount", ROW.replace("1.10", "1.11"), [], ["income"]],
  ["an id in a digit that a float does not hold", ROW.replace("993", "992"), [], ["tranId"]],
  ["an amount with other zeros behind it", ROW.replace("1.10", "1.1"), [], []],
  ["an amount with another sign", ROW.replace("1.10", "-1.10"), [], ["income"]],
  ["an empty field that is filled", ROW.replace("null", '"because"'), [], ["info"]],
  [
    "several fields, in the order of the row",
    ROW.replace("USDT", "USDC").replace("1.10", "2"),
    [],
    ["income", "asset"],
  ],
  ["a field that may change", ROW.replace("NEW", "FILLED"), ["status"], []],
  [
    "a field that may change, and one that may not",
    ROW.replace("NEW", "FILLED").replace("1.10", "2"),
    ["status"],
    ["income"],
  ],
  ["a row that is no object any more", '["NEW"]', ["status"], ["the whole row"]],
])("%s", (_title, after, mayChange, rewritten) => {
  expect(rewrittenFields(ROW, after, mayChange)).toEqual(rewritten);
});
