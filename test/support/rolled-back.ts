/** Work on a store that leaves nothing behind. */
import type { Store, Transaction } from "../../src/store/store.ts";

/** A store whose every query is part of one transaction, and whose transactions are parts of it. */
export type StoreWithin = Store & { readonly db: Transaction };

function within(store: Store, transaction: Transaction): StoreWithin {
  const db = new Proxy(transaction, {
    get(target, name) {
      if (name === "transaction")
        return () => ({ execute: (work: (inner: Transaction) => Promise<unknown>) => work(db) });
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { ...store, db };
}

const ROLLED_BACK = new Error("rolled back");

export async function rolledBack<T>(store: Store, work: (inner: StoreWithin) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | null = null;
  await store.db
    .transaction()
    .execute(async (transaction) => {
      result = { value: await work(within(store, transaction)) };
      throw ROLLED_BACK;
    })
    .catch((error: unknown) => {
      if (error !== ROLLED_BACK) throw error;
    });
  if (result === null) throw new Error("nothing was done");
  return (result as { readonly value: T }).value;
}
