import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { LockHeldError, StoreUnavailableError } from "../errors.ts";
import { keepColumns } from "./columns.ts";
import type { Store, StoreLocation } from "./store.ts";
import type { Tables } from "./tables.ts";
import { TYPE_PARSERS } from "./type-parsers.ts";

const LOCK_ATTEMPTS = 50;
const LOCK_PAUSE_MS = 100;

/** Opens a Postgres server's database (14 or later). Throws a `StoreUnavailableError` that never shows the password. */
export async function openPostgres(location: StoreLocation & { kind: "postgres" }): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: location.url.reveal(),
    // A server with JIT spends seconds on compiling a report that takes half a second (4.5 of 5 s, daily-reconciliation of 40,000 fills).
    options: "-c TimeZone=UTC -c DateStyle=ISO -c client_min_messages=warning -c jit=off",
    application_name: "perpbooks",
    max: 10,
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        TYPE_PARSERS[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // Without a listener an idle connection that the server ends would crash the process; the next query reports it anyway.
  pool.on("error", () => {});
  // So would one that is in use and waits for its next query; that query then fails, and says why.
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    (await pool.connect()).release();
  } catch (cause) {
    await pool.end();
    throw new StoreUnavailableError(
      {
        where: `store ${location.shownAs}`,
        what: "the Postgres server could not be reached",
        evidence: [cause instanceof Error && cause.message !== "" ? cause.message : `${String(cause)}`],
        next: "start the server or correct `store:` or DATABASE_URL, then run again; nothing was changed",
      },
      { cause },
    );
  }
  const connect = async () => keepingColumns(await pool.connect());
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end() } }),
  });
  return {
    db,
    shownAs: location.shownAs,
    executeScript: async (script) => {
      await pool.query(script);
    },
    withAccountLock: (accountId, work) => withAdvisoryLock(pool, accountId, work),
    close: () => db.destroy(),
  };
}

/** The connection, of whose answers what the server told of their columns is kept. */
function keepingColumns(client: pg.PoolClient): pg.PoolClient {
  const query = async (text: string, parameters: unknown[]) => {
    const result = await client.query(text, parameters);
    keepColumns(result.rows, result.fields);
    return result;
  };
  return new Proxy(client, {
    get: (target, name) => (name === "query" ? query : Reflect.get(target, name)),
  });
}

/** A session's advisory lock goes with its connection, so a killed process never leaves one behind for longer than a moment. */
async function withAdvisoryLock<T>(pool: pg.Pool, accountId: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const key = [`perpbooks/${accountId}`];
  try {
    for (let attempt = 1; ; attempt += 1) {
      const { rows } = await client.query(
        "select pg_try_advisory_lock(hashtextextended($1, 0)) as is_taken",
        key,
      );
      if (rows[0]?.is_taken === true) break;
      if (attempt >= LOCK_ATTEMPTS) {
        throw new LockHeldError({
          where: accountId,
          what: "another run is working on this account",
          evidence: ["nothing of this account was changed"],
          next: "wait for the other run to end and try again",
        });
      }
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
    }
    try {
      return await work();
    } finally {
      await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", key).catch(() => {});
    }
  } finally {
    client.release();
  }
}
