/** The built program in a process of its own, to which anything may be done. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Instant } from "../../src/domain/instant.ts";

const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");
const SET_CLOCK = join(import.meta.dirname, "set-clock.mjs");
/** No command of a small world takes so long on a busy machine: it waits for what never comes. */
const HANG_MS = 120_000;

export type Ended = {
  readonly words: readonly string[];
  /** Null for one that a signal ended. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
  readonly tookMs: number;
  /** It had not ended after so long that it was killed for it. */
  readonly hangs: boolean;
};

export type Program = {
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
  setClock(now: Instant): void;
};

export type Start = {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly now: Instant;
  readonly words: readonly string[];
  /** Whose process it is; null for the test's own user. */
  readonly user: number | null;
};

export function startProgram({ folder, environment, now, words, user }: Start): Program {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", SET_CLOCK, MAIN, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...environment, TEST_NOW: String(now) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    ...(user === null ? {} : { uid: user, gid: user }),
  });
  let [output, errors, hangs] = ["", "", false];
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  // A clock that is set after the end is set for nobody.
  child.on("error", () => {});
  const timer = setTimeout(() => {
    hangs = true;
    child.kill("SIGKILL");
  }, HANG_MS);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ words, code, signal, output, errors, tookMs: performance.now() - startedAt, hangs });
    });
  });
  return {
    ended,
    signal: (name) => void child.kill(name),
    setClock: (at) => {
      if (child.connected) child.send(at, () => {});
    },
  };
}
