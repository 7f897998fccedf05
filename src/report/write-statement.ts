/** The statement of a period alone, without the files of its reports. */
import type { Period } from "../domain/period.ts";
import type { Treatment } from "../domain/treatment.ts";
import { rowTaker } from "../statement/stated-rows.ts";
import { readOnly } from "../store/read-only.ts";
import type { Store } from "../store/store.ts";
import { readEvidence, requireAccountIds } from "./account-evidence.ts";
import { readCompleteness, withAccount } from "./completeness.ts";
import type { ReportDefinition } from "./definition.ts";
import { readVersions } from "./manifest.ts";
import { fileName } from "./stage-report.ts";
import { isStatementWhole, statementOf, takeRows } from "./stage-statement.ts";
import { writeFileAtomically } from "./write-file.ts";

export type WriteStatementInput = {
  readonly store: Store;
  /** Of those that are wanted; the others are not read. */
  readonly definitions: readonly ReportDefinition[];
  readonly period: Period;
  /** Null for every account in the store. */
  readonly accountIds: readonly string[] | null;
  readonly outputFolder: string;
  /** Without its extension. */
  readonly name: string;
  readonly treatment: Treatment;
};

/** Returns the file's name and, in sentences, why it is incomplete if it is. */
export async function writeStatement(
  input: WriteStatementInput,
): Promise<{ readonly name: string; readonly incomplete: readonly string[] }> {
  const { store, definitions, period, outputFolder, treatment } = input;
  const { completeness, text } = await readOnly(store, async (db) => {
    const evidence = await readEvidence(db, await requireAccountIds(db, input.accountIds));
    const completeness = await readCompleteness(db, period, evidence, definitions);
    const rows = rowTaker();
    const accounts = input.accountIds === null ? [null] : evidence.map(({ accountId }) => accountId);
    await takeRows(db, rows, definitions, period, accounts);
    const { version } = await readVersions(db);
    return { completeness, text: statementOf({ version, completeness, treatment, rows, files: [] }) };
  });
  const name = fileName(input.name, "html", isStatementWhole(completeness));
  await writeFileAtomically(outputFolder, name, text);
  const { facts, unpriced } = completeness;
  return {
    name,
    incomplete: [...withAccount(facts.accounts, "incomplete"), ...withAccount(unpriced ?? [], "incomplete")],
  };
}
