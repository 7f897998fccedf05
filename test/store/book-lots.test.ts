/**
 * The booking of lots on a real store: however rows come, in batches of any size, late or out of order, the tables are what booking
 * everything from empty makes of them, to the byte.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgetBooks } from "../../src/book/book-account.ts";
import { bookLots, type Pace } from "../../src/book/book-lots.ts";
import { formatInstant, later, MINUTE_MS, parseInstant } from "../../src/domain/instant.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import type { FillRow, IncomeRow } from "../../src/store/tables.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const FACT_TABLES = [
  "ledger.disposal",
  "ledger.disposal_amount",
  "ledger.lot",
  "ledger.lot_amount",
  "ledger.round_trip",
  "ledger.unassigned_funding",
] as const;

type Row = { readonly fill: Omit<FillRow, "sequence"> } | { readonly income: Omit<IncomeRow, "sequence"> };

/** One row of history at a minute of the day; funding is stamped some seconds after the minute. */
const anyRow = fc
  .record({
    minute: fc.nat(30),
    late: fc.constantFrom(0, 11, 18_000),
    symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
    side: fc.constantFrom("BUY", "SELL"),
    isLong: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 4 }),
    price: fc.integer({ min: 90, max: 110 }),
    feeAsset: fc.constantFrom("USDT", "USDT", "BNB"),
    isFunding: fc.constantFrom(false, false, false, true),
  })
  .map((one) => ({ ...one, at: formatInstant(later(FROM, one.minute * MINUTE_MS + one.late)) }));
const anyHistory = fc.array(anyRow, { minLength: 5, maxLength: 60 });

type Drawn = Parameters<Parameters<typeof anyRow.map>[0]>[0];

function rowsOf(account_id: string, drawn: readonly Drawn[]): Row[] {
  return drawn.map((one, place): Row => {
    const shared = {
      account_id,
      symbol: one.symbol,
      occurred_at: one.at,
      posted_at: one.at,
      record_key: `row ${place}`,
    };
    if (one.isFunding) {
      const amount = `${one.side === "BUY" ? "-" : ""}0.0${one.quantity}${one.price}`;
      return {
        income: {
          ...shared,
          part: "",
          income_type: "FUNDING_FEE",
          amount,
          asset: "USDT",
          tran_id: `${place}`,
          trade_id: "",
          info: "",
          recorded_at: one.at,
        },
      };
    }
    // Hedge mode in one of the contracts.
    const position_side = one.symbol === "BTCUSDT" ? "BOTH" : one.isLong ? "LONG" : "SHORT";
    return {
      fill: {
        ...shared,
        fill_id: `${100 + place}`,
        order_id: `${place}`,
        side: one.side,
        position_side,
        price: `${one.price}`,
        quantity: `${one.quantity}`,
        value: `${one.price * one.quantity}`,
        fee: `0.0${one.price}`,
        fee_asset: one.feeAsset,
        realized_pnl: "0",
        margin_asset: "USDT",
        is_maker: false,
      },
    };
  });
}

async function load(store: Store, rows: readonly Row[], firstSequence: number): Promise<void> {
  const numbered = rows.map((row, place) => ({ row, sequence: `${firstSequence + place}` }));
  await insertRows(
    store.db,
    "history.fill",
    ["account_id", "record_key"],
    numbered.flatMap(({ row, sequence }) => ("fill" in row ? [{ ...row.fill, sequence }] : [])),
  );
  await insertRows(
    store.db,
    "history.income",
    ["account_id", "record_key", "part"],
    numbered.flatMap(({ row, sequence }) => ("income" in row ? [{ ...row.income, sequence }] : [])),
  );
}

async function tablesOf(store: Store, account: string): Promise<Record<string, readonly string[]>> {
  const tables: Record<string, readonly string[]> = {};
  for (const table of FACT_TABLES) {
    const { rows } = await sql<{ line: string }>`
      select to_jsonb(row)::text as line from ${sql.table(table)} as row where account_id = ${account} order by 1
    `.execute(store.db);
    tables[table] = rows.map(({ line }) => line);
  }
  // The state after the last event, but for the sequence, which tells when a row came.
  const { rows } = await sql<{ line: string }>`
    select distinct on (symbol) (to_jsonb(checkpoint) - 'through_sequence' - 'is_kept' - 'fills_since_kept')::text as line
    from ledger.checkpoint where account_id = ${account} order by symbol, event_number desc
  `.execute(store.db);
  tables["state"] = rows.map(({ line }) => line);
  return tables;
}

async function forgetLots(store: Store, account: string): Promise<void> {
  for (const table of [...FACT_TABLES, "ledger.checkpoint", "history.progress"] as const)
    await store.db.deleteFrom(table).where("account_id", "=", account).execute();
}

let accounts = 0;
const newAccount = () => {
  accounts += 1;
  return `account ${accounts}`;
};

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  test("in batches of any size and in any order of loading, the books are those booked from empty", async () => {
    const anyPace = fc.record({
      batchEvents: fc.integer({ min: 4, max: 12 }),
      keptWhenFlatFills: fc.integer({ min: 1, max: 5 }),
      keptFills: fc.integer({ min: 2, max: 9 }),
    });
    const pieces = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        anyPace,
        async (drawn, order, nights, pace: Pace) => {
          const account = newAccount();
          const rows = rowsOf(account, drawn)
            .map((row, place) => ({ row, rank: order[place] ?? 0 }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ row }) => row);
          const size = Math.ceil(rows.length / nights);
          for (let first = 0; first < rows.length; first += size) {
            await load(store, rows.slice(first, first + size), first + 1);
            await bookLots(store, account, pace);
          }
          const found = await tablesOf(store, account);
          for (const table of FACT_TABLES) if ((found[table]?.length ?? 0) > 0) pieces.add(table);
          await bookLots(store, account, pace);
          expect(await tablesOf(store, account), "booked again, with nothing new").toEqual(found);
          await forgetLots(store, account);
          await bookLots(store, account);
          expect(await tablesOf(store, account)).toEqual(found);
        },
      ),
      { numRuns: 25 },
    );
    expect([...pieces].toSorted(), "every table was put to the test").toEqual([...FACT_TABLES].toSorted());
  }, 180_000);

  test("a booking that is stopped after any batch goes on to the same books", async () => {
    const account = newAccount();
    const drawn = fc.sample(anyHistory, { numRuns: 1, seed: 7 })[0] ?? [];
    await load(store, rowsOf(account, [...drawn, ...drawn]), 1);
    const pace = { batchEvents: 5, keptWhenFlatFills: 2, keptFills: 4 };
    for (let stopAfter = 1; stopAfter < 6; stopAfter += 1) {
      let transactions = 0;
      const stopping: Store = {
        ...store,
        db: new Proxy(store.db, {
          get: (target, name) => {
            if (name === "transaction") {
              transactions += 1;
              if (transactions > stopAfter) throw new Error("stopped here");
            }
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === "function" ? member.bind(target) : member;
          },
        }),
      };
      await expect(bookLots(stopping, account, pace)).rejects.toThrow("stopped here");
    }
    await bookLots(store, account, pace);
    const found = await tablesOf(store, account);
    await forgetLots(store, account);
    await bookLots(store, account);
    expect(found).toEqual(await tablesOf(store, account));
    expect(found["ledger.disposal"]?.length).toBeGreaterThan(0);
  });

  test("an opening that is found, changed or withdrawn later books its symbol anew", async () => {
    const account = newAccount();
    const drawn = fc.sample(anyHistory, { numRuns: 1, seed: 11 })[0] ?? [];
    await load(store, rowsOf(account, drawn), 1);
    await bookLots(store, account);
    const without = await tablesOf(store, account);
    const opening = {
      account_id: account,
      symbol: "BTCUSDT",
      position_side: "BOTH",
      quantity: "2",
      cost: "180",
      opened_at: "2026-04-30T00:00:00.000Z",
      source: "inferred",
      evidence: "a test",
    };
    const key = ["account_id", "symbol", "position_side"] as const;
    for (const cost of ["180", "190"]) {
      await insertRows(store.db, "ledger.position_opening", key, [{ ...opening, cost }]);
      await bookLots(store, account);
      const found = await tablesOf(store, account);
      expect(found).not.toEqual(without);
      await forgetLots(store, account);
      await bookLots(store, account);
      expect(await tablesOf(store, account)).toEqual(found);
    }
    await store.db.deleteFrom("ledger.position_opening").where("account_id", "=", account).execute();
    await bookLots(store, account);
    expect(await tablesOf(store, account)).toEqual(without);
  });

  test("the books of an account are forgotten whole", async () => {
    const account = newAccount();
    await load(store, rowsOf(account, fc.sample(anyHistory, { numRuns: 1, seed: 3 })[0] ?? []), 1);
    await bookLots(store, account);
    await forgetBooks(store, account);
    expect(Object.values(await tablesOf(store, account)).flat()).toEqual([]);
  });
});
