/** The statement of a folder, from the rows of its reports as they are written, and of those it lacks. */
import { createHash } from "node:crypto";
import type { Period } from "../domain/period.ts";
import type { Treatment } from "../domain/treatment.ts";
import { type RowTaker, STATED_REPORTS } from "../statement/stated-rows.ts";
import { statementText } from "../statement/statement.ts";
import type { Database } from "../store/store.ts";
import { type Completeness, isWhole, withAccount } from "./completeness.ts";
import type { ReportDefinition } from "./definition.ts";
import { ownReport } from "./definition.ts";
import { openReport } from "./run-report.ts";
import { namedRow } from "./summary.ts";
import type { FileFacts } from "./write-file.ts";

/** Without its extension. */
export const STATEMENT_NAME = "statement";

/**
 * Whether the page's file is complete. It shows the reporting currency where there is one, so a missing price
 * makes it incomplete as it does those reports.
 */
export function isStatementWhole(completeness: Completeness): boolean {
  return isWhole({ isInReportingCurrency: true }, completeness);
}

/**
 * Gives `rows` those of the reports that do not stand in the folder: they stand in its months, or are not
 * wanted. A report that tells how things are now belongs to the folders that have it alone.
 */
export async function takeOtherRows(
  db: Database,
  rows: RowTaker,
  written: readonly ReportDefinition[],
  period: Period,
  accounts: readonly (string | null)[],
): Promise<void> {
  const others = STATED_REPORTS.filter((name) => !written.some((one) => one.name === name)).map(ownReport);
  const isWanted = ({ parameters, isInReportingCurrency }: ReportDefinition) =>
    parameters.includes("until") && !isInReportingCurrency;
  await takeRows(db, rows, others.filter(isWanted), period, accounts);
}

/** Runs those of the reports that a statement is made of. */
export async function takeRows(
  db: Database,
  rows: RowTaker,
  definitions: readonly ReportDefinition[],
  period: Period,
  accounts: readonly (string | null)[],
): Promise<void> {
  for (const definition of definitions.filter(({ name }) => STATED_REPORTS.includes(name))) {
    const { columns, batches } = await openReport(db, definition, period, accounts);
    for await (const batch of batches)
      for (const row of batch) rows.take(definition.name, namedRow(columns, row));
  }
}

export type StatementFacts = {
  readonly version: string;
  readonly completeness: Completeness;
  readonly treatment: Treatment;
  readonly rows: RowTaker;
  /** Those beside the page. */
  readonly files: readonly FileFacts[];
};

export function statementOf({ version, completeness, treatment, rows, files }: StatementFacts): string {
  const { facts, unpriced } = completeness;
  const both = (kind: "incomplete" | "accepted" | "remarks") => [
    ...withAccount(facts.accounts, kind),
    ...withAccount(unpriced ?? [], kind),
  ];
  return statementText(
    {
      version,
      period: facts.period,
      accounts: facts.accounts.map((account) => ({
        account: account.accountId,
        venue: account.venue,
        historyFrom: account.historyFrom,
        coverage: account.coverage,
        counts: account.counts,
      })),
      isComplete: isStatementWhole(completeness),
      incomplete: both("incomplete"),
      accepted: both("accepted"),
      remarks: both("remarks"),
      treatment,
      rows: rows.rows,
      files,
    },
    (text) => createHash("sha256").update(text).digest("base64"),
  );
}
