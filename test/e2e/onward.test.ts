/**
 * Proofs that go on from the last one: what stands, what makes the whole be read again, and that nothing
 * which is amiss in the days that are open is ever said from what was kept. That both ways say the same of
 * any world and any nights, `seeds.test.ts` shows.
 */
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookMissingCash } from "../../src/book/book-missing-cash.ts";
import { bookOpenings } from "../../src/book/book-openings.ts";
import { type ProofTerms, WHOLE_EVERY_DAYS } from "../../src/book/onward.ts";
import { deleteEntries } from "../../src/book/write-entries.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import type { Store } from "../../src/store/store.ts";
import { loadReconciledWorld, type ReconciledAccount } from "../support/reconciled-world.ts";
import { rolledBack } from "../support/rolled-back.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const TERMS: ProofTerms = { isWhole: false, program: "one", openDays: 2 };

let store: Store;
let account: ReconciledAccount;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  [account] = (await loadReconciledWorld(store, "onward")) as [ReconciledAccount];
  await prove(store, { ...TERMS, isWhole: true });
  await sql`update ledger.proven set whole_at = whole_at - interval '1 day'`.execute(store.db);
}, 300_000);
afterAll(() => store.close());

const prove = (inner: Store, terms: ProofTerms) =>
  reconcileAccount(inner, account.accountId, account.venue.amountDecimals, terms);

/** The first row of the history, or the last one, of a table. */
const row = (table: "history.income" | "raw.record", end: "first" | "last") => sql`
  account_id = ${account.accountId} and record_key = (
    select record_key from ${sql.table(table)} as one
    where account_id = ${account.accountId} ${table === "raw.record" ? sql`and stream = 'income'` : sql`and kind <> 'opening'`}
    order by occurred_at ${sql.raw(end === "first" ? "" : "desc")} limit 1
  )`;

const altered = (end: "first" | "last") => (inner: Store) =>
  sql`update history.income set amount = amount + 1 where ${row("history.income", end)}`.execute(inner.db);
const rewritten = (end: "first" | "last") => (inner: Store) =>
  sql`update raw.record set body = body || ' ' where stream = 'income' and ${row("raw.record", end)}`.execute(
    inner.db,
  );
/** Another record than the first, of a time. */
const came = (inner: Store, at: RawBuilder<unknown>) =>
  sql`
  insert into raw.record (account_id, stream, record_key, version, symbol, occurred_at, body, sequence, run_id, digest)
  select account_id, stream, 'late', 1, symbol, ${at}, body,
    (select last_sequence + 1 from raw.account where account_id = ${account.accountId}), run_id, digest
  from raw.record where stream = 'income' and ${row("raw.record", "first")}`.execute(inner.db);
const weekLater = (inner: Store) =>
  sql`update ledger.proven set whole_at = whole_at - make_interval(days => ${WHOLE_EVERY_DAYS - 1})`.execute(
    inner.db,
  );

const nightAfterWhole = async (inner: Store) => {
  await prove(inner, { ...TERMS, isWhole: true });
  await sql`update ledger.proven set whole_at = whole_at - interval '1 day'`.execute(inner.db);
};
const openings = (inner: Store) => bookOpenings(inner, account.accountId, [], TERMS);
const missingCash = (inner: Store) => bookMissingCash(inner, account.accountId, [], undefined, TERMS);

/** A posting of cash that somebody alters: of the first entry, or (desc) of the last. */
const movedBy = (inner: Store, order: "" | "desc") =>
  sql`
  update ledger.movement set amount = amount + 1 where (account_id, entry_id) = (
    select account_id, entry_id from ledger.entry
    where account_id = ${account.accountId} and basis = 'cash' and kind = 'trading_fee'
    order by occurred_at ${sql.raw(order)} limit 1
  )`.execute(inner.db);

/** The public rate of the first settlement, or (desc) of the last. */
const rateDoubled = (inner: Store, order: "" | "desc") =>
  sql`
  update price.funding_rate set rate = rate * 2 where (account_id, symbol, settled_at) = (
    select account_id, symbol, settled_at from price.funding_rate
    where account_id = ${account.accountId} order by settled_at ${sql.raw(order)} limit 1
  )`.execute(inner.db);

type Case = {
  readonly what: string;
  readonly harm: (inner: Store) => Promise<unknown>;
  readonly terms?: Partial<ProofTerms>;
  /** Which checks read the whole. */
  readonly whole: readonly string[];
  /** Which find something. */
  readonly differs: readonly string[];
};

const ALL = [
  "average-pnl",
  "day-sums",
  "fee-amounts",
  "fill-cash",
  "funding-amounts",
  "position-sums",
  "record-entries",
  "record-history",
  "record-seal",
  "wallet-sums",
];
/** Those that count by what is known of contracts. */
const OF_CONTRACTS = ["average-pnl", "fee-amounts", "fill-cash", "funding-amounts", "position-sums"];

const CASES: readonly Case[] = [
  { what: "nothing", harm: async () => {}, whole: [], differs: [] },
  { what: "an amount of the time that is kept", harm: altered("first"), whole: [], differs: [] },
  {
    what: "an amount of the time that is kept, and a week",
    harm: async (inner) => {
      await altered("first")(inner);
      await weekLater(inner);
    },
    whole: ALL,
    differs: ["record_entries"],
  },
  {
    what: "an amount of the last days",
    harm: altered("last"),
    whole: ["fill-cash", "record-entries"],
    differs: ["fee_cash", "record_entries"],
  },
  { what: "a record of the time that is kept", harm: rewritten("first"), whole: [], differs: [] },
  {
    what: "a record of the time that is kept, and the whole is asked for,",
    harm: rewritten("first"),
    terms: { isWhole: true },
    whole: ALL,
    differs: ["record_digest"],
  },
  {
    what: "a record of the last days",
    harm: rewritten("last"),
    whole: ["record-seal"],
    differs: ["record_digest"],
  },
  {
    what: "a record that came late",
    harm: (inner) => came(inner, sql`occurred_at`),
    whole: ALL,
    differs: ["record_count", "record_digest", "record_sequence"],
  },
  {
    what: "a record that came, of the day behind the time that is kept,",
    harm: (inner) => came(inner, sql`(select max(until_time) + interval '23 hours' from ledger.proven)`),
    whole: ALL,
    differs: ["record_count", "record_digest", "record_sequence"],
  },
  {
    what: "an entry of the time that is kept that was taken away",
    harm: async (inner) => {
      const { entry_id } = await inner.db
        .selectFrom("ledger.entry")
        .select("entry_id")
        .where("account_id", "=", account.accountId)
        .where("basis", "=", "cash")
        .orderBy("occurred_at")
        .executeTakeFirstOrThrow();
      await inner.db
        .transaction()
        .execute((transaction) => deleteEntries(transaction, account.accountId, [entry_id]));
    },
    whole: ALL,
    differs: ["record_entries", "wallet"],
  },
  {
    what: "an open position's cycle, of which there is another version each night,",
    harm: (inner) =>
      sql`
      with numbered as (
        update raw.account set last_sequence = last_sequence + 1
        where account_id = ${account.accountId} returning last_sequence
      )
      insert into raw.record (account_id, stream, record_key, version, symbol, occurred_at, body, sequence, run_id, digest)
      select account_id, 'position_cycles', 'term', 2, symbol, occurred_at, body, last_sequence, run_id,
        raw.digest_of('position_cycles', 'term', 2, symbol, occurred_at, last_sequence, body)
      from raw.record, numbered where stream = 'income' and ${row("raw.record", "first")}`.execute(inner.db),
    whole: [],
    differs: [],
  },
  {
    what: "a contract that is traded for the first time",
    harm: (inner) =>
      sql`
      insert into raw.control_total (account_id, stream, symbol, day, records)
      select account_id, 'fills', 'NEWUSDT', max(day), 0 from raw.control_total
      where account_id = ${account.accountId} group by account_id`.execute(inner.db),
    whole: [],
    differs: [],
  },
  {
    what: "a contract that is settled in another asset",
    harm: (inner) =>
      sql`
      update raw.instrument set margin_asset = 'ABC' where (account_id, symbol) = (
        select account_id, symbol from history.fill
        where account_id = ${account.accountId} order by occurred_at limit 1
      )`.execute(inner.db),
    whole: OF_CONTRACTS,
    differs: [],
  },
  {
    what: "a contract that was listed since",
    harm: (inner) =>
      sql`
      update raw.instrument set listed_at = '2020-01-01T00:00:00Z' where (account_id, symbol) = (
        select account_id, symbol from history.fill
        where account_id = ${account.accountId} order by occurred_at limit 1
      )`.execute(inner.db),
    whole: OF_CONTRACTS,
    differs: [],
  },
  {
    what: "a snapshot of the time that is kept that came late",
    harm: (inner) =>
      sql`
      with first as (
        select account_id, min(taken_at) as taken_at from snapshot.taken
        where account_id = ${account.accountId} group by account_id
      ),
      taken as (
        insert into snapshot.taken (account_id, taken_at, answered_at, has_statement)
        select account_id, taken_at + interval '1 second', answered_at + interval '1 second', has_statement
        from snapshot.taken inner join first using (account_id, taken_at)
      ),
      shown as (
        insert into snapshot.position
        select (jsonb_populate_record(position, jsonb_build_object('taken_at', position.taken_at + interval '1 second', 'answered_at', position.answered_at + interval '1 second'))).*
        from snapshot.position inner join first using (account_id, taken_at)
      )
      insert into snapshot.balance
      select (jsonb_populate_record(balance, jsonb_build_object('taken_at', balance.taken_at + interval '1 second', 'answered_at', balance.answered_at + interval '1 second'))).*
      from snapshot.balance inner join first using (account_id, taken_at)`.execute(inner.db),
    whole: ["position-sums", "wallet-sums"],
    differs: [],
  },
  {
    what: "an amount of a posting of the time that is kept",
    harm: (inner) => movedBy(inner, ""),
    whole: [],
    differs: [],
  },
  {
    what: "an amount of a posting of the last days",
    harm: (inner) => movedBy(inner, "desc"),
    whole: ["record-entries", "wallet-sums"],
    differs: ["record_entries", "wallet"],
  },
  {
    what: "a fill's own result in the last days",
    harm: (inner) =>
      sql`
      update history.fill set realized_pnl = realized_pnl + 1 where (account_id, record_key) = (
        select account_id, record_key from history.fill
        where account_id = ${account.accountId} and realized_pnl <> 0 order by occurred_at desc limit 1
      )`.execute(inner.db),
    whole: ["average-pnl", "fill-cash"],
    differs: ["realized_pnl_average", "realized_pnl_cash"],
  },
  {
    what: "a fill's quantity in the last days",
    harm: (inner) =>
      sql`
      update history.fill set quantity = quantity * 2 where (account_id, record_key) = (
        select account_id, record_key from history.fill
        where account_id = ${account.accountId} order by occurred_at desc limit 1
      )`.execute(inner.db),
    whole: ["position-sums"],
    differs: ["position"],
  },
  {
    what: "a funding rate of the time that is kept",
    harm: (inner) => rateDoubled(inner, ""),
    whole: ["funding-amounts"],
    differs: [],
  },
  {
    what: "a funding rate that comes for the last days",
    harm: (inner) => rateDoubled(inner, "desc"),
    whole: [],
    differs: [],
  },
  {
    what: "an amount of funding in the last days",
    harm: (inner) =>
      sql`
      update history.income set amount = amount * 2 where (account_id, record_key) = (
        select account_id, record_key from history.income
        where account_id = ${account.accountId} and kind = 'funding' order by occurred_at desc limit 1
      )`.execute(inner.db),
    whole: ["record-entries"],
    differs: ["record_entries"],
  },
  {
    what: "a span that is settled no more",
    harm: (inner) =>
      sql`delete from raw."window" where account_id = ${account.accountId} and stream = 'income'`.execute(
        inner.db,
      ),
    whole: ["fill-cash"],
    differs: [],
  },
  {
    what: "an opening that is booked again, as it was,",
    harm: async (inner) => {
      await sql`update snapshot.balance set wallet = wallet + 1 where account_id = ${account.accountId}`.execute(
        inner.db,
      );
      await openings(inner);
      await nightAfterWhole(inner);
      await openings(inner);
    },
    whole: [],
    differs: ["equity"],
  },
  {
    what: "an opening that is another one",
    harm: async (inner) => {
      await sql`update snapshot.balance set wallet = wallet + 1 where account_id = ${account.accountId}`.execute(
        inner.db,
      );
      await openings(inner);
    },
    whole: ALL,
    differs: ["equity"],
  },
  {
    what: "a trade that is booked from its fill",
    harm: async (inner) => {
      const { record_key } = await inner.db
        .selectFrom("history.income")
        .select("record_key")
        .where("account_id", "=", account.accountId)
        .where("kind", "=", "realized_pnl")
        .orderBy("occurred_at")
        .executeTakeFirstOrThrow();
      await inner.db.deleteFrom("history.income").where("record_key", "=", record_key).execute();
      await inner.db
        .transaction()
        .execute((transaction) => deleteEntries(transaction, account.accountId, [`income/${record_key}`]));
      await missingCash(inner);
      await nightAfterWhole(inner);
    },
    whole: ["record-history"],
    differs: ["record_history"],
  },
  { what: "another program", harm: async () => {}, terms: { program: "other" }, whole: ALL, differs: [] },
  {
    what: "another tolerance",
    harm: (inner) => sql`update ledger.tolerance set trade_cash = trade_cash * 2`.execute(inner.db),
    whole: ALL,
    differs: [],
  },
  {
    what: "a machine whose clock went back",
    harm: (inner) => sql`update ledger.proven set whole_at = whole_at + interval '3 days'`.execute(inner.db),
    whole: ALL,
    differs: [],
  },
];

describe("proofs go on from the last one", () => {
  test.each(CASES)(
    "$what: $whole read the whole, $differs differ",
    async ({ harm, terms, whole, differs }) => {
      const seen = await rolledBack(store, async (inner) => {
        await harm(inner);
        await prove(inner, { ...TERMS, ...terms });
        return { whole: await readWhole(inner), differs: await differing(inner) };
      });
      expect(seen).toEqual({ whole, differs });
    },
  );
});

/** The cash of a trade is taken away, by hand, or as an import that is undone takes its entry too. */
const cashTaken = (end: "first" | "last", isUndone: boolean) => async (inner: Store) => {
  const { record_key } = await inner.db
    .selectFrom("history.income")
    .select("record_key")
    .where("account_id", "=", account.accountId)
    .where("kind", "=", "realized_pnl")
    .orderBy("occurred_at", end === "first" ? "asc" : "desc")
    .executeTakeFirstOrThrow();
  await inner.db.deleteFrom("history.income").where("record_key", "=", record_key).execute();
  if (!isUndone) return;
  await inner.db
    .transaction()
    .execute((transaction) => deleteEntries(transaction, account.accountId, [`income/${record_key}`]));
};

/** `booked`: how many trades are then booked from the fill. */
const BOOKED: readonly { what: string; harm: (inner: Store) => Promise<unknown>; booked: number }[] = [
  { what: "nothing", harm: async () => {}, booked: 0 },
  { what: "cash of the time that is kept is taken away", harm: cashTaken("first", false), booked: 0 },
  {
    what: "cash of the time that is kept is taken away, and a week",
    harm: async (inner) => {
      await cashTaken("first", false)(inner);
      await weekLater(inner);
    },
    booked: 1,
  },
  { what: "cash of the time that is kept is undone", harm: cashTaken("first", true), booked: 1 },
  { what: "cash of the last days is taken away", harm: cashTaken("last", false), booked: 1 },
  {
    what: "cash of the time that is kept is taken away, and the statement is settled for another span",
    harm: async (inner) => {
      await cashTaken("first", false)(inner);
      await sql`
        update raw."window" set from_time = from_time - interval '1 hour' where (account_id, stream, symbol, from_time) = (
          select account_id, stream, symbol, min(from_time) from raw."window"
          where account_id = ${account.accountId} and stream = 'income' group by account_id, stream, symbol limit 1
        )`.execute(inner.db);
    },
    booked: 1,
  },
];

describe("what has no cash is looked for where it was not looked for yet", () => {
  test.each(BOOKED)("$what: $booked booked from the fill", async ({ harm, booked }) => {
    const entries = await rolledBack(store, async (inner) => {
      await missingCash(inner);
      await sql`update ledger.proven set whole_at = whole_at - interval '1 day'`.execute(inner.db);
      await harm(inner);
      await missingCash(inner);
      return inner.db
        .selectFrom("ledger.entry")
        .select("entry_id")
        .where("account_id", "=", account.accountId)
        .where("basis", "=", "fill")
        .execute();
    });
    expect(entries.length).toBe(booked);
  });
});

/** The checks that nothing is kept of from an earlier snapshot. */
async function readWhole(inner: Store): Promise<readonly string[]> {
  const rows = await inner.db
    .selectFrom("ledger.proven")
    .select(["check_name", "whole_at"])
    .where("account_id", "=", account.accountId)
    .where(
      "whole_at",
      "<",
      inner.db
        .selectFrom("snapshot.taken")
        .select(({ fn }) => fn.max("taken_at").as("taken_at"))
        .where("account_id", "=", account.accountId),
    )
    .execute();
  const standing = rows.map(({ check_name }) => check_name.replace(/^.*\//, ""));
  return ALL.filter((name) => !standing.includes(name));
}

async function differing(inner: Store): Promise<readonly string[]> {
  const rows = await inner.db
    .selectFrom("ledger.reconciliation")
    .select("check_name")
    .distinct()
    .where("account_id", "=", account.accountId)
    .where("status", "=", "differs")
    .orderBy("check_name")
    .execute();
  return rows.map(({ check_name }) => check_name);
}
