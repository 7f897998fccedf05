import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { insertRows } from "../../src/store/insert-rows.ts";
import { migrate } from "../../src/store/migrate.ts";
import { SQL_FOLDER } from "../../src/store/sql-file.ts";
import { WALLET_ALONE } from "../support/not-shown.ts";
import { newStore, QUICK_KIND, STORE_KINDS } from "../support/stores.ts";

const MIGRATIONS = readdirSync(join(SQL_FOLDER, "migrations")).filter((name) => name.endsWith(".sql"));

for (const kind of STORE_KINDS) {
  test(`${kind}: a second migration, or twenty at once, do no harm`, async () => {
    const store = await newStore(kind);
    await migrate(store);
    await Promise.all(Array.from({ length: 20 }, () => migrate(store)));
    const { rows } = await sql<{ count: string }>`select count(*) from perpbooks.migration`.execute(store.db);
    // Each file of migrations, and the views as one.
    expect(rows).toEqual([{ count: String(MIGRATIONS.length + 1) }]);
    await store.close();
  });

  test(`${kind}: what is summed by day is forgotten where another version's scripts are new`, async () => {
    const store = await newStore(kind);
    await store.db
      .insertInto("ledger.summed_until")
      .values({ account_id: "a", time_zone: "UTC", until_time: "2026-01-01T00:00:00.000Z" })
      .execute();
    const summed = () => store.db.selectFrom("ledger.summed_until").select("account_id").execute();
    await migrate(store);
    expect(await summed()).toEqual([{ account_id: "a" }]);
    await sql`update perpbooks.migration set sha256 = 'of before' where name = 'views'`.execute(store.db);
    await migrate(store);
    expect(await summed()).toEqual([]);
    await store.close();
  });

  test(`${kind}: every value comes back as the text it went in as`, async () => {
    const store = await newStore(kind);
    await insertRows(
      store.db,
      "snapshot.balance",
      ["account_id", "taken_at", "asset"],
      [
        {
          account_id: "a",
          taken_at: "2026-01-01T00:00:00.000Z",
          ...WALLET_ALONE,
          asset: "USDT",
          wallet: "0.000000000000000000000000000001",
          answered_at: "2026-01-01T00:00:00.123Z",
        },
        {
          account_id: "a",
          taken_at: "2026-01-01T00:00:00.001Z",
          ...WALLET_ALONE,
          asset: "币安",
          wallet: "9007199254740993.10",
          answered_at: "2026-01-01T00:00:00.001Z",
        },
      ],
    );
    expect(await store.db.selectFrom("snapshot.balance").selectAll().orderBy("taken_at").execute()).toEqual([
      {
        account_id: "a",
        ...WALLET_ALONE,
        taken_at: "2026-01-01T00:00:00.000Z",
        asset: "USDT",
        wallet: "0.000000000000000000000000000001",
        answered_at: "2026-01-01T00:00:00.123Z",
      },
      {
        account_id: "a",
        taken_at: "2026-01-01T00:00:00.001Z",
        ...WALLET_ALONE,
        asset: "币安",
        wallet: "9007199254740993.10",
        answered_at: "2026-01-01T00:00:00.001Z",
      },
    ]);
    const { rows } =
      await sql`select count(*) as n, 9007199254740993::bigint as big, '[1.10]'::jsonb as j, '{1.5}'::numeric[] as a, date '2026-02-28' as d, 7 as i, true as b`.execute(
        store.db,
      );
    expect(rows).toEqual([
      { n: "1", big: "9007199254740993", j: "[1.10]", a: "{1.5}", d: "2026-02-28", i: 7, b: true },
    ]);
    await store.close();
  });
}

test("snapshots that called a contract or coin by its number call it by the name that it has, and those of others stay", async () => {
  const store = await newStore(QUICK_KIND);
  const name = (kind: string, venue_id: string, own: string) => ({
    account_id: "a",
    kind,
    venue_id,
    name: own,
    listed_name: own,
  });
  await store.db
    .insertInto("raw.name")
    .values([
      name("contract", "10000001", "BTCUSD"),
      name("contract", "10000002", "10000002"),
      name("asset", "1000", "USD"),
    ])
    .execute();
  const at = "2026-01-01T00:00:00.000Z";
  const taken = { account_id: "a", taken_at: at, answered_at: at };
  const held = { position_side: "BOTH", quantity: "1", entry_price: "1" };
  await store.db
    .insertInto("snapshot.balance")
    .values({ ...taken, asset: "1000", wallet: "5" })
    .execute();
  await store.db
    .insertInto("snapshot.position")
    .values([
      { ...taken, ...held, symbol: "10000001" },
      { ...taken, ...held, symbol: "10000002" },
      { ...taken, ...held, account_id: "b", symbol: "10000001" },
    ])
    .execute();
  await store.executeScript(readFileSync(join(SQL_FOLDER, "migrations", "0045_late_names.sql"), "utf8"));
  const positions = await store.db
    .selectFrom("snapshot.position")
    .select(["account_id", "symbol"])
    .orderBy("account_id")
    .orderBy("symbol", "desc")
    .execute();
  expect(positions.map(({ account_id, symbol }) => `${account_id} ${symbol}`)).toEqual([
    "a BTCUSD",
    "a 10000002",
    "b 10000001",
  ]);
  expect(await store.db.selectFrom("snapshot.balance").select("asset").execute()).toEqual([{ asset: "USD" }]);
  await store.close();
});
