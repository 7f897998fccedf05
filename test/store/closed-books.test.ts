/**
 * Whatever comes in whatever order before and after whatever closes: what was closed stays as it was, books
 * grown night by night are those built from empty, and reopened they are those that were never closed.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { bookAccount, forgetBooks } from "../../src/book/book-account.ts";
import { closePeriod, readClosedPeriods, reopenPeriod } from "../../src/book/close-period.ts";
import { Secret } from "../../src/config/secret.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import type { StreamName } from "../../src/domain/record.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import type { Store } from "../../src/store/store.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { heavyKinds, newStore } from "../support/stores.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const WINDOW = { from: FROM, until: plus(FROM, DAY_MS) };
/** After the day's end, so that what is closed is older than the snapshot, and some of it is not. */
const SNAPSHOT_AT = plus(FROM, 20 * HOUR_MS);
const HOURS = 24;
const venue = asterVenue({ kind: "v1", apiKey: new Secret("key"), apiSecret: new Secret("secret") });
const at = (hour: number): Instant => plus(FROM, hour * HOUR_MS);

/**
 * A trade at an hour, and the readings with which its fill and its cash come; those beyond the last never do.
 */
type Trade = {
  readonly hour: number;
  readonly isPurchase: boolean;
  readonly fillComes: number;
  readonly cashComes: number;
};
/** Before each reading the books may be closed until an hour; the statement is settled until another. */
type Reading = { readonly closedUntil: number | null; readonly settledUntil: number };
type Story = { readonly trades: readonly Trade[]; readonly readings: readonly Reading[] };

const anyReading = fc.record({
  closedUntil: fc.option(fc.integer({ min: 1, max: HOURS }), { nil: null }),
  settledUntil: fc.integer({ min: 1, max: HOURS }),
});
const anyStory: fc.Arbitrary<Story> = fc.record({
  trades: fc.array(
    fc.record({
      hour: fc.integer({ min: 0, max: HOURS - 1 }),
      isPurchase: fc.boolean(),
      fillComes: fc.integer({ min: 0, max: 4 }),
      cashComes: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  readings: fc.array(anyReading, { minLength: 2, maxLength: 5 }),
});

function fillBody(trade: Trade, id: number): string {
  return JSON.stringify({
    symbol: "BTCUSDT",
    id,
    orderId: 1000 + id,
    side: trade.isPurchase ? "BUY" : "SELL",
    price: String(100 + id),
    qty: "1",
    commission: "0.25",
    commissionAsset: "USDT",
    time: at(trade.hour) + id,
    maker: false,
    realizedPnl: "0",
    marginAsset: "USDT",
    positionSide: "BOTH",
  });
}

function cashBody(trade: Trade, id: number): string {
  return JSON.stringify({
    symbol: "BTCUSDT",
    incomeType: "COMMISSION",
    income: "-0.25",
    asset: "USDT",
    info: "",
    time: at(trade.hour) + id,
    tranId: 9000 + id,
    tradeId: String(id),
  });
}

/**
 * An account whose history begins with the day, so that what its wallet opened with is inferred from the
 * snapshot.
 */
async function openAccount(store: Store, account_id: string): Promise<void> {
  await store.db
    .insertInto("raw.account")
    .values({
      account_id,
      name: account_id,
      venue: "aster",
      last_sequence: "0",
      history_from: formatInstant(FROM),
      is_from_beginning: false,
      sweep_until: null,
    })
    .execute();
  const times = { taken_at: formatInstant(SNAPSHOT_AT), answered_at: formatInstant(plus(SNAPSHOT_AT, 1)) };
  await store.db
    .insertInto("snapshot.taken")
    .values({ account_id, ...times, has_statement: false })
    .execute();
  await store.db
    .insertInto("snapshot.balance")
    .values({ account_id, ...times, asset: "USDT", wallet: "1000" })
    .execute();
}

async function load(
  store: Store,
  account: string,
  stream: StreamName,
  bodies: readonly string[],
  settled: number,
) {
  const symbol = stream === "income" ? "" : "BTCUSDT";
  const ask = { stream, symbol, filters: {}, span: { by: "time", window: WINDOW } } as const;
  await loadProven(store, {
    accountId: account,
    stream,
    symbol,
    window: WINDOW,
    rows: venue.readPage(ask, `[${bodies.join(",")}]`),
    readAt: WINDOW.until,
    latenessMs: (HOURS - settled) * HOUR_MS,
    pendingMaxMs: null,
    mayChange: [],
    isUnderstood: () => true,
    runId: "story",
    evidence: { kind: "venue", note: "" },
  });
}

async function read(store: Store, account: string, { trades, readings }: Story, nth: number): Promise<void> {
  const settled = readings[nth]?.settledUntil ?? HOURS;
  const numbered = trades.map((trade, index) => ({ ...trade, id: index + 1 }));
  const fills = numbered.filter((trade) => trade.fillComes <= nth);
  const cash = numbered.filter((trade) => trade.cashComes <= nth);
  await load(
    store,
    account,
    "income",
    cash.map((trade) => cashBody(trade, trade.id)),
    settled,
  );
  await load(
    store,
    account,
    "fills",
    fills.map((trade) => fillBody(trade, trade.id)),
    HOURS,
  );
}

async function book(store: Store, account: string): Promise<void> {
  await normalise(store, account, venue.decode);
  await bookAccount(store, account, { configured: [], amountDecimals: 8 });
}

/** The books as lines: of what counts before `until`, or, for null, all of it. */
async function linesOf(store: Store, account: string, until: Instant | null): Promise<readonly string[]> {
  const end = until === null ? "infinity" : formatInstant(until);
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', posted_at, occurred_at, entry_id, line, ledger_account, amount, basis) as line
    from report.journal where account_id = ${account} and posted_at < ${end}
    union all
    select concat_ws(' ', closed_at, symbol, method, fill_key, quantity, proceeds, cost, realized_pnl)
    from ledger.disposal where account_id = ${account} and closed_at < ${end}
    union all
    select concat_ws(' ', posted_at, occurred_at, 'fill', record_key, quantity)
    from history.fill where account_id = ${account} and posted_at < ${end}
    order by 1
  `.execute(store.db);
  return rows.map(({ line }) => line);
}

async function closeUntil(store: Store, account: string, hour: number, nth: number): Promise<void> {
  const period = { name: `close ${nth}`, timeZone: "UTC", from: FROM, until: at(hour) };
  const made = { closedAt: WINDOW.until, programVersion: "story", because: "", accepted: [], outputs: [] };
  await store.db
    .transaction()
    .execute((transaction) => closePeriod(transaction, { accountId: account, period, ...made }));
}

async function walletOf(store: Store, account: string): Promise<string> {
  const { rows } = await sql<{ wallet: string }>`
    select coalesce(report.plain(sum(amount)), '0') as wallet from report.journal
    where account_id = ${account} and ledger_account = 'assets:wallet'
  `.execute(store.db);
  return rows[0]?.wallet ?? "";
}

async function play(store: Store, story: Story, account: string): Promise<void> {
  const never = `${account} never closed`;
  await openAccount(store, account);
  await openAccount(store, never);
  const closes: { until: Instant; lines: readonly string[] }[] = [];
  for (const [nth, reading] of story.readings.entries()) {
    if (reading.closedUntil !== null) {
      await closeUntil(store, account, reading.closedUntil, nth);
      const until = at(reading.closedUntil);
      closes.push({ until, lines: await linesOf(store, account, until) });
    }
    for (const one of [account, never]) {
      await read(store, one, story, nth);
      await book(store, one);
    }
    for (const { until, lines } of closes) expect(await linesOf(store, account, until)).toEqual(lines);
  }
  expect(await walletOf(store, account)).toBe(await walletOf(store, never));

  const grown = await linesOf(store, account, null);
  await forgetBooks(store, account);
  await book(store, account);
  expect(await linesOf(store, account, null), "built from empty").toEqual(grown);

  for (const row of (await readClosedPeriods(store.db, account)).toReversed()) {
    await store.db
      .transaction()
      .execute((transaction) => reopenPeriod(transaction, row, WINDOW.until, "the story is at its end"));
  }
  await book(store, account);
  expect(await linesOf(store, account, null), "reopened").toEqual(await linesOf(store, never, null));
}

describe.each(heavyKinds("Postgres"))("on %s", (kind) => {
  test("closed books stand, grown books are built books, and reopened ones were never closed", {
    timeout: 240_000,
  }, async () => {
    const store = await newStore(kind);
    let stories = 0;
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        stories += 1;
        await play(store, story, `story-${stories}`);
      }),
      { seed: 20261126, numRuns: 12, endOnFailure: true },
    );
    await store.close();
  });
});
