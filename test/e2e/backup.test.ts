/** A backup of a server, which becomes an embedded store elsewhere: the reports there are the same bytes. */
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOW, smallRig, smallWorld } from "../errors/small-world.ts";
import { startProgram } from "../fault/program.ts";
import { type Rig, readFolder } from "../support/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig({ kind: "Postgres", world: smallWorld("first", "second") });
  expect((await rig.run("run")).exitCode).toBe(0);
}, 60_000);
afterAll(() => rig.close());

test("a backup is opened, compared and restored into a store of the other kind, which verifies", async () => {
  const made = await rig.run("backup", "backups/today");
  expect(made).toEqual({
    exitCode: 0,
    output: expect.stringMatching(/^backups\/today: \d+ rows in \d+ tables, the same as in the store\n$/),
    errors: "",
  });
  await rig.run("report", "--output", "out-before");

  await rig.reconfigure((text) => text.replace(/^store: .*$/m, "store: ./moved"));
  const elsewhere = (...words: string[]) => rig.runWith({ DATABASE_URL: "" }, ...words);
  expect(await elsewhere("restore", "backups/today")).toMatchObject({ exitCode: 0, errors: "" });
  await elsewhere("report", "--output", "out-moved");
  expect(await readFolder(join(rig.folder, "out-moved"))).toEqual(
    await readFolder(join(rig.folder, "out-before")),
  );
  expect(await elsewhere("verify")).toMatchObject({ exitCode: 0, errors: "" });
}, 120_000);

test("a backup is never written among other files", async () => {
  const folder = join(rig.folder, "photographs");
  await mkdir(folder);
  await writeFile(join(folder, "one.jpg"), "");
  expect(await rig.run("backup", "photographs")).toEqual({
    exitCode: 2,
    output: "",
    errors: `perpbooks backup photographs: the folder is not empty
  it is ${folder}
  nothing was written
  next: give a folder that is not there yet, such as one with the day in its name
`,
  });
});

/** A signal comes when the database of the backup is there and its rows are not. */
async function stoppedBackup(folder: string, signal: NodeJS.Signals) {
  if (rig.location.kind !== "postgres") throw new Error("a server was wanted");
  const program = startProgram({
    folder: rig.folder,
    environment: { DATABASE_URL: rig.location.url.reveal() },
    now: NOW,
    words: ["backup", folder],
    user: null,
  });
  const isBegun = () =>
    ["pg", "unfinished-backup/pg"].some((name) => existsSync(join(rig.folder, folder, name)));
  while (!isBegun()) await pause(5);
  program.signal(signal);
  return program.ended;
}

test("what a killed backup leaves is none, and the next one may take its place", async () => {
  expect(await stoppedBackup("killed", "SIGKILL")).toMatchObject({ signal: "SIGKILL" });
  expect(await rig.run("restore", "killed")).toMatchObject({
    exitCode: 2,
    errors: expect.stringContaining("this is not the folder of an embedded store"),
  });
  expect(await rig.run("backup", "killed")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await readdir(join(rig.folder, "killed"))).toEqual(["pg"]);
}, 120_000);

test("one that is interrupted leaves nothing, and a link to its folder as it was", async () => {
  await mkdir(join(rig.folder, "a disk of its own é"));
  await symlink("a disk of its own é", join(rig.folder, "linked"));
  expect(await stoppedBackup("linked", "SIGTERM")).toMatchObject({ code: 1, output: "" });
  expect((await lstat(join(rig.folder, "linked"))).isSymbolicLink()).toBe(true);
  expect(await readdir(join(rig.folder, "a disk of its own é"))).toEqual([]);
  expect(await stoppedBackup("new", "SIGTERM")).toMatchObject({ code: 1, output: "" });
  expect(existsSync(join(rig.folder, "new"))).toBe(false);
}, 120_000);
