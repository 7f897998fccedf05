/** Where the log goes: nowhere, unless somebody wants it. */
import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { jsonLog, type Log } from "../log.ts";
import { fileTrouble } from "../store/file-trouble.ts";
import type { CommandContext } from "./command-context.ts";

export type LogFile = { readonly log: Log; close(): void };

/**
 * Appends to the file; to stderr for `-`. Throws where the file cannot be opened; what cannot be written
 * later is no reason to leave the books undone.
 */
export function openLog(path: string | undefined, { clock, errors, workingFolder }: CommandContext): LogFile {
  if (path === undefined) return { log: () => {}, close: () => {} };
  const now = () => clock.now();
  if (path === "-") return { log: jsonLog(errors.write, now), close: () => {} };
  const file = openFile(resolve(workingFolder, path));
  const write = (line: string) => {
    try {
      writeSync(file, line);
    } catch {
      // A full disk ends the run where the books are written, and says so there.
    }
  };
  return { log: jsonLog(write, now), close: () => closeSync(file) };
}

function openFile(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (cause) {
    const why = fileTrouble(cause)?.words.what ?? String(cause);
    throw new UsageError({
      where: "--log",
      what: `${path} cannot be opened`,
      evidence: [why, "nothing was done"],
      next: "name a file in a folder that is there, or - for stderr",
    });
  }
}
