/** `docs/security.md` names a test for each thing that stands against a danger: each must be there. */
import { expect, test } from "vitest";
import { isTest, linesOf } from "./support/named-tests.ts";

const ROW = /^\| (?<against>[^|]+) \| `(?<file>[^`]+)` \| (?<title>[^|]+) \|$/;
const HEADS = ["| what stands against it | file | test |", "| ---------------------- | ---- | ---- |"];

test("every danger has something that stands against it, and each of these a test of that title in that file", () => {
  const lines = linesOf("security.md");
  const rows = lines.filter((line) => line.startsWith("|") && !HEADS.includes(line));
  const missing = rows.filter((row) => {
    const { file = "", title = "" } = ROW.exec(row)?.groups ?? {};
    return !isTest(file, title);
  });
  expect(missing).toEqual([]);
  const sections = lines.join("\n").split(/^## /m).slice(1);
  expect(sections.length).toBeGreaterThan(6);
  const bare = sections.filter((section) => !section.includes(HEADS.join("\n")));
  expect(bare.map((section) => section.split("\n")[0])).toEqual([]);
});
