/**
 * The sub-ledger of isolated margin: which position each move belongs to, and what was left of it. That no
 * wallet is touched by it is shown in `test/e2e/trace.test.ts`. On both kinds of database.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant, plus } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { cell, readTable, tableText } from "../support/text-table.ts";
import { fill, insert } from "./small-books.ts";

const BEGIN = parseInstant("2026-03-01T00:00:00Z");
const EVER = parsePeriod("2026", "UTC");
const ISOLATED_MARGIN = (await listReports(null)).find(({ name }) => name === "isolated-margin");

type Event = {
  /** Seconds after the beginning. */
  readonly at: number;
  /** A fill's signed quantity, or the margin that moved: + into the position. */
  readonly fill?: string;
  readonly margin?: string;
  readonly order?: string;
  readonly cause?: string;
  readonly side?: string;
};

const at = (seconds: number) => formatInstant(plus(BEGIN, seconds * 1000));

async function insertEvents(store: Store, account_id: string, events: readonly Event[]): Promise<void> {
  for (const [index, event] of events.entries()) {
    const position_side = event.side ?? "BOTH";
    const key = `${position_side}/${String(index).padStart(3, "0")}`;
    if (event.fill !== undefined) {
      const [side, quantity] = event.fill.startsWith("-")
        ? ["SELL", event.fill.slice(1)]
        : ["BUY", event.fill];
      const row = fill(
        account_id,
        key,
        String(index + 1),
        event.order ?? "own",
        side,
        at(event.at),
        "100",
        quantity,
      );
      await insert(store, "history.fill", [{ ...row, position_side }]);
    }
    if (event.margin !== undefined) {
      await insert(store, "history.margin_change", [
        {
          account_id,
          record_key: key,
          symbol: "BTCUSDT",
          position_side,
          amount: event.margin,
          asset: "USDT",
          direction: event.margin.startsWith("-") ? "out_of_position" : "into_position",
          reason: event.cause ?? "",
          occurred_at: at(event.at),
          sequence: "1",
          posted_at: at(event.at),
        },
      ]);
    }
  }
}

async function forceOrder(store: Store, account_id: string, order_id: string, kind: string): Promise<void> {
  await insert(store, "history.forced_order", [
    {
      account_id,
      record_key: order_id,
      symbol: "BTCUSDT",
      order_id,
      kind,
      status: "FILLED",
      side: "SELL",
      position_side: "BOTH",
      average_price: "100",
      executed_quantity: "1",
      client_order_id: "",
      occurred_at: at(0),
      sequence: "1",
      posted_at: at(0),
    },
  ]);
}

const COLUMNS = [
  "position_side",
  "episode",
  "direction",
  "outcome",
  "moved_in",
  "moved_out",
  "left_at_end",
  "by_cause",
];

async function episodes(store: Store, account: string): Promise<string> {
  if (ISOLATED_MARGIN === undefined) throw new RangeError("there is no report isolated-margin");
  const { columns, rows } = await runReport(store, ISOLATED_MARGIN, EVER, account);
  const cells = rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ""])),
  );
  return tableText(COLUMNS, cells);
}

/** `side` and `cause` may be left out of a table. */
function eventsOf(table: string): Event[] {
  return readTable(table).map((row) => ({
    at: [...cell(row, "at")].reduce((total, digit) => total * 10 + "0123456789".indexOf(digit), 0),
    ...Object.fromEntries(
      ["fill", "margin", "order", "cause", "side"].flatMap((name) => (row[name] ? [[name, row[name]]] : [])),
    ),
  }));
}

const CASES: readonly {
  title: string;
  events: string;
  forced?: readonly (readonly [string, string])[];
  expected: string;
}[] = [
  {
    title: "what moved in and was not taken back is left at the end, by cause and in total",
    events: `
      at | fill | margin | cause
       1 | 1    |        |
       1 |      |  10    | TRADE
       2 |      |   5.50 | USER_ADJUST
       3 |      |  -3    | USER_ADJUST
       4 |      |  -0.25 | FUNDING_FEE
       9 | -1   |        |`,
    expected: `
      position_side | episode | direction | outcome | moved_in | moved_out | left_at_end | by_cause
      BOTH          | 1       | long      | closed  | 15.5     | 3.25      | 12.25       | FUNDING_FEE -0.25; TRADE 10; USER_ADJUST 2.5`,
  },
  {
    title:
      "what is left at a liquidation is lost; of a position that the venue deleveraged or settled it is not",
    events: `
      at | fill | margin | order
       1 | 1    |        |
       2 |      | 10     |
       3 | -0.5 |        | forced
       4 | -0.5 |        | forced
       5 | -2   |        |
       6 |      | 20     |
       7 | 2    |        | deleverage
       8 | 1    |        |
       9 |      | 30     |
      10 | -1   |        | settle`,
    forced: [
      ["forced", "liquidation"],
      ["deleverage", "adl"],
      ["settle", "settlement"],
    ],
    expected: `
      position_side | episode | direction | outcome     | moved_in | moved_out | left_at_end | by_cause
      BOTH          | 1       | long      | liquidated  | 10       | 0         | 10          | no cause given 10
      BOTH          | 2       | short     | deleveraged | 20       | 0         | 20          | no cause given 20
      BOTH          | 3       | long      | settlement  | 30       | 0         | 30          | no cause given 30`,
  },
  {
    title:
      "at the instant in which one position closes and the next one opens, what comes out is of the first and what goes in of the next",
    events: `
      at | fill | margin
       1 | 1    |
       2 |      | 10
       5 | -1   |
       5 | 2    |
       5 |      | -10
       5 |      | 7`,
    expected: `
      position_side | episode | direction | outcome | moved_in | moved_out | left_at_end | by_cause
      BOTH          | 1       | long      | closed  | 10       | 10        | 0           | no cause given 0
      BOTH          | 2       | long      | open    | 7        | 0         | 7           | no cause given 7`,
  },
  {
    title: "a fill through zero ends one position and begins another",
    events: `
      at | fill | margin
       1 | 1    |
       2 |      | 10
       3 | -3   |
       4 |      | 4`,
    expected: `
      position_side | episode | direction | outcome | moved_in | moved_out | left_at_end | by_cause
      BOTH          | 1       | long      | closed  | 10       | 0         | 10          | no cause given 10
      BOTH          | 2       | short     | open    | 4        | 0         | 4           | no cause given 4`,
  },
  {
    title:
      "while nothing is open, what comes out is of the position before and what goes in of the one that follows",
    events: `
      at | fill | margin
       1 | 1    |
       2 |      | 10
       3 | -1   |
       4 |      | -9
       5 |      | 6
       8 | 1    |`,
    expected: `
      position_side | episode | direction | outcome | moved_in | moved_out | left_at_end | by_cause
      BOTH          | 1       | long      | closed  | 10       | 9         | 1           | no cause given 1
      BOTH          | 2       | long      | open    | 6        | 0         | 6           | no cause given 6`,
  },
  {
    title: "moves without any fill belong to a position that is not known",
    events: `
      at | margin
       1 | 10
       2 | -4`,
    expected: `
      position_side | episode | direction | outcome     | moved_in | moved_out | left_at_end | by_cause
      BOTH          | 1       |           | no_position | 10       | 4         | 6           | no cause given 6`,
  },
  {
    title: "the two sides of hedge mode are apart",
    events: `
      at | fill | margin | side
       1 | 1    |        | LONG
       1 | -1   |        | SHORT
       2 |      | 10     | LONG
       2 |      | 3      | SHORT
       3 | 1    |        | SHORT`,
    expected: `
      position_side | episode | direction | outcome | moved_in | moved_out | left_at_end | by_cause
      LONG          | 1       | long      | open    | 10       | 0         | 10          | no cause given 10
      SHORT         | 1       | short     | closed  | 3        | 0         | 3           | no cause given 3`,
  },
];

/** A table as `tableText` writes it. */
function normalised(table: string): string {
  return tableText(COLUMNS, readTable(table));
}

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore(kind);
    });
    afterAll(() => store.close());

    test.each(CASES)("$title", async ({ title, events, forced = [], expected }) => {
      await insertEvents(store, title, eventsOf(events));
      for (const [order, of] of forced) await forceOrder(store, title, order, of);
      expect(await episodes(store, title)).toBe(normalised(expected));
    });

    test("a position that was open before the history begins is the first one", async () => {
      const account_id = "opened before";
      await sql`
        insert into ledger.position_opening (account_id, symbol, position_side, quantity, cost, source, evidence)
        values (${account_id}, 'BTCUSDT', 'BOTH', -2, -200, 'inferred', 'the position now')
      `.execute(store.db);
      await insertEvents(store, account_id, [
        { at: 1, margin: "8" },
        { at: 2, fill: "2" },
        { at: 3, fill: "1" },
        { at: 4, margin: "1" },
      ]);
      expect(await episodes(store, account_id)).toBe(
        normalised(`
          position_side | episode | direction | outcome | moved_in | moved_out | left_at_end | by_cause
          BOTH          | 1       | short     | closed  | 8        | 0         | 8           | no cause given 8
          BOTH          | 2       | long      | open    | 1        | 0         | 1           | no cause given 1`),
      );
    });

    test("the running balance of a position goes from nothing to what is left, and no move is lost or counted twice", async () => {
      let runs = 0;
      const event = fc.record({
        at: fc.integer({ min: 0, max: 12 }),
        ...{ size: fc.integer({ min: -3, max: 3 }).filter((size) => size !== 0), isFill: fc.boolean() },
      });
      const property = fc.asyncProperty(fc.array(event, { maxLength: 14 }), async (drawn) => {
        runs += 1;
        const account_id = `drawn ${runs}`;
        const events = drawn.map(({ at: second, size, isFill }) => ({
          at: second,
          ...(isFill ? { fill: String(size) } : { margin: String(size) }),
        }));
        await insertEvents(store, account_id, events);
        const { rows } = await sql<{
          moves: string;
          left: string;
          last_balance: string;
          requested: string;
          total: string;
        }>`
          select
            (select count(*) from ledger.isolated_margin where account_id = ${account_id}) as moves,
            (select coalesce(sum(left_at_end), 0) from report.isolated_margin_episode where account_id = ${account_id}) as left,
            (
              select coalesce(sum(balance), 0) from (
                select distinct on (episode) balance from ledger.isolated_margin where account_id = ${account_id}
                order by episode, posted_at desc, occurred_at desc, record_key collate "C" desc
              ) as last
            ) as last_balance,
            (select count(*) from history.margin_change where account_id = ${account_id}) as requested,
            (select coalesce(sum(amount), 0) from history.margin_change where account_id = ${account_id}) as total
        `.execute(store.db);
        const [found] = rows;
        expect(found?.moves).toBe(found?.requested);
        expect(found?.left).toBe(found?.total);
        expect(found?.last_balance).toBe(found?.total);
      });
      await fc.assert(property, { numRuns: 25 });
    });
  });
}
