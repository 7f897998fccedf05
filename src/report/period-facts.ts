/**
 * What there is to know about a period beside its figures: how completely it was read, how much there is in
 * it, and why its files may be incomplete. Read from the database alone, so that the same database always
 * gives the same facts.
 */
import { counted } from "../domain/counted.ts";
import {
  addCalendar,
  earliest,
  formatInstant,
  type Instant,
  latest,
  parseUtcInstant,
} from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import type { Window } from "../domain/window.ts";
import { UsageError } from "../errors.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import {
  type Hole,
  holes,
  isEssential,
  type ReadSpans,
  type StreamCoverage,
  streamCoverage,
} from "./coverage.ts";

export type AccountFacts = {
  readonly accountId: string;
  readonly venue: string;
  /** Where the history begins: as it was requested, or else with what was read; null while nothing was. */
  readonly historyFrom: Instant | null;
  readonly coverage: readonly StreamCoverage[];
  /**
   * What is counted, by names like `records/income`, `entries`, `checks/agrees`; in the order of the names.
   */
  readonly counts: Readonly<Record<string, number>>;
  /** Why files of the period are incomplete and need a person, in sentences; empty if they are not. */
  readonly incomplete: readonly string[];
  /** What a person has accepted, in sentences with the reason. */
  readonly accepted: readonly string[];
  /** What a reader should know that makes no file incomplete. */
  readonly remarks: readonly string[];
};

export type PeriodFacts = { readonly period: Period; readonly accounts: readonly AccountFacts[] };

/**
 * Sentences of one kind about one account; thousands would hide the other kinds. The reports hold them all.
 */
const SENTENCES_MAX = 20;

/** Whether nothing of it needs a person. */
export function isComplete(facts: PeriodFacts): boolean {
  return facts.accounts.every(({ incomplete }) => incomplete.length === 0);
}

/**
 * The accounts in the store, or those requested, in the order of their ids. Throws a `UsageError` for one
 * that is not in the store.
 */
export async function readAccountIds(db: Database, accountIds: readonly string[] | null): Promise<string[]> {
  const rows = await db.selectFrom("raw.account").select("account_id").execute();
  const known = rows.map((row) => row.account_id).toSorted(byBytes);
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
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export async function readPeriodFacts(
  db: Database,
  period: Period,
  accountIds: readonly string[],
): Promise<PeriodFacts> {
  const accounts: AccountFacts[] = [];
  for (const accountId of accountIds) accounts.push(await readAccountFacts(db, period, accountId));
  return { period, accounts };
}

async function readAccountFacts(db: Database, period: Period, accountId: string): Promise<AccountFacts> {
  const account = await db
    .selectFrom("raw.account")
    .select(["venue", "history_from", "is_from_beginning"])
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  const historyFrom = await readHistoryBegin(db, accountId);
  const read = await readSpans(db, accountId);
  const gaps = await readGaps(db, period, accountId);
  const counts = await readCounts(db, period, accountId);
  const items = [
    await readSetAside(db, period, accountId),
    await readSuspense(db, period, accountId),
    await readDifferences(db, period, accountId),
  ];
  const knownSymbols = await readKnownSymbols(db, accountId);
  const ends = read.flatMap((one) => one.spans.map((span) => span.until));
  const reach = ends.length === 0 ? null : ends.reduce(latest);
  const found = reach === null ? [] : holes({ period, historyFrom, read, gaps, knownSymbols, reach });
  const denied = await readDenied(db, accountId);
  const isOpen = (hole: Hole) => isEssential(hole, denied);
  return {
    accountId,
    venue: account.venue,
    historyFrom,
    coverage: streamCoverage(read),
    counts: { ...counts, gaps: gaps.length },
    incomplete: [
      ...unreadSentences(period, historyFrom, account.history_from !== null, reach),
      ...shortened(holeSentences(found.filter(isOpen), period.timeZone)),
      ...shortened(gapSentences(accountId, gaps, period.timeZone)),
      ...items.flatMap((kind) => shortened(openSentences(kind))),
    ],
    accepted: items.flatMap((kind) => shortened(acceptedSentences(kind))),
    remarks: [
      ...edgeRemarks(period, account.is_from_beginning ? null : historyFrom, reach),
      ...(await readWalletRemarks(db, period, accountId, historyFrom)),
      ...(await readOpeningRemarks(db, accountId)),
      ...(await readClosingRemarks(db, period, accountId)),
      ...shortened(
        holeSentences(
          found.filter((hole) => !isOpen(hole)),
          period.timeZone,
        ),
      ),
    ],
  };
}

async function readDenied(db: Database, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("raw.denied_stream")
    .select("stream")
    .where("account_id", "=", accountId)
    .execute();
  return rows.map(({ stream }) => stream);
}

/**
 * What of all that the account has was neither read nor is known as a gap, in sentences: it needs a person as
 * a gap does.
 */
export async function readUnread(db: Database, accountId: string, timeZone: string): Promise<string[]> {
  const read = await readSpans(db, accountId);
  const spans = read.flatMap((one) => one.spans);
  if (spans.length === 0) return [];
  const historyFrom = await readHistoryBegin(db, accountId);
  const period = {
    name: "all there is",
    from: historyFrom ?? spans.map((span) => span.from).reduce(earliest),
    until: spans.map((span) => span.until).reduce(latest),
    timeZone,
  };
  const gaps = await readGaps(db, period, accountId);
  const knownSymbols = await readKnownSymbols(db, accountId);
  const denied = await readDenied(db, accountId);
  const found = holes({ period, historyFrom, read, gaps, knownSymbols, reach: period.until });
  return shortened(
    holeSentences(
      found.filter((hole) => isEssential(hole, denied)),
      timeZone,
    ),
  );
}

/** Null while nothing of the account was read, and no beginning was requested. */
export async function readHistoryBegin(db: Database, accountId: string): Promise<Instant | null> {
  const row = await db
    .selectFrom("ledger.beginning")
    .select("begins_at")
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  const begins = row?.begins_at ?? null;
  return begins === null ? null : parseUtcInstant(begins);
}

async function readSpans(db: Database, accountId: string): Promise<ReadSpans[]> {
  type Row = { stream: string; symbol: string; from_time: string; until_time: string; is_known: boolean };
  const found = new Map<string, ReadSpans & { spans: Window[] }>();
  for (const row of await runSqlFile<Row>(db, "report/coverage", { account: accountId })) {
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
}

async function readKnownSymbols(db: Database, accountId: string) {
  type Row = { symbol: string; listed_at: string | null };
  const rows = await runSqlFile<Row>(db, "report/known-symbols", { account: accountId });
  return rows.map((row) => ({
    symbol: row.symbol,
    listedAt: row.listed_at === null ? null : parseUtcInstant(row.listed_at),
  }));
}

type ReportedGap = {
  readonly stream: string;
  readonly symbol: string;
  readonly window: Window;
  readonly reason: string;
};

async function readGaps(db: Database, period: Period, accountId: string): Promise<ReportedGap[]> {
  const rows = await db
    .selectFrom("raw.gap")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("from_time", "<", formatInstant(period.until))
    .where("until_time", ">", formatInstant(period.from))
    .execute();
  return rows
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

async function readCounts(db: Database, period: Period, accountId: string): Promise<Record<string, number>> {
  const rows = await runSqlFile<{ what: string; count: number }>(db, "report/counts", {
    account: accountId,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
  });
  return Object.fromEntries(rows.map((row) => [row.what, row.count]));
}

/** What the period counts of closed ones, and what others count of it. */
async function readClosingRemarks(db: Database, period: Period, accountId: string): Promise<string[]> {
  const [row] = await runSqlFile<{ posted_here: number; posted_later: number }>(db, "report/adjustments", {
    account: accountId,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
  });
  const events = (count: number) => counted(count, "event");
  const { posted_here = 0, posted_later = 0 } = row ?? {};
  return [
    ...(posted_here === 0
      ? []
      : [
          `${events(posted_here)} of closed periods came after the close and count later than they occurred: see adjustments`,
        ]),
    ...(posted_later === 0
      ? []
      : [
          `${events(posted_later)} of this time came after its close and count in a later period: see restatement`,
        ]),
  ];
}

/**
 * A period before a beginning that was requested is as it was wished; before what the venue served, it lacks
 * what happened in it.
 */
function unreadSentences(
  period: Period,
  historyFrom: Instant | null,
  isRequested: boolean,
  reach: Instant | null,
): string[] {
  if (reach === null) return ["nothing was ever read of this account"];
  if (historyFrom !== null && historyFrom >= period.until) {
    if (isRequested) return [];
    return [`nothing of the period was read: the history begins at ${at(historyFrom, period.timeZone)}`];
  }
  if (reach > period.from) return [];
  return [`nothing of the period was read yet; the account was read until ${at(reach, period.timeZone)}`];
}

/** `historyFrom` is null where the account cannot have begun before its history. */
function edgeRemarks(period: Period, historyFrom: Instant | null, reach: Instant | null): string[] {
  const remarks: string[] = [];
  if (historyFrom !== null && historyFrom > period.from) {
    remarks.push(`the history begins at ${at(historyFrom, period.timeZone)}; what came before is not here`);
  }
  // All there is always ends within a day that goes on: only what ends before that day is news.
  const due =
    period.isAllThereIs === true ? addCalendar(period.until, -1, "day", period.timeZone) : period.until;
  if (reach !== null && reach > period.from && reach < due) {
    remarks.push(
      `the account was read until ${at(reach, period.timeZone)}; the rest of the period is not here`,
    );
  }
  return remarks;
}

/**
 * What a wallet held before the history begins was taken from the first one that the venue showed: up to that
 * one, nothing proves the rows. Where that comes to nothing, there is nothing to know.
 */
async function readWalletRemarks(
  db: Database,
  period: Period,
  accountId: string,
  historyFrom: Instant | null,
): Promise<string[]> {
  const rows = await db
    .selectFrom("ledger.reconciliation")
    .select(["subject", "checked_at"])
    .where("account_id", "=", accountId)
    .where("check_name", "=", "wallet")
    .where("status", "=", "inferred")
    .where("checked_at", ">=", formatInstant(period.from))
    .execute();
  const opened = await db
    .selectFrom("ledger.posting")
    .select("asset")
    .distinct()
    .where("account_id", "=", accountId)
    .where("entry_id", "like", "opening/%")
    .execute();
  const held = rows.filter(({ subject }) => opened.some(({ asset }) => asset === subject));
  const [first] = held;
  if (first === undefined || historyFrom === null) return [];
  const assets = held
    .map(({ subject }) => subject)
    .toSorted(byBytes)
    .join(", ");
  const shownAt = at(parseUtcInstant(first.checked_at), period.timeZone);
  return [
    `the history before ${at(historyFrom, period.timeZone)} is not here: what the wallet held then (${assets}) is inferred from the one of ${shownAt}, and no wallet proves the rows between`,
  ];
}

/**
 * Results rest on these as long as a part of them is open, and say so: an inferred cost is evidence, not a
 * record.
 */
async function readOpeningRemarks(db: Database, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("ledger.position_opening")
    .select(["symbol", "source"])
    .where("account_id", "=", accountId)
    .execute();
  if (rows.length === 0) return [];
  const inferred = rows.filter((row) => row.source === "inferred").length;
  const parts = [
    [inferred, "inferred from the venue's figures"],
    [rows.length - inferred, "as configured"],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
  const positions = counted(rows.length, "position was", "positions were");
  return [`${positions} open before the history begins; what it cost is ${words.join(", ")}`];
}

function holeSentences(found: readonly Hole[], timeZone: string): string[] {
  return grouped(found, (hole) => `${hole.window.from} ${hole.window.until} ${hole.stream}`).map(
    ([first, same]) => `${streamText(first.stream, same)} not read ${spanText(first.window, timeZone)}`,
  );
}

function gapSentences(accountId: string, gaps: readonly ReportedGap[], timeZone: string): string[] {
  return grouped(gaps, (gap) => `${gap.window.from} ${gap.window.until} ${gap.stream} ${gap.reason}`).map(
    ([first, same]) => {
      const span = spanText(first.window, timeZone);
      const command = acceptCommand(accountId, first, same, timeZone);
      return `${streamText(first.stream, same)} a gap ${span}: ${first.reason}; next: ${command}`;
    },
  );
}

/** What settles gaps that are alike, where nothing is missing in them. */
function acceptCommand(
  accountId: string,
  { stream, symbol, window }: ReportedGap,
  same: readonly ReportedGap[],
  timeZone: string,
): string {
  const ofSymbol = symbol === "" || same.length > 1 ? "" : ` --symbol ${symbol}`;
  const period = `${at(window.from, timeZone)}..${at(window.until, timeZone)}`;
  return `perpbooks gap accept --account ${accountId} --stream ${stream}${ofSymbol} --period ${period} --because "…"`;
}

/** `fills of BTCUSDT, ETHUSDT and 212 other symbols:`. */
function streamText(stream: string, same: readonly { readonly symbol: string }[]): string {
  const symbols = same.map((one) => one.symbol).filter((symbol) => symbol !== "");
  if (symbols.length === 0) return `${stream}:`;
  const others = symbols.length - 3;
  const more = others > 0 ? ` and ${counted(others, "other symbol")}` : "";
  return `${stream} of ${symbols.slice(0, 3).join(", ")}${more}:`;
}

/** What needs a person, in a sentence; and why a person has accepted it, or null. */
type ItemSentence = { readonly sentence: string; readonly because: string | null };

function openSentences(items: readonly ItemSentence[]): string[] {
  return items.filter(({ because }) => because === null).map(({ sentence }) => sentence);
}

function acceptedSentences(items: readonly ItemSentence[]): string[] {
  return items.flatMap(({ sentence, because }) =>
    because === null ? [] : [`${sentence}; accepted, because ${because}`],
  );
}

/** The parameters of the statements of `sql/report` that ask about a period of an account. */
function spanOf(account: string, { from, until }: Period) {
  return { account, from: formatInstant(from), until: formatInstant(until) };
}

async function readSetAside(db: Database, period: Period, accountId: string): Promise<ItemSentence[]> {
  type Row = { kind: string; stream: string; records: number; because: string | null };
  const rows = await runSqlFile<Row>(db, "report/set-aside", spanOf(accountId, period));
  return rows.map(({ kind, stream, records, because }) => ({
    sentence: `${stream}: ${counted(records, "record is", "records are")} set aside (${kind.replaceAll("_", " ")})`,
    because,
  }));
}

async function readSuspense(db: Database, period: Period, accountId: string): Promise<ItemSentence[]> {
  type Row = { asset: string; postings: number; amount: string; because: string | null };
  const rows = await runSqlFile<Row>(db, "report/suspense", spanOf(accountId, period));
  return rows.map(({ asset, postings, amount, because }) => ({
    sentence: `suspense: ${counted(postings, "posting")} of kinds that are not known, together ${amount} ${asset}`,
    because,
  }));
}

async function readDifferences(db: Database, period: Period, accountId: string): Promise<ItemSentence[]> {
  type Row = { subject: string; difference: string; note: string; because: string | null };
  const rows = await runSqlFile<Row>(db, "report/differences", spanOf(accountId, period));
  return rows.map(({ subject, difference, note, because }) => ({
    sentence: `${subject}: ${differing(subject)} by ${difference}${note === "" ? "" : ` (${note})`}`,
    because,
  }));
}

/** The seal of raw compares the store with what was loaded; all other laws, the books with the venue. */
function differing(subject: string): string {
  return subject.startsWith("record_")
    ? "the store differs from what was loaded"
    : "the books differ from the venue";
}

function spanText(window: Window, timeZone: string): string {
  return `from ${at(window.from, timeZone)} until ${at(window.until, timeZone)}`;
}

function at(moment: Instant, timeZone: string): string {
  return formatInstant(moment, timeZone);
}

export function shortened(sentences: readonly string[]): string[] {
  const rest = sentences.length - SENTENCES_MAX;
  return rest <= 0 ? [...sentences] : [...sentences.slice(0, SENTENCES_MAX), `and ${rest} more like these`];
}

/** Things alike, in the order of their first: each with all that share its key. */
function grouped<T>(things: readonly T[], key: (thing: T) => string): [T, T[]][] {
  const groups = new Map<string, [T, T[]]>();
  for (const thing of things) {
    const group = groups.get(key(thing));
    if (group === undefined) groups.set(key(thing), [thing, [thing]]);
    else group[1].push(thing);
  }
  return [...groups.values()];
}
