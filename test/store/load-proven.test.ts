/**
 * Loading a proven span: what the store holds after each read. Times are hours of one day; a row is
 * `id=amount` at its hour.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { HOUR_MS, type Instant, parseUtcInstant, plus } from "../../src/domain/instant.ts";
import type { StreamName } from "../../src/domain/record.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const MIDNIGHT = parseInstant("2026-05-01T00:00:00Z");
const at = (hour: number): Instant => plus(MIDNIGHT, hour * HOUR_MS);

type Row = {
  readonly hour: number;
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly symbol?: string;
  /** Whether the venue may still change it. */
  readonly isPending?: boolean;
};
type Read = {
  readonly rows: readonly Row[];
  readonly stream?: StreamName;
  readonly symbol?: string;
  readonly from?: number;
  readonly until?: number;
  /** When it was read; default: long after. */
  readonly readAt?: number;
  readonly latenessHours?: number;
  readonly pendingHoursMax?: number;
  readonly mayChange?: readonly string[];
  /** Amounts of rows that cannot be booked. */
  readonly notUnderstood?: readonly string[];
};

const row = (hour: number, id: string, amount: string, more: Readonly<Record<string, string>> = {}): Row => ({
  hour,
  id,
  fields: { id, income: amount, ...more },
});

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  let accounts = 0;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  /** An account of the test's own. */
  async function newAccount(): Promise<string> {
    accounts += 1;
    const account_id = `account ${accounts}`;
    await store.db
      .insertInto("raw.account")
      .values({
        account_id,
        name: account_id,
        venue: "aster",
        last_sequence: "0",
        history_from: "2021-07-30T00:00:00.000Z",
        is_from_beginning: true,
        sweep_until: null,
      })
      .execute();
    return account_id;
  }

  function load(accountId: string, read: Read): Promise<number> {
    return loadProven(store, {
      accountId,
      stream: read.stream ?? "income",
      symbol: read.symbol ?? "",
      window: { from: at(read.from ?? 0), until: at(read.until ?? 24) },
      rows: read.rows.map(({ hour, id, fields, symbol = "BTCUSDT", isPending = false }) => ({
        identity: [id, symbol],
        symbol,
        occurredAt: at(hour),
        body: JSON.stringify(fields),
        isPending,
      })),
      readAt: at(read.readAt ?? 100),
      latenessMs: (read.latenessHours ?? 0) * HOUR_MS,
      pendingMaxMs: read.pendingHoursMax === undefined ? null : read.pendingHoursMax * HOUR_MS,
      mayChange: read.mayChange ?? [],
      isUnderstood: (body) => !(read.notUnderstood ?? []).some((amount) => body.includes(`"${amount}"`)),
      runId: "run",
      evidence: { kind: "venue", note: "" },
    });
  }

  /** `key v1 #sequence amount`, in the order of their sequence. */
  async function records(account: string): Promise<string[]> {
    const rows = await store.db
      .selectFrom("raw.record")
      .selectAll()
      .where("account_id", "=", account)
      .orderBy("sequence")
      .execute();
    return rows.map(
      ({ record_key, version, sequence, body }) =>
        `${record_key} v${version} #${sequence} ${JSON.parse(body).income}`,
    );
  }

  /** `0–24 settled 2`: its hours and rows; `5+` is just behind the hour. */
  async function windows(account: string): Promise<string[]> {
    const rows = await store.db
      .selectFrom("raw.window")
      .selectAll()
      .where("account_id", "=", account)
      .orderBy("stream")
      .orderBy("symbol")
      .orderBy("from_time")
      .execute();
    const hour = (text: string) => {
      const hours = (parseUtcInstant(text) - MIDNIGHT) / HOUR_MS;
      return Number.isInteger(hours) ? String(hours) : `${Math.floor(hours)}+`;
    };
    return rows.map(
      (window) =>
        `${hour(window.from_time)}–${hour(window.until_time)} ${window.is_settled ? "settled" : "open"} ${window.row_count}`,
    );
  }

  async function setAside(account: string): Promise<string[]> {
    const rows = await store.db
      .selectFrom("raw.set_aside")
      .selectAll()
      .where("account_id", "=", account)
      .orderBy("record_key")
      .orderBy("kind")
      .execute();
    return rows.map(({ record_key, kind: why, reason }) => `${record_key} ${why}: ${reason}`);
  }

  test("rows and coverage come together", async () => {
    const account = await newAccount();
    expect(await load(account, { rows: [row(3, "b", "-2"), row(1, "a", "1")] })).toBe(2);
    expect(await records(account)).toEqual(["a/BTCUSDT#1 v1 #1 1", "b/BTCUSDT#1 v1 #2 -2"]);
    expect(await windows(account)).toEqual(["0–24 settled 2"]);
  });

  test("a span without rows is covered too", async () => {
    const account = await newAccount();
    expect(await load(account, { rows: [] })).toBe(0);
    expect(await windows(account)).toEqual(["0–24 settled 0"]);
  });

  test("from the first row that the venue may still change to the last, a span stays open; what is younger than the lateness anyway", async () => {
    const account = await newAccount();
    const pending = (hour: number, id: string): Row => ({ ...row(hour, id, "1"), isPending: true });
    const rows = [row(1, "a", "1"), pending(3, "b"), row(4, "c", "1"), pending(5, "d"), pending(22, "e")];
    await load(account, { rows, readAt: 24, latenessHours: 4 });
    expect(await windows(account)).toEqual([
      "0–3 settled 5",
      "3–5+ open 5",
      "5+–20 settled 5",
      "20–24 open 5",
    ]);
    // Requested again, and changed no more.
    await load(account, { rows: [row(3, "b", "1"), row(4, "c", "1"), row(5, "d", "1")], from: 3, until: 6 });
    expect(await windows(account)).toEqual([
      "0–3 settled 5",
      "3–6 settled 3",
      "5+–20 settled 5",
      "20–24 open 5",
    ]);
  });

  test("a row that has been pending for too long is taken as it is", async () => {
    const account = await newAccount();
    const rows = [{ ...row(3, "a", "1"), isPending: true }];
    await load(account, { rows, readAt: 100, pendingHoursMax: 90 });
    expect(await windows(account)).toEqual(["0–24 settled 1"]);
  });

  test("when one of the two cannot be written, neither is", async () => {
    const account = await newAccount();
    await store.executeScript(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no window today'; end $$;
      create trigger refuse before insert on raw."window" for each row execute function refuse();`);
    await expect(load(account, { rows: [row(1, "a", "1")] })).rejects.toThrow("no window today");
    expect({ records: await records(account), windows: await windows(account) }).toEqual({
      records: [],
      windows: [],
    });
    await store.executeScript('drop trigger refuse on raw."window"; drop function refuse();');

    expect(await load(account, { rows: [row(1, "a", "1")] })).toBe(1);
    expect(await records(account), "and no sequence was used up").toEqual(["a/BTCUSDT#1 v1 #1 1"]);
  });

  test("the same rows again add nothing, in whatever order they come", async () => {
    const account = await newAccount();
    const rows = [row(1, "a", "1"), row(1, "b", "2"), row(2, "c", "3")];
    await load(account, { rows });
    expect(await load(account, { rows: rows.toReversed() })).toBe(0);
    expect(await records(account)).toEqual([
      "a/BTCUSDT#1 v1 #1 1",
      "b/BTCUSDT#1 v1 #2 2",
      "c/BTCUSDT#1 v1 #3 3",
    ]);
    expect(await setAside(account)).toEqual([]);
  });

  test("a row that comes late is added with the next sequence, whatever its time", async () => {
    const account = await newAccount();
    await load(account, { rows: [row(1, "a", "1"), row(9, "c", "3")] });
    expect(await load(account, { rows: [row(1, "a", "1"), row(5, "b", "2"), row(9, "c", "3")] })).toBe(1);
    expect(await records(account)).toEqual([
      "a/BTCUSDT#1 v1 #1 1",
      "c/BTCUSDT#1 v1 #2 3",
      "b/BTCUSDT#1 v1 #3 2",
    ]);
  });

  test("equal twins stay two, and a third among them is one more", async () => {
    const account = await newAccount();
    const twin = row(1, "a", "-0.01");
    expect(await load(account, { rows: [twin, twin] })).toBe(2);
    expect(await load(account, { rows: [twin, twin] })).toBe(0);
    expect(await load(account, { rows: [twin, twin, twin] })).toBe(1);
    expect(await records(account)).toEqual([
      "a/BTCUSDT#1 v1 #1 -0.01",
      "a/BTCUSDT#2 v1 #2 -0.01",
      "a/BTCUSDT#3 v1 #3 -0.01",
    ]);
  });

  test("a changed amount is a new version and an alarm; it is not counted as new", async () => {
    const account = await newAccount();
    await load(account, { rows: [row(1, "a", "1"), row(2, "b", "2")] });
    expect(await load(account, { rows: [row(1, "a", "1.5"), row(2, "b", "2")] })).toBe(0);
    expect(await records(account)).toEqual([
      "a/BTCUSDT#1 v1 #1 1",
      "b/BTCUSDT#1 v1 #2 2",
      "a/BTCUSDT#1 v2 #3 1.5",
    ]);
    const alarm = "a/BTCUSDT#1 rewritten: the venue changed income; the books keep what it said first";
    expect(await setAside(account)).toEqual([alarm]);

    await load(account, { rows: [row(1, "a", "1.7"), row(2, "b", "2")] });
    expect(await setAside(account), "one record, one alarm").toEqual([alarm]);

    await load(account, { rows: [row(1, "a", "1"), row(2, "b", "2")] });
    expect((await records(account)).slice(3), "every word of the venue is kept").toEqual([
      "a/BTCUSDT#1 v3 #4 1.7",
      "a/BTCUSDT#1 v4 #5 1",
    ]);
    expect(await setAside(account), "until the venue says the same as at first again").toEqual([]);
    await load(account, { rows: [row(1, "a", "1.7"), row(2, "b", "2")] });
    expect(await setAside(account)).toEqual([alarm]);
  });

  test("a row that was never understood may be fixed, and is no alarm when it goes", async () => {
    const account = await newAccount();
    const notUnderstood = ["n/a", "?"];
    const read = (...amounts: string[]) =>
      load(account, {
        rows: amounts.map((amount, nth) => row(nth, "abc".charAt(nth), amount)),
        notUnderstood,
      });
    await read("n/a", "2", "?");
    await read("1", "?");
    expect(await setAside(account), "what was understood once is held against what comes").toEqual([
      "b/BTCUSDT#1 rewritten: the venue changed income; the books keep what it said first",
      "c/BTCUSDT#1 withdrawn: the venue no longer serves this record, which was never understood",
    ]);
    await read("1", "2", "?");
    expect(await setAside(account)).toEqual([]);
    await read("1.5");
    expect((await setAside(account)).map((line) => line.split(":")[0])).toEqual([
      "a/BTCUSDT#1 rewritten",
      "b/BTCUSDT#1 vanished",
      "c/BTCUSDT#1 withdrawn",
    ]);
  });

  test("a field that is left out for a while and comes back with another value has been changed", async () => {
    const account = await newAccount();
    await load(account, { rows: [row(1, "a", "1")] });
    await load(account, { rows: [{ hour: 1, id: "a", fields: { id: "a" } }] });
    expect(await setAside(account)).toEqual([]);
    await load(account, { rows: [row(1, "a", "2")] });
    expect(await setAside(account)).toEqual([
      "a/BTCUSDT#1 rewritten: the venue changed income; the books keep what it said first",
    ]);
  });

  test("a field that may change makes a new version and no alarm", async () => {
    const account = await newAccount();
    const mayChange = ["status"];
    await load(account, { rows: [row(1, "a", "1", { status: "NEW" })], mayChange });
    expect(await load(account, { rows: [row(1, "a", "1", { status: "FILLED" })], mayChange })).toBe(0);
    expect(await records(account)).toEqual(["a/BTCUSDT#1 v1 #1 1", "a/BTCUSDT#1 v2 #2 1"]);
    expect(await setAside(account)).toEqual([]);
  });

  test("a row that is no longer served is named, until it is served again", async () => {
    const account = await newAccount();
    const all = [row(1, "a", "1"), row(2, "b", "2"), row(2, "b", "2")];
    await load(account, { rows: all });
    await load(account, { rows: all.slice(0, 2) });
    expect(await setAside(account), "of twins, the last").toEqual([
      "b/BTCUSDT#2 vanished: the venue no longer serves this record; the books keep it",
    ]);
    await load(account, { rows: [] });
    expect((await setAside(account)).map((line) => line.split(":")[0])).toEqual([
      "a/BTCUSDT#1 vanished",
      "b/BTCUSDT#1 vanished",
      "b/BTCUSDT#2 vanished",
    ]);
    await load(account, { rows: all });
    expect(await setAside(account)).toEqual([]);
    expect(await records(account)).toHaveLength(3);
  });

  test("a row is missed only within the span, stream and symbol that were requested", async () => {
    const account = await newAccount();
    const other = await newAccount();
    const [early, late] = [row(1, "a", "1"), row(20, "b", "2")];
    for (const who of [account, other]) {
      await load(who, { rows: [early, late] });
      await load(who, { stream: "fills", symbol: "BTCUSDT", rows: [row(5, "c", "3")] });
      await load(who, {
        stream: "fills",
        symbol: "ETHUSDT",
        rows: [{ ...row(5, "d", "4"), symbol: "ETHUSDT" }],
      });
    }
    await load(account, { from: 2, until: 20, rows: [] });
    await load(account, { stream: "fills", symbol: "SOLUSDT", rows: [] });
    expect(await setAside(account)).toEqual([]);
    await load(account, { stream: "fills", symbol: "ETHUSDT", rows: [] });
    expect((await setAside(account)).map((line) => line.split(":")[0])).toEqual(["d/ETHUSDT#1 vanished"]);
    expect(await setAside(other)).toEqual([]);
  });

  test("around rows that were not understood a span stays open until they are", async () => {
    const account = await newAccount();
    const rows = [row(1, "a", "1"), row(5, "b", "n/a"), row(9, "c", "n/a"), row(12, "d", "4")];
    await load(account, { rows, notUnderstood: ["n/a"], readAt: 100 });
    expect(await windows(account)).toEqual(["0–5 settled 4", "5–9+ open 4", "9+–24 settled 4"]);
    await load(account, { rows, readAt: 200 });
    expect((await windows(account)).join()).not.toContain("open");
  });

  test("what is younger than the lateness stays open, and the read that follows takes its place", async () => {
    const account = await newAccount();
    await load(account, { rows: [row(1, "a", "1")], readAt: 24, latenessHours: 4 });
    expect(await windows(account)).toEqual(["0–20 settled 1", "20–24 open 1"]);

    await load(account, { from: 20, until: 48, rows: [], readAt: 48, latenessHours: 4 });
    expect(await windows(account)).toEqual(["0–20 settled 1", "20–44 settled 0", "44–48 open 0"]);

    await load(account, { from: 44, until: 45, rows: [], readAt: 48, latenessHours: 4 });
    expect(await windows(account), "an open window that is read in part only is not trusted at all").toEqual([
      "0–20 settled 1",
      "20–44 settled 0",
      "44–45 open 0",
    ]);
  });

  test("a span that is all too young is all open, and one that is old enough all settled", async () => {
    const account = await newAccount();
    await load(account, { rows: [], from: 10, until: 12, readAt: 12, latenessHours: 4 });
    expect(await windows(account)).toEqual(["10–12 open 0"]);
    await load(account, { rows: [], from: 10, until: 12, readAt: 16, latenessHours: 4 });
    expect(await windows(account)).toEqual(["10–12 settled 0"]);
  });
});
