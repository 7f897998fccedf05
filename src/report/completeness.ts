/**
 * Whether a report of a period is complete, and why not: for the names of its files and for whoever reads it
 * on a terminal.
 */
import type { Period } from "../domain/period.ts";
import type { Database } from "../store/store.ts";
import type { AccountEvidence } from "./account-evidence.ts";
import type { ReportDefinition } from "./definition.ts";
import { isComplete, type PeriodFacts, readPeriodFacts } from "./period-facts.ts";
import { readUnpriced, type Unpriced } from "./unpriced.ts";

export type Completeness = {
  readonly facts: PeriodFacts;
  /** Which prices are missing; null where no report is in the reporting currency. */
  readonly unpriced: readonly Unpriced[] | null;
};

/** What may be in the reporting currency: a report, or an export. */
type Valued = Pick<ReportDefinition, "isInReportingCurrency">;

export async function readCompleteness(
  db: Database,
  period: Period,
  evidence: readonly AccountEvidence[],
  definitions: readonly Valued[],
): Promise<Completeness> {
  return completenessOf(db, await readPeriodFacts(db, period, evidence), definitions);
}

/** The same of a period whose facts are read already. */
export async function completenessOf(
  db: Database,
  facts: PeriodFacts,
  definitions: readonly Valued[],
): Promise<Completeness> {
  const areValued = definitions.some((definition) => definition.isInReportingCurrency);
  const unpriced: Unpriced[] = [];
  if (areValued)
    for (const { accountId } of facts.accounts)
      unpriced.push(await readUnpriced(db, facts.period, accountId));
  return { facts, unpriced: areValued ? unpriced : null };
}

/** Sentences with the account before each. */
export function withAccount<Kind extends string>(
  all: readonly (Readonly<Record<Kind, readonly string[]>> & { readonly accountId: string })[],
  kind: Kind,
): string[] {
  return all.flatMap((one) => one[kind].map((sentence) => `${one.accountId}: ${sentence}`));
}

/**
 * Whether nothing of what it says needs a person. What a person has accepted or what is only not due yet is
 * said beside it.
 */
export function isWhole(definition: Valued, { facts, unpriced }: Completeness): boolean {
  return (
    isComplete(facts) && pricesOf(definition, unpriced).every(({ incomplete }) => incomplete.length === 0)
  );
}

/** Why not, in lines, and what a person has accepted or is not due yet. */
export function completenessLines(definition: Valued, { facts, unpriced }: Completeness): string[] {
  const prices = pricesOf(definition, unpriced);
  const both = (kind: "incomplete" | "accepted") => [
    ...withAccount(facts.accounts, kind),
    ...withAccount(prices, kind),
  ];
  return [
    ...both("incomplete").map((line) => `INCOMPLETE: ${line}`),
    ...both("accepted").map((line) => `ACCEPTED: ${line}`),
    ...withAccount(prices, "remarks").map((line) => `note: ${line}`),
  ];
}

/** A missing price leaves reports in the assets themselves as they are. */
function pricesOf(
  { isInReportingCurrency }: Valued,
  unpriced: Completeness["unpriced"],
): readonly Unpriced[] {
  return isInReportingCurrency ? (unpriced ?? []) : [];
}
