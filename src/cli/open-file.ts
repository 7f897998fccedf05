/** Opens a file with the program that the desktop has for it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";
import type { CommandContext } from "../pipeline/command-context.ts";

/** By the operating system; `start` is a word of the shell, and its first argument is a title. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Where there is no desktop a message says so; that is no failure, because the file is written. */
export async function openFile(path: string, { environment, errors }: CommandContext): Promise<void> {
  const [program, ...words] = OPENERS[platform()] ?? ["xdg-open"];
  const child = spawn(program, [...words, path], { env: environment, stdio: "ignore", detached: true });
  child.unref();
  try {
    await once(child, "spawn");
  } catch {
    errors.write(`it could not be opened: there is no ${program} here\n  next: open it yourself\n`);
  }
}
