/** From fills to the rows of Form 8949: when what was closed had been bought, by each lot method. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookLots } from "../../src/book/book-lots.ts";
import { formatDecimal } from "../../src/domain/decimal.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import type { LotMethod } from "../../src/domain/treatment.ts";
import { readDisposals } from "../../src/export/read-events.ts";
import { formRows } from "../../src/export/targets/form-8949.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { account, fill, insert } from "../report/small-books.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  const from = "2026-01-01T00:00:00.000Z";
  await insert(store, "raw.account", [
    { ...account("main", "aster", from), is_from_beginning: true, last_sequence: `${FILLS.length}` },
  ]);
  await insert(
    store,
    "history.fill",
    FILLS.map(([at, signed, position_side, occurred = at], nth) => {
      const [side, quantity] = signed.startsWith("-") ? ["SELL", signed.slice(1)] : ["BUY", signed];
      const key = `${nth + 1}`;
      const others = { sequence: key, position_side, posted_at: timeOf(at) };
      return fill("main", key, key, key, side ?? "", timeOf(occurred), "100", quantity ?? "", others);
    }),
  );
  await bookLots(store, "main");
});
afterAll(() => store.close());

const timeOf = (at: string) => `2026-01-${at}:00.000Z`;

/** When the books count it, quantity with its sign, the side of the position; when it happened, if before. */
const FILLS: readonly (readonly [at: string, signed: string, positionSide: string, occurred?: string])[] = [
  ["02T08:00", "1", "BOTH"],
  ["02T09:00", "1", "BOTH"],
  ["03T08:00", "-0.5", "BOTH"], // Of two purchases of one day.
  ["04T08:00", "1", "BOTH"],
  ["05T08:00", "-0.5", "BOTH"], // Of purchases of two days.
  ["06T08:00", "-3", "BOTH"], // Closes 2, and sells 1 short.
  ["07T08:00", "-1", "BOTH"],
  ["08T08:00", "2", "BOTH"], // Of a position that was sold on two days; flat.
  ["09T08:00", "1", "BOTH"],
  ["10T08:00", "-1", "BOTH"], // What was bought and closed before is not in it.
  ["11T08:00", "1", "LONG"],
  ["12T08:00", "-1", "SHORT"],
  ["13T08:00", "-1", "LONG"], // The other side's is another position.
  ["14T08:00", "1", "BOTH", "08T12:00"], // Came after a close; a later purchase of before is not in it.
  ["15T08:00", "-1", "BOTH"],
];

async function acquired(method: LotMethod): Promise<string[]> {
  const rowOf = formRows("UTC");
  return readOnly(store, async (db) => {
    const rows: string[] = [];
    for await (const batch of readDisposals(db, "main", method, parsePeriod("2026", "UTC")))
      for (const disposal of batch) {
        const { sold, acquired } = rowOf(disposal);
        rows.push(`${sold}: ${formatDecimal(disposal.quantity)} of ${acquired}`);
      }
    return rows;
  });
}

test("at average cost a close is of all that was open, on whatever days that was bought", async () => {
  expect(await acquired("average")).toEqual([
    "01/03/2026: 0.5 of 01/02/2026",
    "01/05/2026: 0.5 of VARIOUS",
    "01/06/2026: 2 of VARIOUS",
    "01/08/2026: 2 of VARIOUS",
    "01/10/2026: 1 of 01/09/2026",
    "01/13/2026: 1 of 01/11/2026",
    "01/15/2026: 1 of 01/08/2026",
  ]);
});

test("by fifo each piece is of one day", async () => {
  expect(await acquired("fifo")).toEqual([
    "01/03/2026: 0.5 of 01/02/2026",
    "01/05/2026: 0.5 of 01/02/2026",
    "01/06/2026: 1 of 01/02/2026",
    "01/06/2026: 1 of 01/04/2026",
    "01/08/2026: 1 of 01/06/2026",
    "01/08/2026: 1 of 01/07/2026",
    "01/10/2026: 1 of 01/09/2026",
    "01/13/2026: 1 of 01/11/2026",
    "01/15/2026: 1 of 01/08/2026",
  ]);
});
