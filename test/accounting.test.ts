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
  for (const method of LOT_METHODS) {
    const [, , , , , proceeds = "", cost = "", realizes = "", opening = "", closing = "", funding = ""] =
      rows.find(([name, , closes]) => name === method && closes === "5") ?? expect.fail(method);
    const of = (...cells: readonly string[]) => formatDecimal(sum(cells.map(parseDecimal)));
    const fees = of(`-${opening}`, `-${closing}`);
    expect(of(proceeds, `-${cost}`)).toBe(realizes);
    expect(PAGE).toContain(
      `| ${method} | ${realizes} | ${of(realizes, fees)} | ${of(realizes, funding)} | ${of(realizes, fees, funding)} |`,
    );
    expect(PAGE).toMatch(new RegExp(`\\| ${method} \\| [^|]+ \\| ${cost} \\| ${realizes} \\|`));
    const [, ...totals] = rows.findLast(([name]) => name === method) ?? [];
    expect(new Set(totals)).toEqual(new Set(["62.685"]));
  }
  expect(PAGE).toContain("**62.685**");
});
