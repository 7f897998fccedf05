/** Questions at a terminal, and one that is closed at them. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askAt } from "../../src/cli/ask.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { rehearsalClock } from "../../src/clock.ts";
import { instant } from "../../src/domain/instant.ts";
import { noInput } from "../support/input.ts";

test.each([
  ["the first question", ""],
  ["a later one", "aster\n"],
])(
  "where the input ends at %s, it is said what can be done instead, and nothing is done",
  async (_, typed) => {
    const folder = await mkdtemp(join(tmpdir(), "perpbooks-ask-"));
    const interruption = new AbortController();
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = "";
    output.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown.endsWith(typed === "" ? "edgex): " : "[main]: ")) input.end();
    });
    input.write(typed);
    let errors = "";
    const exitCode = await runCommandLine(["init"], {
      environment: {},
      clock: rehearsalClock(instant(0)),
      signal: interruption.signal,
      workingFolder: folder,
      readInput: noInput,
      ask: (question) => askAt({ input, output, interruption, onInterruptKey: () => {} }, question),
      output: { write: () => {}, columns: 80 },
      errors: {
        write: (text) => {
          errors += text;
        },
        isTerminal: true,
      },
    });
    expect({ exitCode, errors }).toEqual({
      exitCode: 1,
      errors: `perpbooks: the question was not answered
  nothing was done
  next: give the answer as an option: see --help
`,
    });
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  },
);

test("each answer is shown once, however many questions came before", async () => {
  const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  const interruption = new AbortController();
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  for (const answer of ["first", "second", "third"]) {
    const asked = askAt({ input, output, interruption, onInterruptKey: () => {} }, "? ");
    // A terminal gives one key after the other.
    for (const key of `${answer}\r`) input.write(key);
    expect(await asked).toBe(answer);
  }
  expect(shown.replace(/[^a-z]/g, "")).toBe("firstsecondthird");
});
