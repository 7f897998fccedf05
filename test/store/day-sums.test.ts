/**
 * The sums of days are those of the postings: whatever is written, rewritten or taken away, and wherever a
 * time begins and ends, also in the nights in which clocks are set.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sumDays } from "../../src/book/sum-days.ts";
import { deleteEntries, type SourcedEntry, writeEntries } from "../../src/book/write-entries.ts";
import { parseDecimal } from "../../src/domain/decimal.ts";
import { formatInstant, parseUtcInstant } from "../../src/domain/instant.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import type { Store } from "../../src/store/store.ts";
import { account } from "../report/small-books.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

/** In Havana a midnight is skipped on 2026-03-08, and shown twice on 2026-11-01. */
const ZONES = ["UTC", "America/Havana", "Asia/Kathmandu"] as const;
/** Nights around which everything happens, and some days further apart. */
const NIGHTS = ["2026-03-08T05:00:00Z", "2026-10-31T04:00:00Z", "2026-11-01T05:00:00Z"];
const HALF_HOUR_MS = 30 * 60_000;

const time = fc
  .tuple(
    fc.constantFrom(...NIGHTS),
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -60, max: 60 })),
  )
  .map(([night, steps]) => parseUtcInstant(new Date(Date.parse(night) + steps * HALF_HOUR_MS).toISOString()));
const KINDS = [
  ["realized_pnl", "income:realized_pnl"],
  ["funding", "expenses:funding"],
  ["transfer", "equity:transfers"],
] as const;

const entry = fc
  .record({
    id: fc.integer({ min: 1, max: 12 }),
    postedAt: time,
    kind: fc.constantFrom(...KINDS),
    amount: fc.integer({ min: 1, max: 99 }),
    isIn: fc.boolean(),
    symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
  })
  .map(({ id, postedAt, kind: [kind, other], amount, isIn, symbol }): SourcedEntry => {
    const sides = { debitAccount: "assets:wallet", creditAccount: other } as const;
    const turned = { debitAccount: other, creditAccount: "assets:wallet" } as const;
    return {
      entryId: `entry ${id}`,
      kind,
      symbol,
      occurredAt: postedAt,
      postedAt,
      valueAt: postedAt,
      movements: [{ ...(isIn ? sides : turned), asset: "USDT", amount: parseDecimal(`${amount}.00000001`) }],
      stream: "income",
      recordKey: `record ${id}`,
      basis: "cash",
    };
  });

/** What the books do from night to night. */
const step = fc.oneof(
  fc.record({ write: fc.uniqueArray(entry, { selector: ({ entryId }) => entryId, maxLength: 6 }) }),
  fc.record({ take: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }) }),
  fc.record({ sum: fc.constantFrom(...ZONES) }),
);

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
    await store.db
      .insertInto("raw.account")
      .values(account("main", "aster", "2026-01-01T00:00:00Z"))
      .execute();
  });
  afterAll(() => store.close());

  test("a time's postings add up to the same, by day, contract and kind, as sums and one by one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 8 }),
        fc.constantFrom(...ZONES),
        fc.array(fc.tuple(time, time), { minLength: 2, maxLength: 2 }),
        async (steps, zone, times) => {
          await forget(store);
          for (const one of [...steps, { sum: zone }]) {
            if ("sum" in one) await sumDays(store, "main", one.sum);
            else
              await store.db.transaction().execute((transaction) =>
                "write" in one
                  ? writeEntries(transaction, "main", one.write)
                  : deleteEntries(
                      transaction,
                      "main",
                      one.take.map((id) => `entry ${id}`),
                    ),
              );
            for (const [from, until] of times)
              expect(await differing(store, zone, formatInstant(from), formatInstant(until))).toEqual([]);
            expect(await differing(store, zone, "-infinity", "infinity")).toEqual([]);
          }
          const kept = await sums(store);
          await store.db.deleteFrom("ledger.summed_until").execute();
          await sumDays(store, "main", zone);
          expect(await sums(store)).toEqual(kept);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  test.each([
    ["the last posting", ["entry 2"]],
    ["all postings", ["entry 1", "entry 2"]],
  ])("where %s went, nothing is kept that a booking from empty would not keep", async (_what, gone) => {
    await forget(store);
    await write(store, [at(1, "2026-05-01T10:00:00Z"), at(2, "2026-05-05T10:00:00Z")]);
    await sumDays(store, "main", "UTC");
    await store.db.transaction().execute((transaction) => deleteEntries(transaction, "main", gone));
    await sumDays(store, "main", "UTC");
    const kept = [await sums(store), await untils(store)];
    await store.db.deleteFrom("ledger.summed_until").execute();
    await store.db.deleteFrom("ledger.day_sum").execute();
    await sumDays(store, "main", "UTC");
    expect(kept).toEqual([await sums(store), await untils(store)]);
  });

  test.each([
    [
      "a sum that somebody changed",
      sql`update ledger.day_sum set amount = amount + 1 where ledger_account = 'assets:wallet'`,
      { class: "altered_row", difference: "1" },
    ],
    [
      "a sum that is gone",
      sql`delete from ledger.day_sum where ledger_account = 'assets:wallet'`,
      { class: "missing_row", difference: "-7" },
    ],
    [
      "a posting that is not in its sum",
      sql`update ledger.movement set amount = 9 where entry_id = 'entry 1'`,
      { class: "altered_row", difference: "-2" },
    ],
  ])("%s is named", async (_title, harm, expected) => {
    await forget(store);
    await write(store, [at(1, "2026-05-01T10:00:00Z"), at(2, "2026-05-02T10:00:00Z")]);
    await sumDays(store, "main", "UTC");
    await harm.execute(store.db);
    await reconcileAccount(store, "main", 8);
    const found = await store.db
      .selectFrom("ledger.reconciliation")
      .select(["subject", "class", "difference"])
      .where("check_name", "=", "day_sums")
      .where("subject", "like", "assets:wallet%")
      .execute();
    expect(found).toEqual([{ subject: "assets:wallet day from 2026-05-01T00:00:00.000Z", ...expected }]);
  });
});

/** Days of which the two ways to read a time give different figures. */
async function differing(
  store: Store,
  zone: string,
  from: string,
  until: string,
): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select
      day, ledger_account, kind, symbol,
      sum(amount)::text as amount, sum(debits)::text as debits, sum(postings)::text as postings
    from (
      select (posted_at at time zone ${zone})::date as day, ledger_account, kind, symbol, amount, debits, postings
      from ledger.day_posting(${zone}, ${from}, ${until}, 'main')
      union all
      select
        (posted_at at time zone ${zone})::date, ledger_account, kind, symbol,
        -amount, -greatest(amount, 0), -1
      from report.journal
      where account_id = 'main' and posted_at >= ${from}::timestamptz and posted_at < ${until}::timestamptz
    ) as both_ways
    group by day, ledger_account, kind, symbol
    having sum(amount) <> 0 or sum(debits) <> 0 or sum(postings) <> 0
  `.execute(store.db);
  return rows;
}

async function sums(store: Store): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select day_sum.*, summed_until.until_time
    from ledger.day_sum
    left join ledger.summed_until on day_sum.account_id = summed_until.account_id
    order by day_from, ledger_account, kind, symbol
  `.execute(store.db);
  return rows;
}

async function untils(store: Store): Promise<readonly unknown[]> {
  return store.db.selectFrom("ledger.summed_until").selectAll().execute();
}

async function forget(store: Store): Promise<void> {
  for (const table of ["ledger.movement", "ledger.entry", "ledger.summed_until", "ledger.day_sum"] as const)
    await store.db.deleteFrom(table).execute();
}

function write(store: Store, entries: readonly SourcedEntry[]): Promise<void> {
  return store.db.transaction().execute((transaction) => writeEntries(transaction, "main", entries));
}

function at(id: number, day: string): SourcedEntry {
  return {
    entryId: `entry ${id}`,
    kind: "transfer",
    symbol: "",
    occurredAt: parseUtcInstant(day),
    postedAt: parseUtcInstant(day),
    valueAt: parseUtcInstant(day),
    movements: [
      {
        debitAccount: "assets:wallet",
        creditAccount: "equity:transfers",
        asset: "USDT",
        amount: parseDecimal("7"),
      },
    ],
    stream: "income",
    recordKey: `record ${id}`,
    basis: "cash",
  };
}
