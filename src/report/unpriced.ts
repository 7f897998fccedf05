import { formatLocal } from "../domain/calendar.ts";
import { counted } from "../domain/counted.ts";
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { shortened } from "./period-facts.ts";
import { readRevalued } from "./revalued.ts";

type Row = {
  asset: string;
  missing: string;
  /** Nothing at all has a price: then `asset` is the reporting currency. */
  is_all: boolean;
  because: string | null;
  due_at: string | null;
  amounts: number;
  first_at: string;
};

/** What to do where nothing has a price in the reporting currency. */
export const NOTHING_PRICED_NEXT =
  "perpbooks price import eurofxref-hist.csv --kind ecb, and pegs in the configuration for what the ECB has no rate of";

/** Which amounts of an account have no price in a period, or another one than at its close, in sentences. */
export type Unpriced = {
  readonly accountId: string;
  /** Why files in the reporting currency are incomplete and need a person. */
  readonly incomplete: readonly string[];
  /** What a person has accepted, with the reason. */
  readonly accepted: readonly string[];
  /** What is only not due yet, and until when. */
  readonly remarks: readonly string[];
};

export async function readUnpriced(db: Database, period: Period, accountId: string): Promise<Unpriced> {
  const rows = await runSqlFile<Row>(db, "report/unpriced", {
    account: accountId,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
  });
  const inWords = (chosen: readonly Row[]) =>
    shortened(chosen.map((row) => sentenceOf(row, period.timeZone)));
  const missing = rows.filter(({ due_at }) => due_at === null);
  return {
    accountId,
    incomplete: [
      ...(await readRevalued(db, period, accountId, null)),
      ...inWords(missing.filter(({ because }) => because === null)),
    ],
    accepted: inWords(missing.filter(({ because }) => because !== null)),
    remarks: inWords(rows.filter(({ due_at }) => due_at !== null)),
  };
}

function sentenceOf(
  { asset, missing, is_all, because, due_at, amounts, first_at }: Row,
  timeZone: string,
): string {
  const at = (text: string) => formatLocal(parseUtcInstant(text), timeZone);
  const first = amounts === 1 ? `at ${at(first_at)}` : `the first at ${at(first_at)}`;
  const many = counted(amounts, "amount");
  const accepted = because === null ? "" : `; accepted, because ${because}`;
  if (is_all)
    return `${missing} (${many}, ${first})${accepted === "" ? `; next: ${NOTHING_PRICED_NEXT}` : accepted}`;
  const has = amounts === 1 ? "has" : "have";
  if (due_at !== null)
    return `${many} in ${asset} ${has} no price yet (${first}): ${missing}; it is due by ${at(due_at)}`;
  return `${many} in ${asset} ${has} no price (${first}): ${missing}${accepted}`;
}
