/** Where the log goes: nowhere unless it is wanted, and then whole. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asRead, smallRig } from "./small-world.ts";

const EVENT = /^\{"at":"[^"]+","event":"\w+"/;

test("without --log no line of the log is written; with it they go to a file, one after the other, and none to stderr", async () => {
  const rig = await smallRig();
  expect((await rig.run("sync")).errors).toBe("");
  expect(await rig.run("book", "--log", "perpbooks.log")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await rig.run("reconcile", "--log", "perpbooks.log")).toMatchObject({ exitCode: 0, errors: "" });
  const path = join(rig.folder, "perpbooks.log");
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  expect(lines).toEqual([
    `{"at":"2026-05-30T09:30:00.000Z","event":"account_booked","account":"main","records":175}`,
    `{"at":"2026-05-30T09:30:00.000Z","event":"account_ended","account":"main","exitCode":0}`,
    `{"at":"2026-05-30T09:30:00.000Z","event":"account_reconciled","account":"main","differences":0}`,
    `{"at":"2026-05-30T09:30:00.000Z","event":"account_ended","account":"main","exitCode":0}`,
  ]);
  expect((await stat(path)).mode & 0o077, "nobody else's to read").toBe(0);
  const { errors } = await rig.run("sync", "--log", "-");
  for (const line of errors.trimEnd().split("\n")) expect(line).toMatch(EVENT);
  await rig.close();
});

test("a log that cannot be opened is wrong usage, before anything is done", async () => {
  const rig = await smallRig();
  expect(asRead(await rig.run("run", "--log", "none/perpbooks.log"))).toEqual({
    exitCode: 2,
    message: `--log: FOLDER/none/perpbooks.log cannot be opened
  it is not there
  nothing was done
  next: name a file in a folder that is there, or - for stderr`,
  });
  expect(rig.simulator.requests()).toEqual([]);
  await rig.close();
});
