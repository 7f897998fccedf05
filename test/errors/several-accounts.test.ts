/** What is of several accounts says so, and one of them can be chosen. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../support/rig.ts";
import { smallRig, smallWorld } from "./small-world.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig({ world: smallWorld("first", "second") });
  expect((await rig.run("run")).exitCode).toBe(0);
});
afterAll(() => rig.close());

const SEVERAL = "several accounts have such a row: first, second; --account NAME chooses one";

test("trace of a check that both have names them; of one account alone it does not", async () => {
  const both = await rig.run("trace", "check", "wallet", "USDT");
  expect({ exitCode: both.exitCode, third: both.output.split("\n")[2] }).toEqual({
    exitCode: 0,
    third: SEVERAL,
  });
  const one = await rig.run("trace", "check", "wallet", "USDT", "--account", "second");
  expect(one.exitCode).toBe(0);
  expect(one.output).not.toContain("several accounts");
  expect(one.output.match(/^account +(\S+)$/gm)).toHaveLength(1);
});

test("status of one account is about no other", async () => {
  const headings = async (...words: string[]) =>
    (await rig.run("status", ...words)).output.match(/^\S+ on aster$/gm);
  expect(await headings()).toEqual(["first on aster", "second on aster"]);
  expect(await headings("--account", "second")).toEqual(["second on aster"]);
});
