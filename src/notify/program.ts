/** Runs the user's own program, which mails or posts what it is given: without a shell, and not for ever. */
import { spawn } from "node:child_process";
import type { NotifyConfiguration } from "../config/configuration.ts";
import { type DurationMs, MINUTE_MS } from "../domain/instant.ts";
import { durationText } from "../errors.ts";

export type ProgramRun = {
  readonly command: NonNullable<NotifyConfiguration["command"]>;
  /** For its standard input. */
  readonly input: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: DurationMs;
};

export type ProgramEnd = {
  /** Null where it ended with 0. */
  readonly trouble: string | null;
  /** What it wrote to stderr, from the beginning on. */
  readonly stderr: string;
};

/** It may take so long to send a mail. */
const ENDED_WITHIN: DurationMs = MINUTE_MS;
/** More of what it says is dropped. */
const STDERR_CHARACTERS_MAX = 10_000;

const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: "there is no such program",
  EACCES: "it may not be executed",
};

/** Never throws. What it writes to stdout is dropped. */
export function runProgram({
  command: [program, ...words],
  input,
  folder,
  environment,
  timeoutMs = ENDED_WITHIN,
}: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: environment,
      shell: false,
      stdio: ["pipe", "ignore", "pipe"],
      windowsHide: true,
    });
    let stderr = "";
    const end = (trouble: string | null) => {
      clearTimeout(timer);
      // What it has started may hold the pipe open for ever.
      child.stderr.destroy();
      resolve({ trouble, stderr: stderr.trimEnd() });
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      end(`${program} did not end within ${durationText(timeoutMs)} and was killed`);
    }, timeoutMs);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = `${stderr}${text}`.slice(0, STDERR_CHARACTERS_MAX);
    });
    child.once("error", (error: NodeJS.ErrnoException) =>
      end(`${program} cannot be run: ${NOT_STARTED[error.code ?? ""] ?? error.code}`),
    );
    child.once("close", (code, signal) => end(code === 0 ? null : `${program} ended with ${code ?? signal}`));
    // A program that does not read its input has closed it.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
