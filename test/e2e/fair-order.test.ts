/** A night that has not the time for all accounts does not leave the same ones unread every time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS, plus } from "../../src/domain/instant.ts";
import { NOW, smallRig, smallWorld } from "../errors/small-world.ts";
import type { Rig } from "../support/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig({ world: smallWorld("first", "second", "third") });
}, 60_000);
afterAll(() => rig.close());

/** The accounts that a night has read, in its order. */
async function readBy(night: Promise<{ readonly errors: string }>): Promise<readonly string[]> {
  const lines = (await night).errors.split("\n").filter((line) => line.startsWith('{"at":'));
  return lines
    .map((line) => JSON.parse(line) as { readonly event: string; readonly account: string })
    .filter(({ event }) => event === "account_synced")
    .map(({ account }) => account);
}

test("the night after one that was cut short begins with those that it had not come to", async () => {
  expect((await rig.runInterruptedAt("account_synced", "run")).exitCode).toBe(1);
  rig.setNow(plus(NOW, HOUR_MS));
  expect(await readBy(rig.run("run", "--log", "-"))).toEqual(["second", "third", "first"]);
  rig.setNow(plus(NOW, 2 * HOUR_MS));
  expect(await readBy(rig.run("run", "--log", "-", "--account", "second"))).toEqual(["second"]);
  rig.setNow(plus(NOW, 3 * HOUR_MS));
  expect(await readBy(rig.run("run", "--log", "-"))).toEqual(["first", "third", "second"]);
});
