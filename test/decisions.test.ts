/**
 * The decisions' form, and their index, which `UPDATE_DOCS=1 npx vitest run test/decisions.test.ts` writes
 * anew.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "..", "docs", "decisions");
const README = join(FOLDER, "README.md");
const NAMES = readdirSync(FOLDER)
  .filter((name) => name !== "README.md")
  .toSorted();

type Decision = {
  readonly name: string;
  readonly number: string;
  readonly title: string;
  readonly date: string;
  readonly status: string;
};

const FORM =
  /^# (\d{4})\. (.+[^.\n])\n\n- Date: (\d{4}-\d{2}-\d{2})\n- Status: (.+)\n\n[^\n#][\s\S]+\n\n\*\*Would change our mind\*\*: \S[^#]+\n$/;

/** In force, as it was or with something added; or another one stands in its place. */
const STATUS = /^(?:accepted|accepted, amended by \[\d{4}\]\(.+\.md\)|superseded by \[\d{4}\]\(.+\.md\))$/;

function textOf(name: string): string {
  return readFileSync(join(FOLDER, name), "utf8");
}

function decisionsIn(names: readonly string[]): readonly Decision[] {
  return names.flatMap((name) => {
    const [, number, title, date, status] = FORM.exec(textOf(name)) ?? [];
    return number === undefined || title === undefined || date === undefined || status === undefined
      ? []
      : [{ name, number, title, date, status }];
  });
}

function indexOf(decisions: readonly Decision[]): string {
  const rows = decisions.map(
    ({ name, number, title, date, status }) =>
      `| [${number}](${name}) | ${date} | ${title.replaceAll("|", "\\|")} | ${status} |`,
  );
  return ["| number | date | decision | status |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

test("every decision has number, title, date, status, its reason, and what would change our mind", () => {
  const decisions = decisionsIn(NAMES);
  const wellFormed = decisions.filter(
    ({ name, number, status }) => name.startsWith(`${number}-`) && STATUS.test(status),
  );
  const sound = new Set(wellFormed.map(({ name }) => name));
  expect(NAMES.filter((name) => !sound.has(name))).toEqual([]);
});

test("numbers are given once, and none is left out", () => {
  expect(NAMES.map((name) => name.slice(0, 4))).toEqual(
    NAMES.map((_, nth) => String(nth + 1).padStart(4, "0")),
  );
});

test("a decision that amends or supersedes another one comes after it", () => {
  const wrong = decisionsIn(NAMES).filter(({ number, status }) => {
    const [, other, name] = /\[(\d{4})\]\((.+)\)/.exec(status) ?? [];
    if (other === undefined || name === undefined) return false;
    return other <= number || !name.startsWith(`${other}-`) || !NAMES.includes(name);
  });
  expect(wrong).toEqual([]);
});

test("the index lists them all", () => {
  const [head] = readFileSync(README, "utf8").split("| number |");
  const text = `${head}${indexOf(decisionsIn(NAMES))}`;
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(README, text);
  expect(readFileSync(README, "utf8"), "run UPDATE_DOCS=1 npx vitest run test/decisions.test.ts").toBe(text);
});
