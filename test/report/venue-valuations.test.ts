/**
 * A venue without public marks tells what it valued the positions at, each full hour. The figure counts where
 * it is of what the books hold at that midnight, and nowhere else.
 */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import type { Store } from "../../src/store/store.ts";
import { collateralBooks, writeCollateralBooks } from "../support/collateral-books.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

/** 100 are paid in, and a contract is bought for 50; each open position stands 1.25 better than it cost. */
const BEFORE = `
  at          | event    | contract | size | amount | fee
  05-01 09:00 | DEPOSIT  |          |      | 100    |
  05-01 10:00 | trade    | BTCUSD   | 1    | 50     | 0
`;
const AFTER = `
  05-02 00:00 | hour     |          |      |        |
  05-02 23:00 | snapshot |          |      |        |
`;
const ADDED = "05-02 00:00 | trade | BTCUSD | 1 | 50 |";

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

const cases = [
  { name: "nothing happened", event: "", expected: "100 1.25 101.25 by venue" },
  { name: "a trade cost a fee", event: `${ADDED} 0.01`, expected: "100 – – without BTCUSD" },
  { name: "a trade was free", event: `${ADDED} 0`, expected: "100 – – without BTCUSD" },
  { name: "money came", event: "05-02 00:00 | DEPOSIT | | | 7 |", expected: "100 – – without BTCUSD" },
];

test.each(cases)("where $name in the instant of midnight, the day's end is $expected", async (one) => {
  const { name, event, expected } = one;
  const books = collateralBooks(`${BEFORE}${event}${AFTER}`, { account: name });
  await writeCollateralBooks(store, books);
  await bookAccount(store, name, { configured: [], amountDecimals: 6 });
  const { rows } = await sql<Record<string, string | null>>`
    select trim_scale(wallet)::text as wallet, trim_scale(unrealized_pnl)::text as unrealized_pnl,
      trim_scale(equity)::text as equity, valued_by, without_mark
    from report.daily_equity('UTC', only_account => ${name})
    where day = '2026-05-01'`.execute(store.db);
  expect(
    rows.map(
      ({ wallet, unrealized_pnl, equity, valued_by, without_mark }) =>
        `${wallet} ${unrealized_pnl ?? "–"} ${equity ?? "–"} ${
          valued_by === null ? `without ${without_mark}` : `by ${valued_by}`
        }`,
    ),
  ).toEqual([expected]);
});

test("what a position is worth at a snapshot gives its mark to the last digit", async () => {
  const name = "long decimals";
  const books = collateralBooks(`${BEFORE}${AFTER}`, { account: name });
  // As a real account showed it.
  Object.assign(books["snapshot.position_state"][0] ?? {}, {
    open_size: "-0.03",
    position_value: "-134.5122000016272068023681640625",
  });
  await writeCollateralBooks(store, books);
  const { rows } = await sql`select price, basis from report.mark where account_id = ${name}`.execute(
    store.db,
  );
  expect(rows).toEqual([{ price: "4483.74000005424022674560546875", basis: "snapshot" }]);
});
