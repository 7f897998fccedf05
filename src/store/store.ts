import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { Tables } from "./tables.ts";

/** Where the books are kept: a folder (the embedded PGlite) or a Postgres server. */
export type StoreLocation =
  | { readonly kind: "folder"; readonly path: string }
  /** `shownAs` is the URL without its password, for messages. */
  | { readonly kind: "postgres"; readonly url: { reveal(): string }; readonly shownAs: string };

export type Database = Kysely<Tables>;

/**
 * A connection on which a transaction has begun. What must be part of one takes this, so that the compiler
 * refuses a query beside it; what only reads takes a `Database`, which a transaction is as well.
 */
export type Transaction = KyselyTransaction<Tables>;

/** An open store: the same SQL and the same results whatever is behind it. */
export type Store = {
  /**
   * Begins nothing after an interruption: what stands in a transaction then is finished, and the next one is
   * refused.
   */
  readonly db: Database;
  /** The same, also after an interruption: for what must be on record of it. */
  readonly lastWords: Database;
  /** For messages; never with a password. */
  readonly shownAs: string;
  /** Runs statements that are not parameterised, several at once: migrations and views. */
  executeScript(script: string): Promise<void>;
  /**
   * Runs `work` on one connection, which is given up afterwards with all that was set on it. An interruption
   * ends what it reads. To be used by `readOnly`.
   */
  withSession<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while no other process works on the account. Throws a `LockHeldError` when another one does,
   * after a short wait: a server notices only a moment later that a killed process has gone.
   */
  withAccountLock<T>(accountId: string, work: () => Promise<T>): Promise<T>;
  /** Lets everybody see that this run is alive: nobody else ever asks for its lock. */
  withRunLock<T>(runId: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};
