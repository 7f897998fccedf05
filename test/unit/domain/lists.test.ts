import { expect, test } from "vitest";
import { append, greatest } from "../../../src/domain/lists.ts";
import { tableText } from "../../../src/report/write-table.ts";

test("lists of any length", () => {
  const many = Array.from({ length: 500_000 }, (_, nth) => nth);
  const list = [-1];
  append(list, many);
  expect([list.length, list.at(-1)]).toEqual([500_001, 499_999]);
  expect([greatest(many), greatest([]), greatest([-1])]).toEqual([499_999, 0, 0]);
});

test("a table of more rows than a call takes arguments is drawn as one", () => {
  const rows = Array.from({ length: 125_000 }, (_, nth) => [nth === 99_999 ? "the widest" : String(nth)]);
  const options = { width: null, rowsMax: null, hasBorders: false, remarks: [] };
  const lines = tableText({ columns: ["number"], rows }, options).split("\n");
  expect(lines.slice(0, 3)).toEqual(["number", "0", "1"]);
  expect(lines.slice(-4)).toEqual(["124998", "124999", "125000 rows", ""]);
  expect(lines[100_000]).toBe("the widest");
  expect(lines).toHaveLength(125_003);
});
