/** `perpbooks statement`: one page, where it says, of the period that was asked for. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { NOW, smallRig } from "../errors/small-world.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import type { Rig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig();
  expect((await rig.run("run")).exitCode).toBe(0);
});
afterAll(() => rig.close());

test("it writes one page and says where; the page is that of the report's folder but for its files", async () => {
  const period = ["--period", "2026-05"];
  expect(await rig.run("statement", ...period, "--output", "pages")).toMatchObject({
    exitCode: 0,
    errors: "",
    output: `${join(rig.folder, "pages", "statement-2026-05.html")}\n`,
  });
  await rig.run("report", ...period, "--output", "whole");
  const withoutFiles = async (path: string) =>
    (await readFile(join(rig.folder, path), "utf8")).replace(
      /<details><summary>The \d+ files[\s\S]*?<\/details>/,
      "",
    );
  expect(await withoutFiles("pages/statement-2026-05.html")).toBe(await withoutFiles("whole/statement.html"));
});

test("a period in which nothing happened has its page, which says so", async () => {
  const { exitCode, output } = await rig.run("statement", "--period", "2025", "--output", "pages");
  const path = join(rig.folder, "pages", "statement-2025.html");
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: `${path}\n` });
  expect(await readFile(path, "utf8")).toContain("No position was closed and no fee or funding was booked.");
});

test("of an incomplete period it says so in the name, on the page and in words, and its exit code is 3", async () => {
  const world = scriptedWorld([
    {
      name: "main",
      play: (account) => account.cash(parseInstant("2026-05-02T00:00:00Z"), "TRANSFER", "1000"),
    },
  ]);
  // Binance serves three months of cash.
  const gap = await newBinanceRig({ kind: QUICK_KIND, world, now: NOW, since: "2026-01-01" });
  await gap.run("run");
  const { exitCode, output, errors } = await gap.run("statement", "--period", "2026", "--output", "pages");
  const path = join(gap.folder, "pages", "statement-2026-INCOMPLETE.html");
  const [first, ...sentences] = output.trimEnd().split("\n");
  expect({ exitCode, errors, first }).toEqual({ exitCode: 3, errors: "", first: path });
  expect(sentences.length).toBeGreaterThan(0);
  expect(sentences.filter((sentence) => !sentence.startsWith("INCOMPLETE: main: "))).toEqual([]);
  const page = await readFile(path, "utf8");
  expect(page).toContain(": Incomplete</title>");
  await gap.close();
});

test("--open gives it to the desktop's own program, and says so where there is none", async () => {
  const programs = join(rig.folder, "programs");
  await mkdir(programs);
  const words = ["statement", "--period", "2026-05", "--output", "pages", "--open"];
  expect((await rig.runWith({ PATH: programs }, ...words)).errors).toBe(
    "it could not be opened: there is no xdg-open here\n  next: open it yourself\n",
  );
  const opened = join(rig.folder, "opened");
  await writeFile(join(programs, "xdg-open"), `#!/bin/sh\necho "$1" >'${opened}'\n`);
  await chmod(join(programs, "xdg-open"), 0o755);
  await rig.runWith({ PATH: programs }, ...words);
  await expect
    .poll(() => readFile(opened, "utf8").catch(() => ""))
    .toBe(`${join(rig.folder, "pages", "statement-2026-05.html")}\n`);
});
