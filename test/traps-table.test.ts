/** `docs/traps.md` names tests by file and title: each must be there, so that the table cannot rot. */
import { expect, test } from "vitest";
import { isTest, linesOf } from "./support/named-tests.ts";

const ROW = /^\| (?<number>\d+) \| (?<trap>[^|]*)\| `(?<file>[^`]+)` \| (?<title>.+) \|$/;

type Row = { readonly number: number; readonly trap: string; readonly file: string; readonly title: string };

const LINES = linesOf("traps.md").filter((line) => /^\| *\d/.test(line));

function rowOf(line: string): Row {
  const { number = "", trap = "", file = "", title = "" } = ROW.exec(line)?.groups ?? {};
  return { number: Number(number), trap: trap.trim(), file, title };
}

test("every test that docs/traps.md names is in its file, under its title", () => {
  const rows = LINES.map(rowOf);
  const missing = rows.filter(({ file, title }) => !isTest(file, title));
  expect(missing).toEqual([]);
});

test("the traps are numbered without a hole, and the first row of each says what it is", () => {
  const rows = LINES.map(rowOf);
  const numbers = [...new Set(rows.map((row) => row.number))];
  expect(numbers).toEqual(numbers.map((_, position) => position + 1));
  const first = numbers.map((number) => rows.find((row) => row.number === number));
  expect(first.filter((row) => row?.trap === "")).toEqual([]);
});
