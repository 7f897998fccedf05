/** Every figure of the page is a cell of a CSV beside it, or one of the sums that it may show. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unexplainedFigures, unmarkedFigures } from "../support/statement-figures.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "report");

test.each(["complete", "incomplete"])("of the small books, %s", async (folder) => {
  expect(await unexplainedFigures(join(GOLDEN, folder))).toEqual([]);
});

const PLAIN: readonly (readonly [html: string, figure: string | undefined])[] = [
  ["<p>It earned +5 USDT</p>", "+5"],
  ["<p>It lost −1,234.5 USDT</p>", "−1,234.5"],
  ["<td>0.007</td>", "0.007"],
  ["<td>1,234</td>", "1,234"],
  ['<td><data value="5">+5.00</data> on 2 May</td>', undefined],
  ["<td>61 days, 12 of 20, 62 %, 3.6 d, 2026-05-02 10:07</td>", undefined],
  ["<p>until 2026-05-02T10:07:00.000+02:00</p>", undefined],
];

test.each(PLAIN)("what is written as plain text in %s: %s", (html, figure) => {
  expect(unmarkedFigures(html)[0]?.figure).toBe(figure);
});

test("a figure that differs in one digit is found, and one that is rounded away", async () => {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-figures-"));
  try {
    await cp(join(GOLDEN, "complete"), folder, { recursive: true });
    const file = join(folder, "statement-INCOMPLETE.html");
    const html = await readFile(file, "utf8");
    const [whole = "", value = "", text = ""] = /<data[^>]* value="(\d+\.\d+)">([^<]+)</.exec(html) ?? [];
    await writeFile(file, html.replace(whole, whole.replace(value, `${value}1`).replace(text, "0.00")));
    expect(await unexplainedFigures(folder)).toEqual([
      `${value}1 is in no file`,
      `0.00 is not ${value}1 rounded`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
