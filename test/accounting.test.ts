/**
 * The figures of `docs/accounting.md`: those of the treatments are computed again from the events that the
 * page shows; those of the demo are held against its files in `test/e2e/demo.test.ts`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatDecimal, parseDecimal, sum } from "../src/domain/decimal.ts";
import { LOT_METHODS } from "../src/domain/treatment.ts";
import { bookAll, booksText, NO_FACTS, readEvents } from "./support/lot-tables.ts";

const PAGE = readFileSync(join(import.meta.dirname, "..", "docs", "accounting.md"), "utf8");
const CASE = readFileSync(
  join(import.meta.dirname, "golden", "lots", "funding-then-partial-close.golden.txt"),
  "utf8",
);

const EVENTS = CASE.slice(CASE.indexOf("at    | event"), CASE.indexOf("== books"));

test("the treatments by hand are those of the case that the books compute", () => {
  const events = readEvents(EVENTS);
  expect(booksText(events, bookAll(events, NO_FACTS))).toBe(CASE.slice(CASE.indexOf("-- disposals")));
  const rows = CASE.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const of = (...cells: readonly string[]) => formatDecimal(sum(cells.map(parseDecimal)));
  for (const method of LOT_METHODS) {
    // The second sale closes pieces of several lots.
    const [first, second] = ["5", "7"].map((fill) => {
      const pieces = rows.filter(([name, , closes]) => name === method && closes === fill);
      const [proceeds = "", cost = "", realizes = "", opening = "", closing = "", funding = ""] = Array.from(
        { length: 6 },
        (_, column) => of(...pieces.map((cells) => cells[5 + column] ?? "")),
      );
      expect(of(proceeds, `-${cost}`)).toBe(realizes);
      const fees = of(`-${opening}`, `-${closing}`);
      const results = [realizes, of(realizes, fees), of(realizes, funding), of(realizes, fees, funding)];
      expect(PAGE).toContain(`| ${method} | ${results.join(" | ")} |`);
      return { cost, results };
    });
    expect(PAGE).toMatch(
      new RegExp(`\\| ${method} \\| [^|]+ \\| ${first?.cost} \\| ${first?.results[0]} \\|`),
    );
    expect(PAGE).toMatch(new RegExp(`375 less a cost of[^:]* ${second?.cost}\\b`));
    const inside = [first, second].map((sale) => sale?.results.at(-1) ?? "");
    const [, ...totals] = rows.findLast(([name]) => name === method) ?? [];
    expect(new Set([...totals, of(...inside)])).toEqual(new Set(["62.685"]));
  }
  expect(PAGE).toContain("**62.685**");
});

const LINES = ["realized_pnl", "trading_fees", "rebates", "funding", "liquidation", "rewards", "transfers"];

/** Titles as on the page, the column of the figures, and the line of the wallet. */
const BOOKINGS = [
  { title: "May 2026", column: 2, wallet: "net_result" },
  { title: "June 2026", column: 3, wallet: "net_result" },
  { title: "2026", column: 4, wallet: "closing" },
];

test.each(BOOKINGS)(
  "the booking of $title has the figures of its span, and equal debits and credits",
  (of) => {
    const { title, column, wallet } = of;
    const cellsOf = (line: string) => line.split("|").map((cell) => cell.trim());
    const [, lines = ""] = new RegExp(`^\\| ${title} \\| debit .*\n.*\n((?:\\|.*\n)+)`, "m").exec(PAGE) ?? [];
    const sides = lines
      .trim()
      .split("\n")
      .map((line) => cellsOf(line).slice(2, 4));
    const [debits, credits] = [0, 1].map((side) =>
      formatDecimal(sum(sides.map((cells) => parseDecimal(cells[side] || "0")))),
    );
    expect(debits).toBe(credits);
    const figures = [...LINES, wallet].map((name) => {
      const line = PAGE.split("\n").find(
        (one) => one.startsWith(`| \`${name}\` |`) && cellsOf(one).length === 6,
      );
      return cellsOf(line ?? expect.fail(name))[column]?.replace("-", "") ?? "";
    });
    const booked = sides.flat().filter((cell) => cell !== "");
    expect(new Set(booked)).toEqual(new Set(figures.filter((figure) => figure !== "0")));
  },
);
