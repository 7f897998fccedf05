/** Two runs at once with one output folder: each writes its files whole, and the manifest vouches for what is there. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withOutputFolder } from "../../src/report/output-folder.ts";
import { smallRig, smallWorld } from "../errors/small-world.ts";

test("of runs on different accounts the last one's files and manifest are there, whole", async () => {
  const rig = await smallRig({ world: smallWorld("first", "second") });
  expect((await rig.run("sync")).exitCode).toBe(0);
  expect((await rig.run("book")).exitCode).toBe(0);
  const out = join(rig.folder, "out");
  await mkdir(out);
  await writeFile(join(out, ".fills.csv.of-a-killed-run.unfinished"), "half");
  const outcomes = await Promise.all(
    ["first", "second", "first", "second"].map((account) => rig.run("report", "--account", account)),
  );
  expect(outcomes.map(({ exitCode }) => exitCode)).not.toContain(70);
  expect(outcomes.map(({ output }) => output.split("\n")[0])).toEqual(
    Array.from({ length: 4 }, () => expect.stringMatching(/^\d+ files in /)),
  );
  const manifest = JSON.parse(await readFile(join(out, "manifest.json"), "utf8")) as {
    files: { name: string; sha256: string }[];
  };
  const names = manifest.files.map(({ name }) => name);
  expect((await readdir(out)).toSorted(), "and nothing else").toEqual([...names, "manifest.json"].toSorted());
  for (const { name, sha256 } of manifest.files) {
    const text = await readFile(join(out, name));
    expect(createHash("sha256").update(text).digest("hex"), name).toBe(sha256);
  }
  await rig.close();
});

test("who waits for a folder that another holds can be interrupted", async () => {
  const rig = await smallRig();
  const interruption = new AbortController();
  const out = join(rig.folder, "out");
  await withOutputFolder(out, new AbortController().signal, async () => {
    const waiting = withOutputFolder(out, interruption.signal, async () => "written");
    setTimeout(() => interruption.abort(new Error("stop")), 1);
    await expect(waiting).rejects.toThrow("stop");
  });
  await rig.close();
});
