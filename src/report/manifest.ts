/**
 * `manifest.json` stands beside the files and vouches for them: their hashes, what they cover and what is
 * missing. It says nothing that depends on when or where it was written, so the same database gives the same
 * bytes.
 */
import { sql } from "kysely";
import { formatInstant } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { programVersion } from "../package.ts";
import type { Database } from "../store/store.ts";
import { type Completeness, withAccount } from "./completeness.ts";
import { isComplete } from "./period-facts.ts";
import type { FileFacts } from "./write-file.ts";

export const MANIFEST_NAME = "manifest.json";

/** Instants are ISO 8601 in UTC. */
export type Manifest = {
  readonly perpbooks: { readonly version: string; readonly schema: string };
  readonly period: {
    readonly name: string;
    readonly from: string;
    readonly until: string;
    readonly timeZone: string;
  };
  /** Whether every file is. */
  readonly isComplete: boolean;
  /** Why not, in sentences; empty if it is, but for prices that are missing. */
  readonly incomplete: readonly string[];
  /** What a person has accepted, in sentences with the reason: it makes no file incomplete. */
  readonly accepted: readonly string[];
  /** What a reader should know that makes no file incomplete. */
  readonly remarks: readonly string[];
  /** Absent where no report is in the reporting currency. */
  readonly reportingCurrency?: {
    /** Why files in it are incomplete beyond the others, in sentences: prices that are missing. */
    readonly incomplete: readonly string[];
    readonly accepted: readonly string[];
    /** Prices that are only not due yet. */
    readonly remarks: readonly string[];
  };
  readonly accounts: readonly {
    readonly account: string;
    readonly venue: string;
    readonly historyFrom: string | null;
    readonly coverage: readonly {
      readonly stream: string;
      /** How many symbols it is read for; null where it is read for the account as a whole. */
      readonly symbols: number | null;
      /** Of the period. */
      readonly complete: readonly { readonly from: string; readonly until: string }[];
    }[];
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly files: readonly FileFacts[];
  /** The folders in this one, by the hashes of their own manifests. */
  readonly folders: readonly { readonly name: string; readonly sha256: string }[];
};

export type Versions = Manifest["perpbooks"];

/** What a manifest says of its files' completeness: of a period, whether files of it are written or not. */
export type Verdict = Pick<
  Manifest,
  "isComplete" | "incomplete" | "accepted" | "remarks" | "reportingCurrency"
>;

/** The program's version, and the last migration of the store. */
export async function readVersions(db: Database): Promise<Versions> {
  const { rows } = await sql<{ name: string }>`
    select name
    from perpbooks.migration
    where name <> 'views'
    order by name collate "C" desc
    limit 1
  `.execute(db);
  return { version: programVersion(), schema: rows[0]?.name ?? "" };
}

export function manifest(
  versions: Versions,
  completeness: Completeness,
  files: readonly FileFacts[],
  folders: Manifest["folders"],
): Manifest {
  const { period, accounts } = completeness.facts;
  return {
    perpbooks: versions,
    period: { name: period.name, ...spanText(period), timeZone: period.timeZone },
    ...verdictOf(completeness),
    accounts: accounts.map((account) => ({
      account: account.accountId,
      venue: account.venue,
      historyFrom: account.historyFrom === null ? null : formatInstant(account.historyFrom),
      coverage: account.coverage.map(({ stream, symbols, complete }) => ({
        stream,
        symbols,
        complete: complete.map(spanText),
      })),
      counts: account.counts,
    })),
    files: byName(files),
    folders: byName(folders),
  };
}

/** Of a period, by what is known of it. */
export function verdictOf({ facts, unpriced }: Completeness): Verdict {
  return {
    isComplete: isComplete(facts) && (unpriced ?? []).every(({ incomplete }) => incomplete.length === 0),
    incomplete: withAccount(facts.accounts, "incomplete"),
    accepted: withAccount(facts.accounts, "accepted"),
    remarks: withAccount(facts.accounts, "remarks"),
    ...(unpriced === null
      ? {}
      : {
          reportingCurrency: {
            incomplete: withAccount(unpriced, "incomplete"),
            accepted: withAccount(unpriced, "accepted"),
            remarks: withAccount(unpriced, "remarks"),
          },
        }),
  };
}

function byName<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What of the files still needs a person, in sentences. */
export function openReasons({ incomplete, reportingCurrency }: Verdict): string[] {
  return [...incomplete, ...(reportingCurrency?.incomplete ?? [])];
}

/** What a person has accepted, in sentences with the reason. */
export function acceptedReasons({ accepted, reportingCurrency }: Verdict): string[] {
  return [...accepted, ...(reportingCurrency?.accepted ?? [])];
}

function manifestText(of: Manifest): string {
  return `${JSON.stringify(of, null, 2)}\n`;
}

/** A manifest as it stands in a folder, and the names of the files that it vouches for. */
export type Vouched = { readonly text: string; readonly names: readonly string[] };

export function vouchedBy(of: Manifest): Vouched {
  return { text: manifestText(of), names: of.files.map(({ name }) => name) };
}

function spanText(window: Window): { from: string; until: string } {
  return { from: formatInstant(window.from), until: formatInstant(window.until) };
}
