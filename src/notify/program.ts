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

/** What it has said last comes within this after its end, unless something that it has started says more. */
const LAST_WORDS_MS: DurationMs = 500;

/** Never throws. What it writes to stdout is dropped. */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const [program] = run.command;
  try {
    return await endOf(run);
  } catch (error) {
    // Some refusals of the system are thrown, and others are told later.
    const code = error instanceof Error && "code" in error ? `${error.code}` : String(error);
    return { trouble: notStarted(program, code), stderr: "" };
  }
}

function notStarted(program: string, code: string | undefined): string {
  return `${program} cannot be run: ${NOT_STARTED[code ?? ""] ?? code}`;
}

function endOf({
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
      // What it has started may hold the pipes open for ever.
      child.stdin.destroy();
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
    child.once("error", (error: NodeJS.ErrnoException) => end(notStarted(program, error.code)));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const ended = () => end(code === 0 ? null : `${program} ended with ${code ?? signal}`);
      const lastWords = setTimeout(ended, LAST_WORDS_MS);
      child.once("close", () => {
        clearTimeout(lastWords);
        ended();
      });
    });
    // A program that does not read its input has closed it.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
