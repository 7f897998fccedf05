import { dirname, relative, resolve, sep } from "node:path";
import { counted } from "../domain/counted.ts";
import { HOUR_MS } from "../domain/instant.ts";
import { DEFAULT_REPORT_FORMATS } from "../domain/report-format.ts";
import { DEFAULT_TREATMENT } from "../domain/treatment.ts";
import { UsageError } from "../errors.ts";
import { type AccountContext, readAccount } from "./account.ts";
import {
  type AccountConfiguration,
  type Configuration,
  type ExportTarget,
  type NotifyConfiguration,
  type StoreConfiguration,
  UNSAFE_SECRETS,
  type VenueConfiguration,
} from "./configuration.ts";
import { CREDENTIALS_FOLDER, Environment, PROCESS_ORIGIN, type Variables } from "./environment.ts";
import { readExports } from "./exports.ts";
import { readCsv, readFormats } from "./formats.ts";
import { NO_NOTIFICATION, readNotify } from "./notify.ts";
import { readPegs, readPrices } from "./prices.ts";
import { type Mapping, type Place, Reading, type SecretsAre } from "./reading.ts";
import { readDatabaseUrl, readStore } from "./store.ts";
import { readTreatment } from "./treatment.ts";
import { readChoice, readCurrency, readFolder, readOwnReports, readSpan, readTimeZone } from "./values.ts";

const KEYS = [
  "store",
  "timeZone",
  "reportingCurrency",
  "pegs",
  "prices",
  "treatment",
  "staleAfter",
  "output",
  "formats",
  "csv",
  "reports",
  "exports",
  "notify",
  "unsafeSecrets",
  "accounts",
];

/** With it Node checks no certificate (https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue). */
const UNCHECKED_TLS = "NODE_TLS_REJECT_UNAUTHORIZED";

/** One day for the nightly run, and half a day more in case it is late. */
const STALE_AFTER = 36 * HOUR_MS;

export type ConfigurationText = {
  /** The file's path as the user gave it: shown in messages, and where relative folders start. */
  readonly path: string;
  readonly text: string;
  readonly environment: Variables;
  /** What files of `$CREDENTIALS_DIRECTORY` hold; the environment wins over it. */
  readonly credentials?: Variables;
  /** What the `.env` beside the file sets; the other two win over it. */
  readonly dotenv: Variables;
  readonly venues: Readonly<Record<string, VenueConfiguration>>;
  readonly exportTargets: Readonly<Record<string, ExportTarget>>;
  readonly secrets: SecretsAre;
};

/**
 * Reads a configuration: complete and deeply frozen, or one UsageError that names every mistake. Touches
 * neither disk nor process.
 */
export function readConfiguration(given: ConfigurationText): Configuration {
  const { path, venues, exportTargets } = given;
  const { reading, variables } = openReading(given);
  const configuration = reading.isYaml
    ? readRoot(reading, { base: dirname(path), variables, venues, exportTargets })
    : null;
  if (given.environment[UNCHECKED_TLS] === "0") {
    reading.mistakeInVariable(
      UNCHECKED_TLS,
      "with 0 anybody in between could pose as the venue, the monitor or the server; unset it (NODE_EXTRA_CA_CERTS names an authority of your own)",
    );
  }
  if (reading.isYaml) {
    for (const name of variables.unread()) reading.mistakeInVariable(name, "unknown name; nothing reads it");
  }
  const { mistakes } = reading;
  if (configuration === null || mistakes.length > 0) {
    throw new UsageError({
      where: path,
      what: `${counted(mistakes.length, "mistake")} in the configuration; nothing was done`,
      evidence: mistakes,
      next: "correct what is listed, then run the command again",
    });
  }
  return deepFrozen(configuration);
}

/**
 * What `notify` says, whatever else is wrong with the file, so that a night that ends because of that can
 * tell it.
 */
export function readNotifyAlone(given: ConfigurationText): NotifyConfiguration {
  const { reading } = openReading(given);
  if (!reading.isYaml || reading.root.node === null) return NO_NOTIFICATION;
  const place = reading.mapping(reading.root, "a mapping", null)?.entries.get("notify");
  return place === undefined ? NO_NOTIFICATION : readNotify(reading, place, dirname(given.path));
}

function openReading({ path, text, environment, credentials = {}, dotenv, secrets }: ConfigurationText): {
  readonly reading: Reading;
  readonly variables: Environment;
} {
  const variables = new Environment([
    { origin: PROCESS_ORIGIN, variables: environment },
    { origin: CREDENTIALS_FOLDER, variables: credentials },
    { origin: ".env", variables: dotenv },
  ]);
  return { reading: new Reading(path, text, variables, secrets), variables };
}

type CommandContext = {
  readonly base: string;
  readonly variables: Environment;
  readonly venues: Readonly<Record<string, VenueConfiguration>>;
  readonly exportTargets: Readonly<Record<string, ExportTarget>>;
};

/** Null, or not complete, where there was a mistake. */
function readRoot(
  reading: Reading,
  { base, variables, venues, exportTargets }: CommandContext,
): Configuration | null {
  // A file of comments alone counts as an empty mapping, so that each missing key is named.
  const mapping: Mapping | null =
    reading.root.node === null
      ? { place: reading.root, entries: new Map(), misspelt: new Set() }
      : reading.mapping(reading.root, `a mapping with ${KEYS.join(", ")}`, KEYS);
  if (mapping === null) return null;
  const optional = <Value>(key: string, read: (place: Place) => Value | null, otherwise: Value): Value => {
    const place = mapping.entries.get(key);
    return (place === undefined ? null : read(place)) ?? otherwise;
  };

  const timeZone = optional("timeZone", (place) => readTimeZone(reading, place), "UTC");
  const fromFile = optional<StoreConfiguration>("store", (place) => readStore(reading, place, base), {
    kind: "folder",
    path: resolve(base, "perpbooks-data"),
  });
  // Set but blank means not set, as service files write it.
  const databaseUrl = variables.lookUp("DATABASE_URL")?.trim() ?? "";
  const store = databaseUrl === "" ? fromFile : (readDatabaseUrl(reading, databaseUrl) ?? fromFile);
  const output = optional("output", (place) => readFolder(reading, place, base), resolve(base, "out"));
  if (store.kind === "folder" && isInside(output, store.path)) {
    reading.mistake(
      mapping.entries.get("output") ?? mapping.place,
      "expected a folder outside the store's own",
    );
  }
  const reportingCurrency = optional("reportingCurrency", (place) => readCurrency(reading, place), null);
  const pegs = optional("pegs", (place) => readPegs(reading, place), []);
  const prices = optional("prices", (place) => readPrices(reading, place), {
    // Only what is public is queried, and only what the reporting currency needs.
    fetch: reportingCurrency !== null,
  });
  for (const key of ["pegs", "prices"]) {
    const place = mapping.entries.get(key);
    if (place !== undefined && !mapping.entries.has("reportingCurrency"))
      reading.warn(place, "has no effect without a reportingCurrency");
  }
  const accounts = readAccounts(reading, mapping, {
    venues,
    timeZone,
    base,
    linesOfNames: new Map(),
    linesOfIdentities: new Map(),
  });
  const notify = optional("notify", (place) => readNotify(reading, place, base), NO_NOTIFICATION);
  const unsafeSecrets = readChoice(reading, mapping, "unsafeSecrets", UNSAFE_SECRETS, "warn") ?? "warn";
  reading.judgeExposures(unsafeSecrets);
  return {
    store,
    timeZone,
    reportingCurrency,
    pegs,
    prices,
    treatment: optional("treatment", (place) => readTreatment(reading, place), DEFAULT_TREATMENT),
    staleAfter: optional("staleAfter", (place) => readSpan(reading, place), STALE_AFTER),
    output,
    formats: optional("formats", (place) => readFormats(reading, place), DEFAULT_REPORT_FORMATS),
    csv: optional("csv", (place) => readCsv(reading, place), { dialect: "plain" }),
    reports: optional("reports", (place) => readOwnReports(reading, place, base), null),
    exports: optional(
      "exports",
      (place) =>
        readExports(reading, place, exportTargets, {
          reportingCurrency,
          accountNames: accounts.map(({ name }) => name),
        }),
      [],
    ),
    notify,
    unsafeSecrets,
    accounts,
    warnings: [...reading.warnings],
  };
}

function readAccounts(
  reading: Reading,
  mapping: Mapping,
  context: AccountContext,
): readonly AccountConfiguration[] {
  const expected = "a list of accounts";
  const place = reading.required(mapping, "accounts", expected);
  const items = place && reading.list(place, expected);
  if (place !== null && items?.length === 0)
    reading.mistake(place, "expected at least one account, found none");
  return (items ?? [])
    .map((item) => readAccount(reading, item, context))
    .filter((account) => account !== null);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return (
    way === "" ||
    (way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path && !/^[A-Za-z]:/.test(way))
  );
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) deepFrozen(part);
    Object.freeze(value);
  }
  return value;
}
