/** What a shell completes. The bash script is run by bash itself. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { systemClock } from "../../../src/clock.ts";
import type { ProcessContext } from "../../../src/pipeline/command-context.ts";
import { noInput } from "../../support/input.ts";

const run = promisify(execFile);

async function printed(...words: readonly string[]): Promise<string> {
  const parts: string[] = [];
  const write = (text: string) => {
    parts.push(text);
  };
  const context: ProcessContext = {
    environment: {},
    clock: systemClock,
    signal: new AbortController().signal,
    workingFolder: "/",
    readInput: noInput,
    output: { write, columns: null },
    errors: { write, isTerminal: false },
  };
  await runCommandLine(words, context);
  return parts.join("");
}

let script = "";
beforeAll(async () => {
  script = await printed("completion", "bash");
});

/** The last word is the one that is being typed. */
async function completed(line: string, folder = "/"): Promise<string[]> {
  const words = line.split(" ");
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const typed = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _perpbooks; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run("bash", ["-c", `${script}\n${typed}`], { cwd: folder });
  return stdout.split("\n").filter((word) => word !== "");
}

test.each([
  ["perpbooks rep", ["report"]],
  ["perpbooks run --a", ["--account", "--all-symbols"]],
  ["perpbooks gap ", ["accept"]],
  ["perpbooks gap accept --b", ["--because"]],
  ["perpbooks price f", ["fetch"]],
  ["perpbooks price import --k", ["--kind"]],
  ["perpbooks price import --kind ", ["ecb", "csv"]],
  ["perpbooks report --format c", ["csv"]],
  ["perpbooks trace --format ", ["text", "json"]],
  ["perpbooks trace e", ["entry", "export"]],
  ["perpbooks trace report daily-re", ["daily-reconciliation", "daily-result"]],
  ["perpbooks report fund", ["funding-by-symbol"]],
  ["perpbooks report fills fund", ["funding-by-symbol"]],
  ["perpbooks completion ", ["bash", "zsh", "fish"]],
  // Of a command that has no such option, nothing.
  ["perpbooks run --format t", []],
  // Nothing of ours: then the shell offers files.
  ["perpbooks import Binance", []],
])("bash completes %s", async (line, words) => {
  expect(await completed(line)).toEqual(words);
});

test("bash completes the names of accounts that the configuration has, and of no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-completion-"));
  await writeFile(
    join(folder, "perpbooks.yaml"),
    "accounts:\n  - name: main\n    venue: aster # name: none\n  - venue: edgex\n    name: 'hedge-2' # a word\n  # - name: second\n",
  );
  await writeFile(join(folder, "other.yaml"), "accounts:\n- { name: other, venue: aster }\n");
  const [here, elsewhere] = [
    await completed("perpbooks run --account ", folder),
    await completed("perpbooks gap accept --config other.yaml --account ", folder),
  ];
  await rm(folder, { recursive: true });
  expect([here, elsewhere]).toEqual([["main", "hedge-2"], ["other"]]);
});

test("zsh reads bash's script", async () => {
  const text = await printed("completion", "zsh");
  expect(text).toContain("bashcompinit");
  expect(text.endsWith(script)).toBe(true);
});

test("fish is told of every command and option", async () => {
  const lines = (await printed("completion", "fish")).split("\n");
  expect(lines).toContain(
    "complete -c perpbooks -n __fish_use_subcommand -f -a run -d 'the nightly job: sync, book, reconcile, report'",
  );
  expect(lines).toContain(
    "complete -c perpbooks -n '__fish_seen_subcommand_from gap; and __fish_seen_subcommand_from accept' -l because -d 'the reason, for anyone who asks later'",
  );
  expect(lines).toContain(
    `complete -c perpbooks -n '__fish_seen_subcommand_from run' -l account -x -a '(sed -nE "s/^[- {]*name: *[^[:alnum:]]?([[:alnum:]_-]+).*/\\\\1/p" perpbooks.yaml 2>/dev/null)' -d 'only this account (may be repeated)'`,
  );
  expect(lines).toContain(
    "complete -c perpbooks -n '__fish_seen_subcommand_from price; and __fish_seen_subcommand_from import' -l kind -x -a 'ecb csv' -d 'ecb: the ECB\\'s eurofxref-hist.csv. csv: time,base,quote,price[,quality]'",
  );
});
