import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../errors.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../text-file.ts";
import type { Configuration, VenueConfiguration } from "./configuration.ts";
import type { Variables } from "./environment.ts";
import { readConfiguration } from "./read.ts";
import type { SecretsAre } from "./reading.ts";

export type ConfigurationFile = {
  readonly path: string;
  readonly environment: Variables;
  readonly venues: Readonly<Record<string, VenueConfiguration>>;
  /** Default: needed. */
  readonly secrets?: SecretsAre;
};

/** Reads the configuration file and the `.env` beside it, if there is one. Throws a UsageError with all mistakes. */
export async function loadConfiguration({
  path,
  environment,
  venues,
  secrets = "needed",
}: ConfigurationFile): Promise<Configuration> {
  const text = textOf(path);
  if (text === null) {
    throw new UsageError({
      where: path,
      what: "no configuration was found here; nothing was done",
      next: "`perpbooks init` writes one to start from; --config names another file",
    });
  }
  const dotenv = parseEnv(textOf(join(dirname(path), ".env")) ?? "");
  return readConfiguration({ path, text, environment, dotenv, venues, secrets });
}

/** The file's text; null where there is no such file. */
function textOf(path: string): string | null {
  const file = readTextFile(path, SMALL_FILE_BYTES_MAX);
  if (file.kind === "text") return file.text;
  if (file.kind === "absent") return null;
  throw new UsageError({
    where: path,
    what: `the file cannot be read (${file.why}); nothing was done`,
    next: file.next ?? "make it a readable file",
  });
}
