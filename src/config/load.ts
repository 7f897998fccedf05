import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../errors.ts";
import type { Configuration, VenueConfiguration } from "./configuration.ts";
import type { Variables } from "./environment.ts";
import { readConfiguration } from "./read.ts";

export type ConfigurationFile = {
  readonly path: string;
  readonly environment: Variables;
  readonly venues: Readonly<Record<string, VenueConfiguration>>;
};

/** Reads the configuration file and the `.env` beside it, if there is one. Throws a UsageError with all mistakes. */
export async function loadConfiguration({
  path,
  environment,
  venues,
}: ConfigurationFile): Promise<Configuration> {
  const text = await textOf(path);
  if (text === null) {
    throw new UsageError({
      where: path,
      what: "no configuration was found here; nothing was done",
      next: "`perpbooks init` writes one to start from; --config names another file",
    });
  }
  const dotenv = parseEnv((await textOf(join(dirname(path), ".env"))) ?? "");
  return readConfiguration({ path, text, environment, dotenv, venues });
}

/** The file's text; null where there is no such file. */
async function textOf(path: string): Promise<string | null> {
  try {
    // Editors on Windows put a byte order mark first; it is not part of the first name.
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? `${error.code}` : "";
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const reason =
      code === "EISDIR" ? "it is a folder" : code === "EACCES" ? "permission was denied" : `${code || error}`;
    throw new UsageError(
      {
        where: path,
        what: `the file cannot be read (${reason}); nothing was done`,
        next: "make it a readable file",
      },
      { cause: error },
    );
  }
}
