/**
 * What there is to know about a period beside its figures: how completely it was read, how much there is in
 * it, and why its files may be incomplete. Read from the database alone, so that the same database always
 * gives the same facts.
 */

import { addCalendar, formatLocal } from "../domain/calendar.ts";
import { counted } from "../domain/counted.ts";
import { type Decimal, formatDecimal, sum } from "../domain/decimal.ts";
import type { Instant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { intersection, type Window } from "../domain/window.ts";
import { assert } from "../errors.ts";
import { readAccountIds } from "../store/account-ids.ts";
import { type ByAccount, byAccount, oneOrAll } from "../store/by-account.ts";
import { instantsText, runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import {
  type AccountEvidence,
  beginOf,
  byBytes,
  type Item,
  type Reading,
  type ReportedGap,
  readReading,
} from "./account-evidence.ts";
import { type Hole, holes, isEssential, type StreamCoverage, streamCoverage } from "./coverage.ts";

export type AccountFacts = {
  readonly accountId: string;
  readonly venue: string;
  /** As in `AccountEvidence`. */
  readonly historyFrom: Instant | null;
  /** Of the period. */
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

/** The records that were set aside, as `report.item` calls them. */
const SET_ASIDE = ["not_understood", "rewritten", "vanished"];

export async function readPeriodFacts(
  db: Database,
  period: Period,
  evidence: readonly AccountEvidence[],
): Promise<PeriodFacts> {
  const [facts] = await readFactsOfAll(db, [period], evidence);
  assert(facts !== undefined, "each period has its facts");
  return facts;
}

/** The facts of each of many periods, in their order. The database is read once for all of them. */
export async function readFactsOfAll(
  db: Database,
  periods: readonly Period[],
  evidence: readonly AccountEvidence[],
): Promise<PeriodFacts[]> {
  const known = await readKnown(
    db,
    periods,
    evidence.map(({ accountId }) => accountId),
  );
  return periods.map((period, nth) => ({
    period,
    accounts: evidence.map((one) => accountFacts(period, one, known(one.accountId, nth))),
  }));
}

/** What of a period is counted in the database. */
type Known = {
  readonly counts: Readonly<Record<string, number>>;
  /** Events of closed periods that it counts. */
  readonly postedHere: number;
  /** Events of its own time that a later one counts. */
  readonly postedLater: number;
};

function accountFacts(period: Period, evidence: AccountEvidence, known: Known): AccountFacts {
  const { accountId, venue, historyFrom, reach } = evidence;
  const gaps = evidence.gaps.filter(({ window }) => window.from < period.until && window.until > period.from);
  const items = evidence.items.filter((item) => isOfPeriod(item, period));
  const told = [setAsideSentences(items), suspenseSentences(items), differenceSentences(items)];
  const found = holesOf(evidence, period, gaps);
  const isOpen = (hole: Hole) => isEssential(hole, evidence);
  const counts = { ...known.counts, ...countsOf(evidence.items, period) };
  return {
    accountId,
    venue,
    historyFrom,
    coverage: streamCoverage(evidence.read).map((stream) => ({
      ...stream,
      complete: intersection(stream.complete, [period]),
    })),
    counts: {
      ...Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => byBytes(a, b))),
      gaps: gaps.length,
    },
    incomplete: [
      ...unreadSentences(period, historyFrom, evidence.isRequested, reach),
      ...shortened(holeSentences(found.filter(isOpen), period.timeZone).map(withNextRun)),
      ...shortened(gapSentences(gaps, period.timeZone)),
      ...told.flatMap((kind) => shortened(openSentences(kind))),
    ],
    accepted: told.flatMap((kind) => shortened(acceptedSentences(kind))),
    remarks: [
      ...edgeRemarks(period, evidence.isFromBeginning ? null : historyFrom, reach),
      ...walletRemarks(period, evidence),
      ...openingRemarks(evidence),
      ...closingRemarks(known),
      ...shortened(
        holeSentences(
          found.filter((hole) => !isOpen(hole)),
          period.timeZone,
        ),
      ),
    ],
  };
}

/**
 * What of all that each account has was neither read nor is known as a gap, in sentences: it needs a person
 * as a gap does. An account that was never read has nothing that could have been.
 */
export async function readUnread(
  db: Database,
  accountIds: readonly string[],
  timeZone: string,
): Promise<ByAccount<readonly string[]>> {
  const known = await readAccountIds(db);
  const readings = await readReading(
    db,
    accountIds.filter((accountId) => known.includes(accountId)),
  );
  const unread = new Map(readings.map((reading) => [reading.accountId, unreadOf(reading, timeZone)]));
  return (accountId) => unread.get(accountId) ?? [];
}

function unreadOf(reading: Reading, timeZone: string): string[] {
  const from = beginOf(reading);
  if (from === null || reading.reach === null) return [];
  const period = { name: "all there is", from, until: reading.reach, timeZone };
  const found = holesOf(reading, period, reading.gaps);
  return shortened(
    holeSentences(
      found.filter((hole) => isEssential(hole, reading)),
      timeZone,
    ),
  );
}

function holesOf(
  { historyFrom, read, knownSymbols, reach }: Reading,
  period: Period,
  gaps: readonly ReportedGap[],
): Hole[] {
  return reach === null ? [] : holes({ period, historyFrom, read, gaps, knownSymbols, reach });
}

/** Evidence that overlaps the period, from the evidence before it up to its own. */
function isOfPeriod({ since, until }: Item, period: Period): boolean {
  return until >= period.from && (since === null || since < period.until);
}

/** By the account and the place of the period. */
async function readKnown(
  db: Database,
  periods: readonly Period[],
  accountIds: readonly string[],
): Promise<(accountId: string, place: number) => Known> {
  const parameters = {
    account: oneOrAll(accountIds),
    froms: instantsText(periods.map(({ from }) => from)),
    untils: instantsText(periods.map(({ until }) => until)),
  };
  type Count = { account_id: string; place: number; what: string; count: number };
  type Adjustments = { account_id: string; place: number; posted_here: number; posted_later: number };
  const counts = byAccount(await runSqlFile<Count>(db, "report/counts", parameters));
  const adjustments = byAccount(await runSqlFile<Adjustments>(db, "report/adjustments", parameters));
  return (accountId, nth) => {
    const own = adjustments(accountId).find(({ place }) => place === nth + 1);
    return {
      counts: Object.fromEntries(
        counts(accountId)
          .filter(({ place }) => place === nth + 1)
          .map(({ what, count }) => [what, count]),
      ),
      postedHere: own?.posted_here ?? 0,
      postedLater: own?.posted_later ?? 0,
    };
  };
}

function countsOf(items: readonly Item[], period: Period): Record<string, number> {
  const names = items.flatMap((item) => [
    ...(SET_ASIDE.includes(item.what) && item.occurredAt >= period.from && item.occurredAt < period.until
      ? [`set_aside/${item.what}/${item.stream}`]
      : []),
    ...(item.because !== null && isOfPeriod(item, period) ? [`accepted/${item.what}`] : []),
  ]);
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** What the period counts of closed ones, and what others count of it. */
function closingRemarks({ postedHere, postedLater }: Known): string[] {
  const events = (count: number) => counted(count, "event");
  return [
    ...(postedHere === 0
      ? []
      : [
          `${events(postedHere)} of closed periods came after the close and count later than they occurred: see adjustments`,
        ]),
    ...(postedLater === 0
      ? []
      : [
          `${events(postedLater)} of this time came after its close and count in a later period: see restatement`,
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
  if (reach === null) return [withNextRun("nothing was ever read of this account")];
  if (historyFrom !== null && historyFrom >= period.until) {
    if (isRequested) return [];
    return [`nothing of the period was read: the history begins at ${at(historyFrom, period.timeZone)}`];
  }
  if (reach > period.from) return [];
  return [
    withNextRun(
      `nothing of the period was read yet: the account was read until ${at(reach, period.timeZone)}`,
    ),
  ];
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
 * one, nothing proves the rows.
 */
function walletRemarks(period: Period, { historyFrom, inferredWallets }: AccountEvidence): string[] {
  const held = inferredWallets.filter(({ shownAt }) => shownAt >= period.from);
  const [first] = held;
  if (first === undefined || historyFrom === null) return [];
  const assets = held
    .map(({ asset }) => asset)
    .toSorted(byBytes)
    .join(", ");
  const shownAt = at(first.shownAt, period.timeZone);
  return [
    `the history before ${at(historyFrom, period.timeZone)} is not here: what the wallet held then (${assets}) is inferred from the one of ${shownAt}, and no wallet proves the rows between`,
  ];
}

/**
 * Results rest on these as long as a part of them is open, and say so: an inferred cost is evidence, not a
 * record.
 */
function openingRemarks({ openings: { inferred, configured } }: AccountEvidence): string[] {
  if (inferred + configured === 0) return [];
  const parts = [
    [inferred, "inferred from the venue's figures"],
    [configured, "as configured"],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
  const positions = counted(inferred + configured, "position was", "positions were");
  return [`${positions} open before the history begins; cost: ${words.join(", ")}`];
}

function holeSentences(found: readonly Hole[], timeZone: string): string[] {
  return grouped(found, (hole) => `${hole.window.from} ${hole.window.until} ${hole.stream}`).map(
    ([first, same]) => `${streamText(first.stream, same)} not read ${spanText(first.window, timeZone)}`,
  );
}

/** What only has to be read. */
function withNextRun(sentence: string): string {
  return `${sentence}; next: perpbooks run`;
}

/** What settles them is told by `status` (`pipeline/gaps-next.ts`), as it depends on the venue. */
function gapSentences(gaps: readonly ReportedGap[], timeZone: string): string[] {
  return grouped(gaps, (gap) => `${gap.window.from} ${gap.window.until} ${gap.stream} ${gap.reason}`).map(
    ([first, same]) =>
      `${streamText(first.stream, same)} a gap ${spanText(first.window, timeZone)}: ${first.reason}`,
  );
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

function setAsideSentences(items: readonly Item[]): ItemSentence[] {
  const records = items.filter(({ what }) => SET_ASIDE.includes(what));
  return byKeys(records, ({ what, stream, because }) => [what, stream, because]).map((same) => ({
    sentence: `${same[0].stream}: ${counted(same.length, "record is", "records are")} set aside (${same[0].what.replaceAll("_", " ")})`,
    because: same[0].because,
  }));
}

function suspenseSentences(items: readonly Item[]): ItemSentence[] {
  const entries = items.filter(({ what }) => what === "suspense");
  return byKeys(entries, ({ asset, because }) => [asset, because]).map((same) => {
    const amount = formatDecimal(sum(same.map(amountOf)));
    return {
      sentence: `suspense: ${counted(same.length, "posting")} of kinds that are not known, together ${amount} ${same[0].asset}`,
      because: same[0].because,
    };
  });
}

function differenceSentences(items: readonly Item[]): ItemSentence[] {
  return items
    .filter(({ what }) => what === "difference")
    .map((item) => ({
      sentence: `${item.subject}: ${differing(item.subject)} by ${formatDecimal(amountOf(item).negated())}${item.reason === "" ? "" : ` (${item.reason})`}`,
      because: item.because,
    }));
}

function amountOf({ what, amount }: Item): Decimal {
  assert(amount !== null, `an item of ${what} has an amount`);
  return amount;
}

/** Items that have all of the keys in common, in the order of the keys; null is last. */
function byKeys(
  items: readonly Item[],
  keysOf: (item: Item) => readonly (string | null)[],
): [Item, ...Item[]][] {
  const compare = (a: string | null, b: string | null) =>
    a === b ? 0 : a === null ? 1 : b === null ? -1 : byBytes(a, b);
  return grouped(items, (item) => JSON.stringify(keysOf(item)))
    .map(([, same]) => same as [Item, ...Item[]])
    .toSorted(([a], [b]) => {
      const others = keysOf(b);
      return keysOf(a)
        .map((key, nth) => compare(key, others[nth] ?? null))
        .reduce((order, next) => order || next, 0);
    });
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
  return formatLocal(moment, timeZone);
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
