/** When the planner is told again what is in the tables. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { analyzeAfter } from "../../src/store/progress.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

test.each(STORE_KINDS)(
  "on %s, a table is looked at again once it has grown by a tenth, and after much has come",
  async (kind) => {
    const store = await newStore(kind);
    const { db } = store;
    let accounts = 0;
    const grow = async (rows: number) => {
      await sql`
      insert into raw.control_total (account_id, stream, symbol, day, records)
      select 'account ' || n, 'fills', 'BTCUSDT', '2026-05-01T00:00:00Z', 1
      from generate_series(${accounts + 1}::integer, ${accounts + rows}::integer) as n
    `.execute(db);
      accounts += rows;
    };
    const known = async () => {
      const { rows } = await sql<{ rows: string }>`
      select reltuples::bigint::text as rows from pg_class where oid = 'raw.control_total'::regclass
    `.execute(db);
      return Number(rows[0]?.rows);
    };

    await grow(10_000);
    await analyzeAfter(db, 999, ["raw"]);
    expect(await known(), "little has come").toBeLessThan(1);
    await analyzeAfter(db, 1_000, ["raw"]);
    expect(await known()).toBe(10_000);
    await grow(500);
    await analyzeAfter(db, 1_000, ["raw"]);
    expect(await known(), "it has grown by a twentieth").toBe(10_000);
    await grow(1_000);
    await analyzeAfter(db, 1_000, ["raw"]);
    expect(await known()).toBe(11_500);
    await store.close();
  },
);
