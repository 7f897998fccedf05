/**
 * Records in, books out, byte for byte. Each file of `book/` tells one kind of event: what the venue serves,
 * and what the books then hold; where it serves more later on, the same again; where the books are closed in
 * between, until when. The rows go through the venue's own reading and decoding, the loader, and the real
 * booking.
 *
 * `UPDATE_GOLDEN=1` writes the books into the files again; what changed in them is to be read like code.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAccount, forgetBooks } from "../../src/book/book-account.ts";
import { closePeriod, readClosedPeriods, reopenPeriod } from "../../src/book/close-period.ts";
import { Secret } from "../../src/config/secret.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type Instant, plus } from "../../src/domain/instant.ts";
import type { StreamName } from "../../src/domain/record.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import type { Store } from "../../src/store/store.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { cell, readTable, tableText } from "../support/text-table.ts";

const FOLDER = join(import.meta.dirname, "book");
const DAY = "2026-05-01";
const WINDOW = {
  from: parseInstant(`${DAY}T00:00:00Z`),
  until: plus(parseInstant(`${DAY}T00:00:00Z`), DAY_MS),
};
const venue = asterVenue({ kind: "v1", apiKey: new Secret("key"), apiSecret: new Secret("secret") });

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

type Row = Readonly<Record<string, string>>;
/** What the venue serves from one reading on, and until when its cash statement is settled. */
type Reading = {
  readonly text: string;
  readonly settledUntil: Instant;
  /** Until when the books are closed before it is served; null where they are not. */
  readonly closedUntil: Instant | null;
  readonly income: readonly Row[];
  readonly fills: readonly Row[];
};

/**
 * A case's text before its first reading, and its readings: each serves what was served before too, but for
 * one that is `read anew`.
 */
function readCase(text: string): { readonly title: string; readonly readings: readonly Reading[] } {
  const [title = "", ...sections] = text.split(/^== /m);
  const readings: Reading[] = [];
  for (const [index, section] of sections.entries()) {
    if (!section.startsWith("read")) continue;
    const closed = sections[index - 1]?.match(/^close until (\S+)/)?.[1];
    const before = section.startsWith("read anew") ? undefined : readings.at(-1);
    const settled = section.match(/^read[^\n]*, income settled until (\S+)\n/)?.[1];
    readings.push({
      text: closed === undefined ? section : `close until ${closed}\n== ${section}`,
      closedUntil: closed === undefined ? null : instantOf(closed),
      settledUntil: settled === undefined ? WINDOW.until : instantOf(settled),
      income: [...(before?.income ?? []), ...tableOf(section, "income")],
      fills: [...(before?.fills ?? []), ...tableOf(section, "fills")],
    });
  }
  return { title, readings };
}

function tableOf(section: string, stream: string): readonly Row[] {
  const table = section.split(/^-- /m).find((part) => part.startsWith(`${stream}\n`));
  return table === undefined ? [] : readTable(table.slice(stream.length + 1));
}

function instantOf(clock: string): Instant {
  return parseInstant(`${DAY}T${clock}Z`);
}

/** A row without an amount lacks the field. */
function incomeBody(row: Row): string {
  return JSON.stringify({
    symbol: cell(row, "symbol"),
    incomeType: cell(row, "type"),
    ...(cell(row, "amount") === "" ? {} : { income: cell(row, "amount") }),
    asset: cell(row, "asset"),
    info: cell(row, "type"),
    time: instantOf(cell(row, "at")),
    tranId: cell(row, "tran"),
    tradeId: cell(row, "trade"),
  });
}

function fillBody(row: Row): string {
  const id = cell(row, "id");
  return JSON.stringify({
    symbol: cell(row, "symbol"),
    id,
    orderId: `1${id}`,
    side: cell(row, "side"),
    price: cell(row, "price"),
    qty: cell(row, "quantity"),
    commission: cell(row, "fee"),
    commissionAsset: cell(row, "fee asset"),
    time: instantOf(cell(row, "at")),
    maker: false,
    realizedPnl: cell(row, "pnl"),
    marginAsset: "USDT",
    positionSide: cell(row, "position"),
  });
}

async function load(
  account: string,
  stream: StreamName,
  symbol: string,
  settledUntil: Instant,
  bodies: readonly string[],
): Promise<void> {
  const pageQuery = { stream, symbol, filters: {}, span: { by: "time", window: WINDOW } } as const;
  await loadProven(store, {
    accountId: account,
    stream,
    symbol,
    window: WINDOW,
    rows: venue.readPage(pageQuery, `[${bodies.join(",")}]`),
    readAt: WINDOW.until,
    latenessMs: WINDOW.until - settledUntil,
    pendingMaxMs: null,
    mayChange: [],
    isUnderstood: () => true,
    runId: "golden",
    evidence: { kind: "venue", note: "" },
  });
}

async function serve(account: string, reading: Reading): Promise<void> {
  await load(account, "income", "", reading.settledUntil, reading.income.map(incomeBody));
  for (const symbol of new Set(reading.fills.map((row) => cell(row, "symbol")))) {
    const rows = reading.fills.filter((row) => cell(row, "symbol") === symbol);
    await load(account, "fills", symbol, WINDOW.until, rows.map(fillBody));
  }
}

async function book(account: string): Promise<void> {
  await normalise(store, account, venue.decode);
  await bookAccount(store, account, { configured: [], amountDecimals: 8 });
}

/** The account's books as tables; those that are empty are left out. */
async function booksOf(account: string): Promise<string> {
  const pageQuery = async (query: ReturnType<typeof sql<Row>>) => (await query.execute(store.db)).rows;
  const clock = (column: string) => sql.raw(`to_char(${column}, 'HH24:MI:SS.MS')`);
  const tables: readonly (readonly [title: string, rows: readonly Row[]])[] = [
    [
      "entries",
      await pageQuery(sql`
        select ${clock("occurred_at")} as at, entry.kind, entry.symbol, entry.basis,
               coalesce(movement.debit_account, 'nothing moves') as debit, coalesce(movement.credit_account, '') as credit,
               coalesce(movement.amount::text, '') as amount, coalesce(movement.asset, '') as asset, entry.record_key as record
        from ledger.entry left join ledger.movement using (account_id, entry_id)
        where account_id = ${account} order by occurred_at, entry_id collate "C", movement.line`),
    ],
    [
      "adjustments",
      await pageQuery(sql`
        select ${clock("occurred_at")} as at, ${clock("posted_at")} as posted, stream, kind, record_key as record from (
          select account_id, occurred_at, posted_at, 'fills' as stream, lower(side) as kind, record_key from history.fill
          union all select account_id, occurred_at, posted_at, 'forced_orders', kind, record_key from history.forced_order
          union all select account_id, occurred_at, posted_at, 'entry', kind, entry_id from ledger.entry
        ) as posted
        where account_id = ${account} and posted_at <> occurred_at
        order by posted_at, occurred_at, stream collate "C", record_key collate "C"`),
    ],
    [
      "disposals",
      await pageQuery(sql`
        select symbol, position_side as position, ${clock("opened_at")} as opened, ${clock("closed_at")} as closed, quantity::text,
               proceeds::text, cost::text, realized_pnl::text as realizes, opening_fee::text as "opening fee", closing_fee::text as "closing fee",
               funding::text, asset, venue_realized_pnl::text as "venue says"
        from ledger.disposal where account_id = ${account} and method = 'average'
        order by symbol collate "C", position_side collate "C", closed_at, fill_key collate "C"`),
    ],
    [
      "disposals by lots",
      await pageQuery(sql`
        select method, symbol, position_side as position, ${clock("opened_at")} as opened, ${clock("closed_at")} as closed, quantity::text,
               proceeds::text, cost::text, realized_pnl::text as realizes, opening_fee::text as "opening fee", closing_fee::text as "closing fee",
               funding::text
        from ledger.disposal where account_id = ${account} and method <> 'average'
        order by method collate "C", symbol collate "C", position_side collate "C", closing_number, piece`),
    ],
    [
      "amounts in other assets",
      await pageQuery(sql`
        select method, symbol, fill_key as "closing fill", piece::text, kind, amount::text, asset
        from ledger.disposal_amount where account_id = ${account}
        order by method collate "C", symbol collate "C", position_side collate "C", closing_number, piece, kind collate "C", asset collate "C"`),
    ],
    [
      "round trips",
      await pageQuery(sql`
        select symbol, position_side as position, direction, ${clock("opened_at")} as opened, ${clock("closed_at")} as closed, quantity::text,
               realized_pnl::text as realizes, opening_fee::text as "opening fee", closing_fee::text as "closing fee", funding::text
        from ledger.round_trip where account_id = ${account} order by symbol collate "C", position_side collate "C", closing_number`),
    ],
    [
      "open lots",
      await pageQuery(sql`
        select method, symbol, position_side as position, ${clock("opened_at")} as opened, quantity::text, cost::text,
               opening_fee::text as "opening fee", funding::text
        from ledger.lot where account_id = ${account}
        order by method collate "C", symbol collate "C", position_side collate "C", lot_number`),
    ],
    [
      "unassigned funding",
      await pageQuery(sql`
        select ${clock("settled_at")} as at, symbol, amount::text, asset, reason
        from ledger.unassigned_funding where account_id = ${account} order by record_key collate "C", part collate "C"`),
    ],
    [
      "wallets",
      await pageQuery(sql`
        select asset, trim_scale(sum(amount))::text as amount from ledger.posting
        where account_id = ${account} and ledger_account = 'assets:wallet' group by asset order by asset collate "C"`),
    ],
    [
      "set aside",
      await pageQuery(sql`
        select stream, record_key as record, kind, reason from raw.set_aside
        where account_id = ${account} order by stream collate "C", record_key collate "C", kind collate "C"`),
    ],
  ];
  return tables
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `-- ${title}\n${tableText(Object.keys(rows[0] ?? {}), rows)}`)
    .join("");
}

/** Closes the day until `until`; only the books matter here, so no reports are kept. */
async function closeUntil(account: string, until: Instant): Promise<void> {
  const period = { name: "the morning", timeZone: "UTC", from: WINDOW.from, until };
  const made = { closedAt: WINDOW.until, programVersion: "golden", because: "", accepted: [], outputs: [] };
  await store.db
    .transaction()
    .execute((transaction) => closePeriod(transaction, { accountId: account, period, ...made }));
}

async function reopenAll(account: string): Promise<void> {
  for (const row of (await readClosedPeriods(store.db, account)).toReversed()) {
    await store.db
      .transaction()
      .execute((transaction) => reopenPeriod(transaction, row, WINDOW.until, "the test is at its end"));
  }
}

async function openAccount(account: string): Promise<void> {
  await store.db
    .insertInto("raw.account")
    .values({
      account_id: account,
      name: account,
      venue: "aster",
      last_sequence: "0",
      history_from: "2021-07-30T00:00:00.000Z",
      is_from_beginning: true,
      sweep_until: null,
    })
    .execute();
}

const CASES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".golden.txt"))
  .toSorted();

test.each(CASES)("%s", async (file) => {
  const path = join(FOLDER, file);
  const text = readFileSync(path, "utf8");
  const { title, readings } = readCase(text);
  const account = file.replace(".golden.txt", "");
  await openAccount(account);
  let found = title;
  let books = "";
  for (const reading of readings) {
    if (reading.closedUntil !== null) await closeUntil(account, reading.closedUntil);
    await serve(account, reading);
    await book(account);
    books = await booksOf(account);
    found += `== ${reading.text}== books\n${books}`;
  }
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, found);
  else expect(found).toBe(text);

  // However the records came, the books are what they would be had all been there from the beginning.
  await forgetBooks(store, account);
  await book(account);
  expect(await booksOf(account)).toBe(books);

  // Reopened, they are what they would be had they never been closed.
  if (readings.every((reading) => reading.closedUntil === null)) return;
  const open = `${account} never closed`;
  await openAccount(open);
  for (const reading of readings) await serve(open, reading);
  await book(open);
  await reopenAll(account);
  await book(account);
  expect(await booksOf(account)).toBe(await booksOf(open));
});
