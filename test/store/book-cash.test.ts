/**
 * The booking of cash on a real store: a record of several rows is booked whole, wherever a batch ends, and
 * what is not booked is named.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { bookNewCash } from "../../src/book/book-cash.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import type { IncomeRow } from "../../src/store/tables.ts";
import { newStore, QUICK_KIND, STORE_KINDS } from "../support/stores.ts";

const AT = "2026-05-01T10:00:00.000Z";
/** What a closing trade of edgeX is told in. */
const PARTS = [
  ["fee", "trading_fee", "-0.25"],
  ["liquidation_fee", "liquidation", "-1.5"],
  ["realized_pnl", "realized_pnl", "7.125"],
] as const;

/** Records one after the other, each with as many rows as its number says. */
async function loadRecords(store: Store, account_id: string, partsOf: readonly number[]): Promise<void> {
  const rows = partsOf.flatMap((parts, place) =>
    PARTS.slice(0, parts).map(
      ([part, kind, amount]): IncomeRow => ({
        account_id,
        record_key: `record ${place + 1}`,
        part,
        kind,
        income_type: "POSITION_SELL",
        amount,
        asset: "USD",
        symbol: "BTCUSD",
        tran_id: `${place + 1}`,
        trade_id: "",
        info: "",
        occurred_at: AT,
        value_at: AT,
        posted_at: AT,
        sequence: `${place + 1}`,
      }),
    ),
  );
  await insertRows(store.db, "history.income", ["account_id", "record_key", "part"], rows);
}

/** Rows of history without their entry, and entries without their row. */
async function withoutPartner(store: Store, account: string): Promise<readonly string[]> {
  const { rows } = await sql<{ entry_id: string }>`
    select coalesce(entry.entry_id, income.entry_id) as entry_id
    from (select entry_id from ledger.entry where account_id = ${account}) as entry
    full join (
      select 'income/' || record_key || '/' || part as entry_id from history.income where account_id = ${account}
    ) as income on entry.entry_id = income.entry_id
    where entry.entry_id is null or income.entry_id is null
    order by 1
  `.execute(store.db);
  return rows.map(({ entry_id }) => entry_id);
}

async function openAccount(store: Store, account_id: string): Promise<void> {
  await store.db
    .insertInto("raw.account")
    .values({
      account_id,
      name: account_id,
      venue: "edgex",
      last_sequence: "0",
      history_from: "2026-05-01T00:00:00.000Z",
      is_from_beginning: true,
      sweep_until: null,
    })
    .execute();
}

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  // Rows are read 2,000 at a time.
  test.each([
    ["in front of it", 1_997],
    ["with its first row before it", 1_999],
    ["with its second row before it", 1_998],
    ["behind it", 2_000],
  ])("a record of three rows at the end of a batch, %s, is booked whole", async (_where, before) => {
    const account = `${before} rows before`;
    await loadRecords(store, account, [...Array<number>(before).fill(1), 3, 1]);
    expect(await bookNewCash(store, account)).toBe(before + 4);
    expect(await withoutPartner(store, account)).toEqual([]);
  });

  test("in batches of any size, night by night, every row of every record is booked once", async () => {
    let accounts = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (partsOf, batchRows) => {
          accounts += 1;
          const account = `drawn ${accounts}`;
          const rows = partsOf.reduce((total, parts) => total + parts, 0);
          await loadRecords(store, account, partsOf);
          expect(await bookNewCash(store, account, batchRows)).toBe(rows);
          expect(await bookNewCash(store, account, batchRows)).toBe(0);
          expect(await withoutPartner(store, account)).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("every row of history that moves cash has its entry", () => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(QUICK_KIND);
  });
  afterAll(() => store.close());

  const KEY = "record 2";
  const entry = `income/${KEY}/realized_pnl`;
  test.each([
    [
      "an entry that is not there",
      sql`delete from ledger.entry where entry_id = ${entry}`,
      "missing_row",
      "-7.125",
    ],
    [
      "an entry that moves nothing",
      sql`delete from ledger.movement where entry_id = ${entry}`,
      "altered_row",
      "-7.125",
    ],
    [
      "an entry of another amount",
      sql`update ledger.movement set amount = 8 where entry_id = ${entry}`,
      "altered_row",
      "0.875",
    ],
    [
      "an entry in another asset",
      sql`update ledger.movement set asset = 'EUR' where entry_id = ${entry}`,
      "altered_row",
      "0",
    ],
    [
      "an entry without its row",
      sql`delete from history.income where record_key = ${KEY} and part = 'realized_pnl'`,
      "doubled_row",
      "7.125",
    ],
  ])("%s is named", async (title, harm, difference_class, difference) => {
    const account = title;
    await openAccount(store, account);
    await loadRecords(store, account, [1, 3]);
    await bookAccount(store, account, { configured: [], amountDecimals: 6 });
    await harm.execute(store.db);
    await reconcileAccount(store, account, 6);
    const found = await store.db
      .selectFrom("ledger.reconciliation")
      .select(["check_name", "subject", "class", "difference", "asset", "symbol"])
      .where("account_id", "=", account)
      .where("check_name", "=", "record_entries")
      .execute();
    expect(found).toEqual([
      {
        check_name: "record_entries",
        subject: "income BTCUSD record record 2 realized_pnl",
        class: difference_class,
        difference,
        asset: "USD",
        symbol: "BTCUSD",
      },
    ]);
  });
});
