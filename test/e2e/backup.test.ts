/** A backup of a server, which becomes an embedded store elsewhere: the reports there are the same bytes. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallRig, smallWorld } from "../errors/small-world.ts";
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
