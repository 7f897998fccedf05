import { parseUtcInstant } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";

/** The settled coverage of one account: what never needs to be asked again. */
export type Coverage = { of(stream: StreamName, symbol: string): readonly Window[] };

export async function readCoverage(db: Database, accountId: string): Promise<Coverage> {
  type Row = { stream: string; symbol: string; from_time: string; until_time: string };
  const spans = new Map<string, Window[]>();
  for (const row of await runSqlFile<Row>(db, "extract/coverage", { account_id: accountId })) {
    const key = `${row.stream}/${row.symbol}`;
    const windows = spans.get(key) ?? [];
    windows.push({ from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) });
    spans.set(key, windows);
  }
  return { of: (stream, symbol) => spans.get(`${stream}/${symbol}`) ?? [] };
}
