import type { CsvDialect } from "../domain/csv-dialect.ts";
import type { Granularity } from "../domain/granularity.ts";
import type { DurationMs, Instant } from "../domain/instant.ts";
import type { ReportFormat } from "../domain/report-format.ts";
import type { LotMethod, Treatment } from "../domain/treatment.ts";
import type { Secret } from "./secret.ts";

/** One way to sign in at a venue: all of `fields`, and nothing else. */
export type CredentialForm = {
  readonly kind: string;
  readonly fields: readonly string[];
  /**
   * The field that identifies the account: the key, the wallet, the number. Two accounts with the same value
   * are one.
   */
  readonly identifiedBy: string;
  /**
   * Fields that are no secret (an address, an account's number, a file's name): no warning when they are
   * written in the file.
   */
  readonly publicFields?: readonly string[];
  /**
   * Fields that name a file: a relative path starts at the configuration's folder, and is absolute once read.
   */
  readonly fileFields?: readonly string[];
  /** The address for this form of credentials, where it is not the venue's `defaultBaseUrl`. */
  readonly baseUrl?: string;
};

/** What the configuration must know of a venue. */
export type VenueConfiguration = {
  readonly defaultBaseUrl: string;
  readonly credentialForms: readonly CredentialForm[];
};

export type StoreConfiguration =
  | { readonly kind: "folder"; readonly path: string }
  /** `shownAs` is the address without its password and parameters, for messages. */
  | { readonly kind: "postgres"; readonly url: Secret; readonly shownAs: string };

export type Credentials = {
  /** The `kind` of the venue's form that was filled in. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, Secret>>;
};

/**
 * A position that was open before the history begins, as a person knows it; quantity and price are plain
 * decimals.
 */
export type PositionOpening = {
  readonly symbol: string;
  readonly positionSide: "BOTH" | "LONG" | "SHORT";
  /** Signed: negative for a short. */
  readonly quantity: string;
  readonly entryPrice: string;
};

export type AccountConfiguration = {
  /** Unique without regard to case: it is the account's id and becomes part of file names. */
  readonly name: string;
  readonly venue: string;
  readonly credentials: Credentials;
  /** Null: as far back as the venue serves. A date is midnight in the configuration's time zone. */
  readonly since: Instant | null;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Symbols to request even if no record ever named them. */
  readonly symbols: readonly string[];
  /** Positions that were open before the history begins; what is not here is inferred. */
  readonly openings: readonly PositionOpening[];
};

/** A person's declaration of what an asset is worth, for all time: `USDT` is 1 `USD`, because …. */
export type PegConfiguration = {
  readonly asset: string;
  readonly currency: string;
  /** A plain decimal above zero, as written. */
  readonly price: string;
  readonly because: string;
};

/** A folder of reports that somebody wrote beside the program's. */
export type OwnReports = {
  /** Its absolute path. */
  readonly folder: string;
  /** Where the configuration names it, for messages: `perpbooks.yaml:7`. */
  readonly namedAt: string;
};

/**
 * What the configuration must know of a target of exports: its words that may be overridden, and what is
 * wrong with another word.
 */
export type ExportTarget = {
  readonly reads: "events" | "disposals";
  /** The reporting currency that it needs, or any; where absent, none. */
  readonly currency?: "any" | "USD" | "EUR";
  readonly words: {
    readonly key: string;
    readonly defaults: Readonly<Record<string, unknown>>;
    /** What must be there, by name with what is expected. */
    readonly required?: Readonly<Record<string, string>>;
    /** The name of a mapping with another word for `wallet`, by account. */
    readonly perAccount?: string;
    readonly fault: (
      name: string,
      word: string,
      directions: readonly ("received" | "paid")[],
    ) => string | null;
    readonly faultsTogether?: (
      words: ExportConfiguration["words"],
    ) => readonly (readonly [name: string, fault: string])[];
  } | null;
};

/** An export that `run` writes. */
export type ExportConfiguration = {
  readonly target: string;
  readonly granularity: Granularity;
  /** Over the target's own, by kind of event: one word, or one for each direction or account. */
  readonly words: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Of disposals; null for that of the treatment. */
  readonly methods: readonly LotMethod[] | null;
};

/** Whom `run` tells how it ended. */
export type NotifyConfiguration = {
  /** An address that is told of the beginning and the end; who has it can tell of others. */
  readonly ping: Secret | null;
  /** A program and its words, run without a shell; a path is absolute. */
  readonly command: readonly [program: string, ...words: string[]] | null;
  /** After which nights the command is run: those that end with another code than 0, or all. */
  readonly when: "trouble" | "always";
  /** The absolute path of a file of metrics for Prometheus. */
  readonly metrics: string | null;
};

/**
 * What is done about a secret that others may see, because it is written in the configuration or in a file
 * that other users can read.
 */
export const UNSAFE_SECRETS = ["warn", "refuse"] as const;
export type UnsafeSecrets = (typeof UNSAFE_SECRETS)[number];

/** A complete and deeply frozen configuration. */
export type Configuration = {
  readonly store: StoreConfiguration;
  readonly timeZone: string;
  /** Null: amounts stay in their own assets. */
  readonly reportingCurrency: string | null;
  readonly pegs: readonly PegConfiguration[];
  /** Whether `run` fetches from the venues the prices that it needs and does not have. */
  readonly prices: { readonly fetch: boolean };
  /** What the summary calls the result. */
  readonly treatment: Treatment;
  /** When the last successful run is older than this, a person must look. */
  readonly staleAfter: DurationMs;
  /** The absolute path of the folder for reports and exports. */
  readonly output: string;
  /** In which the reports are written; where there is none, `run` writes no reports. */
  readonly formats: readonly ReportFormat[];
  /** How the reports' CSV is written. */
  readonly csv: { readonly dialect: CsvDialect };
  /** Null: the program's reports alone. */
  readonly reports: OwnReports | null;
  readonly exports: readonly ExportConfiguration[];
  readonly notify: NotifyConfiguration;
  readonly unsafeSecrets: UnsafeSecrets;
  readonly accounts: readonly AccountConfiguration[];
  /** What is allowed but unwise, one line each. */
  readonly warnings: readonly string[];
};
