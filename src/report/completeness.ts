/** Whether a report of a period is complete, and why not: for the names of its files and for whoever reads it on a terminal. */
import type { Period } from "../domain/period.ts";
import type { Database } from "../store/store.ts";
import type { ReportDefinition } from "./definition.ts";
import { isComplete, type PeriodFacts, readPeriodFacts } from "./period-facts.ts";
import { readUnpriced } from "./unpriced.ts";

export type Completeness = {
  readonly facts: PeriodFacts;
  /** Which prices are missing, in sentences; null where no report is in the reporting currency. */
  readonly unpriced: readonly string[] | null;
};

export async function readCompleteness(
  db: Database,
  period: Period,
  accountIds: readonly string[],
  definitions: readonly ReportDefinition[],
): Promise<Completeness> {
  const areValued = definitions.some((definition) => definition.isInReportingCurrency);
  return {
    facts: await readPeriodFacts(db, period, accountIds),
    unpriced: areValued ? await readUnpriced(db, period, accountIds) : null,
  };
}

export function isWhole(definition: ReportDefinition, { facts, unpriced }: Completeness): boolean {
  return isComplete(facts) && missingPrices(definition, unpriced).length === 0;
}

/** Why not, in lines; none where it is. */
export function completenessLines(definition: ReportDefinition, { facts, unpriced }: Completeness): string[] {
  const ofAccounts = (kind: "incomplete" | "accepted") =>
    facts.accounts.flatMap((account) => account[kind].map((sentence) => `${account.accountId}: ${sentence}`));
  return [
    ...[...ofAccounts("incomplete"), ...missingPrices(definition, unpriced)].map(
      (line) => `INCOMPLETE: ${line}`,
    ),
    ...ofAccounts("accepted").map((line) => `ACCEPTED: ${line}`),
  ];
}

/** A missing price leaves reports in the assets themselves as they are. */
function missingPrices(
  { isInReportingCurrency }: ReportDefinition,
  unpriced: readonly string[] | null,
): readonly string[] {
  return isInReportingCurrency ? (unpriced ?? []) : [];
}
