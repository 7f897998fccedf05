import { existsSync, readdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../errors.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../text-file.ts";
import type {
  Configuration,
  ExportTarget,
  NotifyConfiguration,
  VenueConfiguration,
} from "./configuration.ts";
import { CREDENTIALS_FOLDER, VARIABLE_NAME, type Variables } from "./environment.ts";
import { NO_NOTIFICATION } from "./notify.ts";
import { type ConfigurationText, readConfiguration, readNotifyAlone } from "./read.ts";
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
 * Reads the configuration file, the `.env` beside it, and the folder of secrets that the environment names,
 * as far as there are any. Throws a UsageError with all mistakes, or with the files of secrets that others
 * can read, where those are to be refused.
 */
export async function loadConfiguration(file: ConfigurationFile): Promise<Configuration> {
  const { path, environment, venues } = file;
  const given = textsOf(file);
  const configuration = readConfiguration(given);
  const warnings = await Promise.all([
    ...[join(dirname(path), ".env"), ...keyFiles(configuration, venues)].map((one) => warningOf(one)),
    ...Object.keys(given.credentials).map((name) =>
      warningOf(join(environment[CREDENTIALS_FOLDER] ?? "", name), CREDENTIAL_MODES),
    ),
  ]);
  const exposed = warnings.filter((warning) => warning !== null);
  if (configuration.unsafeSecrets === "refuse" && exposed.length > 0) {
    throw new UsageError({
      where: path,
      what: "secrets are in files that other users can read; nothing was done",
      evidence: exposed,
      next: "change the modes as shown; whoever has read a key may still use it, so think of a new one",
    });
  }
  return Object.freeze({
    ...configuration,
    warnings: Object.freeze([...configuration.warnings, ...exposed]),
  });
}

/** What `notify` says, as far as it can be read; nobody is told where the file cannot be read at all. */
export function loadNotify(file: ConfigurationFile): NotifyConfiguration {
  try {
    return readNotifyAlone(textsOf(file));
  } catch (error) {
    // Whoever reads the whole configuration says so.
    if (error instanceof UsageError) return NO_NOTIFICATION;
    throw error;
  }
}

function textsOf(file: ConfigurationFile): ConfigurationText & { readonly credentials: Variables } {
  const { path, environment, venues, secrets = "needed" } = file;
  const text = textOf(path);
  if (text === null) {
    throw new UsageError({
      where: path,
      what: "no configuration was found here; nothing was done",
      next: `\`perpbooks init --venue VENUE\` (${alternatives(Object.keys(venues))}) writes one to start from; --config names another file`,
    });
  }
  const dotenv = parseEnv(textOf(join(dirname(path), ".env")) ?? "");
  return { ...file, text, dotenv, credentials: credentialsIn(environment[CREDENTIALS_FOLDER]), secrets };
}

/** The variables that files of the folder hold. A last end of line is the editor's. */
function credentialsIn(folder: string | undefined): Variables {
  if (folder === undefined || folder === "" || !existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => VARIABLE_NAME.test(name))
      .map((name) => [name, textOf(join(folder, name))?.replace(/\r?\n$/, "")]),
  );
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

/** What gives a file to others than its owner. */
const OTHERS_MODES = 0o077;
/** systemd gives the unit's user a secret by an access list, whose mask shows as the group's right. */
const CREDENTIAL_MODES = 0o037;

/**
 * The warning for a file that other users can read; null where only its owner can, or there is no such file.
 */
async function warningOf(path: string, modes: number = OTHERS_MODES): Promise<string | null> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0,
  );
  return (mode & modes) === 0
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
