/**
 * What spans accounts is proven once all are booked: which account is read first changes nothing, nor does
 * one whose own night fails.
 */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import { newEdgexRig } from "../support/edgex-rig.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-04T00:00:00Z");
/** The first account sends the second money after two days, and gets some back after seven. */
const WORLD = generateEdgexWorld({
  seed: "own transfers",
  from: FROM,
  until: plus(FROM, 10 * DAY_MS),
  fills: 12,
  accounts: [
    { name: "first", generation: "v1" },
    { name: "second", generation: "v1" },
  ],
});

test("both accounts prove a transfer between them in the night it is read in, also the one whose own night fails", async () => {
  const rig = await newEdgexRig({
    kind: QUICK_KIND,
    world: WORLD,
    now: plus(FROM, 3 * DAY_MS),
    since: "2026-05-01",
    reports: "at the end",
  });
  const proven = () =>
    rig.inspect(async ({ db }) => {
      const rows = await db
        .selectFrom("ledger.reconciliation")
        .select(["account_id", "status", "found"])
        .where("check_name", "=", "own_transfers")
        .orderBy("account_id")
        .execute();
      return rows.map(({ account_id, status, found }) => `${account_id}: ${found} ${status}`);
    });
  expect((await rig.run("run")).exitCode).toBe(0);
  expect(await proven()).toEqual(["first: 1 agrees", "second: 1 agrees"]);
  expect(await rig.run("verify")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await rig.run("verify", "--account", "first")).toMatchObject({ exitCode: 0, errors: "" });

  rig.setNow(plus(FROM, 8 * DAY_MS));
  let working = "";
  await rig.reconfigure((text) => {
    working = text;
    const [before, after = ""] = text.split("  - name: second");
    return `${before}  - name: second${after.replace(/baseUrl: .*/, "baseUrl: http://127.0.0.1:9")}`;
  });
  const failed = await rig.runUnwatched("run");
  expect(failed.exitCode).toBe(1);
  expect(failed.errors.split("\n")[0]).toMatch(/^1, stopped: second /);
  expect(await proven(), "the leg of the account that failed was not read yet").toEqual([
    "first: 1 agrees",
    "second: 1 agrees",
  ]);

  const broken = (text: string) => text.replace(/baseUrl: .*/, "baseUrl: http://127.0.0.1:9");
  await rig.reconfigure(() => broken(working));
  expect((await rig.runUnwatched("run")).exitCode).toBe(1);
  expect(await proven(), "the first account failed, and its proof is made anew all the same").toEqual([
    "first: 2 agrees",
    "second: 2 agrees",
  ]);
  await rig.close();
});
