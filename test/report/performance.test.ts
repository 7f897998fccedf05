/**
 * Returns: cases to be checked in the head, and histories drawn at random whose linked return is computed a
 * second time in exact fractions.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addCalendar, parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant, type Instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { ownReport } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import type { Tables } from "../../src/store/tables.ts";
import { returnText } from "../support/exact-return.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { readTable } from "../support/text-table.ts";
import { account, book, fill, insert, mark, taken, window } from "./small-books.ts";

const FROM = parseInstant("2026-01-30T00:00:00Z");
const HOUR_MS = 3_600_000;
const dayAt = (place: number): Instant => addCalendar(FROM, place, "day", "UTC");

/** Of one day: what was moved in (−: out), what was earned, and the mark at its end. */
type Day = { readonly moved: string; readonly earned: string; readonly mark: string | null };

/** The days of one account, from 30 January on. An empty mark is not known; none at all: nothing is open. */
async function keep(store: Store, name: string, days: readonly Day[], isOpen: boolean): Promise<void> {
  await insert(store, "raw.account", [account(name, "aster", formatInstant(FROM))]);
  const end = formatInstant(dayAt(days.length));
  await insert(store, "raw.window", [
    window(name, "income", "", formatInstant(FROM), end),
    window(name, "fills", "BTCUSDT", formatInstant(FROM), end),
  ]);
  await insert(store, "snapshot.taken", [taken(name, end)]);
  for (const [place, { moved, earned }] of days.entries()) {
    const at = formatInstant(plus(dayAt(place), HOUR_MS));
    const moves = [
      [moved, "transfer", "equity:transfers"],
      [earned, "realized_pnl", "income:realized_pnl"],
    ] as const;
    for (const [amount, kind, other] of moves) {
      if (/^-?[0.]+$/.test(amount)) continue;
      const isOut = amount.startsWith("-");
      await book(store, name, [
        [
          `${kind} ${place}`,
          kind,
          "",
          at,
          isOut ? other : "assets:wallet",
          isOut ? "assets:wallet" : other,
          amount.replace("-", ""),
          "USDT",
        ],
      ]);
    }
  }
  if (!isOpen) return;
  await insert(store, "history.fill", [
    fill(name, "buy", "1", "1", "BUY", formatInstant(plus(FROM, HOUR_MS)), "100", "1", {
      margin_asset: "USDT",
    }),
  ]);
  await insert(
    store,
    "price.mark",
    days.flatMap(({ mark: price }, place) =>
      price === null ? [] : [mark(name, "BTCUSDT", formatInstant(dayAt(place + 1)), price)],
    ),
  );
}

async function performanceOf(
  store: Store,
  period: string,
  report = "performance",
): Promise<readonly Readonly<Record<string, string>>[]> {
  const { columns, rows } = await runReport(store, ownReport(report), parsePeriod(period, "UTC"), null);
  return rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place] ?? ""])));
}

const ROW =
  "account span opening_equity closing_equity flows profit time_weighted_return_rounded money_weighted_return_rounded".split(
    " ",
  );
const DEPTH =
  "account span max_drawdown_rounded drawdown_from drawdown_until best_day worst_day days_without_return first_day_without_return".split(
    " ",
  );
const cells = (rows: readonly Readonly<Record<string, string>>[], columns: readonly string[]) =>
  rows.map((row) => columns.map((column) => row[column] || "–").join(" "));

describe("by hand", () => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(QUICK_KIND);
    const days = (table: string) =>
      readTable(table).map(({ moved = "", earned = "", mark: price = "" }) => ({
        moved,
        earned,
        mark: price === "" ? null : price,
      }));
    await keep(
      store,
      "flat",
      days(`
        moved | earned
         1000 |      0
            0 |    100   // 1.1
         1000 |   -105   // 1995 of 1100 + 1000: 0.95
         -500 |      0   // 1495 and the 500 that left, of 1995
      `),
      false,
    );
    await keep(
      store,
      "open",
      days(`
        moved | earned | mark
         1000 |      0 |  100
            0 |      0 |         // the venue has no mark of this midnight
            0 |      0 |  120
            0 |      0 |  110
      `),
      true,
    );
  });
  afterAll(() => store.close());

  test("what is moved in or out is no return; a day without a mark breaks the chain", async () => {
    const rows = await performanceOf(store, "2026-01-30..2026-02-02");
    const whole = "2026-01-30..2026-02-02";
    expect(cells(rows, ROW)).toEqual([
      `– ${whole} 0 2505 2500 5 – 0.002`,
      "– 2026-01 0 – 2000 – – –",
      "– 2026-02 – 2505 500 – – –",
      // 1.1 × 0.95; −5 of 1000 for 4 days and 1000 for 2, over 4 days.
      `flat ${whole} 0 1495 1500 -5 0.045 -0.0033333333`,
      "flat 2026-01 0 1100 1000 100 0.1 0.1",
      "flat 2026-02 1100 1495 500 -105 -0.05 -0.05",
      `open ${whole} 0 1010 1000 10 – 0.01`,
      "open 2026-01 0 – 1000 – – –",
      "open 2026-02 – 1010 0 – – –",
    ]);
  });

  test("the deepest fall is of the linked return, with the days of its height and its depth", async () => {
    const rows = (await performanceOf(store, "2026-01-30..2026-02-02")).filter(
      ({ account: name }) => name !== "",
    );
    const whole = "2026-01-30..2026-02-02";
    expect(cells(rows, DEPTH)).toEqual([
      `flat ${whole} -0.05 2026-01-31 2026-02-01 2026-01-31 2026-02-01 0 –`,
      "flat 2026-01 0 – – 2026-01-31 2026-01-30 0 –",
      "flat 2026-02 -0.05 2026-01-31 2026-02-01 2026-02-02 2026-02-01 0 –",
      `open ${whole} – – – 2026-01-30 2026-02-02 2 2026-01-31`,
      "open 2026-01 – – – 2026-01-30 2026-01-30 1 2026-01-31",
      "open 2026-02 – – – 2026-02-02 2026-02-02 1 2026-02-01",
    ]);
  });
});

/** What one USDT is worth in euros in the last minute of a day, or in that of a transfer; null: missing. */
const worth = (
  account_id: string,
  minute: Instant,
  price: string | null,
  due_at: string | null = null,
): Tables["ledger.valuation"] => ({
  account_id,
  asset: "USDT",
  minute: formatInstant(minute),
  currency: "EUR",
  price,
  quality: price === null ? null : "day",
  missing: price === null ? "no price of USD in EUR for that time" : null,
  due_at,
  is_booked: true,
  is_held: true,
  fingerprint: "",
});
const lastMinute = (place: number): Instant => plus(dayAt(place + 1), -MINUTE_MS);
const transferred = (place: number): Instant => plus(dayAt(place), HOUR_MS);

describe("in the reporting currency", () => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(QUICK_KIND);
    const moved = (...amounts: string[]) =>
      amounts.map((amount) => ({ moved: amount, earned: "0", mark: null }));
    await keep(store, "euro", moved("1000", "0", "-100"), false);
    await keep(store, "hole", moved("1000", "0", "0"), false);
    await keep(store, "soon", moved("1000", "0", "0"), false);
    const later = formatInstant(dayAt(5));
    await insert(store, "ledger.valuation", [
      ...["euro", "hole", "soon"].flatMap((name) => [
        worth(name, transferred(0), "0.9"),
        worth(name, lastMinute(0), "0.95"),
      ]),
      worth("euro", lastMinute(1), "0.8"),
      worth("euro", transferred(2), "0.85"),
      worth("euro", lastMinute(2), "0.9"),
      worth("hole", lastMinute(1), null),
      worth("hole", lastMinute(2), "0.9"),
      worth("soon", lastMinute(1), "0.8"),
      worth("soon", lastMinute(2), null, later),
    ]);
  });
  afterAll(() => store.close());

  test("equity is at the prices of its day, a flow at that of its minute; a hole breaks the chain, and a price that is not due yet ends the span", async () => {
    const rows = await performanceOf(store, "2026-01-30..2026-02-01", "valued-performance");
    const columns = [
      "account",
      "currency",
      "last_day",
      ...ROW.slice(2),
      "first_day_without_return",
      "missing",
    ];
    const whole = rows.filter(({ span }) => span === "2026-01-30..2026-02-01");
    expect(cells(whole, columns)).toEqual([
      // Without the last day, which one of them has no price of yet.
      "– EUR 2026-01-31 0 – 2700 – – – 2026-01-31 no price of USD in EUR for that time",
      // 950 ÷ 900 × 800 ÷ 950 × (810 + 85) ÷ 800; and −5 for the 900 that were there on all three days.
      "euro EUR 2026-02-01 0 810 815 -5 -0.0055555556 -0.0055555556 – –",
      "hole EUR 2026-02-01 0 900 900 0 – 0 2026-01-31 no price of USD in EUR for that time",
      "soon EUR 2026-01-31 0 800 900 -100 -0.1111111111 -0.1111111111 – –",
    ]);
  });
});

/** Cents as a decimal. */
const cents = (amount: number) =>
  `${amount < 0 ? "-" : ""}${Math.trunc(Math.abs(amount) / 100)}.${`${Math.abs(amount) % 100}`.padStart(2, "0")}`;

test("the linked return of any history is that of exact fractions", async () => {
  const store = await newStore(QUICK_KIND);
  let drawn = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          moved: fc.constantFrom(0, 0, 0, 12_345, -2_001, 70_000),
          earned: fc.integer({ min: -3_000, max: 3_000 }),
          mark: fc.integer({ min: 5_000, max: 15_000 }),
        }),
        { minLength: 2, maxLength: 40 },
      ),
      async (days) => {
        drawn += 1;
        // What was there at first is more than any of it takes.
        const moved = days.map((one, place) => (place === 0 ? 1_000_000 : one.moved));
        const name = `drawn ${drawn}`;
        await keep(
          store,
          name,
          days.map((one, place) => ({
            moved: cents(moved[place] ?? 0),
            earned: cents(one.earned),
            mark: cents(one.mark),
          })),
          true,
        );
        let [numerator, denominator, wallet, before] = [1n, 1n, 0n, 0n];
        for (const [place, one] of days.entries()) {
          const flow = BigInt(moved[place] ?? 0);
          wallet += flow + BigInt(one.earned);
          const equity = wallet + BigInt(one.mark) - 10_000n;
          numerator *= equity - (flow < 0n ? flow : 0n);
          denominator *= before + (flow > 0n ? flow : 0n);
          before = equity;
        }
        const rows = await performanceOf(store, "2026-01-01..2026-12-31");
        const row = rows.find((one) => one["account"] === name && one["span"] === "2026-01-01..2026-12-31");
        expect(row?.["time_weighted_return_rounded"]).toBe(returnText(numerator, denominator));
        expect(row?.["days_without_return"]).toBe("0");
      },
    ),
    { numRuns: 12 },
  );
  await store.close();
}, 120_000);
