import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import type { Period } from "../domain/period.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { shortened } from "./period-facts.ts";

type Row = { asset: string; missing: string; amounts: number; first_at: string };

/** Which amounts of the period have no price, in sentences that begin with the account: why files in the reporting currency are incomplete. */
export async function readUnpriced(
  db: Database,
  period: Period,
  accountIds: readonly string[],
): Promise<string[]> {
  const sentences: string[] = [];
  for (const account of accountIds) {
    const rows = await runSqlFile<Row>(db, "report/unpriced", {
      account,
      from: formatInstant(period.from),
      until: formatInstant(period.until),
    });
    append(sentences, shortened(rows.map((row) => `${account}: ${sentenceOf(row, period.timeZone)}`)));
  }
  return sentences;
}

function sentenceOf({ asset, missing, amounts, first_at }: Row, timeZone: string): string {
  const first = formatInstant(parseUtcInstant(first_at), timeZone);
  return amounts === 1
    ? `1 amount in ${asset} has no price (at ${first}): ${missing}`
    : `${amounts} amounts in ${asset} have no price (the first at ${first}): ${missing}`;
}
