/** A small disk in memory, which can be full or read-only. Only root can mount one. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";

export type Disk = {
  readonly path: string;
  /** Leaves so much room on it. */
  fill(leftBytes: number): Promise<void>;
  empty(): Promise<void>;
  /** Throws while a file of it is open for writing. */
  setReadOnly(isReadOnly: boolean): void;
  close(): Promise<void>;
};

const FILLING_TRIES = 10;
const SIZE = "400m";

/** Null where this user may not mount one. */
export async function mountDisk(path: string): Promise<Disk | null> {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return null;
  await mkdir(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=755`, "perpbooks-test", path], QUIETLY);
  } catch {
    // A container's root may not either.
    await rm(path, { recursive: true });
    return null;
  }
  const ballast = join(path, "ballast");
  return {
    path,
    fill: async (leftBytes) => {
      // Who works on the disk meanwhile may have taken what was still free: then less is to be filled.
      for (let failures = 0; ; failures += 1) {
        const { bavail, bsize } = await statfs(path);
        const taken = bavail * bsize - leftBytes;
        if (taken <= 0) return;
        const { status } = spawnSync("fallocate", ["-l", String(taken), ballast], QUIETLY);
        if (status === 0) return;
        if (failures === FILLING_TRIES) throw new Error(`the disk at ${path} cannot be filled`);
      }
    },
    empty: () => rm(ballast, { force: true }),
    setReadOnly: (isReadOnly) => {
      execFileSync("mount", ["-o", `remount,${isReadOnly ? "ro" : "rw"}`, path], QUIETLY);
    },
    close: async () => {
      // Also where something is still at work in it.
      execFileSync("umount", ["-l", path], QUIETLY);
      await rm(path, { recursive: true });
    },
  };
}

const QUIETLY = { stdio: "ignore" } as const;
