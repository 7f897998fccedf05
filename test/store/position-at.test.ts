/**
 * Positions as of any instant: what is told of an instant in the past is what was open in the books when they
 * ended there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookLots } from "../../src/book/book-lots.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant, type Instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import { SQL_FOLDER } from "../../src/store/sql-file.ts";
import type { Store } from "../../src/store/store.ts";
import { anyHistory, DRAWN_FROM, loadHistory, type Row, rowsOf } from "../support/drawn-history.ts";
import { rolledBack } from "../support/rolled-back.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const minute = (minutes: number): Instant => plus(DRAWN_FROM, minutes * MINUTE_MS);
const postedAt = (row: Row): Instant =>
  parseInstant("fill" in row ? row.fill.posted_at : row.income.posted_at);

async function positionsAt(store: Store, account: string, at: Instant | "infinity"): Promise<string[]> {
  const instant = at === "infinity" ? at : formatInstant(at);
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', symbol, position_side, report.plain(quantity), report.plain(cost), asset, is_inferred) as line
    from report.position_at(${instant}) where account_id = ${account} order by 1
  `.execute(store.db);
  return rows.map(({ line }) => line);
}

/** By the lots, which are those of now. */
async function positionsNow(store: Store, account: string): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', symbol, position_side, report.plain(quantity), report.plain(cost), asset, is_inferred) as line
    from ledger.position where account_id = ${account} and method = 'average' order by 1
  `.execute(store.db);
  return rows.map(({ line }) => line);
}

let accounts = 0;
const newAccount = () => {
  accounts += 1;
  return `account ${accounts}`;
};

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  test("as of an instant is what books that end there have open", async () => {
    let open = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.nat(31), async (drawn, minutes) => {
        const [whole, cut] = [newAccount(), newAccount()];
        await loadHistory(store, rowsOf(whole, drawn), 1);
        await bookLots(store, whole);
        await loadHistory(
          store,
          rowsOf(cut, drawn).filter((row) => postedAt(row) < minute(minutes)),
          1,
        );
        await bookLots(store, cut);
        const expected = await positionsNow(store, cut);
        open += expected.length;
        expect(await positionsAt(store, whole, minute(minutes))).toEqual(expected);
        expect(await positionsAt(store, whole, "infinity")).toEqual(await positionsNow(store, whole));
      }),
      { numRuns: 8 },
    );
    expect(open).toBeGreaterThan(0);
  }, 120_000);

  test("what was open before the history is open until its first fill, and one that was inferred says so", async () => {
    const account = newAccount();
    await insertRows(
      store.db,
      "raw.instrument",
      ["account_id", "symbol"],
      [
        {
          account_id: account,
          symbol: "BTCUSDT",
          status: "TRADING",
          margin_asset: "USDT",
          listed_at: null,
        },
      ],
    );
    await insertRows(
      store.db,
      "ledger.position_opening",
      ["account_id", "symbol", "position_side"],
      [
        {
          account_id: account,
          symbol: "BTCUSDT",
          position_side: "BOTH",
          quantity: "-2",
          cost: "-210",
          source: "inferred",
          evidence: "a test",
        },
      ],
    );
    const fills: readonly (readonly [minutes: number, side: "BUY" | "SELL", quantity: number])[] = [
      [5, "BUY", 1],
      [6, "BUY", 2],
      [7, "SELL", 1],
    ];
    await loadHistory(
      store,
      rowsOf(
        account,
        fills.map(([minutes, side, quantity]) => ({
          minute: minutes,
          late: 0,
          symbol: "BTCUSDT",
          side,
          isLong: true,
          quantity,
          price: 100,
          feeAsset: "USDT",
          isFunding: false,
          at: formatInstant(minute(minutes)),
        })),
      ),
      1,
    );
    await bookLots(store, account);
    const expected: readonly (readonly [at: Instant, open: readonly string[]])[] = [
      [minute(0), ["BTCUSDT BOTH -2 -210 USDT t"]],
      // An instant's own fills come after it.
      [minute(5), ["BTCUSDT BOTH -2 -210 USDT t"]],
      [plus(minute(5), 1), ["BTCUSDT BOTH -1 -105 USDT t"]],
      [plus(minute(6), 1), ["BTCUSDT BOTH 1 100 USDT f"]],
      [plus(minute(7), 1), []],
    ];
    for (const [at, open] of expected)
      expect(await positionsAt(store, account, at), formatInstant(at)).toEqual(open);
  });

  test("the cost that the migration writes is the booking's", async () => {
    const rows = await rolledBack(store, async (inner) => {
      const changes = async () =>
        (
          await sql<{ row: string }>`
            select to_jsonb(change)::text as row from ledger.position_change as change order by 1
          `.execute(inner.db)
        ).rows;
      const booked = await changes();
      await sql`alter table ledger.position_change drop column cost_after, drop column asset`.execute(
        inner.db,
      );
      for (const index of ["by_posting", "of_series", "of_opening"])
        await sql`drop index ledger.${sql.id(`position_change_${index}`)}`.execute(inner.db);
      const script = readFileSync(join(SQL_FOLDER, "migrations", "0072_position_cost.sql"), "utf8");
      for (const statement of script.split(/;\n/).filter((text) => text.trim() !== ""))
        await sql.raw(statement).execute(inner.db);
      return { booked, migrated: await changes() };
    });
    expect(rows.booked.length).toBeGreaterThan(50);
    expect(rows.migrated).toEqual(rows.booked);
  });
});
