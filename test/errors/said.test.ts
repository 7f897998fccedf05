/**
 * Every error says what happened, and a test has these words: whoever writes a message also shows how it
 * comes about. Words without one stand here with the reason; the list may only shrink.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { saidIn, textsIn } from "../support/said-words.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** By the words, with what is filled in as `…`. */
const WITHOUT_A_TEST: Readonly<Record<string, string>> = {
  "whoever read it has gone": "it is shown to nobody: who would read it has gone",
  "the question was not answered": "it takes a terminal whose input ends at a question",
  "the file could not be fetched in … tries":
    "it takes a venue that breaks off the same file again and again",
  "another run is writing its files there": "it takes another run that writes for five minutes",
  "the folder cannot be locked, because its file system holds no sockets":
    "it takes a file system of another system",
  "… and … are of one time, and only the first has trade ids: their rows cannot be told apart":
    "the simulator makes no file without trade ids",
  "an id of the file was expected (…)": "the simulator always gives one",
};

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
  const tests = sourcesIn("test");
  // Whose list of exceptions is no test of them.
  tests.delete("test/errors/said.test.ts");
  const tested = [...tests.values()].flatMap(textsIn).join("\n");
  const untested = said.filter(({ fixed }) => !tested.includes(fixed)).map(({ what }) => what);
  expect(said.length, "the words are found").toBeGreaterThan(250);
  expect(untested.toSorted()).toEqual(Object.keys(WITHOUT_A_TEST).toSorted());
});
