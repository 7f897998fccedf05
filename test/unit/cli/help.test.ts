/**
 * The help: commands in the order in which a user comes to need them, and what the exit codes mean, as the
 * README says it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { COMMANDS, nameOf } from "../../../src/cli/commands.ts";
import { systemClock } from "../../../src/clock.ts";
import { PACKAGE_FOLDER } from "../../../src/package.ts";
import { EXIT, EXIT_MEANINGS } from "../../../src/pipeline/exit-code.ts";
import { noInput } from "../../support/input.ts";

test("the README lists the exit codes with the words of the help", async () => {
  const readme = await readFile(join(PACKAGE_FOLDER, "README.md"), "utf8");
  for (const [name, meaning] of Object.entries(EXIT_MEANINGS))
    expect(readme).toContain(`| ${EXIT[name as keyof typeof EXIT]} | ${meaning} |`);
});

test("commands are listed in the order of use", () => {
  const names = COMMANDS.map(nameOf);
  expect(names.slice(0, 5)).toEqual(["init", "doctor", "run", "status", "report"]);
  expect(new Set(names).size).toBe(names.length);
});

test("each command can be loaded, and its examples begin with its name", async () => {
  for (const listed of COMMANDS) {
    const { examples, options } = await listed.load();
    expect(examples.length, `${nameOf(listed)} has an example`).toBeGreaterThan(0);
    for (const [words] of examples) expect(`${words} `).toMatch(new RegExp(`^${nameOf(listed)} `));
    for (const [option, { describe, choices }] of Object.entries(options))
      expect(describe ?? choices, `${nameOf(listed)} --${option} says what it is`).toBeDefined();
  }
});

test("the help of each command says what its exit codes mean", async () => {
  for (const listed of COMMANDS) {
    let help = "";
    await runCommandLine([...nameOf(listed).split(" "), "--help"], {
      environment: {},
      clock: systemClock,
      signal: new AbortController().signal,
      workingFolder: "/",
      readInput: noInput,
      output: {
        write: (text) => {
          help += text;
        },
        columns: null,
      },
      errors: { write: () => {}, isTerminal: false },
    });
    expect(help, nameOf(listed)).toContain("Exit codes:\n   0  done, complete, reconciled\n");
  }
});
