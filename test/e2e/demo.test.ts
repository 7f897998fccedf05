/**
 * Which bytes come out is kept in `golden/demo.sha256`: `UPDATE_GOLDEN=1 npx vitest run
 * test/e2e/demo.test.ts` makes it anew.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { freshDemoFolders } from "../../src/cli/commands/demo-folders.ts";
import { traceCommand } from "../../src/cli/commands/trace.ts";
import { systemClock } from "../../src/clock.ts";
import { listReports } from "../../src/report/definition.ts";
import { withoutVersions } from "../support/golden.ts";
import { noInput } from "../support/input.ts";
import { readFolder } from "../support/rig.ts";
import { rowsByReport } from "../support/rows-by-report.ts";
import { unexplainedFigures } from "../support/statement-figures.ts";

const HASHES = join(import.meta.dirname, "..", "golden", "demo.sha256");

async function run(folder: string, ...words: readonly string[]) {
  let [output, errors] = ["", ""];
  const exitCode = await runCommandLine(words, {
    environment: {},
    clock: systemClock,
    signal: new AbortController().signal,
    workingFolder: folder,
    readInput: noInput,
    output: {
      write: (text) => {
        output += text;
      },
      columns: null,
    },
    errors: {
      write: (text) => {
        errors += text;
      },
      isTerminal: false,
    },
  });
  return { exitCode, output: output.replaceAll(folder, ""), errors };
}

/** The months and the year of `docs/accounting.md`, line by line. */
function expectAccounting(files: Readonly<Record<string, string>>): void {
  const rows = ["2026/05", "2026/06", "2026"].map((folder) => {
    const [header = "", ...lines] = (files[`${folder}/balances.csv`] ?? "").split("\r\n");
    const row = lines.find((line) => line.startsWith("main,USDT,")) ?? expect.fail(folder);
    const cells = row.split(",");
    return new Map(header.split(",").map((name, place) => [name, cells[place]]));
  });
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "accounting.md"), "utf8");
  const names = ["opening", "realized_pnl", "trading_fees", "rebates", "funding", "liquidation", "rewards"];
  for (const name of [...names, "net_result", "transfers", "closing"])
    expect(page).toContain(`| \`${name}\` | ${rows.map((row) => row.get(name)).join(" | ")} |`);
}

/** A line a file, as `sha256sum` writes them, and one for what is printed. */
function hashLines(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, text]) => `${createHash("sha256").update(withoutVersions(text)).digest("hex")}  ${name}\n`)
    .join("");
}

test("the demo ends with exit code 0, a summary of every account, and the same bytes whenever it is run", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-demo-"));
  const runDemo = () => run(folder, "demo", "--output", "reports");
  const first = await runDemo();
  const files = await readFolder(join(folder, "reports"));
  expect({ exitCode: first.exitCode, errors: first.errors }, "its summary is all that it says").toEqual({
    exitCode: 0,
    errors: "",
  });
  expect(first.output).toMatch(
    /\n\d+ files in \/reports\nits books and their configuration in \/reports-books\nnext: perpbooks sql ".*" --config \/reports-books\/perpbooks.yaml\n$/,
  );
  expect(first.output).toContain(`\n${Object.keys(files).length} files in /reports\n`);
  const accounts = [
    "main (aster)",
    "hedge (aster)",
    "second (binance-usdm)",
    "edgex-v1 (edgex)",
    "edgex-sub (edgex)",
    "edgex-v2 (edgex)",
  ];
  for (const account of accounts) expect(first.output).toContain(account);
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  const [, shown = expect.fail("no part of the summary is in the README")] =
    readme.match(/```text\n(second [^`]+)```/) ?? [];
  for (const part of shown.split("\n\n")) expect(first.output, "what the README shows of it").toContain(part);
  expect(first.output).not.toContain("INCOMPLETE");
  expect(Object.keys(files)).toContain("manifest.json");
  // All of it is proven, so no report may find a difference of its own.
  for (const [name, text] of Object.entries(files).filter(([name]) => name.endsWith(".csv")))
    expect(
      text.split(/\r?\n/).filter((line) => /(^|,)differs(,|$)/.test(line)),
      name,
    ).toEqual([]);
  expectAccounting(files);
  const hashes = hashLines({ "(printed)": first.output, ...files });
  if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(HASHES, hashes);
  expect(hashes).toBe(await readFile(HASHES, "utf8"));
  const months = ["2026/05", "2026/06"].map((month) => join(folder, "reports", month));
  for (const path of ["", "2026"])
    expect(await unexplainedFigures(join(folder, "reports", path), months), `statement of ${path}`).toEqual(
      [],
    );
  for (const month of months) expect(await unexplainedFigures(month), `statement of ${month}`).toEqual([]);
  const config = ["--config", "reports-books/perpbooks.yaml"];
  const long = "2020-01-01..2030-12-31";
  expect((await run(folder, "report", "--period", long, "--output", "whole", ...config)).exitCode).toBe(0);
  const divided = (await listReports(null)).filter((one) => one.isByMonth).map(({ name }) => name);
  const whole = rowsByReport(await readFolder(join(folder, "whole")), divided);
  // An export may be called as a report is.
  const reports = Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith("exports/")));
  expect(rowsByReport(reports, divided), "the months together hold each row once").toEqual(whole);
  expect(divided.filter((name) => whole[name]?.length === 0)).toEqual(["adjustments", "fee-coin-disposals"]);
  await rm(join(folder, "whole"), { recursive: true });
  for (const [words] of traceCommand.examples) {
    const { exitCode, errors } = await run(folder, ...words.split(" "), ...config);
    expect({ exitCode, errors }, `perpbooks ${words}, as its help says`).toEqual({ exitCode: 0, errors: "" });
  }
  await freshDemoFolders(join(folder, "reports"));
  expect([await readdir(folder), await readdir(join(folder, "reports-books"))], "made anew").toEqual([
    ["reports-books"],
    [],
  ]);
  await rm(folder, { recursive: true });
});
