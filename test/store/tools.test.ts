/**
 * What tools of others send to an embedded store that is served: statements of the same shape, by a driver or
 * as the messages themselves. The tools themselves are not here.
 */
import { connect, type Socket } from "node:net";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { type EmbeddedStore, openPGlite } from "../../src/store/open-pglite.ts";
import { Incoming } from "../../src/store/wire/incoming.ts";
import { fieldOf, int16, int32, message, text, textAt } from "../../src/store/wire/messages.ts";
import { type Readers, serveReaders } from "../../src/store/wire/serve-readers.ts";
import { newLocation } from "../support/stores.ts";

const ROWS = 5000;

let store: EmbeddedStore;
let readers: Readers;
let remove: () => Promise<void>;
const clients: pg.Client[] = [];

beforeAll(async () => {
  const made = await newLocation("PGlite");
  if (made.location.kind !== "folder") throw new Error("a folder was wanted");
  ({ remove } = made);
  store = await openPGlite(made.location.path, new AbortController().signal, 0);
  await migrate(store);
  await store.executeScript(`
    create schema shelf;
    create type shelf.mood as enum ('glad', 'sad');
    create table shelf.book (number int primary key, title text not null, price numeric, mood shelf.mood);
    insert into shelf.book select n, 'book ' || n, n + 0.25, 'glad' from generate_series(1, ${ROWS}) as n;
    analyze shelf.book;
  `);
  readers = await serveReaders({ at: { port: 0 }, password: null, engine: store.readerEngine });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
});
afterAll(async () => {
  await readers.close(0);
  await store.close();
  await remove();
});

async function client(): Promise<pg.Client> {
  const one = new pg.Client({ host: "127.0.0.1", port: readers.port, user: "tool", ssl: false });
  one.on("error", () => {});
  await one.connect();
  clients.push(one);
  return one;
}

describe("DuckDB's postgres scanner: libpq and the simple protocol", () => {
  const BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

  /** The rows of each statement of a text that brings some. */
  async function ask(one: pg.Client, words: string): Promise<readonly (readonly unknown[])[]> {
    const given = (await one.query({ text: words, rowMode: "array" })) as unknown;
    const results = (Array.isArray(given) ? given : [given]) as pg.QueryArrayResult[];
    return results.filter(({ command }) => command === "SELECT").map(({ rows }) => rows);
  }

  async function copied(one: pg.Client, words: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const keep = ({ chunk }: { chunk: Buffer }) => chunks.push(Buffer.from(chunk));
    one.connection.on("copyData" as never, keep as never);
    await one.query(words);
    return Buffer.concat(chunks);
  }

  test("it knows the server, its schemas, tables, columns, keys and types by one question each", async () => {
    const one = await client();
    const [version] = await ask(
      one,
      "SELECT version(), (SELECT count(*) FROM pg_settings WHERE name LIKE 'rds%')",
    );
    expect(version).toEqual([[expect.stringMatching(/^PostgreSQL \d+/), "0"]]);
    const [schemas, columns, enums, composites, indexes] = await ask(
      one,
      `${BEGIN};
SELECT oid, nspname FROM pg_namespace ORDER BY oid;
SELECT n.oid AS namespace_id, c.relname, c.relpages, a.attname, t.typname, a.atttypmod, a.attndims, a.attnum,
    a.attnotnull, NULL AS constraint_id, NULL AS constraint_type, NULL AS constraint_key
  FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid JOIN pg_attribute AS a ON a.attrelid = c.oid
    JOIN pg_type AS t ON a.atttypid = t.oid
  WHERE a.attnum > 0 AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname = 'shelf'
UNION ALL
SELECT n.oid, c.relname, NULL, NULL, NULL, NULL, NULL, NULL, NULL, k.oid, k.contype, k.conkey
  FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid JOIN pg_constraint AS k ON k.conrelid = c.oid
  WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND k.contype IN ('p', 'u') AND n.nspname = 'shelf'
ORDER BY namespace_id, relname, attnum, constraint_id;
SELECT n.oid, e.enumtypid, t.typname, e.enumlabel
  FROM pg_enum AS e JOIN pg_type AS t ON e.enumtypid = t.oid JOIN pg_namespace AS n ON t.typnamespace = n.oid
  ORDER BY n.oid, e.enumtypid, e.enumsortorder;
SELECT n.oid, t.oid, t.typrelid, t.typname, a.attname, b.typname
  FROM pg_type AS t JOIN pg_namespace AS n ON t.typnamespace = n.oid JOIN pg_class AS c ON c.oid = t.typrelid
    JOIN pg_attribute AS a ON a.attrelid = t.typrelid JOIN pg_type AS b ON a.atttypid = b.oid
  WHERE t.typtype = 'c' AND c.relkind = 'c' ORDER BY n.oid, t.oid, a.attnum;
SELECT n.oid, i.tablename, i.indexname FROM pg_indexes AS i JOIN pg_namespace AS n ON i.schemaname = n.nspname
  WHERE n.nspname = 'shelf' ORDER BY n.oid;
`,
    );
    expect(schemas?.map((row) => (row as unknown[])[1])).toEqual(expect.arrayContaining(["shelf", "ledger"]));
    expect(columns?.map((row) => (row as unknown[]).slice(3, 5))).toEqual([
      ["number", "int4"],
      ["title", "text"],
      ["price", "numeric"],
      ["mood", "mood"],
      [null, null],
    ]);
    expect(enums?.map((row) => (row as unknown[])[3])).toEqual(expect.arrayContaining(["glad", "sad"]));
    expect(composites).toEqual([]);
    expect(indexes).toEqual([[expect.anything(), "book", "book_pkey"]]);
    await one.query("COMMIT");
  });

  test("it reads a table by binary COPY, whole and by pages, in a transaction whose snapshot it exports", async () => {
    const one = await client();
    await one.query(BEGIN);
    const [snapshot] = await ask(
      one,
      "SELECT pg_is_in_recovery(), pg_export_snapshot(), (SELECT count(*) FROM pg_stat_wal_receiver)",
    );
    expect(snapshot).toEqual([[false, expect.stringMatching(/^[0-9A-F-]+$/), "0"]]);
    const whole = await copied(
      one,
      'COPY (SELECT "number", "title", "price", "mood"::VARCHAR FROM "shelf"."book" ) TO STDOUT (FORMAT "binary");',
    );
    expect(rowsOfCopy(whole)).toBe(ROWS);
    const [[pages = 0] = []] = (
      await ask(one, "SELECT relpages FROM pg_class WHERE relname = 'book'")
    )[0] as [[number]];
    expect(pages).toBeGreaterThan(10);
    const half = Math.floor(pages / 2);
    let byPages = 0;
    for (const pages of [
      `'(0,0)'::tid AND '(${half},0)'::tid`,
      `'(${half},1)'::tid AND '(4294967295,0)'::tid`,
    ])
      byPages += rowsOfCopy(
        await copied(
          one,
          `COPY (SELECT "number" FROM "shelf"."book" WHERE ctid BETWEEN ${pages} AND ("number" > 0)) TO STDOUT (FORMAT "binary");`,
        ),
      );
    expect(byPages).toBe(ROWS);
    await one.query("COMMIT");
  });

  test("a connection is made as new, and serves on", async () => {
    const one = await client();
    await one.query("SET search_path = shelf");
    await one.query({ name: "kept", text: "SELECT 1 AS one" });
    for (const words of ["DISCARD ALL", "discard all;"]) {
      expect((await one.query(words)).command).toBe("DISCARD");
      await expect(one.query("SELECT count(*) FROM book")).rejects.toThrow(/does not exist/);
    }
    await one.query("BEGIN");
    await expect(one.query("DISCARD ALL")).rejects.toThrow(/cannot run inside a transaction block/);
    await one.query("ROLLBACK");
  });
});

test.each([
  ["DEALLOCATE ALL"],
  ["DEALLOCATE PREPARE ALL;"],
  ["DISCARD ALL"],
  ["DEALLOCATE kept"],
  ["/* this */ deallocate prepare KEPT"],
  ['DEALLOCATE "kept"'],
])("by %s a client forgets its own statement, and no other's", async (words) => {
  const [one, other] = [await client(), await client()];
  const kept = (who: pg.Client) => who.query({ name: "kept", text: "SELECT 1 AS one" });
  await kept(one);
  await kept(other);
  await one.query(words);
  expect((await kept(other)).rows).toEqual([{ one: 1 }]);
  await expect(kept(one)).rejects.toThrow(/does not exist/);
  await expect(one.query("DEALLOCATE kept")).rejects.toThrow(/does not exist/);
  await one.query("PREPARE by_words AS SELECT 2 AS two");
  expect((await one.query("EXECUTE by_words")).rows).toEqual([{ two: 2 }]);
  await one.query("DEALLOCATE by_words");
  await expect(one.query("EXECUTE by_words")).rejects.toThrow(/does not exist/);
});

/** A connection on which a test says itself what is sent, as JDBC's driver sends it. */
class Wire {
  readonly #socket: Socket;
  readonly #incoming: Incoming;
  process = Buffer.alloc(0);

  constructor() {
    this.#socket = connect(readers.port, "127.0.0.1");
    this.#incoming = new Incoming(this.#socket);
  }

  /** Asks for an encrypted connection; the answer is one letter. */
  async wish(code: number): Promise<string> {
    this.#socket.write(Buffer.concat([int32(8), int32(code)]));
    return String(await this.#incoming.letter());
  }

  async begin(given: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
    const parameters = Object.entries(given).flatMap(([name, value]) => [text(name), text(value)]);
    const packet = Buffer.concat([int32(3 << 16), ...parameters, Buffer.from([0])]);
    this.#socket.write(Buffer.concat([int32(packet.length + 4), packet]));
    const told = new Map<string, string>();
    for (;;) {
      const one = await this.#incoming.message();
      if (one === null || one.type === "Z") return told;
      if (one.type === "K") this.process = Buffer.from(one.body);
      if (one.type !== "S") continue;
      const name = textAt(one.body);
      told.set(name.text, textAt(one.body, name.next).text);
    }
  }

  /** Sends messages and a sync; what comes until it is answered, a letter each, and the words that matter. */
  async ask(...messages: readonly Buffer[]): Promise<string> {
    this.#socket.write(Buffer.concat([...messages, message("S")]));
    const heard: string[] = [];
    for (;;) {
      const one = await this.#incoming.message();
      if (one === null) return [...heard, "gone"].join(" ");
      if (one.type === "C") heard.push(`C(${textAt(one.body).text})`);
      else if (one.type === "E") heard.push(`E(${fieldOf(one.body, "C")})`);
      else if (one.type === "Z")
        return [...heard, `Z(${one.body})`].join(" ").replaceAll(/\bD\b(?: D\b)*/g, rows);
      else heard.push(one.type);
    }
  }

  end(): void {
    this.#socket.destroy();
  }
}

const rows = (found: string) => `${found.replaceAll(" ", "").length}D`;

const parse = (name: string, words: string, ...types: readonly number[]) =>
  message("P", text(name), text(words), int16(types.length), ...types.map(int32));
const bind = (portal: string, name: string, ...values: readonly string[]) =>
  message(
    "B",
    text(portal),
    text(name),
    int16(0),
    int16(values.length),
    ...values.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)]),
    int16(0),
  );
const describePortal = (portal: string) => message("D", Buffer.from("P"), text(portal));
const execute = (portal: string, rowsMax = 0) => message("E", text(portal), int32(rowsMax));
const close = (kind: "S" | "P", name: string) => message("C", Buffer.from(kind), text(name));
const once = (words: string) => [parse("", words), bind("", ""), describePortal(""), execute("")];

const GIVEN = {
  user: "tool",
  database: "perpbooks",
  client_encoding: "UTF8",
  DateStyle: "ISO",
  TimeZone: "UTC",
  extra_float_digits: "2",
};

describe("JDBC, as DBeaver and Metabase use it: the extended protocol", () => {
  let wire: Wire;
  beforeEach(async () => {
    wire = new Wire();
    expect(await wire.wish(80877104), "GSSENCRequest").toBe("N");
    expect(await wire.wish(80877103), "SSLRequest").toBe("N");
    const told = await wire.begin(GIVEN);
    expect(told.get("server_version")).toMatch(/^\d+/);
    expect(told.get("standard_conforming_strings")).toBe("on");
    expect(told.get("integer_datetimes")).toBe("on");
  });
  afterEach(() => wire.end());

  test("a connection's first words", async () => {
    for (const [words, answer] of [
      ["SET extra_float_digits = 3", "1 2 n C(SET) Z(I)"],
      ["SET application_name = 'Metabase'", "1 2 n C(SET) Z(I)"],
      ["SHOW TRANSACTION ISOLATION LEVEL", "1 2 T 1D C(SHOW) Z(I)"],
      ["SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED", "1 2 n C(SET) Z(I)"],
      ["SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "1 2 n C(SET) Z(I)"],
      ["SET SESSION TIMEZONE TO 'UTC'", "1 2 n C(SET) Z(I)"],
      ["SELECT current_schema(),session_user", "1 2 T 1D C(SELECT 1) Z(I)"],
      ["SELECT current_setting('extra_float_digits')", "1 2 T 1D C(SELECT 1) Z(I)"],
      ["", "1 2 n I Z(I)"],
    ] as const)
      expect([words, await wire.ask(...once(words))]).toEqual([words, answer]);
  });

  test("a statement with a name is prepared once and executed often", async () => {
    const words = "SELECT title FROM shelf.book WHERE number = $1";
    expect(await wire.ask(parse("S_1", words, 23), message("D", Buffer.from("S"), text("S_1")))).toBe(
      "1 t T Z(I)",
    );
    for (const number of ["1", "2"])
      expect(await wire.ask(bind("", "S_1", number), execute(""))).toBe("2 1D C(SELECT 1) Z(I)");
    expect(await wire.ask(close("S", "S_1"))).toBe("3 Z(I)");
    expect(await wire.ask(bind("", "S_1", "1"), execute(""))).toBe("E(26000) Z(I)");
  });

  test("many rows are fetched some at a time, other statements between", async () => {
    const begin = [parse("", "BEGIN"), bind("", ""), execute("")];
    const words = "SELECT number FROM shelf.book ORDER BY number LIMIT 120";
    expect(
      await wire.ask(
        ...begin,
        parse("S_2", words),
        bind("C_3", "S_2"),
        describePortal("C_3"),
        execute("C_3", 50),
      ),
    ).toBe("1 2 C(BEGIN) 1 2 T 50D s Z(T)");
    expect(await wire.ask(...once("SELECT 1"))).toBe("1 2 T 1D C(SELECT 1) Z(T)");
    expect(await wire.ask(execute("C_3", 50))).toBe("50D s Z(T)");
    expect(await wire.ask(execute("C_3", 50))).toBe("20D C(SELECT 20) Z(T)");
    expect(await wire.ask(close("P", "C_3"))).toBe("3 Z(T)");
    expect(await wire.ask(...once("COMMIT"))).toBe("1 2 n C(COMMIT) Z(I)");
  });

  test("a portal without a name goes on where it was left", async () => {
    expect(await wire.ask(...once("BEGIN"))).toBe("1 2 n C(BEGIN) Z(T)");
    expect(
      await wire.ask(parse("", "SELECT number FROM shelf.book LIMIT 7"), bind("", ""), execute("", 5)),
    ).toBe("1 2 5D s Z(T)");
    expect(await wire.ask(execute("", 5))).toBe("2D C(SELECT 2) Z(T)");
    expect(await wire.ask(...once("ROLLBACK"))).toBe("1 2 n C(ROLLBACK) Z(I)");
  });

  test("a cursor of SQL", async () => {
    await wire.ask(...once("BEGIN"));
    expect(await wire.ask(...once("DECLARE c CURSOR FOR SELECT number FROM shelf.book"))).toBe(
      "1 2 n C(DECLARE CURSOR) Z(T)",
    );
    expect(await wire.ask(...once("FETCH FORWARD 1500 FROM c"))).toBe("1 2 T 1500D C(FETCH 1500) Z(T)");
    expect(await wire.ask(...once("CLOSE c"))).toBe("1 2 n C(CLOSE CURSOR) Z(T)");
  });

  test("a mistake within a transaction fails it, and a savepoint saves it", async () => {
    await wire.ask(...once("BEGIN"));
    expect(await wire.ask(...once("SAVEPOINT a"))).toBe("1 2 n C(SAVEPOINT) Z(T)");
    expect(await wire.ask(...once("SELECT nothing"))).toBe("E(42703) Z(E)");
    for (const words of ["SELECT 1", "DEALLOCATE ALL", "DISCARD ALL"])
      expect(await wire.ask(...once(words))).toBe("E(25P02) Z(E)");
    expect(await wire.ask(...once("ROLLBACK TO SAVEPOINT a"))).toBe("1 2 n C(ROLLBACK) Z(T)");
    expect(await wire.ask(...once("SELECT 1"))).toBe("1 2 T 1D C(SELECT 1) Z(T)");
  });

  test("a statement under way is cancelled by another connection", async () => {
    const endless = wire.ask(...once("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const other = connect(readers.port, "127.0.0.1");
    other.end(Buffer.concat([int32(16), int32(80877102), wire.process]));
    expect(await endless).toMatch(/^1 2 T \d+D E\(57014\) Z\(I\)$/);
    expect(await wire.ask(...once("SELECT 1"))).toBe("1 2 T 1D C(SELECT 1) Z(I)");
  });

  test("what there is, by the catalog", async () => {
    for (const words of [
      "SELECT nspname AS TABLE_SCHEM, current_database() AS TABLE_CATALOG FROM pg_catalog.pg_namespace WHERE nspname <> 'pg_toast' AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1]) ORDER BY TABLE_SCHEM",
      "SELECT c.relname, pg_catalog.obj_description(c.oid, 'pg_class') AS remarks FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'ledger'",
      "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity, pg_catalog.col_description(a.attrelid, a.attnum) FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'shelf.book'::regclass AND a.attnum > 0",
      "SELECT i.indexrelid::regclass, i.indkey, (information_schema._pg_expandarray(i.indkey)).n FROM pg_catalog.pg_index AS i WHERE i.indrelid = 'shelf.book'::regclass",
      "SELECT pg_catalog.pg_get_viewdef('report.journal'::regclass, true)",
      "SELECT datname, pg_catalog.pg_encoding_to_char(encoding), datcollate FROM pg_catalog.pg_database WHERE datallowconn",
      "SELECT rolname FROM pg_catalog.pg_roles ORDER BY 1",
      "SELECT relname, n_live_tup FROM pg_catalog.pg_stat_user_tables",
      "SELECT extname FROM pg_catalog.pg_extension",
      "SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE table_schema = 'ledger'",
      "SELECT pid, application_name FROM pg_catalog.pg_stat_activity",
      "SELECT spcname, pg_catalog.pg_tablespace_location(oid) FROM pg_catalog.pg_tablespace",
    ])
      expect([words, await wire.ask(...once(words))]).toEqual([
        words,
        expect.stringMatching(/^1 2 T (?:\d+D )?C\(SELECT \d+\) Z\(I\)$/),
      ]);
  });
});

/** How many rows a binary copy holds: a count of fields each, and lengths and bytes of these. */
function rowsOfCopy(bytes: Buffer): number {
  const signature = "PGCOPY\n\xff\r\n\0";
  expect(bytes.toString("latin1", 0, signature.length)).toBe(signature);
  let rows = 0;
  let at = signature.length + 4;
  at += 4 + bytes.readInt32BE(at);
  for (let fields = bytes.readInt16BE(at); fields !== -1; fields = bytes.readInt16BE(at)) {
    at += 2;
    for (let left = fields; left > 0; left -= 1) at += 4 + Math.max(0, bytes.readInt32BE(at));
    rows += 1;
  }
  return rows;
}
