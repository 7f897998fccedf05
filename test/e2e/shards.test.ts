/** Several that share the accounts of one server: together they do what one would have done. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallRig, smallWorld } from "../errors/small-world.ts";
import { type Rig, readFolder } from "../support/rig.ts";

const NAMES = ["first", "second", "third"] as const;

let rig: Rig;
let alone: Rig;
beforeAll(async () => {
  const options = { kind: "Postgres", world: smallWorld(...NAMES) } as const;
  [rig, alone] = [await smallRig(options), await smallRig(options)];
}, 60_000);
afterAll(async () => {
  await rig.close();
  await alone.close();
});

test("two at once take every account once and wait for none, and the reports are those of one", async () => {
  const outcomes = await Promise.all([rig.run("run", "--shard", "1/2"), rig.run("run", "--shard", "2/2")]);
  expect(outcomes.map(({ exitCode, errors }) => ({ exitCode, errors }))).toEqual([
    { exitCode: 0, errors: "" },
    { exitCode: 0, errors: "" },
  ]);
  const runs = await rig.inspect(({ db }) =>
    db.selectFrom("raw.run").select(["account_id", "run_id"]).orderBy("account_id").execute(),
  );
  expect(runs.map(({ account_id }) => account_id)).toEqual([...NAMES]);
  const [one, other, third] = runs.map(({ run_id }) => run_id);
  expect(third).toBe(one);
  expect(other).not.toBe(one);
  // Of a share, no files: they are of all accounts.
  expect(existsSync(join(rig.folder, "out"))).toBe(false);

  await rig.run("report");
  expect((await alone.run("run")).exitCode).toBe(0);
  expect(await readFolder(join(rig.folder, "out"))).toEqual(await readFolder(join(alone.folder, "out")));
});

test("a share of which there is no account does nothing, and ends well", async () => {
  expect(await rig.run("run", "--shard", "4/4")).toEqual({ exitCode: 0, output: "", errors: "" });
});

test.each(["0/2", "3/2", "2", "a/b", "1/0"])("%s is no share", async (shard) => {
  expect(await rig.run("run", "--shard", shard)).toEqual({
    exitCode: 2,
    output: "",
    errors: `--shard: "${shard}" is no share of the accounts
  nothing was done
  next: give this one's number and how many there are: 2/5 is the second of five
`,
  });
});
