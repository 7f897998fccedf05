/** The reports of a closed period, by the hashes of their CSV. */
import { createHash } from "node:crypto";
import type { Period } from "../domain/period.ts";
import type { Database } from "../store/store.ts";
import type { ReportDefinition } from "./definition.ts";
import { openReport } from "./run-report.ts";
import { csvLines } from "./write-csv.ts";

/**
 * Whether a report of a closed period stays as it was at the close: it is about a period, and does not itself
 * say that later evidence changes it. A report of positions or proofs as they are now is not.
 */
export function isKeptAtClose(definition: ReportDefinition): boolean {
  return definition.parameters.includes("until") && definition.changesAfterClose === "";
}

/**
 * The hash of each such report, for the account and period alone. To be called through the door for SQL that
 * the program did not write (`store/read-only.ts`).
 */
export async function readOutputs(
  db: Database,
  definitions: readonly ReportDefinition[],
  period: Period,
  accountId: string,
): Promise<{ report: string; sha256: string }[]> {
  const outputs = [];
  for (const definition of definitions.filter(isKeptAtClose)) {
    const { columns, batches } = await openReport(db, definition, period, [accountId]);
    const hash = createHash("sha256").update(csvLines([columns]));
    for await (const batch of batches) hash.update(csvLines(batch));
    outputs.push({ report: definition.name, sha256: hash.digest("hex") });
  }
  return outputs;
}
