/** Rows in bulk arrive as they were, whatever their texts hold: the same on both stores. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { insertNewRows, insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import type { CheckpointRow } from "../../src/store/tables.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const KEY = ["account_id", "symbol", "event_number"] as const;

function row(number: number, values: Partial<CheckpointRow> = {}): CheckpointRow {
  return {
    account_id: "main",
    symbol: "BTCUSDT",
    event_number: String(number),
    is_kept: true,
    fills_since_kept: "0",
    last_posted_at: "2026-05-01T00:00:00.000Z",
    last_occurred_at: "-infinity",
    last_fill_id: "",
    last_key: "",
    through_sequence: "9007199254740993",
    facts: "",
    state: "",
    ...values,
  };
}

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(() => store.executeScript("truncate ledger.checkpoint"));

  const stored = () => store.db.selectFrom("ledger.checkpoint").selectAll().orderBy("event_number").execute();

  test("texts that look like the syntax of arrays, like null or like nothing are texts", async () => {
    const texts = [
      "",
      "null",
      "NULL",
      '"',
      "\\",
      '\\"',
      "{a,b}",
      "a,b",
      " ",
      "\n",
      "é 🙂",
      "\\N",
      '{"a":"b\\\\"}',
    ];
    const rows = texts.map((facts, place) => row(place, { facts, state: facts }));
    await insertNewRows(store.db, "ledger.checkpoint", rows);
    expect(await stored()).toEqual(rows);
  });

  test.each([
    ["one row", [row(1, { facts: '"}' })]],
    ["rows that differ in their key alone", [row(1), row(2), row(3)]],
    [
      "rows of which the last alone differs in a column",
      [row(1), row(2), row(3, { is_kept: false, facts: "b" })],
    ],
  ])("%s", async (_, rows) => {
    await insertNewRows(store.db, "ledger.checkpoint", rows);
    expect(await stored()).toEqual(rows);
  });

  test("nulls beside values, and nothing but nulls", async () => {
    const fill = (piece: number, venue: string | null) => ({
      account_id: "main",
      method: "average",
      symbol: "BTCUSDT",
      position_side: "BOTH",
      fill_key: "f",
      piece,
      closing_number: "1",
      opening_fill_key: "o",
      round_trip_key: "o",
      direction: "long",
      opened_at: "2026-05-01T00:00:00.000Z",
      closed_at: "2026-05-01T00:00:00.001Z",
      holding_seconds: "0.001",
      quantity: "1",
      proceeds: "1.000000000000000001",
      cost: "1",
      realized_pnl: "0.000000000000000001",
      opening_fee: "0",
      closing_fee: "0",
      funding: "0",
      asset: "USDT",
      is_inferred: false,
      venue_realized_pnl: venue,
    });
    for (const rows of [
      [fill(1, null), fill(2, "1.5"), fill(3, null)],
      [fill(1, null), fill(2, null)],
    ]) {
      await store.executeScript("truncate ledger.disposal");
      await insertNewRows(store.db, "ledger.disposal", rows);
      expect(await store.db.selectFrom("ledger.disposal").selectAll().orderBy("piece").execute()).toEqual(
        rows,
      );
    }
  });

  test("a row whose key is there replaces the one that is there, or is an error, as was requested", async () => {
    await insertRows(store.db, "ledger.checkpoint", KEY, [row(1, { facts: "old" }), row(2)]);
    await insertRows(store.db, "ledger.checkpoint", KEY, [row(1, { facts: "new" })]);
    expect((await stored()).map(({ facts }) => facts)).toEqual(["new", ""]);
    await expect(insertNewRows(store.db, "ledger.checkpoint", [row(2, { facts: "other" })])).rejects.toThrow(
      "checkpoint_pkey",
    );
    expect((await stored()).map(({ facts }) => facts)).toEqual(["new", ""]);
  });
});
