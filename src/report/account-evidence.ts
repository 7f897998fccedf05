/**
 * What is known of an account whatever the period: how far it was read, what needs a person, what was
 * inferred. Read once; the facts of each period (`period-facts.ts`) are told from it.
 */
import { type Decimal, parseDecimal } from "../domain/decimal.ts";
import { earliest, type Instant, latest, parseUtcInstant } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { assert, UsageError } from "../errors.ts";
import { readAccountIds } from "../store/account-ids.ts";
import { type ByAccount, byAccount, oneOrAll } from "../store/by-account.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import type { ReadSpans, Served } from "./coverage.ts";

export type ReportedGap = {
  readonly stream: string;
  readonly symbol: string;
  readonly window: Window;
  readonly reason: string;
};

/** A row of `report.item`: a fact that needs a person, or that a person has accepted. */
export type Item = {
  readonly what: string;
  readonly class: string;
  readonly stream: string;
  readonly subject: string;
  readonly asset: string | null;
  readonly amount: Decimal | null;
  readonly reason: string;
  /** Why a person has accepted it; null while it is open. */
  readonly because: string | null;
  readonly occurredAt: Instant;
  /** From when on periods count it; null for the beginning of the books. */
  readonly since: Instant | null;
  /** Until when, itself included. */
  readonly until: Instant;
};

/** How far an account was read. */
export type Reading = {
  readonly accountId: string;
  /** Where the history begins: as it was requested, or else with what was read; null while nothing was. */
  readonly historyFrom: Instant | null;
  /** Whether a person gave the beginning. */
  readonly isRequested: boolean;
  readonly read: readonly ReadSpans[];
  /** The end of all that was read; null while nothing was. */
  readonly reach: Instant | null;
  /** Every symbol seen in a record, with the instant it began to trade, or null. */
  readonly knownSymbols: readonly { readonly symbol: string; readonly listedAt: Instant | null }[];
  readonly gaps: readonly ReportedGap[];
  /** The streams that the key may not read. */
  readonly denied: readonly string[];
  readonly servedFrom: Served["servedFrom"];
};

export type AccountEvidence = Reading & {
  readonly venue: string;
  /** Whether nothing of the account was before its history. */
  readonly isFromBeginning: boolean;
  readonly items: readonly Item[];
  /**
   * Wallets that were held before the history begins, as inferred from the first one that the venue showed.
   */
  readonly inferredWallets: readonly { readonly asset: string; readonly shownAt: Instant }[];
  /** How many positions were open before the history begins, by where their cost comes from. */
  readonly openings: { readonly inferred: number; readonly configured: number };
};

/**
 * The accounts in the store, or those requested, in the order of their ids. Throws a `UsageError` for one
 * that is not in the store.
 */
export async function requireAccountIds(
  db: Database,
  accountIds: readonly string[] | null,
): Promise<string[]> {
  const known = await readAccountIds(db);
  if (accountIds === null) return known;
  const unknown = accountIds.filter((accountId) => !known.includes(accountId));
  if (unknown.length > 0) {
    throw new UsageError({
      where: "report",
      what: `the store has no account ${unknown.map((name) => `"${name}"`).join(", ")}`,
      evidence: [known.length === 0 ? "it has none at all" : `it has ${known.join(", ")}`],
      next: "give the name of an account that was synced",
    });
  }
  return [...new Set(accountIds)].toSorted(byBytes);
}

/** The order of `collate "C"`, which is that of the reports. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Null while nothing of the account was read, and no beginning was requested. */
export async function readHistoryBegin(db: Database, accountId: string): Promise<Instant | null> {
  return (await readBegins(db, [accountId]))(accountId);
}

/** The evidence of each account, in their order. Each table is read once, however many they are. */
export async function readEvidence(
  db: Database,
  accountIds: readonly string[],
): Promise<readonly AccountEvidence[]> {
  if (accountIds.length === 0) return [];
  const reading = await readReading(db, accountIds);
  const accounts = byAccount(
    await db
      .selectFrom("raw.account")
      .select(["account_id", "venue", "is_from_beginning"])
      .where("account_id", "in", accountIds)
      .execute(),
  );
  const items = await readItems(db, accountIds);
  const inferredWallets = await readInferredWallets(db, accountIds);
  const openings = byAccount(
    await db
      .selectFrom("ledger.position_opening")
      .select(["account_id", "source"])
      .where("account_id", "in", accountIds)
      .execute(),
  );
  return reading.map((one) => {
    const [account] = accounts(one.accountId);
    assert(account !== undefined, `${one.accountId} is in the store`);
    const inferred = openings(one.accountId).filter((row) => row.source === "inferred").length;
    return {
      ...one,
      venue: account.venue,
      isFromBeginning: account.is_from_beginning,
      items: items(one.accountId),
      inferredWallets: inferredWallets(one.accountId),
      openings: { inferred, configured: openings(one.accountId).length - inferred },
    };
  });
}

/** What was read of each account, in their order, and what of it is a gap. */
export async function readReading(db: Database, accountIds: readonly string[]): Promise<Reading[]> {
  if (accountIds.length === 0) return [];
  const begins = await readBegins(db, accountIds);
  const requested = byAccount(
    await db
      .selectFrom("raw.account")
      .select("account_id")
      .where("account_id", "in", accountIds)
      .where("history_from", "is not", null)
      .execute(),
  );
  const read = await readSpans(db, accountIds);
  const knownSymbols = await readKnownSymbols(db, accountIds);
  const gaps = await readGaps(db, accountIds);
  const denied = byAccount(
    await db
      .selectFrom("raw.denied_stream")
      .select(["account_id", "stream"])
      .where("account_id", "in", accountIds)
      .execute(),
  );
  const served = byAccount(
    await db
      .selectFrom("raw.window")
      .select(["account_id", "stream", ({ fn }) => fn.min("from_time").as("from_time")])
      .where("account_id", "in", accountIds)
      .where("evidence", "=", "venue")
      .groupBy(["account_id", "stream"])
      .execute(),
  );
  return accountIds.map((accountId) => {
    const spans = read(accountId);
    const ends = spans.flatMap((one) => one.spans.map((span) => span.until));
    return {
      accountId,
      historyFrom: begins(accountId),
      isRequested: requested(accountId).length > 0,
      read: spans,
      reach: ends.length === 0 ? null : ends.reduce(latest),
      knownSymbols: knownSymbols(accountId),
      gaps: gaps(accountId),
      denied: denied(accountId).map(({ stream }) => stream),
      servedFrom: new Map(
        served(accountId).map(({ stream, from_time }) => [stream, parseUtcInstant(from_time)]),
      ),
    };
  });
}

/** From where on there is anything to know: the beginning of the history, or of what was read. */
export function beginOf({ historyFrom, read }: Reading): Instant | null {
  if (historyFrom !== null) return historyFrom;
  const begins = read.flatMap((one) => one.spans.map((span) => span.from));
  return begins.length === 0 ? null : begins.reduce(earliest);
}

async function readBegins(db: Database, accountIds: readonly string[]): Promise<ByAccount<Instant | null>> {
  const rows = byAccount(
    await db
      .selectFrom("ledger.beginning")
      .select(["account_id", "begins_at"])
      .where("account_id", "in", accountIds)
      .execute(),
  );
  return (accountId) => {
    const begins = rows(accountId)[0]?.begins_at ?? null;
    return begins === null ? null : parseUtcInstant(begins);
  };
}

async function readSpans(db: Database, accountIds: readonly string[]): Promise<ByAccount<ReadSpans[]>> {
  type Row = {
    account_id: string;
    stream: string;
    symbol: string;
    from_time: string;
    until_time: string;
    is_known: boolean;
  };
  const rows = byAccount(await runSqlFile<Row>(db, "report/coverage", { account: oneOrAll(accountIds) }));
  return (accountId) => {
    const found = new Map<string, ReadSpans & { spans: Window[] }>();
    for (const row of rows(accountId)) {
      const key = `${row.stream}/${row.symbol}`;
      const one = found.get(key) ?? {
        stream: row.stream,
        symbol: row.symbol,
        isKnown: row.is_known,
        spans: [],
      };
      one.spans.push({ from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) });
      found.set(key, one);
    }
    return [...found.values()];
  };
}

async function readKnownSymbols(
  db: Database,
  accountIds: readonly string[],
): Promise<ByAccount<AccountEvidence["knownSymbols"]>> {
  type Row = { account_id: string; symbol: string; listed_at: string | null };
  const rows = byAccount(
    await runSqlFile<Row>(db, "report/known-symbols", { account: oneOrAll(accountIds) }),
  );
  return (accountId) =>
    rows(accountId).map((row) => ({
      symbol: row.symbol,
      listedAt: row.listed_at === null ? null : parseUtcInstant(row.listed_at),
    }));
}

async function readGaps(db: Database, accountIds: readonly string[]): Promise<ByAccount<ReportedGap[]>> {
  const rows = byAccount(
    await db.selectFrom("raw.gap").selectAll().where("account_id", "in", accountIds).execute(),
  );
  return (accountId) =>
    rows(accountId)
      .map((row) => ({
        stream: row.stream,
        symbol: row.symbol,
        window: { from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) },
        reason: row.reason,
      }))
      .toSorted(
        (a, b) =>
          a.window.from - b.window.from || byBytes(`${a.stream}/${a.symbol}`, `${b.stream}/${b.symbol}`),
      );
}

async function readItems(db: Database, accountIds: readonly string[]): Promise<ByAccount<Item[]>> {
  type Row = Omit<Item, "amount" | "occurredAt" | "since" | "until"> & {
    account_id: string;
    amount: string | null;
    occurred_at: string;
    since: string | null;
    until: string;
  };
  const rows = byAccount(await runSqlFile<Row>(db, "report/items", { account: oneOrAll(accountIds) }));
  return (accountId) =>
    rows(accountId).map(({ account_id, amount, occurred_at, since, until, ...row }) => ({
      ...row,
      amount: amount === null ? null : parseDecimal(amount),
      occurredAt: parseUtcInstant(occurred_at),
      since: since === null ? null : parseUtcInstant(since),
      until: parseUtcInstant(until),
    }));
}

/** Where an inferred wallet comes to nothing, there is nothing to know. */
async function readInferredWallets(
  db: Database,
  accountIds: readonly string[],
): Promise<ByAccount<AccountEvidence["inferredWallets"]>> {
  const rows = byAccount(
    await db
      .selectFrom("ledger.reconciliation")
      .select(["account_id", "subject", "checked_at"])
      .where("account_id", "in", accountIds)
      .where("check_name", "=", "wallet")
      .where("status", "=", "inferred")
      .orderBy("checked_at")
      .execute(),
  );
  const inferred = accountIds.filter((accountId) => rows(accountId).length > 0);
  const opened = byAccount(
    inferred.length === 0
      ? []
      : await db
          .selectFrom("ledger.posting")
          .select(["account_id", "asset"])
          .distinct()
          .where("account_id", "in", inferred)
          .where("entry_id", "like", "opening/%")
          .execute(),
  );
  return (accountId) =>
    rows(accountId)
      .filter(({ subject }) => opened(accountId).some(({ asset }) => asset === subject))
      .map(({ subject, checked_at }) => ({ asset: subject, shownAt: parseUtcInstant(checked_at) }));
}
