/**
 * Kysely on PGlite. Kysely has a dialect of its own for it from 0.29, which needs Node 22; this one serves
 * while Node 20 is supported.
 *
 * PGlite is one connection. Whoever holds it, be it for one query or a transaction, holds it alone: otherwise
 * a query from elsewhere would slip into an open transaction.
 *
 * It computes on this thread and never waits for anything, so by itself it would let no signal and no timer
 * through between two statements. Before each turn and each `fetch` the event loop has its own.
 */
import { setImmediate as eventLoop } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import { CELL_PARSERS, isFetch, keepColumns } from "./columns.ts";

/** Who comes first is served first. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Whether somebody waits until the turn under way ends. */
  get isWaitedFor(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when it is the caller's turn, to what ends it. */
  async take(): Promise<() => void> {
    const before = this.#last;
    let end = () => {};
    this.#last = new Promise((resolve) => {
      end = resolve;
    });
    this.#waiting += 1;
    await before;
    this.#waiting -= 1;
    return end;
  }
}

export class PGliteDialect implements Dialect {
  readonly #pglite: PGlite;
  readonly #turns: Turns;
  readonly #mayGoOn: () => void;
  /**
   * `mayGoOn` throws where no turn may be begun, and nothing more be fetched. All that use one PGlite share
   * its `turns`.
   */
  constructor(pglite: PGlite, turns: Turns, mayGoOn: () => void) {
    this.#pglite = pglite;
    this.#turns = turns;
    this.#mayGoOn = mayGoOn;
  }
  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }
  createDriver(): Driver {
    return new PGliteDriver(this.#pglite, this.#turns, this.#mayGoOn);
  }
  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }
}

class PGliteDriver implements Driver {
  readonly #connection: PGliteConnection;
  readonly #pglite: PGlite;
  readonly #turns: Turns;
  readonly #mayGoOn: () => void;
  #endTurn: () => void = () => {};

  constructor(pglite: PGlite, turns: Turns, mayGoOn: () => void) {
    this.#pglite = pglite;
    this.#turns = turns;
    this.#mayGoOn = mayGoOn;
    this.#connection = new PGliteConnection(pglite, mayGoOn);
  }
  async init(): Promise<void> {
    await this.#pglite.waitReady;
  }
  async acquireConnection(): Promise<DatabaseConnection> {
    const endTurn = await this.#turns.take();
    await eventLoop();
    try {
      this.#mayGoOn();
    } catch (error) {
      endTurn();
      throw error;
    }
    this.#endTurn = endTurn;
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {
    this.#endTurn();
  }
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin"));
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }
  async destroy(): Promise<void> {}
}

class PGliteConnection implements DatabaseConnection {
  readonly #pglite: PGlite;
  readonly #mayGoOn: () => void;
  constructor(pglite: PGlite, mayGoOn: () => void) {
    this.#pglite = pglite;
    this.#mayGoOn = mayGoOn;
  }
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return isFetch(query.sql) ? this.#fetchRows(query) : this.#execute(query);
  }
  async #execute<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.#pglite.query<Row>(sql, [...parameters]);
    return { rows: result.rows, numAffectedRows: BigInt(result.affectedRows ?? 0) };
  }
  async #fetchRows<Row>({ sql }: CompiledQuery): Promise<QueryResult<Row>> {
    await eventLoop();
    this.#mayGoOn();
    // PGlite adds these to its own, so each of those must be replaced.
    const parsers = Object.fromEntries(
      Object.keys(this.#pglite.parsers).map((typeId) => [typeId, CELL_PARSERS.getTypeParser(+typeId)]),
    );
    const { rows, fields } = await this.#pglite.query<Row>(sql, [], { rowMode: "array", parsers });
    keepColumns(rows, fields);
    return { rows };
  }
  // biome-ignore lint/correctness/useYield: PGlite cannot stream; a cursor does.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("PGlite cannot stream: open a cursor");
  }
}
