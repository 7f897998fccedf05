/** A period at a glance and whether it is complete, for who wants no files: of one state of the database. */
import type { Period } from "../domain/period.ts";
import type { Treatment } from "../domain/treatment.ts";
import { readOnly } from "../store/read-only.ts";
import type { Store } from "../store/store.ts";
import { readEvidence, requireAccountIds } from "./account-evidence.ts";
import { readCompleteness } from "./completeness.ts";
import type { ReportDefinition } from "./definition.ts";
import { type Verdict, verdictOf } from "./manifest.ts";
import { readRows, readSummaryOf, type SummedReport, summaryText } from "./summary.ts";

export type ReadSummaryInput = {
  readonly store: Store;
  /** Those that could be written: only where one is in the reporting currency can a price be missing. */
  readonly definitions: readonly ReportDefinition[];
  readonly period: Period;
  /** Null for every account in the store. */
  readonly accountIds: readonly string[] | null;
  readonly treatment: Treatment;
};

export type Summarised = {
  /** As the manifest of the period's files would say it. */
  readonly verdict: Verdict;
  /** As `summary.txt` would be. */
  readonly summary: string;
};

/** Throws a `UsageError` for an unknown account. */
export function readSummary({
  store,
  definitions,
  period,
  accountIds,
  treatment,
}: ReadSummaryInput): Promise<Summarised> {
  return readOnly(store, async (db) => {
    const evidence = await readEvidence(db, await requireAccountIds(db, accountIds));
    const completeness = await readCompleteness(db, period, evidence, definitions);
    const { facts } = completeness;
    const accounts = facts.accounts.map(({ accountId }) => accountId);
    const rowsOf = (name: SummedReport) => readRows(db, name, period, accounts);
    return {
      verdict: verdictOf(completeness),
      summary: summaryText(await readSummaryOf(db, facts, treatment, rowsOf)),
    };
  });
}
