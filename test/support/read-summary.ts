/** What a summary shows, as `write-reports.ts` reads it beside the files. Null for all accounts. */
import type { Period } from "../../src/domain/period.ts";
import type { Treatment } from "../../src/domain/treatment.ts";
import { readEvidence, requireAccountIds } from "../../src/report/account-evidence.ts";
import { readPeriodFacts } from "../../src/report/period-facts.ts";
import { readRows, readSummaryOf, type SummaryInput } from "../../src/report/summary.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";

export function readSummary(
  store: Store,
  period: Period,
  accountIds: readonly string[] | null,
  treatment: Treatment,
): Promise<SummaryInput> {
  return readOnly(store, async (db) => {
    const chosen = await requireAccountIds(db, accountIds);
    const facts = await readPeriodFacts(db, period, await readEvidence(db, chosen));
    return readSummaryOf(db, facts, treatment, (name) => readRows(db, name, period, chosen));
  });
}
