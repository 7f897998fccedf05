/**
 * A report that starts from the sums of days says what it says posting by posting, of any period and zone.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { sumDays } from "../../src/book/sum-days.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { readReport } from "../../src/report/run-report.ts";
import { readAccountIds } from "../../src/store/account-ids.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { addRareRows, fillStore } from "./small-books.ts";

const DEFINITIONS = await listReports(null);
const PERIODS = [
  ["2026", "Europe/Berlin"],
  ["2026-03", "Europe/Berlin"],
  ["2026-03-29", "Europe/Berlin"],
  ["2026-03-29T09:00:00Z..2026-03-30T02:30:00Z", "Europe/Berlin"],
  ["2026-03", "Asia/Kathmandu"],
] as const;

let store: Store;
let accountIds: readonly string[];
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  await fillStore(store);
  await addRareRows(store);
  accountIds = await readAccountIds(store.db);
});
afterAll(() => store.close());

async function allReports(): Promise<Record<string, unknown>> {
  const said: Record<string, unknown> = {};
  await readOnly(store, async (db) => {
    for (const [name, zone] of PERIODS)
      for (const definition of DEFINITIONS)
        for (const accounts of [[null], accountIds])
          said[`${definition.name} of ${name} in ${zone}, ${accounts.length}`] = (
            await readReport(db, definition, parsePeriod(name, zone), accounts)
          ).rows;
  });
  return said;
}

test("all of them, of all accounts together and one by one", { timeout: 120_000 }, async () => {
  const before = await allReports();
  for (const accountId of accountIds) await sumDays(store, accountId, "Europe/Berlin");
  const { days } = await store.db
    .selectFrom("ledger.day_sum")
    .select(({ fn }) => fn.countAll<string>().as("days"))
    .executeTakeFirstOrThrow();
  expect(BigInt(days)).toBeGreaterThan(20n);
  expect(await allReports()).toEqual(before);
});
