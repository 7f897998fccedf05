/**
 * The booking of lots on a real store: however rows come, in batches of any size, late or out of order, the
 * tables are what booking everything from empty makes of them, to the byte.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount, forgetBooks } from "../../src/book/book-account.ts";
import { bookLots, type Pace } from "../../src/book/book-lots.ts";
import { formatDecimal, parseDecimal } from "../../src/domain/decimal.ts";
import { DAY_MS, formatInstant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import {
  anyHistory,
  anyRow,
  DRAWN_FROM,
  type Drawn,
  loadHistory,
  type Row,
  rowsOf,
} from "../support/drawn-history.ts";
import { heavyKinds, newStore, STORE_KINDS } from "../support/stores.ts";

const FACT_TABLES = [
  "ledger.disposal",
  "ledger.disposal_amount",
  "ledger.lot",
  "ledger.lot_amount",
  "ledger.round_trip",
  "ledger.position_change",
  "ledger.unassigned_funding",
] as const;

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

const DRAWN_FILL: Drawn = {
  minute: 0,
  late: 0,
  symbol: "BTCUSDT",
  side: "BUY",
  isLong: true,
  quantity: 1,
  price: 100,
  feeAsset: "USDT",
  isFunding: false,
  at: formatInstant(DRAWN_FROM),
};

let accounts = 0;
const newAccount = () => {
  accounts += 1;
  return `account ${accounts}`;
};

describe.each(heavyKinds("PGlite"))("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  test("in batches of any size and in any order of loading, the books are those booked from empty", async () => {
    const anyPace = fc.record({
      batchEvents: fc.integer({ min: 1, max: 12 }),
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
            await loadHistory(store, rows.slice(first, first + size), first + 1);
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
});

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  test.each([1, 2, 3, 4])(
    "all funding of one settlement is booked, in batches of %i event rows",
    async (batchEvents) => {
      const account = newAccount();
      const settled = (minute: number, late: number): Drawn => ({
        ...DRAWN_FILL,
        isFunding: true,
        at: formatInstant(plus(DRAWN_FROM, minute * MINUTE_MS + late)),
      });
      const drawn = [DRAWN_FILL, settled(5, 0), settled(5, 11), settled(5, 18_000), settled(6, 0)];
      await loadHistory(store, rowsOf(account, drawn), 1);
      await bookLots(store, account, { batchEvents, keptWhenFlatFills: 1, keptFills: 1 });
      const { rows } = await sql<{ funding: string }>`
        select funding::text as funding from ledger.position where account_id = ${account} and method = 'average'
      `.execute(store.db);
      expect(rows).toEqual([{ funding: "-0.044" }]);
    },
  );

  test("a booking that is stopped after any batch goes on to the same books", async () => {
    const account = newAccount();
    const drawn = fc.sample(anyHistory, { numRuns: 1, seed: 7 })[0] ?? [];
    await loadHistory(store, rowsOf(account, [...drawn, ...drawn]), 1);
    const pace = { batchEvents: 5, keptWhenFlatFills: 2, keptFills: 4 };
    const bookAndStopAfter = (most: number) => {
      let transactions = 0;
      const db = new Proxy(store.db, {
        get: (target, name) => {
          if (name === "transaction") {
            transactions += 1;
            if (transactions > most) throw new Error("stopped here");
          }
          const member: unknown = Reflect.get(target, name, target);
          return typeof member === "function" ? member.bind(target) : member;
        },
      });
      return bookLots({ ...store, db }, account, pace);
    };
    let stops = 0;
    for (let isDone = false; !isDone; ) {
      try {
        await bookAndStopAfter(stops + 1);
        isDone = true;
      } catch (error) {
        expect(error).toEqual(new Error("stopped here"));
        stops += 1;
      }
    }
    expect(stops).toBeGreaterThan(2);
    const found = await tablesOf(store, account);
    await forgetLots(store, account);
    await bookLots(store, account);
    expect(found).toEqual(await tablesOf(store, account));
    expect(found["ledger.disposal"]?.length).toBeGreaterThan(0);
  });

  test.each([
    [
      "an event that cannot be booked",
      (account: string) =>
        sql`update history.fill set value = ${`0.${"0".repeat(40)}1`}::numeric where account_id = ${account} and record_key = 'row 1190'`,
    ],
    [
      "a row that the store refuses",
      (account: string) =>
        sql`insert into ledger.disposal values (${account}, 'average', 'BTCUSDT', 'BOTH', 'another', 1, 702, 'o', 'o', 'long', now(), now(), 0, 1, 1, 1, 0, 0, 0, 0, 'USDT', false, 0)`,
    ],
  ])("a batch that fails at %s, while rows are under way, leaves nothing behind", async (_, spoil) => {
    const account = newAccount();
    const drawn = Array.from(
      { length: 1_200 },
      (__, place): Drawn => ({
        ...DRAWN_FILL,
        side: place % 2 === 0 ? "BUY" : "SELL",
        at: formatInstant(plus(DRAWN_FROM, place * 1_000)),
        feeAsset: "BNB",
      }),
    );
    await loadHistory(store, rowsOf(account, drawn), 1);
    await spoil(account).execute(store.db);
    const before = await tablesOf(store, account);
    await expect(bookLots(store, account)).rejects.toThrow();
    // Whatever was still under way has its turn.
    await store.db.transaction().execute(() => new Promise((resolve) => setTimeout(resolve, 200)));
    expect(await tablesOf(store, account)).toEqual(before);
  });

  test("an opening that is found, changed or withdrawn later books its symbol anew", async () => {
    const account = newAccount();
    const drawn = fc.sample(anyHistory, { numRuns: 1, seed: 11 })[0] ?? [];
    await loadHistory(store, rowsOf(account, drawn), 1);
    await bookLots(store, account);
    const without = await tablesOf(store, account);
    const opening = {
      account_id: account,
      symbol: "BTCUSDT",
      position_side: "BOTH",
      quantity: "2",
      cost: "180",
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

  test("when the venue is found to have listed another contract under the ticker, what was open before is stranded and no position", async () => {
    const account = newAccount();
    const drawn = fc.sample(anyRow, { numRuns: 2, seed: 5 }).map(
      (one, place): Drawn => ({
        ...one,
        symbol: "BTCUSDT",
        side: place === 0 ? "BUY" : "SELL",
        quantity: 3 - place,
        isFunding: false,
        at: formatInstant(plus(DRAWN_FROM, place * DAY_MS)),
      }),
    );
    await loadHistory(store, rowsOf(account, drawn), 1);
    await bookLots(store, account);
    const ask = async () => {
      const { rows } = await sql<{ quantity: string; stranded: string | null; open: string | null }>`
        select lot.quantity::text, lot.stranded_at::text as stranded, position.quantity::text as open
        from ledger.lot left join ledger.position using (account_id, method, symbol, position_side)
        where account_id = ${account} and method = 'fifo' order by lot_number
      `.execute(store.db);
      return rows;
    };
    expect(await ask()).toEqual([{ quantity: "1", stranded: null, open: "1" }]);
    await insertRows(
      store.db,
      "raw.instrument",
      ["account_id", "symbol"],
      [
        {
          account_id: account,
          symbol: "BTCUSDT",
          status: "TRADING",
          margin_asset: "USDT",
          listed_at: formatInstant(plus(DRAWN_FROM, DAY_MS / 2)),
        },
      ],
    );
    await bookLots(store, account);
    expect(await ask()).toEqual([
      { quantity: "3", stranded: "2026-05-01 12:00:00+00", open: "-2" },
      { quantity: "-2", stranded: null, open: "-2" },
    ]);
  });

  test("a settlement by cash closes the lots once, and gives way to its fill whenever that comes", async () => {
    const account = newAccount();
    const bought: Drawn = { ...DRAWN_FILL, quantity: 2 };
    const endedAt = formatInstant(plus(DRAWN_FROM, DAY_MS));
    const settled: Row = {
      income: {
        account_id: account,
        record_key: "settlement",
        part: "",
        kind: "contract_settlement",
        income_type: "DELIVERED_SETTELMENT",
        amount: "-10",
        asset: "USDT",
        symbol: "BTCUSDT",
        tran_id: "1",
        trade_id: "900",
        info: "",
        occurred_at: endedAt,
        posted_at: endedAt,
        value_at: endedAt,
      },
    };
    // The fill is stamped some milliseconds behind its cash row.
    const [sold] = rowsOf(account, [
      { ...bought, side: "SELL", price: 95, at: formatInstant(plus(DRAWN_FROM, DAY_MS + 7)) },
    ]);
    const fill = sold !== undefined && "fill" in sold ? sold.fill : expect.fail("no fill was drawn");
    const closed = async () => {
      await bookLots(store, account);
      const found = await tablesOf(store, account);
      await bookLots(store, account);
      expect(await tablesOf(store, account), "booked again, with nothing new").toEqual(found);
      await forgetLots(store, account);
      await bookLots(store, account);
      expect(await tablesOf(store, account), "booked from empty").toEqual(found);
      return store.db
        .selectFrom("ledger.disposal")
        .select(["method", "fill_key", "realized_pnl"])
        .where("account_id", "=", account)
        .orderBy("method")
        .execute();
    };
    const byAllMethods = (fill_key: string) =>
      ["average", "fifo", "hifo", "lifo"].map((method) => ({ method, fill_key, realized_pnl: "-10" }));
    await loadHistory(store, [...rowsOf(account, [bought]), settled], 1);
    expect(await closed()).toEqual(byAllMethods("settlement"));
    await loadHistory(store, [{ fill: { ...fill, record_key: "its fill", fill_id: "900" } }], 3);
    expect(await closed()).toEqual(byAllMethods("its fill"));
  });

  test.each([
    { venue: "of eight decimals", amountDecimals: 8, off: "0.0000001", isFillsResult: true },
    { venue: "of eight decimals", amountDecimals: 8, off: "0.000000101", isFillsResult: false },
    { venue: "of six decimals", amountDecimals: 6, off: "0.00001", isFillsResult: true },
    { venue: "of six decimals", amountDecimals: 6, off: "0.0000101", isFillsResult: false },
  ])(
    "cash that is $off off a fill of its second, at a venue $venue, is its result: $isFillsResult",
    async ({ amountDecimals, off, isFillsResult }) => {
      const account = newAccount();
      const endedAt = formatInstant(plus(DRAWN_FROM, DAY_MS));
      const [bought, sold] = rowsOf(account, [
        { ...DRAWN_FILL, quantity: 2 },
        { ...DRAWN_FILL, quantity: 2, price: 95, side: "SELL", at: endedAt },
      ]);
      if (bought === undefined || sold === undefined || !("fill" in sold)) expect.fail("no fill was drawn");
      const settled: Row = {
        income: {
          account_id: account,
          record_key: "settlement",
          part: "",
          kind: "contract_settlement",
          income_type: "DELIVERED_SETTELMENT",
          amount: formatDecimal(parseDecimal(sold.fill.realized_pnl).plus(parseDecimal(off))),
          asset: "USDT",
          symbol: "BTCUSDT",
          tran_id: "1",
          trade_id: "",
          info: "",
          occurred_at: endedAt,
          posted_at: endedAt,
          value_at: endedAt,
        },
      };
      await loadHistory(store, [bought, sold, settled], 1);
      await bookAccount(store, account, { configured: [], amountDecimals });
      const rows = await sql`select from report.contract_settlement where account_id = ${account}`.execute(
        store.db,
      );
      expect(rows.rows.length).toBe(isFillsResult ? 0 : 1);
    },
  );

  test("what comes after a close counts later, and is of the contract and the age of when it occurred", async () => {
    const account = newAccount();
    const on = (day: number) => formatInstant(plus(DRAWN_FROM, day * DAY_MS));
    const late = (row: Row | undefined, posted_at: string): Row => {
      if (row === undefined) expect.fail("no row was drawn");
      return "fill" in row ? { fill: { ...row.fill, posted_at } } : { income: { ...row.income, posted_at } };
    };
    const [oldPurchase, purchase, sale, latePurchase, funding] = rowsOf(account, [
      { ...DRAWN_FILL, quantity: 5, at: on(1) },
      { ...DRAWN_FILL, quantity: 2, price: 50, at: on(5) },
      { ...DRAWN_FILL, quantity: 3, price: 60, side: "SELL", at: on(50) },
      { ...DRAWN_FILL, quantity: 1, price: 50, at: on(4) },
      { ...DRAWN_FILL, isFunding: true, quantity: 3, price: 120, at: on(5.5) },
    ]);
    const times = { occurred_at: on(2), posted_at: on(31), value_at: on(40) };
    const settlement: Row = {
      income: {
        account_id: account,
        record_key: "settlement",
        part: "",
        kind: "contract_settlement",
        income_type: "DELIVERED_SETTELMENT",
        amount: "-25",
        asset: "USDT",
        symbol: "BTCUSDT",
        tran_id: "1",
        trade_id: "900",
        info: "",
        ...times,
      },
    };
    await insertRows(
      store.db,
      "raw.instrument",
      ["account_id", "symbol"],
      [{ account_id: account, symbol: "BTCUSDT", status: "TRADING", margin_asset: "USDT", listed_at: on(3) }],
    );
    const inTime = [oldPurchase, purchase].flatMap((row) => row ?? []);
    await loadHistory(store, inTime, 1);
    await bookLots(store, account);
    const lateRows = [settlement, late(latePurchase, on(31)), late(funding, on(31))];
    await loadHistory(store, [...lateRows, ...(sale === undefined ? [] : [sale])], 3);
    await bookLots(store, account);
    const { rows } = await sql<{ line: string }>`
      select concat_ws(' ', report.plain(quantity), 'realized', report.plain(realized_pnl), 'funding', report.plain(funding),
        'opened', opened_at::date, 'closed', closed_at::date) as line
      from ledger.disposal where account_id = ${account} and method = 'fifo' order by closing_number, piece
    `.execute(store.db);
    expect(rows.map(({ line }) => line)).toEqual([
      "5 realized -25 funding 0 opened 2026-05-02 closed 2026-06-01",
      "2 realized 20 funding -0.0208 opened 2026-05-06 closed 2026-06-20",
      "1 realized 10 funding -0.0104 opened 2026-05-05 closed 2026-06-20",
    ]);
    expect((await tablesOf(store, account))["ledger.lot"]).toEqual([]);
    const grown = await tablesOf(store, account);
    await forgetLots(store, account);
    await bookLots(store, account, { batchEvents: 1, keptWhenFlatFills: 1, keptFills: 1 });
    expect(await tablesOf(store, account), "booked from empty, one event at a time").toEqual(grown);
  });

  test("the books of an account are forgotten whole", async () => {
    const account = newAccount();
    await loadHistory(store, rowsOf(account, fc.sample(anyHistory, { numRuns: 1, seed: 3 })[0] ?? []), 1);
    await bookLots(store, account);
    await forgetBooks(store, account);
    expect(Object.values(await tablesOf(store, account)).flat()).toEqual([]);
  });
});
