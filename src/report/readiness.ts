/**
 * What stands against closing a period: everything that may still change what its reports say, or that nobody
 * has proven or accepted.
 */
import { formatLocal } from "../domain/calendar.ts";
import { earliest, formatInstant, type Instant, parseUtcInstant, plus } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { readEvidence, readHistoryBegin } from "./account-evidence.ts";
import { readPeriodFacts } from "./period-facts.ts";

export type Readiness = {
  /** In sentences; empty when the period can be closed. */
  readonly open: readonly string[];
  /** What a person accepted before, in sentences with the reason. */
  readonly accepted: readonly string[];
};

/**
 * A close closes the books up to the period's end, so what lies before the period and is not closed yet is
 * looked at too: from `closedUntil` on, or, while nothing is closed (null), from the beginning of the
 * history.
 */
export async function readiness(
  db: Database,
  period: Period,
  accountId: string,
  closedUntil: Instant | null,
): Promise<Readiness> {
  const span = { ...period, from: await openFrom(db, period, accountId, closedUntil) };
  const { accounts } = await readPeriodFacts(db, span, await readEvidence(db, [accountId]));
  const open = [
    ...(await unreachedSentences(db, period, accountId)),
    ...(await unsettledSentences(db, span, accountId)),
    ...(closedUntil === null ? await unsettledOpenings(db, period, accountId) : []),
    ...(await unprovenSentences(db, span, accountId)),
    ...accounts.flatMap((account) => account.incomplete),
  ];
  return {
    // Of a history that begins behind the period both say so.
    open: [...new Set(open)],
    accepted: accounts.flatMap((account) => account.accepted),
  };
}

async function openFrom(
  db: Database,
  period: Period,
  accountId: string,
  closedUntil: Instant | null,
): Promise<Instant> {
  if (closedUntil !== null) return earliest(closedUntil, period.from);
  const beginsAt = await readHistoryBegin(db, accountId);
  return beginsAt === null ? period.from : earliest(period.from, beginsAt);
}

/**
 * A close vouches for the whole period, and of time that was never requested nobody knows that nothing
 * happened.
 */
async function unreachedSentences(db: Database, period: Period, accountId: string): Promise<string[]> {
  const account = await db
    .selectFrom("raw.account")
    .select("is_from_beginning")
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  const beginsAt = await readHistoryBegin(db, accountId);
  if (account.is_from_beginning || beginsAt === null || beginsAt <= period.from) return [];
  const begins = `the history begins at ${formatLocal(beginsAt, period.timeZone)}`;
  return [
    beginsAt >= period.until
      ? `nothing of the period was read: ${begins}`
      : `${begins}, and what came before it in the period was not read`,
  ];
}

type Unsettled = { readonly stream: string; readonly sentence: string };

async function readUnsettled(db: Database, period: Period, account: string): Promise<Unsettled[]> {
  type Row = { stream: string; from_time: string; until_time: string };
  const rows = await runSqlFile<Row>(db, "report/unsettled", {
    account,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
  });
  const at = (text: string) => formatLocal(parseUtcInstant(text), period.timeZone);
  return rows.map(({ stream, from_time, until_time }) => ({
    stream,
    sentence: `${stream}: not settled from ${at(from_time)} until ${at(until_time)}: rows may still appear`,
  }));
}

async function unsettledSentences(db: Database, period: Period, accountId: string): Promise<string[]> {
  return (await readUnsettled(db, period, accountId)).map(({ sentence }) => sentence);
}

/**
 * The first close keeps what was open before the history for good, and what is inferred of it rests on the
 * fills until the first snapshot.
 */
async function unsettledOpenings(db: Database, period: Period, accountId: string): Promise<string[]> {
  const inferred = await db
    .selectFrom("ledger.position_opening")
    .select("symbol")
    .where("account_id", "=", accountId)
    .where("source", "=", "inferred")
    .executeTakeFirst();
  const first = await db
    .selectFrom("snapshot.taken")
    .select((expression) => expression.fn.min("taken_at").as("taken_at"))
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  const taken = first?.taken_at ?? null;
  if (inferred === undefined || taken === null || parseUtcInstant(taken) < period.until) return [];
  const rest = { ...period, from: period.until, until: plus(parseUtcInstant(taken), 1) };
  return (await readUnsettled(db, rest, accountId))
    .filter(({ stream }) => stream === "fills")
    .map(({ sentence }) => `${sentence}, and what was open before the history is inferred from them`);
}

async function unprovenSentences(db: Database, period: Period, accountId: string): Promise<string[]> {
  const row = await db
    .selectFrom("snapshot.taken")
    .select((expression) => expression.fn.max("taken_at").as("taken_at"))
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  const taken = row?.taken_at ?? null;
  if (taken !== null && parseUtcInstant(taken) >= period.until) return [];
  const last = taken === null ? "never" : `last at ${formatLocal(parseUtcInstant(taken), period.timeZone)}`;
  return [
    `the venue was not queried for the wallet since the end of the period (${last}), so it is not proven`,
  ];
}
