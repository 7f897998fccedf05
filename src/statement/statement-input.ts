/** What a statement is made of: what the manifest says, and the rows of the folder's reports. */
import type { Instant } from "../domain/instant.ts";
import type { Treatment } from "../domain/treatment.ts";
import type { Window } from "../domain/window.ts";
import type { StatedRows } from "./stated-rows.ts";

export type StatedPeriod = Window & { readonly name: string; readonly timeZone: string };

export type StatedAccount = {
  readonly account: string;
  readonly venue: string;
  /** Null where nothing was ever read. */
  readonly historyFrom: Instant | null;
  readonly coverage: readonly {
    readonly stream: string;
    /** Of the period, in order. */
    readonly complete: readonly Window[];
  }[];
  /** As in the manifest: `checks/agrees`, … */
  readonly counts: Readonly<Record<string, number>>;
};

export type StatementInput = {
  readonly version: string;
  readonly period: StatedPeriod;
  readonly accounts: readonly StatedAccount[];
  /** Whether the page's file is, and so every file of the folder. */
  readonly isComplete: boolean;
  /** In sentences, as the manifest has them; with those about prices. */
  readonly incomplete: readonly string[];
  readonly accepted: readonly string[];
  readonly remarks: readonly string[];
  readonly treatment: Treatment;
  readonly rows: StatedRows;
  /** Beside the page, by name. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
};
