import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../errors.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../text-file.ts";
import type { Configuration, ExportTarget, VenueConfiguration } from "./configuration.ts";
import type { Variables } from "./environment.ts";
import { readConfiguration } from "./read.ts";
import { alternatives, type SecretsAre } from "./reading.ts";

export type ConfigurationFile = {
  readonly path: string;
  readonly environment: Variables;
  readonly venues: Readonly<Record<string, VenueConfiguration>>;
  readonly exportTargets: Readonly<Record<string, ExportTarget>>;
  /** Default: needed. */
  readonly secrets?: SecretsAre;
};

/**
 * Reads the configuration file and the `.env` beside it, if there is one. Throws a UsageError with all
 * mistakes.
 */
export async function loadConfiguration({
  path,
  environment,
  venues,
  exportTargets,
  secrets = "needed",
}: ConfigurationFile): Promise<Configuration> {
  const text = textOf(path);
  if (text === null) {
    throw new UsageError({
      where: path,
      what: "no configuration was found here; nothing was done",
      next: `\`perpbooks init --venue VENUE\` (${alternatives(Object.keys(venues))}) writes one to start from; --config names another file`,
    });
  }
  const dotenvPath = join(dirname(path), ".env");
  const dotenv = parseEnv(textOf(dotenvPath) ?? "");
  const configuration = readConfiguration({
    path,
    text,
    environment,
    dotenv,
    venues,
    exportTargets,
    secrets,
  });
  const warnings = await Promise.all([dotenvPath, ...keyFiles(configuration, venues)].map(warningOf));
  return Object.freeze({
    ...configuration,
    warnings: Object.freeze([...configuration.warnings, ...warnings.filter((warning) => warning !== null)]),
  });
}

/** The files that credentials name. */
function keyFiles(
  { accounts }: Configuration,
  venues: Readonly<Record<string, VenueConfiguration>>,
): readonly string[] {
  const files = accounts.flatMap(({ venue, credentials: { kind, fields } }) => {
    const form = venues[venue]?.credentialForms.find((one) => one.kind === kind);
    return (form?.fileFields ?? []).flatMap((field) => fields[field]?.reveal() ?? []);
  });
  return [...new Set(files)];
}

/**
 * The warning for a file that other users can read; null where only its owner can, or there is no such file.
 */
async function warningOf(path: string): Promise<string | null> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0,
  );
  return (mode & 0o077) === 0
    ? null
    : `${path}: other users of this machine can read its secrets (mode ${mode.toString(8)}); chmod 600 ${path}`;
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
