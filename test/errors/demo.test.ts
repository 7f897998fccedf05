/** The demo makes its folders anew. What is in them and is nobody's demo is not its to delete. */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_HEAD } from "../../src/cli/commands/demo-folders.ts";
import type { Rig } from "../support/rig.ts";
import { asRead, smallRig } from "./small-world.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig();
});
afterAll(() => rig.close());

const DEMOS = `${DEMO_HEAD}\nstore: ./perpbooks-data\n`;

test.each([
  {
    title: "reports of somebody's own, and no demo's books beside them",
    files: ["x/manifest.json", "x/fills.csv", "x/fills.json", "x/gaps.csv", "x/gaps.json"],
    foreign: ["x/fills.csv", "x/fills.json", "x/gaps.csv", "and 2 more"],
  },
  {
    title: "books of somebody's own",
    files: ["x-books/perpbooks.yaml", "x-books/.env", "x-books/perpbooks-data/pg/base"],
    foreign: ["x-books/.env", "x-books/perpbooks-data", "x-books/perpbooks.yaml"],
  },
  {
    title: "files that somebody put beside an earlier demo's",
    files: [["x-books/perpbooks.yaml", DEMOS], "x-books/notes.txt", "x/fills-INCOMPLETE.csv", "x/taxes.csv"],
    foreign: ["x-books/notes.txt", "x/taxes.csv"],
  },
] as const)("$title", async ({ files, foreign }) => {
  for (const file of files) {
    const [name, text] = typeof file === "string" ? [file, "mine"] : file;
    await mkdir(dirname(join(rig.folder, name)), { recursive: true });
    await writeFile(join(rig.folder, name), text);
  }
  const before = await readdir(rig.folder, { recursive: true });
  const said = foreign.map((line) => (line.startsWith("and ") ? `  ${line}` : `  FOLDER/${line}`)).join("\n");
  expect(asRead(await rig.run("demo", "--output", "x"))).toEqual({
    exitCode: 2,
    message: `perpbooks demo: it would delete what is in FOLDER/x and FOLDER/x-books, and not all of that is an earlier demo's
${said}
  nothing was touched
  next: choose another folder with --output, or delete these yourself`,
  });
  expect(await readdir(rig.folder, { recursive: true })).toEqual(before);
  for (const name of ["x", "x-books"]) await rm(join(rig.folder, name), { recursive: true, force: true });
});
