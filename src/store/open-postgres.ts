import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { LockHeldError, StoreUnavailableError } from "../errors.ts";
import { orAborted } from "../race.ts";
import { CELL_PARSERS, isFetch, keepColumns } from "./columns.ts";
import type { Database, Store, StoreLocation } from "./store.ts";
import type { Tables } from "./tables.ts";
import { TYPE_PARSERS } from "./type-parsers.ts";
import { READERS_PORT } from "./wire/address.ts";

const CONNECTIONS_MAX = 10;
/** For one to be made, or to become free. */
const CONNECTION_WAIT_MS = 60_000;
const LOCK_ATTEMPTS = 50;
const LOCK_PAUSE_MS = 100;

/**
 * Opens a Postgres server's database (14 or later). Throws a `StoreUnavailableError` that never shows the
 * password.
 */
export function openPostgres(
  { url, shownAs }: StoreLocation & { kind: "postgres" },
  signal: AbortSignal,
): Promise<Store> {
  return openServer({ connectionString: url.reveal(), max: CONNECTIONS_MAX }, shownAs, signal);
}

/**
 * Opens an embedded store by the socket of the process that has it open, which lies in `path`. It can be
 * read, and nothing else; by one connection, because whoever has it open ends when no reader is left.
 */
export function openReaders(path: string, shownAs: string, signal: AbortSignal): Promise<Store> {
  const address = { host: path, port: READERS_PORT, user: "reader", ssl: false, max: 1 };
  return openServer(address, shownAs, signal);
}

async function openServer(address: pg.PoolConfig, shownAs: string, signal: AbortSignal): Promise<Store> {
  const settings: pg.PoolConfig = {
    ...address,
    // A server with JIT spends seconds on compiling a report that takes half a second (4.5 of 5 s,
    // daily-reconciliation of 40,000 fills).
    options: "-c TimeZone=UTC -c DateStyle=ISO -c client_min_messages=warning -c jit=off",
    application_name: "perpbooks",
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    keepAlive: true,
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        TYPE_PARSERS[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
  const pool = new pg.Pool(settings);
  // Without a listener an idle connection that the server ends would crash the process; the next query
  // reports it anyway.
  pool.on("error", () => {});
  // So would one that is in use and waits for its next query; that query then fails, and says why.
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    (await connect(pool, signal)).release();
  } catch (cause) {
    await unlessAborted(pool.end(), signal);
    signal.throwIfAborted();
    throw cannotConnect(shownAs, cause);
  }
  return {
    db: databaseOf(async () => asKyselyWants(await connect(pool, signal), signal)),
    lastWords: databaseOf(async () => asKyselyWants(await pool.connect(), signal)),
    shownAs,
    executeScript: (script) =>
      withConnection(pool, signal, async (client) => {
        await client.query(script);
      }),
    withSession: (work) => withSession(pool, signal, work),
    withAccountLock: (accountId, work) => withAdvisoryLock(new pg.Client(settings), accountId, signal, work),
    withRunLock: (runId, work) => withAdvisoryLock(new pg.Client(settings), `run ${runId}`, signal, work),
    close: () => pool.end(),
  };
}

/** What the server itself answers; anything else means that there is no server to answer. */
const REFUSALS: Readonly<Record<string, { readonly what: string; readonly next: string }>> = {
  "3D000": {
    what: "the Postgres server has no such database",
    next: "make it (`createdb NAME`), or correct `store:` or DATABASE_URL",
  },
  "28000": {
    what: "the Postgres server does not let this user in",
    next: "make the user (`createuser NAME`), let it in (pg_hba.conf), or correct `store:` or DATABASE_URL",
  },
  "28P01": {
    what: "the Postgres server refuses this user's password, or has no such user",
    next: "correct the password or the user in `store:` or DATABASE_URL, or in ~/.pgpass",
  },
};

/**
 * What the driver says before the server can refuse, or the server, where there was no password to answer
 * with.
 */
const NO_PASSWORD = /client password must be a string|empty password returned by client/;
const WITHOUT_PASSWORD = {
  what: "the Postgres server asks for a password, and none was given",
  next: "put it into DATABASE_URL or ~/.pgpass",
};

function cannotConnect(shownAs: string, cause: unknown): StoreUnavailableError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const isWithoutPassword = cause instanceof Error && NO_PASSWORD.test(cause.message);
  const { what, next } = isWithoutPassword
    ? WITHOUT_PASSWORD
    : (REFUSALS[code] ?? {
        what: "the Postgres server could not be reached",
        next: "start the server or correct `store:` or DATABASE_URL",
      });
  return new StoreUnavailableError(
    {
      where: `store ${shownAs}`,
      what,
      evidence: [cause instanceof Error && cause.message !== "" ? cause.message : `${String(cause)}`],
      next: `${next}, then run again; nothing was changed`,
    },
    { cause },
  );
}

function databaseOf(connect: () => Promise<pg.PoolClient>): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: { connect, end: async () => {} } }) });
}

/** A connection of the pool. An interruption ends the wait for one, and nothing is begun after it. */
async function connect(pool: pg.Pool, signal: AbortSignal): Promise<pg.PoolClient> {
  signal.throwIfAborted();
  const wanted = pool.connect();
  try {
    return await orAborted(wanted, signal);
  } catch (error) {
    wanted.then(
      (late) => late.release(),
      () => {},
    );
    throw error;
  }
}

/**
 * What a driver closes it may wait for as long as its server is silent; after an interruption nobody waits
 * with it.
 */
async function unlessAborted(closing: Promise<void>, signal: AbortSignal): Promise<void> {
  await orAborted(closing, signal).catch(() => {});
}

/**
 * A connection as Kysely wants it. Every query goes by the extended protocol, which takes one statement and
 * no more; by itself the driver would send one without parameters by the simple protocol. What a `fetch`
 * gives is handed on as `columns.ts` says.
 */
function asKyselyWants(
  client: pg.PoolClient,
  signal: AbortSignal,
  release = () => client.release(),
): pg.PoolClient {
  const query = async (text: string, parameters: readonly unknown[]) => {
    const extended = { text, values: [...parameters], queryMode: "extended" };
    if (!isFetch(text)) return client.query(extended);
    signal.throwIfAborted();
    const result = await client.query({ ...extended, rowMode: "array", types: CELL_PARSERS });
    keepColumns(result.rows, result.fields);
    return result;
  };
  const own = new Map<string | symbol, unknown>([
    ["query", query],
    ["release", release],
  ]);
  return new Proxy(client, { get: (target, name) => own.get(name) ?? Reflect.get(target, name) });
}

/** On a connection of its own, closed in the end with all that was set on it. */
function withSession<T>(pool: pg.Pool, signal: AbortSignal, work: (db: Database) => Promise<T>): Promise<T> {
  return withConnection(pool, signal, (client) => {
    const connection = asKyselyWants(client, signal, () => {});
    return work(databaseOf(async () => connection));
  });
}

/** An interruption cancels what the server is at; the connection is closed in the end. */
async function withConnection<T>(
  pool: pg.Pool,
  signal: AbortSignal,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool, signal);
  let cancel = () => {};
  try {
    const { rows } = await orAborted(client.query<{ id: number }>("select pg_backend_pid() as id"), signal);
    // Of one connection, another that cancels it is waited for instead.
    if (pool.options.max === 1) return await orAborted(work(client), signal);
    cancel = () => {
      pool.query("select pg_cancel_backend($1)", [rows[0]?.id]).catch(() => {});
    };
    signal.addEventListener("abort", cancel, { once: true });
    return await work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
    client.release(true);
  }
}

/**
 * A session's advisory lock goes with its connection, so a killed process never leaves one behind for longer
 * than a moment. The connection is the lock's own: of the pool, as many locks as it has connections would
 * leave none for the work.
 */
async function withAdvisoryLock<T>(
  client: pg.Client,
  accountId: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const key = [`perpbooks/${accountId}`];
  client.on("error", () => {});
  try {
    await orAborted(client.connect(), signal);
    for (let attempt = 1; ; attempt += 1) {
      const { rows } = await orAborted(
        client.query("select pg_try_advisory_lock(hashtextextended($1, 0)) as is_taken", key),
        signal,
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
      await orAborted(pause(LOCK_PAUSE_MS), signal);
    }
    return await work();
  } finally {
    await unlessAborted(client.end(), signal);
  }
}
