/**
 * Whatever comes late, comes again with other words or goes: what is kept of days that are over is never of
 * other rows than there are, before the next night sums and after it.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAccount, forgetBooks } from "../../src/book/book-account.ts";
import { sumDays } from "../../src/book/sum-days.ts";
import { parseDecimal, ZERO } from "../../src/domain/decimal.ts";
import { formatInstant, HOUR_MS, type Instant, parseUtcInstant, plus } from "../../src/domain/instant.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { runSqlFile } from "../../src/store/sql-file.ts";
import type { Store } from "../../src/store/store.ts";
import type { Decoded } from "../../src/venues/venue.ts";
import { account } from "../report/small-books.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const FROM = parseUtcInstant("2026-05-01T00:00:00Z");
const ZONE = "Asia/Kathmandu";
const KEPT = ["ledger.day_sum", "ledger.day_disposal", "ledger.day_fill", "ledger.day_digest"] as const;

/** A record whose number tells its hour, and which may be told again. `isCash` is a funding payment. */
type Told = {
  readonly number: number;
  readonly isCash: boolean;
  readonly side: "BUY" | "SELL";
  readonly quantity: number;
  readonly feeAsset: string;
};

const told: fc.Arbitrary<Told> = fc.record({
  number: fc.nat(14),
  isCash: fc.constantFrom(false, false, true),
  side: fc.constantFrom("BUY", "SELL"),
  quantity: fc.integer({ min: 1, max: 4 }),
  feeAsset: fc.constantFrom("USDT", "BNB"),
});
/**
 * Night by night, with what a person says that was open before: each has a day of its own after all that is
 * told, so that the sums reach it.
 */
const nights = fc.array(
  fc.record({
    records: fc.array(told, { minLength: 1, maxLength: 6 }),
    opening: fc.constantFrom("0", "0", "-2", "3"),
  }),
  { minLength: 2, maxLength: 5 },
);

let store: Store;
let accounts = 0;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

test("the sums and digests of days are those of their rows, whatever is late or told anew", {
  timeout: 120_000,
}, async () => {
  let summed = 0;
  await fc.assert(
    fc.asyncProperty(nights, async (all) => {
      accounts += 1;
      const id = `account ${accounts}`;
      await store.db
        .insertInto("raw.account")
        .values(account(id, "aster", formatInstant(FROM)))
        .execute();
      const versions = new Map<string, number>();
      let sequence = 0;
      for (const [night, { records, opening }] of all.entries()) {
        const last = { ...records[0], number: 20 + 3 * night, isCash: true } as Told;
        for (const one of [...records, last]) {
          sequence += 1;
          await load(id, one, sequence, versions);
        }
        await normalise(store, id, decode, 3);
        expect(await violations(id), "when they are read").toEqual([]);
        await bookAccount(store, id, termsOf(opening), { lots: PACE });
        expect(await violations(id), "when they are booked").toEqual([]);
        await sumDays(store, id, ZONE);
        expect(await violations(id), "when they are summed").toEqual([]);
      }
      const kept = await keptOf(id);
      summed += kept["ledger.day_disposal"]?.length ?? 0;
      await forgetBooks(store, id);
      await normalise(store, id, decode);
      await bookAccount(store, id, termsOf(all.at(-1)?.opening ?? "0"));
      await sumDays(store, id, ZONE);
      expect(await keptOf(id), "from empty").toEqual(kept);
    }),
    { numRuns: 25 },
  );
  expect(summed).toBeGreaterThan(25);
});

const PACE = { batchEvents: 4, keptWhenFlatFills: 1, keptFills: 3 };

const termsOf = (quantity: string) => ({
  configured:
    quantity === "0"
      ? []
      : [
          {
            symbol: "BTCUSDT",
            positionSide: "BOTH",
            quantity,
            entryPrice: "100",
          } as const,
        ],
  amountDecimals: 8,
});

async function load(id: string, one: Told, sequence: number, versions: Map<string, number>): Promise<void> {
  const stream = one.isCash ? "income" : "fills";
  const record_key = `${stream} ${one.number}`;
  const version = (versions.get(record_key) ?? 0) + 1;
  versions.set(record_key, version);
  await store.db
    .insertInto("raw.record")
    .values({
      account_id: id,
      stream,
      record_key,
      version,
      symbol: "BTCUSDT",
      occurred_at: formatInstant(timeOf(one)),
      body: JSON.stringify(one),
      sequence: `${sequence}`,
      run_id: "run",
      digest: "",
    })
    .execute();
}

const timeOf = ({ number }: Told): Instant => plus(FROM, 9 * number * HOUR_MS);

function decode(_stream: string, body: string): Decoded {
  const one: Told = JSON.parse(body);
  const times = { occurredAt: timeOf(one), valueAt: plus(timeOf(one), one.quantity * 1000) };
  const common = { symbol: "BTCUSDT", ...times };
  return {
    kind: "known",
    records: [
      one.isCash
        ? {
            ...common,
            stream: "income",
            part: "",
            kind: "funding",
            incomeType: "FUNDING_FEE",
            amount: parseDecimal(`-0.${one.quantity}`),
            asset: "USDT",
            tranId: `${one.number}`,
            tradeId: "",
            info: "",
          }
        : {
            ...common,
            stream: "fills",
            fillId: `${100 + one.number}`,
            orderId: `${one.number}`,
            side: one.side,
            positionSide: "BOTH",
            price: parseDecimal(`${90 + one.number}`),
            quantity: parseDecimal(`${one.quantity}`),
            value: parseDecimal(`${(90 + one.number) * one.quantity}`),
            fee: parseDecimal(`0.0${one.quantity}`),
            feeAsset: one.feeAsset,
            realizedPnl: ZERO,
            marginAsset: "USDT",
            isMaker: false,
          },
    ],
  };
}

type Violation = {
  day_from: string;
  day_until: string;
  what: string;
  asset: string;
  symbol: string;
  expected: string;
  found: string;
  is_missing: boolean;
};

function violations(account_id: string): Promise<readonly Violation[]> {
  return runSqlFile<Violation>(store.db, "reconcile/day-sums", { account_id, from_time: "-infinity" });
}

async function keptOf(account_id: string): Promise<Record<string, readonly unknown[]>> {
  const kept: Record<string, readonly unknown[]> = {};
  for (const table of KEPT) {
    const rows = await store.db.selectFrom(table).selectAll().where("account_id", "=", account_id).execute();
    kept[table] = rows.map((row) => JSON.stringify(row)).toSorted();
  }
  return kept;
}
