/**
 * What an interruption does to a store: what is under way is finished or ended, nothing more is begun, and
 * nothing is waited for.
 */
import { CompiledQuery, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InterruptedError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { openSelect, readOnly } from "../../src/store/read-only.ts";
import type { Database, Store } from "../../src/store/store.ts";
import { newLocation, STORE_KINDS, type TestLocation } from "../support/stores.ts";

const REASON = new InterruptedError({ where: "test", what: "interrupted", next: "nothing" });
const WORDS = { where: "test", next: "nothing" };

/** Does nothing in a transaction until it may end. */
function occupy(db: Database, begun: () => void, until: Promise<void>): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await sql`select 1`.execute(transaction);
    begun();
    await until;
    await sql`create table report.finished (account_id text)`.execute(transaction);
  });
}

function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe.each(STORE_KINDS)("%s", (kind) => {
  let interruption: AbortController;
  let place: TestLocation;
  let store: Store;
  beforeEach(async () => {
    interruption = new AbortController();
    place = await newLocation(kind);
    store = await openStore(place.location, interruption.signal);
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  test("what stands in a transaction is finished; the next is not begun, but what must be on record of it is", async () => {
    const [begin, end] = [latch(), latch()];
    const underWay = occupy(store.db, begin.open, end.opened);
    await begin.opened;
    interruption.abort(REASON);
    end.open();
    await underWay;
    await expect(sql`select 1`.execute(store.db)).rejects.toBe(REASON);
    await expect(readOnly(store, async () => "read")).rejects.toBe(REASON);
    const { rows } = await sql<{ n: string }>`select count(*) as n from report.finished`.execute(
      store.lastWords,
    );
    expect(rows).toEqual([{ n: "0" }]);
  });

  test("a select ends between two batches", async () => {
    const reading = readOnly(store, async (db) => {
      const { batches } = await openSelect(
        db,
        CompiledQuery.raw("select n from generate_series(1, 9999) as n cross join generate_series(1, 9999)"),
        WORDS,
      );
      for await (const _ of batches) interruption.abort(REASON);
    });
    await expect(reading).rejects.toBe(REASON);
  });

  test("statement after statement, a timer is heard", async () => {
    setTimeout(() => interruption.abort(REASON), 1);
    const endless = async () => {
      for (let count = 0; count < 20_000; count += 1) await sql`select 1`.execute(store.db);
    };
    await expect(endless()).rejects.toBe(REASON);
  });
});

describe("Postgres", () => {
  test("a select that the server is at is ended there", async () => {
    const { location, remove } = await newLocation("Postgres");
    const interruption = new AbortController();
    const store = await openStore(location, interruption.signal);
    const reading = readOnly(store, (db) => {
      setTimeout(() => interruption.abort(REASON), 100);
      return openSelect(db, CompiledQuery.raw("select pg_sleep(600)"), WORDS);
    });
    await expect(reading).rejects.toBe(REASON);
    const { rows } =
      await sql`select from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid() and datname = current_database()`.execute(
        store.lastWords,
      );
    expect(rows).toEqual([]);
    await store.close();
    await remove();
  });

  test("nobody waits on for a connection", async () => {
    const { location, remove } = await newLocation("Postgres");
    const interruption = new AbortController();
    const store = await openStore(location, interruption.signal);
    const [begin, end] = [latch(), latch()];
    let begun = 0;
    const all = Array.from({ length: 10 }, () =>
      store.db.transaction().execute(async (transaction) => {
        await sql`select 1`.execute(transaction);
        begun += 1;
        if (begun === 10) begin.open();
        await end.opened;
      }),
    );
    await begin.opened;
    const eleventh = sql`select 1`.execute(store.db);
    setTimeout(() => interruption.abort(REASON), 1);
    await expect(eleventh).rejects.toBe(REASON);
    end.open();
    await Promise.all(all);
    await store.close();
    await remove();
  });

  test("as many account locks as there are connections leave connections to work with", async () => {
    const { location, remove } = await newLocation("Postgres");
    const store = await openStore(location);
    const { opened, open } = latch();
    let held = 0;
    await Promise.all(
      Array.from({ length: 12 }, (_, account) =>
        store.withAccountLock(`account-${account}`, async () => {
          held += 1;
          if (held === 12) open();
          await opened;
          await sql`select 1`.execute(store.db);
        }),
      ),
    );
    expect(held).toBe(12);
    await store.close();
    await remove();
  });
});
