/**
 * What the operating system refuses about a file: exit code 1 with the path, the reason and what to do; never
 * a stack.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { chmod, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../../src/pipeline/failure.ts";
import { refuseWithoutRoom } from "../../src/store/disk-room.ts";
import { asRefusal, takeFolderLock } from "../../src/store/folder-lock.ts";
import type { Rig } from "../support/rig.ts";
import { asRead, smallRig } from "./small-world.ts";

const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");
const KEPT = "what was done before is kept; nothing is half-written";
const GIVE_RIGHT = "give that user the right, or choose another place, then run again";
/** A disk that is always full; not every system has one. */
const FULL = "/dev/full";
/** A file system on which root alone may try to make something, and cannot. */
const NO_DISK = "/dev/pts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig();
  expect((await rig.run("run")).exitCode).toBe(0);
});
afterAll(() => rig.close());

const at = (path: string) => join(rig.folder, path);

/** The program in a process of its own, whose output and log go where the test says. */
async function runProcess(
  words: readonly string[],
  output: "pipe" | number,
  errors: "pipe" | number,
  { folder, environment }: Rig = rig,
): Promise<{ exitCode: number; errors: string }> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", output, errors],
  });
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stdout?.resume();
  const [code] = await once(child, "close");
  return {
    exitCode: code,
    errors: text
      .split("\n")
      .filter((line) => !line.startsWith('{"at":'))
      .join("\n")
      .trimEnd(),
  };
}

describe("where a report cannot be written, none is, and the folder is as it was", () => {
  const CASES: readonly {
    title: string;
    words: string[];
    before: () => Promise<unknown>;
    message: string;
    after: () => Promise<unknown>;
  }[] = [
    {
      title: "the output folder is a file",
      words: ["report", "--output", "taken"],
      before: () => writeFile(at("taken"), "mine"),
      message: `FOLDER/taken: a file stands where a folder should be
  EEXIST: file already exists, mkdir 'FOLDER/taken'
  ${KEPT}
  next: move it away or choose another place, then run again`,
      after: () => rm(at("taken")),
    },
    {
      title: "the output folder would lie in a file",
      words: ["report", "--output", "taken/out"],
      before: () => writeFile(at("taken"), "mine"),
      message: `FOLDER/taken/out: a file stands where a folder should be
  ENOTDIR: not a directory, mkdir 'FOLDER/taken/out'
  ${KEPT}
  next: move it away or choose another place, then run again`,
      after: () => rm(at("taken")),
    },
    {
      title: "a folder is called as the manifest",
      words: ["report", "--output", "other"],
      before: () => mkdir(at("other/manifest.json"), { recursive: true }),
      message: `FOLDER/other/manifest.json: a folder stands where a file should be
  EISDIR: illegal operation on a directory, rename 'FOLDER/other/.manifest.json.UNFINISHED' -> 'FOLDER/other/manifest.json'
  ${KEPT}
  next: move it away or choose another place, then run again`,
      after: () => rm(at("other"), { recursive: true }),
    },
  ];

  test.each(CASES)("$title", async ({ words, before, message, after }) => {
    await before();
    const { exitCode, message: said } = asRead(await rig.run(...words));
    const shown = said.replaceAll(/[0-9a-f-]{36}\.unfinished/g, "UNFINISHED");
    expect({ exitCode, shown }).toEqual({ exitCode: 1, shown: message });
    await after();
  });
});

describe("a process", () => {
  test.runIf(existsSync(FULL))("whose output cannot be written says so and ends with 1", async () => {
    const full = openSync(FULL, "w");
    const outcome = await runProcess(["report", "--list"], full, "pipe");
    closeSync(full);
    expect(outcome).toEqual({
      exitCode: 1,
      errors: `stdout: there is no room on the disk
  ENOSPC: no space left on device, write
  ${KEPT}
  next: make room there, then run again`,
    });
  });

  test.runIf(existsSync(FULL))("whose log cannot be written does its work all the same", async () => {
    const full = openSync(FULL, "w");
    expect((await runProcess(["book"], "pipe", full)).exitCode).toBe(0);
    closeSync(full);
  });

  test("whose reader has gone ends at once, without complaint", async () => {
    const child = spawn(
      process.execPath,
      [
        MAIN,
        "sql",
        "select n from generate_series(1, 9999) as n cross join generate_series(1, 9999)",
        "--format",
        "csv",
      ],
      {
        cwd: rig.folder,
        env: { ...process.env, ...rig.environment },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code] = await once(child, "close");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
  });

  test("started with a umask that lets everybody in makes nothing that others could read, the metrics but for", async () => {
    const own = await smallRig();
    const { folder } = own;
    await own.reconfigure(
      (text) => `exports: [koinly, workbook]\nnotify: { metrics: ./night.prom }\n${text}`,
    );
    // The books are made by the simulated clock, which a process of its own does not have: its night ends
    // early.
    expect((await own.run("sync")).exitCode).toBe(0);
    expect((await own.run("book")).exitCode).toBe(0);
    await rm(join(folder, "out"), { recursive: true, force: true });
    const before = process.umask(0);
    try {
      for (const [words, exitCode] of [
        ["report", 0],
        ["export koinly workbook", 0],
        ["run --log night.log", 1],
        ["init --venue aster --config new.yaml --systemd units", 0],
      ] as const) {
        const outcome = await runProcess(words.split(" "), "pipe", "pipe", own);
        expect([words, outcome.exitCode, outcome.errors]).toEqual([words, exitCode, expect.anything()]);
      }
    } finally {
      process.umask(before);
    }
    const made = everythingIn(folder).filter((path) => path !== join(folder, "perpbooks.yaml"));
    const open = [];
    for (const path of made) if (((await stat(path)).mode & 0o077) !== 0) open.push(path);
    expect(made).toEqual(
      expect.arrayContaining(
        [
          "night.log",
          "new.yaml",
          ".env.example",
          "units/perpbooks.service",
          "out/exports/koinly",
          "out/manifest.json",
        ].map((name) => join(folder, name)),
      ),
    );
    expect(open, "node_exporter, another user, reads the metrics").toEqual([join(folder, "night.prom")]);
    await own.close();
  });

  test("makes nothing that other users of the machine could read", async () => {
    const embedded = await smallRig({ kind: "PGlite" });
    const store = embedded.location.kind === "folder" ? embedded.location.path : "";
    await chmod(store, 0o755);
    expect((await runProcess(["sql", "select 1 as one"], "pipe", "pipe", embedded)).exitCode).toBe(0);
    expect((await runProcess(["report", "--output", "private"], "pipe", "pipe")).exitCode).toBe(0);
    const reports = at("private");
    const made = [store, ...everythingIn(store), reports, ...everythingIn(reports)];
    const open = [];
    for (const path of made) if (((await stat(path)).mode & 0o077) !== 0) open.push(path);
    expect({ count: made.length > 100, open }).toEqual({ count: true, open: [] });
    await embedded.close();
  });
});

function everythingIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

test("secrets that other users can read are warned of at every command, and by doctor", async () => {
  await writeFile(at(".env"), "ANOTHER=1\n");
  await chmod(at(".env"), 0o640);
  const warning =
    "FOLDER/.env: other users of this machine can read its secrets (mode 640); chmod 600 FOLDER/.env";
  expect(asRead(await rig.run("status"))).toEqual({ exitCode: 0, message: warning });
  const { exitCode, output } = await rig.run("doctor");
  expect(exitCode).toBe(3);
  expect(output).toMatch(
    /^warning {2}configuration: .*\.env: other users of this machine can read its secrets \(mode 640\)/m,
  );
  await chmod(at(".env"), 0o600);
  expect(asRead(await rig.run("status"))).toEqual({ exitCode: 0, message: "" });
});

test("a disk on which the embedded database has no room to work in is refused before it is worked on", () => {
  expect(() => refuseWithoutRoom(rig.folder, 2 ** 62)).toThrow(
    /^store .*: its disk is nearly full\n {2}\d+ MB are free; the embedded database needs \d+ MB to work in\n {2}what was committed is kept; nothing is half-written\n {2}next: make room on it, /,
  );
  expect(() => refuseWithoutRoom(rig.folder, 0)).not.toThrow();
});

describe("a file system that holds no sockets", () => {
  const refused = (
    folder: string,
    code: string,
  ) => `${folder}: the folder cannot be locked, because its file system holds no sockets
  listen ${code}: as Node says it
  nothing was changed
  next: use a folder on a disk of this machine (in a container: a named volume), or a Postgres server`;

  test.each(["EOPNOTSUPP", "ENOTSUP", "EPERM", "EINVAL", "ENOSYS"])("that says %s", (code) => {
    const cause = Object.assign(new Error(`listen ${code}: as Node says it`), { code });
    expect(asRefusal("/books/lock.x", cause).message).toBe(refused("/books", code));
  });

  test.each(["EACCES", "EROFS", "ENOSPC"])("is not meant by %s", (code) => {
    const cause = Object.assign(new Error(code), { code });
    expect(asRefusal("/books/lock.x", cause)).toBe(cause);
  });

  test.runIf(process.getuid?.() === 0 && existsSync(NO_DISK))(
    "as the kernel keeps one of terminals",
    async () => {
      const wish = { where: "store", what: "another run has it open", patienceSeconds: 0 };
      const said = await takeFolderLock(NO_DISK, wish).catch((error: Error) => error.message);
      expect(String(said).replace(/listen .*/, "listen EPERM: as Node says it")).toBe(
        refused(NO_DISK, "EPERM"),
      );
    },
  );
});

describe("every refusal of a file system has its words", () => {
  const REFUSALS: readonly [code: string, refused: (folder: string) => void, words: string][] = [
    ["ENOENT", (folder) => openSync(join(folder, "not-there"), "r"), "it is not there"],
    [
      "ENOTDIR",
      (folder) => mkdirSync(join(folder, "perpbooks.yaml", "x")),
      "a file stands where a folder should be",
    ],
    [
      "EEXIST",
      (folder) => mkdirSync(join(folder, "perpbooks.yaml")),
      "a file stands where a folder should be",
    ],
    ["EISDIR", (folder) => writeFileSync(folder, ""), "a folder stands where a file should be"],
    [
      "ENOTEMPTY",
      (folder) => {
        mkdirSync(join(folder, "empty"));
        renameSync(join(folder, "empty"), join(folder, "out"));
      },
      "a folder that is not empty is in the way",
    ],
    [
      "ENAMETOOLONG",
      (folder) => openSync(join(folder, "x".repeat(300)), "w"),
      "the path is longer than it may be here",
    ],
  ];
  test.each(REFUSALS)("%s", (code, refuse, words) => {
    let error: unknown;
    try {
      refuse(rig.folder);
    } catch (caught) {
      error = caught;
    }
    expect((error as NodeJS.ErrnoException).code).toBe(code);
    const { text, exitCode } = failureOf(error);
    expect({ exitCode, what: text.split("\n")[0]?.split(": ").slice(1).join(": ") }).toEqual({
      exitCode: 1,
      what: words,
    });
  });

  // What a test cannot bring about everywhere: on another disk, as root, or on a disk that fails.
  test.each([
    ["ENOSPC", "there is no room on the disk", "make room there, then run again"],
    ["EDQUOT", "the disk quota of this user is used up", "make room there, then run again"],
    ["EFBIG", "the file would be larger than it may be here", "choose another place, then run again"],
    ["EROFS", "the file system is read-only", "choose a place that can be written, then run again"],
    ["EACCES", "the user that perpbooks runs as may not do this here", GIVE_RIGHT],
    ["EPERM", "the user that perpbooks runs as may not do this here", GIVE_RIGHT],
    ["ELOOP", "its links lead in a circle", "correct them, then run again"],
    ["EBUSY", "another program keeps it busy", "end that program's use of it, then run again"],
    ["EXDEV", "it lies on another disk than its folder", "choose another place, then run again"],
    ["EMFILE", "too many files are open", "allow more (`ulimit -n`), then run again"],
    ["ENFILE", "too many files are open", "allow more on this machine, then run again"],
    ["EIO", "the disk fails", "look after the disk first: what is on it may be lost"],
  ])("%s", (code, what, next) => {
    const error = Object.assign(new Error(`${code}: as Node says it, open '/books/x'`), {
      code,
      syscall: "open",
      path: "/books/x",
    });
    expect(failureOf(error)).toMatchObject({
      exitCode: 1,
      text: `/books/x: ${what}\n  ${error.message}\n  ${KEPT}\n  next: ${next}`,
    });
  });

  test("what is no matter of a file stays what it is", () => {
    const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
    expect(failureOf(lost).text).toMatch(/^store: the connection/);
    expect(failureOf(new Error("a mistake")).exitCode).toBe(70);
  });
});
