/** Every figure of the page is a cell of a CSV beside it, or one of the sums that it may show. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unexplainedFigures } from "../support/statement-figures.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "report");

test.each(["complete", "incomplete"])("of the small books, %s", async (folder) => {
  expect(await unexplainedFigures(join(GOLDEN, folder))).toEqual([]);
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
