/**
 * Histories of an account that fast-check draws: fills and funding of two contracts within half an hour, one
 * of them in hedge mode.
 */
import fc from "fast-check";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import type { FillRow, IncomeRow } from "../../src/store/tables.ts";

/** The minute from which minutes are counted. */
export const DRAWN_FROM = parseInstant("2026-05-01T00:00:00Z");

export type Row =
  | { readonly fill: Omit<FillRow, "sequence"> }
  | { readonly income: Omit<IncomeRow, "sequence"> };

/** One row of history at a minute of the day; funding is stamped some seconds after the minute. */
export const anyRow = fc
  .record({
    minute: fc.nat(30),
    late: fc.constantFrom(0, 11, 18_000),
    symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
    side: fc.constantFrom("BUY", "SELL"),
    isLong: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 4 }),
    price: fc.integer({ min: 90, max: 110 }),
    feeAsset: fc.constantFrom("USDT", "USDT", "BNB"),
    isFunding: fc.constantFrom(false, false, false, true),
  })
  .map((one) => ({ ...one, at: formatInstant(plus(DRAWN_FROM, one.minute * MINUTE_MS + one.late)) }));
export const anyHistory = fc.array(anyRow, { minLength: 5, maxLength: 60 });

export type Drawn = Parameters<Parameters<typeof anyRow.map>[0]>[0];

export function rowsOf(account_id: string, drawn: readonly Drawn[]): Row[] {
  return drawn.map((one, place): Row => {
    const shared = {
      account_id,
      symbol: one.symbol,
      occurred_at: one.at,
      posted_at: one.at,
      record_key: `row ${place}`,
    };
    if (one.isFunding) {
      const amount = `${one.side === "BUY" ? "-" : ""}0.0${one.quantity}${one.price}`;
      return {
        income: {
          ...shared,
          part: "",
          kind: "funding",
          income_type: "FUNDING_FEE",
          amount,
          asset: "USDT",
          tran_id: `${place}`,
          trade_id: "",
          info: "",
          value_at: one.at,
        },
      };
    }
    // Hedge mode in one of the contracts.
    const position_side = one.symbol === "BTCUSDT" ? "BOTH" : one.isLong ? "LONG" : "SHORT";
    return {
      fill: {
        ...shared,
        fill_id: `${100 + place}`,
        order_id: `${place}`,
        side: one.side,
        position_side,
        price: `${one.price}`,
        quantity: `${one.quantity}`,
        value: `${one.price * one.quantity}`,
        fee: `0.0${one.price}`,
        fee_asset: one.feeAsset,
        realized_pnl: "0",
        margin_asset: "USDT",
        is_maker: false,
        value_at: shared.occurred_at,
      },
    };
  });
}

export async function loadHistory(store: Store, rows: readonly Row[], firstSequence: number): Promise<void> {
  const numbered = rows.map((row, place) => ({ row, sequence: `${firstSequence + place}` }));
  await insertRows(
    store.db,
    "history.fill",
    ["account_id", "record_key"],
    numbered.flatMap(({ row, sequence }) => ("fill" in row ? [{ ...row.fill, sequence }] : [])),
  );
  await insertRows(
    store.db,
    "history.income",
    ["account_id", "record_key", "part"],
    numbered.flatMap(({ row, sequence }) => ("income" in row ? [{ ...row.income, sequence }] : [])),
  );
}
