/** While a run has an embedded store open, people read it: its figures are those of whole transactions. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { smallRig } from "../errors/small-world.ts";
import { readFolder } from "../support/rig.ts";

const run = promisify(execFile);

/** Debits and credits are equal in every state of the books that a reader may see. */
const BALANCE =
  "select coalesce(sum(amount), 0)::text as sum, count(*)::text as postings from ledger.posting";

test("status, queries and reports are answered during a run, which comes out as ever", {
  timeout: 120_000,
}, async () => {
  const [calm, read] = [await smallRig({ kind: "PGlite" }), await smallRig({ kind: "PGlite" })];
  expect((await calm.run("run")).exitCode).toBe(0);
  // Until a run has made the schema nobody is served; here it is there.
  let isOver = false;
  const night = read.run("run").finally(() => {
    isOver = true;
  });
  const states: string[] = [];
  const sums: string[] = [];
  while (!isOver) {
    const [status, sum, report] = await Promise.all([
      read.run("status"),
      read.run("sql", BALANCE, "--format", "csv"),
      read.run("report", "balances", "--format", "csv"),
    ]);
    for (const { exitCode, errors } of [status, sum, report]) expect([0, 3], errors).toContain(exitCode);
    states.push(/last run: .*/.exec(status.output)?.[0] ?? status.output);
    sums.push(sum.output);
  }
  expect((await night).exitCode).toBe(0);
  expect(states.filter((state) => state.includes("still going on")).length).toBeGreaterThan(0);
  expect(states.filter((state) => state.includes("killed"))).toEqual([]);
  expect(sums.filter((sum) => !/^sum,postings\r\n0[.0]*,\d+\r\n$/.test(sum))).toEqual([]);
  expect(await readFolder(join(read.folder, "out"))).toEqual(await readFolder(join(calm.folder, "out")));
  await calm.close();
  await read.close();
});

test("psql finds the store of a run by its folder", { timeout: 60_000 }, async (context) => {
  const psql = await run("psql", ["--version"]).catch(() => null);
  if (psql === null) return context.skip("psql is not installed here");
  const rig = await smallRig({ kind: "PGlite" });
  await rig.run("sync");
  const { location } = rig;
  if (location.kind !== "folder") throw new Error("a folder was wanted");
  await rig.inspect(async () => {
    const ask = (...words: string[]) =>
      run("psql", ["-X", "-At", "-h", location.path, "-U", "anybody", "books", ...words]);
    expect((await ask("-c", "select name from raw.account", "-c", "\\dn raw")).stdout).toBe(
      "main\nraw|postgres\n",
    );
    await expect(ask("-c", "delete from raw.account")).rejects.toThrow(/read-only transaction/);
    // In pieces, by a cursor of psql's own.
    const { stdout } = await ask(
      "--set=FETCH_COUNT=100",
      "-c",
      "select n from generate_series(1, 2500) as n",
    );
    expect(stdout.trimEnd().split("\n")).toHaveLength(2500);
  });
  await rig.close();
});
