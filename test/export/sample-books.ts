/**
 * One small account with every kind of event that a perpetual-futures account has: what the golden files of
 * the targets tell of.
 */
import { bookNewCash } from "../../src/book/book-cash.ts";
import { LOT_METHODS, type LotMethod } from "../../src/domain/treatment.ts";
import type { Store } from "../../src/store/store.ts";
import { account, fill, income, insert, window } from "../report/small-books.ts";

type Sample = readonly [
  id: string,
  type: string,
  asset: string,
  amount: string,
  symbol: string,
  at: string,
  tradeId: string,
  info: string,
];

const ROWS: readonly Sample[] = [
  ["T-3001", "TRANSFER", "USDT", "1000", "", "2026-01-02T09:00:00.000Z", "", ""],
  ["T-3002", "TRANSFER", "BNB", "0.01", "", "2026-01-02T09:05:00.000Z", "", ""],
  // Above 2^53: an id that went through a number would be another one.
  ["C-9007199254740993", "COMMISSION", "USDT", "-0.36", "BTCUSDT", "2026-01-02T10:00:00.123Z", "1", ""],
  ["F-4001", "FUNDING_FEE", "USDT", "-0.09", "BTCUSDT", "2026-01-02T16:00:00.000Z", "", ""],
  ["F-4002", "FUNDING_FEE", "USDT", "0.045", "BTCUSDT", "2026-01-03T00:00:00.000Z", "", ""],
  ["R-5001", "REALIZED_PNL", "USDT", "4", "BTCUSDT", "2026-01-03T11:00:00.456Z", "2", ""],
  ["C-5001", "COMMISSION", "BNB", "-0.00012", "BTCUSDT", "2026-01-03T11:00:00.456Z", "2", ""],
  ["R-5002", "REALIZED_PNL", "USDT", "-60", "BTCUSDT", "2026-01-04T05:00:00.789Z", "3", ""],
  ["C-5002", "COMMISSION", "USDT", "-0.192", "BTCUSDT", "2026-01-04T05:00:00.789Z", "3", ""],
  ["I-5002", "INSURANCE_CLEAR", "USDT", "-2.4", "BTCUSDT", "2026-01-04T05:00:00.789Z", "", ""],
  // A text that a spreadsheet would run.
  ["B-6001", "COMMISSION_REBATE", "USDT", "0.05", "", "2026-01-04T07:00:00.000Z", "", "=1+1"],
  ["T-3003", "TRANSFER", "USDT", "-300", "", "2026-01-04T08:00:00.000Z", "", ""],
];

export async function fillSampleStore(store: Store): Promise<void> {
  const from = "2026-01-01T00:00:00.000Z";
  const until = "2026-02-01T00:00:00.000Z";
  await insert(store, "raw.account", [
    { ...account("main", "binance-usdm", from), is_from_beginning: true, last_sequence: "12" },
  ]);
  await insert(store, "raw.window", [
    window("main", "income", "", from, until),
    window("main", "fills", "BTCUSDT", from, until),
    window("main", "forced_orders", "", from, until),
  ]);
  await insert(
    store,
    "history.income",
    ROWS.map(([id, type, asset, amount, symbol, at, tradeId, info], nth) => ({
      ...income("main", id, type, amount, asset, symbol, at, info),
      tran_id: id,
      trade_id: tradeId,
      sequence: `${nth + 1}`,
    })),
  );
  await insert(store, "history.fill", [
    fill("main", "open", "1", "71", "BUY", "2026-01-02T10:00:00.123Z", "90000", "0.010"),
    fill("main", "part", "2", "72", "SELL", "2026-01-03T11:00:00.456Z", "91000", "0.004"),
    fill("main", "rest", "3", "73", "SELL", "2026-01-04T05:00:00.789Z", "80000", "0.006"),
  ]);
  await insert(store, "ledger.round_trip", [
    {
      account_id: "main",
      symbol: "BTCUSDT",
      position_side: "BOTH",
      round_trip_key: "open",
      closing_fill_key: "rest",
      closing_number: "3",
      direction: "long",
      opened_at: "2026-01-02T10:00:00.123Z",
      closed_at: "2026-01-04T05:00:00.789Z",
      holding_seconds: "154800.666",
      opening_fills: "1",
      closing_fills: "2",
      quantity: "0.01",
      largest_quantity: "0.01",
      proceeds: "844",
      cost: "900",
      realized_pnl: "-56",
      opening_fee: "0.36",
      closing_fee: "0.192",
      funding: "-0.045",
      asset: "USDT",
      is_inferred: false,
      venue_realized_pnl: "-56",
    },
  ]);
  await insert(store, "ledger.disposal", LOT_METHODS.flatMap(disposalsOf));
  await insert(store, "ledger.valuation", valuations());
  await bookNewCash(store, "main");
}

/** One lot was opened, so that all methods tell the same of its two closes. */
function disposalsOf(method: LotMethod) {
  const disposal = {
    account_id: "main",
    method,
    symbol: "BTCUSDT",
    position_side: "BOTH",
    piece: 1,
    opening_fill_key: "open",
    round_trip_key: "open",
    direction: "long",
    opened_at: "2026-01-02T10:00:00.123Z",
    is_inferred: false,
    venue_realized_pnl: null,
    asset: "USDT",
  };
  return [
    {
      ...disposal,
      fill_key: "part",
      closing_number: "2",
      closed_at: "2026-01-03T11:00:00.456Z",
      holding_seconds: "90000.333",
      quantity: "0.004",
      proceeds: "364",
      cost: "360",
      realized_pnl: "4",
      opening_fee: "0.144",
      closing_fee: "0",
      funding: "-0.018",
    },
    {
      ...disposal,
      fill_key: "rest",
      closing_number: "3",
      closed_at: "2026-01-04T05:00:00.789Z",
      holding_seconds: "154800.666",
      quantity: "0.006",
      proceeds: "480",
      cost: "540",
      realized_pnl: "-60",
      opening_fee: "0.216",
      closing_fee: "0.192",
      funding: "-0.027",
    },
  ];
}

/** A USDT is a USD, and a BNB 600 of them. */
function valuations() {
  const minutes = new Map<string, string>();
  for (const [, , asset, , , at] of ROWS)
    minutes.set(`${asset} ${at.slice(0, "2026-01-02T09:00".length)}`, asset);
  return [...minutes].map(([key, asset]) => ({
    account_id: "main",
    asset,
    minute: `${key.slice(asset.length + 1)}:00.000Z`,
    currency: "USD",
    price: asset === "BNB" ? "600" : "1",
    quality: "peg",
    missing: null,
    is_booked: true,
    is_held: false,
    due_at: null,
    fingerprint: "",
  }));
}
