/** Small disks go away with who mounted them, also where that was killed. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mountDisk } from "./disk.ts";

test("a disk that a killed process has left is taken away by the next, and one of a living process stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-disk-"));
  const [left, own, next] = ["left", "own", "next"].map((name) => join(folder, name));
  const living = await mountDisk(own ?? "");
  // This user may not mount one: then nothing is ever left.
  if (living !== null) {
    await mkdir(left ?? "");
    // The number is that of a process that lives, but began at another time.
    const gone = `perpbooks-test-${process.pid}-1`;
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", gone, left ?? ""]);
    const disk = await mountDisk(next ?? "");
    expect([left, own, next].map((path) => existsSync(path ?? ""))).toEqual([false, true, true]);
    await living.fill(1024 * 1024);
    await living.empty();
    await disk?.close();
    await living.close();
  }
  expect([left, own, next].some((path) => existsSync(path ?? ""))).toBe(false);
  await rm(folder, { recursive: true });
});
