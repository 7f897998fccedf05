/**
 * What needs a person, as `report.open_item` defines it, in words; and since when, and the command that shows
 * or fixes it.
 */

import { addCalendar, formatLocal, startOf } from "../domain/calendar.ts";
import { counted } from "../domain/counted.ts";
import { formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import { listText } from "../domain/lists.ts";
import { readUnread } from "../report/period-facts.ts";
import { REVALUED_NEXT } from "../report/revalued.ts";
import { NOTHING_PRICED_NEXT } from "../report/unpriced.ts";
import { type ByAccount, byAccount, oneOrAll } from "../store/by-account.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { VENUES } from "../venues/registry.ts";
import { EXIT } from "./exit-code.ts";
import { gapsNext } from "./gaps-next.ts";

type Row = {
  account_id: string;
  what: string;
  class: string;
  is_accepted: boolean;
  count: number;
  opened_at: string | null;
};

export type OpenItem = {
  /** `2 gaps`, `3 differences (1 missing row, 2 unexplained)`. */
  readonly words: string;
  /** Of how many things `words` tells. */
  readonly count: number;
  /** Since when runs have found it; null where none has yet. */
  readonly openedAt: Instant | null;
  readonly next: string;
};

export type OpenItems = {
  readonly open: readonly OpenItem[];
  /** What needed a person, and was accepted with a reason. */
  readonly accepted: readonly string[];
};

type Kind = {
  readonly of: readonly string[];
  readonly words: (rows: readonly Row[]) => string;
  readonly next: string;
};

/** Stands for the commands with an account's own values. */
const GAPS_NEXT = "perpbooks gap accept";

/** In the order of their telling. */
const KINDS: readonly Kind[] = [
  { of: ["gap"], words: countedByClass("gap", "gaps"), next: GAPS_NEXT },
  {
    of: ["not_understood", "rewritten", "vanished"],
    words: countedByClass("record set aside", "records set aside"),
    next: "perpbooks report gaps",
  },
  {
    of: ["difference"],
    words: countedByClass("difference", "differences"),
    next: "perpbooks report reconciliation",
  },
  {
    of: ["suspense"],
    words: countedByClass("entry in suspense", "entries in suspense"),
    next: "perpbooks report gaps",
  },
  // Before the missing prices: another reporting currency lacks them too.
  {
    of: ["revalued"],
    words: (rows) => `prices changed after the close of ${listText(rows.map((row) => row.class))}`,
    next: REVALUED_NEXT,
  },
  {
    of: ["price"],
    words: (rows) => `no price for ${listText(rows.map((row) => row.class))}`,
    next: "perpbooks price import FILE",
  },
  {
    of: ["nothing_priced"],
    words: (rows) => `nothing has a price in ${listText(rows.map((row) => row.class))}`,
    next: NOTHING_PRICED_NEXT,
  },
  {
    of: ["denied_stream"],
    words: countedByClass(
      "essential stream that the key may not read",
      "essential streams that the key may not read",
    ),
    next: "give the key that right, then perpbooks run",
  },
];

/** What of each account needs a person; `open` is empty when nothing does. */
export async function readOpenItems(
  db: Database,
  accountIds: readonly string[],
  timeZone: string,
): Promise<ByAccount<OpenItems>> {
  const rows = byAccount(await runSqlFile<Row>(db, "pipeline/open-items", { account: oneOrAll(accountIds) }));
  const unread = await readUnread(db, accountIds, timeZone);
  const ownGapsNext = await readGapsNext(db, accountIds, timeZone);
  return (accountId) => ({
    open: [
      ...itemsOf(rows(accountId).filter((row) => !row.is_accepted)).map((item) =>
        item.next === GAPS_NEXT ? { ...item, next: ownGapsNext(accountId) } : item,
      ),
      ...unread(accountId).map((words) => ({ words, count: 1, openedAt: null, next: "perpbooks run" })),
    ],
    accepted: itemsOf(rows(accountId).filter((row) => row.is_accepted)).map(({ words }) => words),
  });
}

async function readGapsNext(
  db: Database,
  accountIds: readonly string[],
  timeZone: string,
): Promise<ByAccount<string>> {
  const gaps = byAccount(
    await db
      .selectFrom("raw.gap")
      .select(["account_id", "stream", "symbol", "from_time", "until_time"])
      .where("account_id", "in", accountIds)
      .execute(),
  );
  const accounts = byAccount(
    await db
      .selectFrom("raw.account")
      .select(["account_id", "venue"])
      .where("account_id", "in", accountIds)
      .execute(),
  );
  return (accountId) => {
    const venue = accounts(accountId)[0]?.venue ?? "";
    const makesFiles = VENUES[venue]?.readHistoryFile !== undefined;
    const own = gaps(accountId);
    // A run at work may have filled them since they were counted.
    return own.length === 0 ? GAPS_NEXT : gapsNext(accountId, own, makesFiles, timeZone);
  };
}

/** Keeps since when each open item of the account has been one. */
export async function keepOpenItems(db: Database, account_id: string, now: Instant): Promise<void> {
  await runSqlFile(db, "pipeline/keep-open-items", { account_id, now: formatInstant(now) });
}

/** An item with since when it has been open, once that is the third day. */
export function openItemText({ words, openedAt }: OpenItem, now: Instant, timeZone: string): string {
  if (openedAt === null) return words;
  const day = (at: Instant) => startOf(at, "day", timeZone);
  const isThirdDay = day(now) >= day(addCalendar(day(openedAt), 2, "day", timeZone));
  return isThirdDay ? `${words} since ${formatLocal(openedAt, timeZone).slice(0, 10)}` : words;
}

export function exitCodeFor(open: readonly unknown[]): number {
  return open.length === 0 ? EXIT.done : EXIT.openItems;
}

function itemsOf(rows: readonly Row[]): OpenItem[] {
  return KINDS.flatMap(({ of, words, next }) => {
    const own = rows.filter((row) => of.includes(row.what));
    if (own.length === 0) return [];
    const openedAt = own
      .map((row) => row.opened_at)
      .filter((at) => at !== null)
      .toSorted()[0];
    return [
      {
        words: words(own),
        count: own.reduce((total, row) => total + row.count, 0),
        openedAt: openedAt === undefined ? null : parseUtcInstant(openedAt),
        next,
      },
    ];
  });
}

function countedByClass(one: string, many: string): Kind["words"] {
  return (rows) => {
    const count = rows.reduce((total, row) => total + row.count, 0);
    const classes = rows
      .filter((row) => row.class !== "")
      .map((row) => `${row.count} ${row.class.replaceAll("_", " ")}`)
      .toSorted();
    const words = counted(count, one, many);
    return classes.length === 0 ? words : `${words} (${classes.join(", ")})`;
  };
}
