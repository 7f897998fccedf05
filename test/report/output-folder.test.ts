/**
 * Two runs at once with one output folder: each writes its files whole, and the manifest vouches for what is
 * there.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withOutputFolder } from "../../src/report/output-folder.ts";
import { smallRig, smallWorld } from "../errors/small-world.ts";
import { readFolder } from "../support/rig.ts";

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
  const files = await readFolder(out);
  const named = await namedBelow(out, "");
  expect(Object.keys(files), "and nothing else").toEqual([...named.keys()].toSorted());
  for (const [path, sha256] of named) {
    if (sha256 === null) continue;
    const text = await readFile(join(out, path));
    expect(createHash("sha256").update(text).digest("hex"), path).toBe(sha256);
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

test("who has waited for long enough is told who keeps the folder", async () => {
  const rig = await smallRig();
  const out = join(rig.folder, "out");
  const { signal } = new AbortController();
  await withOutputFolder(out, signal, async () => {
    const [socket] = (await readdir(out)).filter((name) => name.startsWith("lock."));
    const waiting = withOutputFolder(out, signal, async () => "written", 0.5);
    await expect(waiting).rejects.toMatchObject({
      exitCode: 75,
      message: `output ${out}: another run is writing its files there
  it holds ${out}/${socket}, which the operating system drops with its process
  nothing was changed
  next: wait for the other run to end and try again; \`lsof ${out}/${socket}\` shows which process it is`,
    });
  });
  await rig.close();
});

type Named = readonly { readonly name: string; readonly sha256: string }[];

/** Each file that the manifests name, by its path, with its hash; the outermost manifest with null. */
async function namedBelow(
  out: string,
  path: string,
  own: string | null = null,
): Promise<Map<string, string | null>> {
  const text = await readFile(join(out, path, "manifest.json"), "utf8");
  const { files, folders } = JSON.parse(text) as { files: Named; folders: Named };
  const inner = await Promise.all(
    folders.map(({ name, sha256 }) => namedBelow(out, join(path, name), sha256)),
  );
  return new Map([
    [join(path, "manifest.json"), own],
    ...files.map(({ name, sha256 }): [string, string] => [join(path, name), sha256]),
    ...inner.flatMap((one) => [...one]),
  ]);
}
