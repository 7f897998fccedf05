/** What a decision holds for: exactly what was seen, in one account, for as long as it is not taken back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptItems, type Handle, readItems, withdrawDecisions } from "../../src/decisions/decide.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { readOpenItems } from "../../src/pipeline/open-items.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import type { LotRow, ReconciliationRow, RecordRow, SetAsideRow } from "../../src/store/tables.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const NOW = parseInstant("2026-06-02T00:00:00Z");

const WALLET = {
  check_name: "wallet",
  subject: "USDT",
  expected: "5",
  found: "4",
  difference: "-1",
  status: "differs",
  note: "",
  suspect: "a row",
  next: "",
  checked_at: "2026-06-01T00:00:00.000Z",
  asset: "USDT",
  symbol: "",
  from_time: "2026-05-31T00:00:00.000Z",
  class: "unexplained",
  is_standing: false,
} as const satisfies Omit<ReconciliationRow, "account_id">;
const CHAIN = { ...WALLET, check_name: "collateral_chain", from_time: null, is_standing: true } as const;

const MARK = {
  stream: "income",
  record_key: "FEE/1",
  symbol: "",
  occurred_at: "2026-05-31T00:00:00.000Z",
  reason: "the venue changed income; the books keep what it said first",
  kind: "rewritten",
  read_again_at: null,
} as const satisfies Omit<SetAsideRow, "account_id">;
const RECORD = {
  stream: "income",
  record_key: "FEE/1",
  version: 1,
  symbol: "",
  occurred_at: "2026-05-31T00:00:00.000Z",
  body: "{}",
  sequence: "1",
  run_id: "run",
  digest: "d1",
} as const satisfies Omit<RecordRow, "account_id">;

const walletUsdt: Handle = { kind: "difference", name: "wallet USDT", at: null };
const chainUsdt: Handle = { kind: "difference", name: "collateral_chain USDT", at: null };
const fee: Handle = { kind: "record", name: "FEE/1", at: null };

let accounts = 0;
const newAccount = () => {
  accounts += 1;
  return `account-${accounts}`;
};

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore(kind);
    });
    afterAll(() => store.close());

    const differ = (account_id: string, row: Omit<ReconciliationRow, "account_id">) =>
      store.db
        .insertInto("ledger.reconciliation")
        .values({ account_id, ...row })
        .execute();
    const mark = (account_id: string, row: Omit<SetAsideRow, "account_id">) =>
      store.db
        .insertInto("raw.set_aside")
        .values({ account_id, ...row })
        .execute();
    const keep = (account_id: string, row: Omit<RecordRow, "account_id">) =>
      store.db
        .insertInto("raw.record")
        .values({ account_id, ...row })
        .execute();
    const forget = (account_id: string) =>
      store.db.deleteFrom("ledger.reconciliation").where("account_id", "=", account_id).execute();
    const inTransaction = <T>(work: (transaction: Transaction) => Promise<T>) =>
      store.db.transaction().execute(work);
    const accept = async (account_id: string, handle: Handle) =>
      inTransaction(async (transaction) =>
        acceptItems(transaction, account_id, await readItems(transaction, account_id, handle), "known", NOW),
      );
    const itemsOf = async (account_id: string) => {
      const { open, accepted } = (await readOpenItems(store.db, [account_id], "UTC"))(account_id);
      return { open: open.map(({ words }) => words), accepted };
    };

    const ONE_OPEN = { open: ["1 difference (1 unexplained)"], accepted: [] };
    const ONE_ACCEPTED = { open: [], accepted: ["1 difference (1 unexplained)"] };

    const LATER: readonly {
      readonly what: string;
      readonly handle: Handle;
      readonly first: Omit<ReconciliationRow, "account_id">;
      readonly after: Omit<ReconciliationRow, "account_id">;
      readonly opensAgain: boolean;
    }[] = [
      { what: "the same difference", handle: walletUsdt, first: WALLET, after: WALLET, opensAgain: false },
      {
        what: "the same, printed with zeros behind it, and now better explained",
        handle: walletUsdt,
        first: WALLET,
        after: { ...WALLET, expected: "5.00", suspect: "another one" },
        opensAgain: false,
      },
      {
        what: "another figure of the venue",
        handle: walletUsdt,
        first: WALLET,
        after: { ...WALLET, expected: "6" },
        opensAgain: true,
      },
      {
        what: "another figure of the books",
        handle: walletUsdt,
        first: WALLET,
        after: { ...WALLET, found: "3" },
        opensAgain: true,
      },
      {
        what: "the same figures at another instant",
        handle: walletUsdt,
        first: WALLET,
        after: { ...WALLET, checked_at: "2026-06-01T00:00:00.001Z" },
        opensAgain: true,
      },
      {
        what: "the same figures of a longer time",
        handle: walletUsdt,
        first: WALLET,
        after: { ...WALLET, from_time: null },
        opensAgain: true,
      },
      {
        what: "the same figures of another subject",
        handle: walletUsdt,
        first: WALLET,
        after: { ...WALLET, subject: "USDC" },
        opensAgain: true,
      },
      {
        what: "a fact that stands, on another night",
        handle: chainUsdt,
        first: CHAIN,
        after: { ...CHAIN, checked_at: "2026-06-02T00:00:00.000Z" },
        opensAgain: false,
      },
      {
        what: "a fact that stood, with another figure",
        handle: chainUsdt,
        first: CHAIN,
        after: { ...CHAIN, found: "3" },
        opensAgain: true,
      },
    ];

    test.each(LATER)(
      "after a difference was accepted: $what",
      async ({ handle, first, after, opensAgain }) => {
        const account = newAccount();
        await differ(account, first);
        expect(await itemsOf(account)).toEqual(ONE_OPEN);
        await accept(account, handle);
        expect(await itemsOf(account)).toEqual(ONE_ACCEPTED);
        await forget(account);
        expect(await itemsOf(account)).toEqual({ open: [], accepted: [] });
        await differ(account, after);
        expect(await itemsOf(account)).toMatchObject(opensAgain ? ONE_OPEN : ONE_ACCEPTED);
      },
    );

    test("a fact that stands and is shown by two nights is one item", async () => {
      const account = newAccount();
      await differ(account, CHAIN);
      await differ(account, { ...CHAIN, checked_at: "2026-06-02T00:00:00.000Z" });
      expect(await readItems(store.db, account, chainUsdt)).toHaveLength(1);
      await accept(account, chainUsdt);
      expect(await itemsOf(account)).toEqual({ open: [], accepted: ["2 differences (2 unexplained)"] });
    });

    test("a mark holds for the version that was looked at: a further one is open again, and so is another problem", async () => {
      const account = newAccount();
      await keep(account, RECORD);
      await mark(account, MARK);
      await accept(account, fee);
      expect(await itemsOf(account)).toEqual({ open: [], accepted: ["1 record set aside"] });
      await mark(account, { ...MARK, kind: "vanished", reason: "gone" });
      expect(await itemsOf(account)).toEqual({
        open: ["1 record set aside"],
        accepted: ["1 record set aside"],
      });
      await keep(account, { ...RECORD, version: 2, sequence: "2", digest: "d2" });
      expect(await itemsOf(account)).toEqual({ open: ["2 records set aside"], accepted: [] });
    });

    test("a decision of one account is none of another's", async () => {
      const [decided, other] = [newAccount(), newAccount()];
      for (const account of [decided, other]) await differ(account, WALLET);
      await accept(decided, walletUsdt);
      expect(await itemsOf(decided)).toEqual(ONE_ACCEPTED);
      expect(await itemsOf(other)).toEqual(ONE_OPEN);
    });

    test("a decision that is taken back can be made again, and no row is ever deleted or there twice", async () => {
      const account = newAccount();
      await differ(account, WALLET);
      await accept(account, walletUsdt);
      const items = await readItems(store.db, account, walletUsdt);
      const again = inTransaction((transaction) => acceptItems(transaction, account, items, "again", NOW));
      await expect(again).rejects.toThrow(/decision_in_force/);
      await inTransaction((transaction) => withdrawDecisions(transaction, account, items, "too soon", NOW));
      expect(await itemsOf(account)).toEqual(ONE_OPEN);
      await accept(account, walletUsdt);
      expect(await itemsOf(account)).toEqual(ONE_ACCEPTED);
      const kept = await store.db
        .selectFrom("raw.decision")
        .select(["decision_number", "seen", "because", "withdrawn_because"])
        .where("account_id", "=", account)
        .orderBy("decision_number")
        .execute();
      const seen =
        "expected 5, found 4, since 2026-05-31T00:00:00.000+00:00, at 2026-06-01T00:00:00.000+00:00";
      expect(kept).toEqual([
        { decision_number: 1, seen, because: "known", withdrawn_because: "too soon" },
        { decision_number: 2, seen, because: "known", withdrawn_because: "" },
      ]);
    });

    test("what a ticker that was listed anew has stranded is one difference of all its lots, until it is accepted", async () => {
      const account = newAccount();
      await store.db
        .insertInto("raw.account")
        .values({
          account_id: account,
          name: account,
          venue: "aster",
          last_sequence: "0",
          history_from: "2026-05-01T00:00:00.000Z",
          is_from_beginning: true,
          sweep_until: null,
        })
        .execute();
      await store.db
        .insertInto("snapshot.taken")
        .values({
          account_id: account,
          taken_at: "2026-06-01T00:00:00.000Z",
          answered_at: "2026-06-01T00:00:00.000Z",
          has_statement: false,
        })
        .execute();
      const lot = (method: string, opening_fill_key: string, quantity: string): LotRow => ({
        account_id: account,
        method,
        symbol: "BTCUSDT",
        position_side: "BOTH",
        opening_fill_key,
        lot_number: "1",
        round_trip_key: "first",
        opened_at: "2026-05-02T00:00:00.000Z",
        quantity,
        cost: "10",
        opening_fee: "0",
        funding: "0",
        asset: "USDT",
        is_inferred: false,
        stranded_at: "2026-05-20T00:00:00.000Z",
      });
      await store.db
        .insertInto("ledger.lot")
        .values([lot("average", "first", "3"), lot("fifo", "first", "1"), lot("fifo", "second", "2")])
        .execute();
      for (const _night of [1, 2]) await reconcileAccount(store, account, 8);
      expect(await itemsOf(account)).toEqual({ open: ["1 difference (1 stranded lot)"], accepted: [] });
      await accept(account, { kind: "difference", name: "stranded_lot BTCUSDT BOTH", at: null });
      await reconcileAccount(store, account, 8);
      expect(await itemsOf(account)).toEqual({ open: [], accepted: ["1 difference (1 stranded lot)"] });
    });
  });
}
