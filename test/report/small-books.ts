/**
 * A small hand-made store: two accounts, a few trades around the change of clocks in Berlin (2026-03-29),
 * written straight into the tables. The stages before the report have their own tests; here every figure can
 * be checked in the head.
 */
import { sql } from "kysely";
import { formatDecimal, parseDecimal } from "../../src/domain/decimal.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import { runSqlFile } from "../../src/store/sql-file.ts";
import type { Store } from "../../src/store/store.ts";
import type { Tables } from "../../src/store/tables.ts";
import { KIND_OF_INCOME_TYPE } from "../../src/venues/binance-family/cash-kinds.ts";
import { POSITION_ALONE, TAKEN_PLAINLY, WALLET_ALONE } from "../support/not-shown.ts";

/**
 * `main` is complete and proven; `Zweite` begins with capital letter, so that collations disagree about their
 * order.
 */
export async function fillStore(store: Store): Promise<void> {
  await insert(store, "raw.account", [
    account("main", "aster", "2026-03-01T00:00:00.000Z"),
    account("Zweite", "binance-usdm", "2026-03-01T00:00:00.000Z"),
  ]);
  for (const accountId of ["main", "Zweite"]) {
    await insert(store, "raw.window", [
      window(accountId, "income", "", "2026-03-01T00:00:00.000Z", "2026-03-08T00:00:00.000Z"),
      window(accountId, "income", "", "2026-03-08T00:00:00.000Z", "2026-04-01T12:00:00.000Z"),
      window(accountId, "fills", "BTCUSDT", "2026-03-01T00:00:00.000Z", "2026-04-01T12:00:00.000Z"),
      window(accountId, "fills", "ethusdt", "2026-03-01T00:00:00.000Z", "2026-04-01T12:00:05.000Z"),
      // Never traded: requested once, and not read on.
      window(accountId, "fills", "NEVERUSDT", "2026-03-01T00:00:00.000Z", "2026-03-10T00:00:00.000Z"),
      window(accountId, "forced_orders", "", "2026-03-20T00:00:00.000Z", "2026-04-01T12:00:00.000Z"),
    ]);
  }
  await insert(store, "raw.instrument", [
    {
      account_id: "main",
      symbol: "BTCUSDT",
      status: "TRADING",
      margin_asset: "USDT",
      listed_at: "2020-01-01T00:00:00.000Z",
    },
  ]);
  await insert(store, "raw.record", [
    record("main", "income", "one", "", "2026-03-02T09:00:00.000Z"),
    record("main", "fills", "two", "BTCUSDT", "2026-03-28T22:30:00.000Z"),
    record("main", "fills", "three", "ethusdt", "2026-03-30T00:00:00.000Z"),
  ]);
  await insertHistory(store);
  await insertLedger(store);
  await insertSnapshots(store);
  await insert(
    store,
    "ledger.tolerance",
    ["main", "Zweite"].map((account_id) => ({
      account_id,
      trade_cash: "0.00000001",
      fill_average: "0.0000001",
    })),
  );
}

async function insertHistory(store: Store): Promise<void> {
  await insert(store, "history.income", [
    income(
      "main",
      "transfer",
      "TRANSFER",
      "1000.00",
      "USDT",
      "",
      "2026-03-02T09:00:00.000Z",
      "=1+1 from spot",
    ),
    income("main", "clear", "INSURANCE_CLEAR", "-2.5", "USDT", "BTCUSDT", "2026-03-30T08:00:04.000Z", ""),
    income("main", "gift", "MYSTERY_BOX", "0.7", "ASTER", "", "2026-03-31T08:00:00.000Z", ""),
  ]);
  await insert(store, "history.fill", [
    fill("main", "buy", "101", "9000000000000000001", "BUY", "2026-03-28T22:30:00.000Z", "60000.10", "0.10", {
      fee: "2.40",
    }),
    // 23:30 and 00:30 UTC are both on 29 March in Berlin, whose clocks go forward at 01:00 UTC.
    fill("main", "sell", "102", "9000000000000000002", "SELL", "2026-03-29T00:30:00.000Z", "60100", "0.04", {
      fee: "-0.5",
      realized_pnl: "3.996",
      is_maker: true,
    }),
    fill("main", "forced", "103", "77", "SELL", "2026-03-30T08:00:01.000Z", "59000", "0.05", {
      fee: "0.001",
      fee_asset: "BNB",
      realized_pnl: "-50.00499999",
    }),
    fill("Zweite", "short", "9", "5", "SELL", "2026-03-29T22:30:00.000Z", "2000", "1", {
      symbol: "ethusdt",
      position_side: "SHORT",
      margin_asset: "USDC",
      fee_asset: "USDC",
      fee: "0",
    }),
  ]);
  await insert(store, "history.forced_order", [
    {
      account_id: "main",
      record_key: "liquidation",
      symbol: "BTCUSDT",
      order_id: "77",
      kind: "liquidation",
      status: "FILLED",
      side: "SELL",
      position_side: "BOTH",
      average_price: "59000.0",
      executed_quantity: "0.05",
      client_order_id: "autoclose-1",
      occurred_at: "2026-03-30T08:00:00.000Z",
      sequence: "9",
      posted_at: "2026-03-30T08:00:00.000Z",
    },
    {
      account_id: "main",
      record_key: "without fills",
      symbol: "BTCUSDT",
      order_id: "78",
      kind: "adl",
      status: "EXPIRED",
      side: "SELL",
      position_side: "BOTH",
      average_price: "0",
      executed_quantity: "0",
      client_order_id: "adl_autoclose",
      occurred_at: "2026-03-31T08:00:00.000Z",
      sequence: "10",
      posted_at: "2026-03-31T08:00:00.000Z",
    },
  ]);
  await insert(store, "history.margin_change", [
    {
      account_id: "main",
      record_key: "margin",
      symbol: "BTCUSDT",
      position_side: "BOTH",
      amount: "25.50",
      asset: "USDT",
      direction: "into_position",
      reason: "",
      occurred_at: "2026-03-29T01:00:00.000Z",
      sequence: "11",
      posted_at: "2026-03-29T01:00:00.000Z",
    },
  ]);
}

async function insertLedger(store: Store): Promise<void> {
  const wallet = "assets:wallet";
  await book(store, "main", [
    [
      "opening",
      "opening",
      "",
      "2026-03-01T00:00:00.000Z",
      wallet,
      "equity:opening",
      "50",
      "USDT",
      "inferred",
    ],
    ["transfer", "transfer", "", "2026-03-02T09:00:00.000Z", wallet, "equity:transfers", "1000.00", "USDT"],
    [
      "fee 1",
      "trading_fee",
      "BTCUSDT",
      "2026-03-28T22:30:00.000Z",
      "expenses:trading_fees",
      wallet,
      "2.40",
      "USDT",
    ],
    [
      "pnl 1",
      "realized_pnl",
      "BTCUSDT",
      "2026-03-29T00:30:00.000Z",
      wallet,
      "income:realized_pnl",
      "3.996",
      "USDT",
    ],
    ["rebate", "rebate", "BTCUSDT", "2026-03-29T00:30:00.000Z", wallet, "income:rebates", "0.50", "USDT"],
    ["funding 1", "funding", "BTCUSDT", "2026-03-29T08:00:00.000Z", wallet, "income:funding", "0.10", "USDT"],
    [
      "funding 2",
      "funding",
      "BTCUSDT",
      "2026-03-29T16:00:00.000Z",
      "expenses:funding",
      wallet,
      "0.30",
      "USDT",
    ],
    // Its cash row is missing, so it is booked from the fill.
    [
      "pnl 2",
      "realized_pnl",
      "BTCUSDT",
      "2026-03-30T08:00:01.000Z",
      "income:realized_pnl",
      wallet,
      "50.005",
      "USDT",
      "fill",
    ],
    [
      "fee 2",
      "trading_fee",
      "BTCUSDT",
      "2026-03-30T08:00:01.000Z",
      "expenses:trading_fees",
      wallet,
      "0.001",
      "BNB",
    ],
    ["bnb", "conversion", "", "2026-03-30T07:00:00.000Z", wallet, "equity:conversions", "0.00100", "BNB"],
    [
      "clear",
      "liquidation",
      "BTCUSDT",
      "2026-03-30T08:00:04.000Z",
      "expenses:liquidation",
      wallet,
      "2.5",
      "USDT",
    ],
    ["after", "reward", "", "2026-03-31T22:00:00.000Z", wallet, "income:rewards", "7", "USDT"],
  ]);
  await book(store, "Zweite", [
    ["transfer", "transfer", "", "2026-03-28T23:30:00.000Z", wallet, "equity:transfers", "500", "USDC"],
    [
      "out",
      "transfer",
      "",
      "2026-03-29T22:00:00.000Z",
      "equity:transfers",
      wallet,
      "0.000000000000000001",
      "USDC",
    ],
  ]);
  const lot = {
    method: "average",
    symbol: "BTCUSDT",
    position_side: "BOTH",
    lot_number: "1",
    asset: "USDT",
    is_inferred: false,
    stranded_at: null,
  };
  await insert(store, "ledger.lot", [
    {
      ...lot,
      account_id: "main",
      opening_fill_key: "buy",
      round_trip_key: "buy",
      quantity: "0.01",
      cost: "600.001",
      opening_fee: "0.24",
      funding: "-0.01",
      opened_at: "2026-03-28T22:30:00.000Z",
    },
    {
      ...lot,
      account_id: "Zweite",
      symbol: "ethusdt",
      position_side: "SHORT",
      opening_fill_key: "short",
      round_trip_key: "short",
      quantity: "-3",
      cost: "-2000",
      opening_fee: "0",
      funding: "0",
      is_inferred: true,
      opened_at: "2026-03-29T22:30:00.000Z",
    },
  ]);
  const disposal = {
    account_id: "main",
    method: "average",
    symbol: "BTCUSDT",
    position_side: "BOTH",
    piece: 1,
    opening_fill_key: "buy",
    round_trip_key: "buy",
    direction: "long",
    opened_at: "2026-03-28T22:30:00.000Z",
    opening_fee: "0.96",
    closing_fee: "1.2",
    funding: "-0.04",
    is_inferred: false,
    asset: "USDT",
  };
  await insert(store, "ledger.disposal", [
    {
      ...disposal,
      fill_key: "sell",
      closing_number: "2",
      holding_seconds: "7200",
      closed_at: "2026-03-29T00:30:00.000Z",
      quantity: "0.04",
      proceeds: "2404.00",
      cost: "2400.004",
      realized_pnl: "3.996",
      venue_realized_pnl: "3.996",
    },
    {
      ...disposal,
      fill_key: "forced",
      closing_number: "3",
      holding_seconds: "120601",
      closed_at: "2026-03-30T08:00:01.000Z",
      quantity: "0.05",
      proceeds: "2950.00",
      cost: "3000.005",
      realized_pnl: "-50.005",
      venue_realized_pnl: "-50.00499999",
    },
  ]);
  await insert(store, "ledger.round_trip", [
    {
      account_id: "main",
      symbol: "SOLUSDT",
      position_side: "BOTH",
      round_trip_key: "sol buy",
      closing_fill_key: "sol sell",
      closing_number: "2",
      direction: "long",
      opened_at: "2026-02-27T22:30:00.000Z",
      closed_at: "2026-03-29T00:30:00.000Z",
      holding_seconds: "2512800",
      opening_fills: "1",
      closing_fills: "1",
      quantity: "10",
      largest_quantity: "10",
      proceeds: "1510.00",
      cost: "1500",
      realized_pnl: "10",
      opening_fee: "0.6",
      closing_fee: "0.604",
      funding: "-0.25",
      asset: "USDT",
      is_inferred: false,
      venue_realized_pnl: "10",
    },
  ]);
  await insert(store, "ledger.reconciliation", [
    // What differed up to here is no matter of March; what agreed before the newest proof needs no row.
    check("main", "wallet", "USDT", "differs", "1", "2026-02-20T00:00:00.000Z"),
    {
      ...check("main", "wallet", "USDT", "agrees", "0", "2026-03-20T00:00:00.000Z"),
      expected: "1050.0",
      found: "1050.00",
      from_time: "2026-02-20T00:00:00.000Z",
    },
    {
      ...check("main", "wallet", "USDT", "agrees", "0", "2026-04-01T12:00:00.000Z"),
      expected: "1006.391",
      found: "1006.3910",
      from_time: "2026-03-20T00:00:00.000Z",
    },
    check("main", "position", "BTCUSDT BOTH", "agrees", "0", "2026-04-01T12:00:00.000Z"),
    check(
      "main",
      "entry_price",
      "BTCUSDT BOTH",
      "within_tolerance",
      "0.00000001",
      "2026-04-01T12:00:00.000Z",
    ),
    check("Zweite", "wallet", "USDC", "inferred", "0", "2026-04-01T12:00:00.000Z"),
  ]);
}

export function balance(
  account_id: string,
  taken_at: string,
  asset: string,
  wallet: string,
): Tables["snapshot.balance"] {
  return {
    account_id,
    taken_at,
    asset,
    wallet,
    answered_at: taken_at.replace(".000Z", ".200Z"),
    ...WALLET_ALONE,
  };
}

/** The venue was asked, and answered. */
export function taken(account_id: string, taken_at: string): Tables["snapshot.taken"] {
  return {
    account_id,
    taken_at,
    answered_at: taken_at.replace(".000Z", ".200Z"),
    has_statement: false,
    ...TAKEN_PLAINLY,
  };
}

async function insertSnapshots(store: Store): Promise<void> {
  await insert(store, "snapshot.taken", [
    taken("main", "2026-03-20T00:00:00.000Z"),
    taken("main", "2026-03-31T20:00:00.000Z"),
    taken("main", "2026-04-01T12:00:00.000Z"),
  ]);
  await insert(store, "snapshot.balance", [
    balance("main", "2026-03-20T00:00:00.000Z", "USDT", "1050.00"),
    balance("main", "2026-03-31T20:00:00.000Z", "USDT", "999.391"),
    balance("main", "2026-03-31T20:00:00.000Z", "XYZ", "0"),
    balance("main", "2026-03-31T20:00:00.000Z", "FREE", "1.10"),
    balance("main", "2026-04-01T12:00:00.000Z", "USDT", "1006.391"),
  ]);
  await insert(store, "snapshot.position", [
    {
      account_id: "main",
      taken_at: "2026-04-01T12:00:00.000Z",
      symbol: "BTCUSDT",
      position_side: "BOTH",
      quantity: "0.010",
      entry_price: "60000.10",
      ...POSITION_ALONE,
      answered_at: "2026-04-01T12:00:00.200Z",
    },
  ]);
  // Of 30 March the venue serves none.
  await insert(store, "price.mark", [
    mark("main", "BTCUSDT", "2026-03-28T23:00:00.000Z", "60010.5"),
    mark("main", "BTCUSDT", "2026-03-29T22:00:00.000Z", "59900"),
    mark("main", "BTCUSDT", "2026-03-31T22:00:00.000Z", "61000.10"),
    mark("Zweite", "ethusdt", "2026-03-29T22:00:00.000Z", "1999.5"),
    mark("Zweite", "ethusdt", "2026-03-31T22:00:00.000Z", "1980"),
  ]);
}

export function mark(
  account_id: string,
  symbol: string,
  marked_at: string,
  price: string,
): Tables["price.mark"] {
  return {
    account_id,
    symbol,
    marked_at,
    price,
    source: "GET /fapi/v1/markPriceKlines?interval=1d",
    fetched_at: "2026-04-01T12:00:01.000Z",
  };
}

/** Adds what makes March incomplete in every way there is. */
export async function spoilStore(store: Store): Promise<void> {
  const hole = {
    account_id: "Zweite",
    from_time: "2026-02-01T00:00:00.000Z",
    until_time: "2026-03-05T00:00:00.000Z",
    reason: "the venue keeps 90 days",
  };
  await insert(store, "raw.gap", [
    { ...hole, stream: "fills", symbol: "BTCUSDT" },
    { ...hole, stream: "fills", symbol: "ethusdt" },
    { ...hole, stream: "income", symbol: "", until_time: "2026-02-15T00:00:00.000Z" },
  ]);
  const record = {
    account_id: "main",
    stream: "income",
    symbol: "",
    occurred_at: "2026-03-31T08:00:00.000Z",
    read_again_at: null,
  };
  await insert(store, "raw.set_aside", [
    { ...record, record_key: "odd", reason: 'income type "@SUM(A1)"', kind: "not_understood" },
    { ...record, record_key: "odd", reason: "amount was 1, is 2", kind: "rewritten" },
  ]);
  await insert(store, "raw.decision", [
    {
      account_id: "main",
      decision_number: 1,
      what: "rewritten",
      stream: "income",
      subject: "odd",
      seen: "amount was 1, is 2",
      because: "the venue's support confirms the first amount",
      decided_at: "2026-04-02T07:00:00.000Z",
      withdrawn_at: null,
      withdrawn_because: "",
    },
  ]);
  await book(store, "main", [
    ["gift", "unknown", "", "2026-03-31T08:00:00.000Z", "assets:wallet", "suspense", "0.70", "ASTER"],
  ]);
  await insert(store, "ledger.reconciliation", [
    check("main", "wallet", "ASTER", "differs", "-0.70", "2026-04-01T12:00:00.000Z", "next: read the record"),
  ]);
  await insert(store, "snapshot.balance", [balance("main", "2026-04-01T12:00:00.000Z", "ASTER", "1.40")]);
}

/**
 * Adds what few accounts have: what came after a close, a venue's own statement, prices, a coin that fees are
 * paid with, and a closed round trip.
 */
export async function addRareRows(store: Store): Promise<void> {
  await addLateRows(store);
  await insert(store, "raw.record", [record("Zweite", "income", "transfer", "", "2026-03-28T23:30:00.000Z")]);
  await insert(store, "history.income", [
    {
      ...income("Zweite", "transfer", "TRANSFER_IN", "500", "USDC", "", "2026-03-28T23:30:00.000Z", ""),
      kind: "bridge_deposit",
    },
  ]);
  await insert(store, "history.collateral_transaction", [
    {
      account_id: "Zweite",
      record_key: "transfer",
      transaction_id: "8",
      transaction_type: "TRANSFER_IN",
      asset: "USDC",
      symbol: "",
      amount: "500",
      amount_before: "0",
      legacy_amount: "500",
      legacy_amount_before: "0",
      open_value: "0",
      close_value: "0",
      open_fee: "0",
      close_fee: "0",
      liquidation_fee: "0",
      liquidation_fee_basis: "none",
      transfer_reason: "CROSS_DEPOSIT",
      transfer_id: "7",
      fill_id: "",
      position_transaction_id: "",
      is_liquidation: false,
      is_deleveraging: false,
      value_at: "2026-03-28T23:30:00.000Z",
      status: "SUCCESS",
      event_number: "12",
      occurred_at: "2026-03-28T23:30:00.000Z",
      sequence: "1",
    },
  ]);
  await addPrices(store);
  const trip = {
    account_id: "main",
    symbol: "SOLUSDT",
    position_side: "BOTH",
    asset: "USDT",
    is_inferred: false,
  };
  await insert(store, "history.fill", [
    fill("main", "sol buy", "11", "21", "BUY", "2026-02-27T22:30:00.000Z", "150", "10", {
      symbol: "SOLUSDT",
      fee: "0.6",
    }),
    fill("main", "sol sell", "12", "22", "SELL", "2026-03-29T00:30:00.000Z", "151", "10", {
      symbol: "SOLUSDT",
      fee: "0.604",
      realized_pnl: "10",
      margin_asset: "USDT",
    }),
  ]);
  await insert(store, "ledger.disposal", [
    {
      ...trip,
      method: "average",
      piece: 1,
      fill_key: "sol sell",
      closing_number: "2",
      opening_fill_key: "sol buy",
      round_trip_key: "sol buy",
      direction: "long",
      opened_at: "2026-02-27T22:30:00.000Z",
      closed_at: "2026-03-29T00:30:00.000Z",
      holding_seconds: "2512800",
      quantity: "10",
      proceeds: "1510",
      cost: "1500",
      realized_pnl: "10",
      opening_fee: "0.6",
      closing_fee: "0.604",
      funding: "-0.25",
      venue_realized_pnl: "10",
    },
  ]);
}

/**
 * The first day of March in Berlin was closed when a reward, a fill, an order and a margin change of it came.
 */
async function addLateRows(store: Store): Promise<void> {
  const late = { occurred_at: "2026-03-01T10:00:00.000Z", posted_at: "2026-03-01T23:00:00.000Z" };
  await insert(store, "ledger.closed_period", [
    {
      account_id: "Zweite",
      closing_number: 1,
      period_name: "2026-03-01",
      from_time: "2026-02-28T23:00:00.000Z",
      until_time: late.posted_at,
      time_zone: "Europe/Berlin",
      through_sequence: "1",
      closed_at: "2026-03-15T09:00:00.000Z",
      program_version: "0",
      records: "1",
      inputs_sha256: "",
      outputs_sha256: "",
      because: "",
      accepted: "",
      reopened_at: null,
      reopen_reason: "",
    },
  ]);
  const wallet = "assets:wallet";
  await book(store, "Zweite", [
    ["reward", "reward", "", "2026-03-01T08:00:00.000Z", wallet, "income:rewards", "1.25", "USDC"],
    ["late", "reward", "", late.occurred_at, wallet, "income:rewards", "12.5", "USDC"],
  ]);
  await store.db
    .updateTable("ledger.entry")
    .set({ posted_at: late.posted_at })
    .where("account_id", "=", "Zweite")
    .where("entry_id", "=", "late")
    .execute();
  const contract = { account_id: "Zweite", symbol: "ethusdt", position_side: "LONG", sequence: "2", ...late };
  await insert(store, "history.fill", [
    fill("Zweite", "late buy", "3", "4", "BUY", late.occurred_at, "1900", "2", {
      ...contract,
      margin_asset: "USDC",
    }),
  ]);
  await insert(store, "history.forced_order", [
    {
      ...contract,
      record_key: "late order",
      order_id: "79",
      kind: "adl",
      status: "EXPIRED",
      side: "SELL",
      average_price: "0",
      executed_quantity: "0",
      client_order_id: "",
    },
  ]);
  await insert(store, "history.margin_change", [
    {
      ...contract,
      record_key: "late margin",
      amount: "3.50",
      asset: "USDC",
      direction: "into_position",
      reason: "",
    },
  ]);
}

/** One BNB is bought for the fee at 600 USDT and paid at 610; a USDT is pegged to the dollar. */
async function addPrices(store: Store): Promise<void> {
  const bought = "2026-03-30T07:00:00.000Z";
  const paid = "2026-03-30T08:00:00.000Z";
  const of = { account_id: "main", asset: "BNB" };
  const worth = (minute: string, price: string) => ({
    ...of,
    minute,
    currency: "USD",
    price,
    quality: "minute",
    missing: null,
    is_booked: true,
    is_held: false,
    due_at: null,
    fingerprint: "",
  });
  const legs = (minute: string, price: string) => [
    {
      ...of,
      minute,
      leg: 1,
      base_asset: "BNB",
      quote_asset: "USDT",
      quality: "minute",
      quoted_at: minute,
      price,
      source: "aster",
      is_inverse: false,
    },
    {
      ...of,
      minute,
      leg: 2,
      base_asset: "USDT",
      quote_asset: "USD",
      quality: "peg",
      quoted_at: "1970-01-01T00:00:00.000Z",
      price: "1",
      source: "configuration",
      is_inverse: false,
    },
  ];
  await insert(store, "ledger.valuation", [worth(bought, "600"), worth(paid, "610.0")]);
  await insert(store, "ledger.valuation_leg", [...legs(bought, "600"), ...legs(paid, "610.0")]);
  await insert(store, "ledger.coin_disposal", [
    {
      ...of,
      entry_id: "fee 2",
      line: 1,
      part: 1,
      kind: "trading_fee",
      acquired_at: bought,
      acquired_entry_id: "bnb",
      acquired_by: "conversion",
      disposed_at: "2026-03-30T08:00:01.000Z",
      posted_at: "2026-03-30T08:00:01.000Z",
      quantity: "0.001",
      currency: "USD",
      proceeds: "0.61",
      cost: "0.6",
      result: "0.01",
      missing: null,
    },
  ]);
}

type Booked = readonly [
  id: string,
  kind: string,
  symbol: string,
  at: string,
  debit: string,
  credit: string,
  amount: string,
  asset: string,
  basis?: string,
];

export async function book(store: Store, account_id: string, entries: readonly Booked[]): Promise<void> {
  await insert(
    store,
    "ledger.entry",
    entries.map(([entry_id, kind, symbol, occurred_at, , , , , basis = "cash"]) => ({
      account_id,
      entry_id,
      kind,
      symbol,
      occurred_at,
      stream: basis === "cash" ? "income" : basis === "fill" ? "fills" : "snapshot",
      record_key: entry_id,
      basis,
      value_at: occurred_at,
      posted_at: occurred_at,
    })),
  );
  await insert(
    store,
    "ledger.movement",
    entries.map(([entry_id, , , , debit_account, credit_account, amount, asset]) => ({
      account_id,
      entry_id,
      line: 1,
      debit_account,
      credit_account,
      asset,
      amount,
    })),
  );
}

const KEYS = {
  "raw.account": ["account_id"],
  "raw.window": ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
  "raw.gap": ["account_id", "stream", "symbol", "from_time"],
  "raw.set_aside": ["account_id", "stream", "record_key", "kind"],
  "raw.decision": ["account_id", "decision_number"],
  "raw.instrument": ["account_id", "symbol"],
  "raw.record": ["account_id", "stream", "record_key", "version"],
  "history.income": ["account_id", "record_key", "part"],
  "history.fill": ["account_id", "record_key"],
  "history.forced_order": ["account_id", "record_key"],
  "history.margin_change": ["account_id", "record_key"],
  "history.collateral_transaction": ["account_id", "record_key"],
  "snapshot.taken": ["account_id", "taken_at"],
  "snapshot.balance": ["account_id", "taken_at", "asset"],
  "price.mark": ["account_id", "symbol", "marked_at"],
  "snapshot.position": ["account_id", "taken_at", "symbol", "position_side"],
  "ledger.entry": ["account_id", "entry_id"],
  "ledger.movement": ["account_id", "entry_id", "line"],
  "ledger.lot": ["account_id", "method", "symbol", "position_side", "opening_fill_key"],
  "ledger.disposal": ["account_id", "symbol", "closing_number", "method", "piece"],
  "ledger.round_trip": ["account_id", "symbol", "position_side", "round_trip_key"],
  "ledger.closed_period": ["account_id", "closing_number"],
  "ledger.valuation": ["account_id", "asset", "minute"],
  "ledger.valuation_leg": ["account_id", "asset", "minute", "leg"],
  "ledger.coin_disposal": ["account_id", "asset", "entry_id", "line", "part"],
  "ledger.reconciliation": ["account_id", "check_name", "subject", "checked_at"],
  "ledger.tolerance": ["account_id"],
} as const satisfies { [Name in keyof Tables]?: readonly (keyof Tables[Name])[] };

export async function insert<Name extends keyof typeof KEYS>(
  store: Store,
  table: Name,
  rows: readonly Tables[Name][],
): Promise<void> {
  await insertRows(store.db, table, KEYS[table] as readonly (keyof Tables[Name] & string)[], rows);
  // The cost that is kept is made of both.
  if (table === "history.fill" || table === "ledger.disposal")
    await keepPositions(store, rows as readonly { account_id: string; symbol: string }[]);
  if (table === "raw.record") await keepControlTotals(store);
}

/** What the loading counts of its rows, for rows that no loading has seen. */
async function keepControlTotals(store: Store): Promise<void> {
  await sql`
    insert into raw.control_total (account_id, stream, symbol, day, records)
    select account_id, stream, symbol, date_trunc('day', occurred_at, 'UTC') as day, count(*)
    from raw.record
    group by account_id, stream, symbol, date_trunc('day', occurred_at, 'UTC')
    on conflict (account_id, stream, symbol, day) do update set records = excluded.records
  `.execute(store.db);
}

/** What the booking keeps of positions, for rows that no booking has seen. */
async function keepPositions(
  store: Store,
  rows: readonly { readonly account_id: string; readonly symbol: string }[],
): Promise<void> {
  const keys = new Map(
    rows.map(({ account_id, symbol }) => [`${account_id} ${symbol}`, { account_id, symbol }]),
  );
  for (const { account_id, symbol } of keys.values()) {
    await store.db
      .deleteFrom("ledger.position_change")
      .where("account_id", "=", account_id)
      .where("symbol", "=", symbol)
      .execute();
    await runSqlFile<{ first_at: string | null }>(store.db, "book/position-changes", {
      account_id,
      symbol,
      last_posted_at: "-infinity",
      last_occurred_at: "-infinity",
      last_fill_id: "",
      last_key: "",
    });
  }
}

export function account(account_id: string, venue: string, history_from: string): Tables["raw.account"] {
  return {
    account_id,
    name: account_id,
    venue,
    last_sequence: "0",
    history_from,
    is_from_beginning: false,
    sweep_until: null,
  };
}

export function window(
  account_id: string,
  stream: string,
  symbol: string,
  from_time: string,
  until_time: string,
): Tables["raw.window"] {
  return {
    account_id,
    stream,
    symbol,
    from_time,
    until_time,
    is_settled: true,
    evidence: "venue",
    note: "",
    row_count: 0,
    read_at: until_time,
    run_id: "run",
  };
}

export function record(
  account_id: string,
  stream: string,
  record_key: string,
  symbol: string,
  occurred_at: string,
): Tables["raw.record"] {
  return {
    account_id,
    stream,
    record_key,
    version: 1,
    symbol,
    occurred_at,
    body: "{}",
    sequence: "1",
    run_id: "run",
    digest: "",
  };
}

export function income(
  account_id: string,
  record_key: string,
  income_type: string,
  amount: string,
  asset: string,
  symbol: string,
  occurred_at: string,
  info: string,
): Tables["history.income"] {
  return {
    account_id,
    record_key,
    kind: KIND_OF_INCOME_TYPE.get(income_type) ?? "unknown",
    income_type,
    amount,
    asset,
    symbol,
    tran_id: `-${record_key}`,
    trade_id: "",
    info,
    occurred_at,
    sequence: "1",
    part: "",
    value_at: occurred_at,
    posted_at: occurred_at,
  };
}

export function fill(
  account_id: string,
  record_key: string,
  fill_id: string,
  order_id: string,
  side: string,
  occurred_at: string,
  price: string,
  quantity: string,
  others: Partial<Tables["history.fill"]> = {},
): Tables["history.fill"] {
  return {
    account_id,
    record_key,
    symbol: "BTCUSDT",
    fill_id,
    order_id,
    side,
    position_side: "BOTH",
    price,
    quantity,
    fee: "0",
    fee_asset: "USDT",
    realized_pnl: "0",
    margin_asset: null,
    is_maker: false,
    occurred_at,
    sequence: "1",
    value: formatDecimal(parseDecimal(price).times(parseDecimal(quantity))),
    posted_at: occurred_at,
    value_at: occurred_at,
    ...others,
  };
}

function check(
  account_id: string,
  check_name: string,
  subject: string,
  status: string,
  difference: string,
  checked_at: string,
  note = "1 compared",
): Tables["ledger.reconciliation"] {
  return {
    account_id,
    check_name,
    subject,
    expected: "1.0",
    found: "1.00",
    difference,
    status,
    note,
    checked_at,
    asset: check_name === "wallet" ? subject : "",
    symbol: check_name === "wallet" ? "" : (subject.split(" ")[0] ?? ""),
    from_time: null,
    is_standing: false,
    class: status === "differs" ? "unexplained" : "",
    suspect: "",
    next: "",
  };
}
