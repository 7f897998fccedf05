import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { systemClock } from "../../src/clock.ts";
import { readFolder } from "../support/rig.ts";

async function runDemo(folder: string): Promise<{ exitCode: number; output: string }> {
  let output = "";
  const exitCode = await runCommandLine(["demo", "--output", "reports"], {
    environment: {},
    clock: systemClock,
    signal: new AbortController().signal,
    workingFolder: folder,
    output: {
      write: (text) => {
        output += text;
      },
      columns: null,
    },
    errors: { write: () => {}, isTerminal: false },
  });
  return { exitCode, output: output.replaceAll(folder, "") };
}

test("the demo ends with exit code 0, a summary of every account, and the same bytes whenever it is run", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-demo-"));
  const first = await runDemo(folder);
  const files = await readFolder(join(folder, "reports"));
  const second = await runDemo(folder);
  expect(first.exitCode).toBe(0);
  const accounts = [
    "main (aster)",
    "hedge (aster)",
    "second (binance-usdm)",
    "edgex-v1 (edgex)",
    "edgex-sub (edgex)",
    "edgex-v2 (edgex)",
  ];
  for (const account of accounts) expect(first.output).toContain(account);
  expect(first.output).not.toContain("INCOMPLETE");
  expect(Object.keys(files)).toContain("manifest.json");
  // All of it is proven, so no report may find a difference of its own.
  for (const [name, text] of Object.entries(files).filter(([name]) => name.endsWith(".csv")))
    expect(
      text.split(/\r?\n/).filter((line) => /(^|,)differs(,|$)/.test(line)),
      name,
    ).toEqual([]);
  expect(second).toEqual(first);
  expect(await readFolder(join(folder, "reports"))).toEqual(files);
  await rm(folder, { recursive: true });
});
