/** A small disk in memory, which can be full or read-only. Only root can mount one. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
const PREFIX = "perpbooks-test-";
/** Of what follows a process's name. */
const STARTED_AT = 19;

/** Null where this user may not mount one. */
export async function mountDisk(path: string): Promise<Disk | null> {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return null;
  for (const left of leftBehind()) {
    spawnSync("umount", ["-l", left], QUIETLY);
    await rm(left, { recursive: true, force: true });
  }
  await mkdir(path);
  try {
    const name = `${PREFIX}${process.pid}-${startOf(process.pid)}`;
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=755`, name, path], QUIETLY);
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

/** Where disks are of processes that were killed: a disk is called by its process, and when that began. */
function leftBehind(): string[] {
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([name = "", path = ""]) => {
      const [pid, start] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("-") : [];
      return pid === undefined || startOf(Number(pid)) === start ? [] : [path];
    });
}

/** In the system's own count; a number of a process may be given again, but not at the same time. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[STARTED_AT] ?? "";
  } catch {
    return "";
  }
}

const QUIETLY = { stdio: "ignore" } as const;
