/**
 * Every error says what happened, and a test has these words: whoever writes a message also shows how it
 * comes about.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { saidIn, textsIn } from "../support/said-words.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Whose words are not the program's: a venue's, and those of Postgres' protocol to other tools. */
const OTHERS_WORDS = /^src\/(?:simulator|store\/wire)\//;

function sourcesIn(folder: string): Map<string, string> {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

test("what every error says happened stands in a test", () => {
  const sources = sourcesIn("src");
  for (const path of sources.keys()) if (OTHERS_WORDS.test(path)) sources.delete(path);
  const said = saidIn(sources);
  const tested = [...sourcesIn("test").values()].flatMap(textsIn).join("\n");
  const untested = said.filter(({ fixed }) => !tested.includes(fixed)).map(({ what }) => what);
  expect(said.length, "the words are found").toBeGreaterThan(250);
  expect(untested).toEqual([]);
});
