/**
 * A hand-made account of a venue that keeps a collateral statement: a few events in the words of the trade,
 * told as the venue would tell them in all of its streams, snapshots and counters. It reckons by itself, as
 * the venue documents it, so that each law can be seen to hold, and one changed row to break it.
 */
import type { CashKind } from "../../src/domain/cash-kind.ts";
import { type Decimal, divide, formatDecimal, parseDecimal, sum, ZERO } from "../../src/domain/decimal.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import type { Tables } from "../../src/store/tables.ts";
import { POSITION_ALONE, TAKEN_PLAINLY, WALLET_ALONE } from "./not-shown.ts";
import { cell, readTable } from "./text-table.ts";

/** What the venue said, by table; a test changes a row before it is written. */
export type CollateralBooks = {
  readonly [Name in (typeof TABLES)[number][0]]: Tables[Name][];
};

const TABLES = [
  ["raw.account", ["account_id"]],
  ["raw.window", ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"]],
  ["history.collateral_transaction", ["account_id", "record_key"]],
  ["history.income", ["account_id", "record_key", "part"]],
  ["history.fill", ["account_id", "record_key"]],
  ["history.forced_order", ["account_id", "record_key"]],
  ["history.position_transaction", ["account_id", "record_key"]],
  ["history.position_cycle", ["account_id", "record_key"]],
  ["history.equity_snapshot", ["account_id", "record_key"]],
  ["snapshot.taken", ["account_id", "taken_at"]],
  ["snapshot.balance", ["account_id", "taken_at", "asset"]],
  ["snapshot.position", ["account_id", "taken_at", "symbol", "position_side"]],
  ["snapshot.collateral", ["account_id", "taken_at", "asset"]],
  ["snapshot.position_state", ["account_id", "taken_at", "symbol"]],
  ["snapshot.side_statistics", ["account_id", "taken_at", "symbol", "side"]],
] as const satisfies readonly (readonly [keyof Tables, readonly string[]])[];

const ASSET = "USD";
const SNAPSHOT_EVENTS = ["snapshot", "hour"];

type Statistics = Record<
  | "open_size"
  | "open_value"
  | "open_fee"
  | "close_size"
  | "close_value"
  | "close_fee"
  | "funding_fee"
  | "liquidation_fee",
  Decimal
>;

type BookPosition = {
  size: Decimal;
  value: Decimal;
  fee: Decimal;
  funding: Decimal;
  readonly lifetime: Record<"LONG" | "SHORT", Statistics>;
  readonly cycles: {
    side: "LONG" | "SHORT";
    number: number;
    openedAt: string;
    updatedAt: string;
    figures: Statistics;
  }[];
};

const FIGURES = [
  "open_size",
  "open_value",
  "open_fee",
  "close_size",
  "close_value",
  "close_fee",
  "funding_fee",
  "liquidation_fee",
] as const;

const noStatistics = (): Statistics =>
  Object.fromEntries(FIGURES.map((figure) => [figure, ZERO])) as Statistics;

const COUNTER_OF: Readonly<Record<string, string>> = {
  DEPOSIT: "deposits",
  WITHDRAW: "withdrawals",
  TRANSFER_IN: "transfers_in",
  TRANSFER_OUT: "transfers_out",
  POSITION_FUNDING: "funding_fees",
  FILL_FEE_INCOME: "fee_income",
};
const COUNTERS = [
  "deposits",
  "withdrawals",
  "transfers_in",
  "transfers_out",
  "bought",
  "sold",
  "fill_fees",
  "funding_fees",
  "fee_income",
];

export type WorldOptions = {
  readonly account: string;
  readonly venue?: string;
  /** Of its first event; accounts of one venue share the numbers. */
  readonly firstEvent?: number;
  /** Events before this instant are not in the history. */
  readonly historyFrom?: string;
};

/**
 * Reads a table of events: `at | event | contract | size | amount | fee`. Events: the venue's words of its
 * statement; `trade` (size signed, amount what was exchanged, fee positive); `liquidation` (its fee is inside
 * the value, 1 % of it); `snapshot`; `hour`.
 */
export function collateralBooks(events: string, options: WorldOptions): CollateralBooks {
  const { account, venue = "edgex", firstEvent = 1000, historyFrom = "2026-05-01T00:00:00.000Z" } = options;
  const books = Object.fromEntries(TABLES.map(([table]) => [table, []])) as unknown as CollateralBooks;
  const counters: Record<string, Decimal> = Object.fromEntries(COUNTERS.map((counter) => [counter, ZERO]));
  const positions = new Map<string, BookPosition>();
  let amount = ZERO;
  let legacy = ZERO;
  let number = firstEvent;
  const isFromBeginning = options.historyFrom === undefined;
  const isTold = (at: string) => at >= historyFrom;

  const positionOf = (symbol: string): BookPosition => {
    const known = positions.get(symbol);
    if (known !== undefined) return known;
    const made = {
      size: ZERO,
      value: ZERO,
      fee: ZERO,
      funding: ZERO,
      lifetime: { LONG: noStatistics(), SHORT: noStatistics() },
      cycles: [],
    };
    positions.set(symbol, made);
    return made;
  };

  const count = (
    symbol: string,
    side: "LONG" | "SHORT",
    at: string,
    added: Partial<Statistics>,
    begins: boolean,
  ) => {
    const position = positionOf(symbol);
    const earlier = position.cycles.filter((cycle) => cycle.side === side);
    if (begins)
      position.cycles.push({
        side,
        number: earlier.length + 1,
        openedAt: at,
        updatedAt: at,
        figures: noStatistics(),
      });
    const cycle = position.cycles.filter((one) => one.side === side).at(-1);
    if (cycle === undefined) throw new RangeError(`${symbol} ${side} has no position to count for`);
    cycle.updatedAt = at;
    for (const figure of FIGURES) {
      const more = added[figure] ?? ZERO;
      cycle.figures[figure] = cycle.figures[figure].plus(more);
      position.lifetime[side][figure] = position.lifetime[side][figure].plus(more);
    }
  };

  const cash = (at: string, key: string, parts: readonly Partial<Tables["history.income"]>[]) => {
    for (const part of parts) {
      if (part.amount === "0" || !isTold(at)) continue;
      books["history.income"].push({
        account_id: account,
        record_key: key,
        part: "",
        kind: "transfer",
        income_type: "",
        amount: "0",
        asset: ASSET,
        symbol: "",
        tran_id: key,
        trade_id: "",
        info: "",
        occurred_at: at,
        value_at: at,
        posted_at: at,
        sequence: key,
        ...part,
      });
    }
  };

  const state = (at: string, key: string, row: Partial<Tables["history.collateral_transaction"]>) => {
    const moved = parseDecimal(row.amount ?? "0");
    const movedLegacy = parseDecimal(row.legacy_amount ?? row.amount ?? "0");
    if (isTold(at)) {
      books["history.collateral_transaction"].push({
        account_id: account,
        record_key: key,
        transaction_id: key,
        transaction_type: "",
        asset: ASSET,
        symbol: "",
        open_value: "0",
        close_value: "0",
        open_fee: "0",
        close_fee: "0",
        liquidation_fee: "0",
        liquidation_fee_basis: "none",
        transfer_reason: "",
        transfer_id: "",
        fill_id: "",
        position_transaction_id: "",
        is_liquidation: false,
        is_deleveraging: false,
        status: "L2_APPROVED",
        event_number: key,
        occurred_at: at,
        value_at: at,
        sequence: key,
        ...row,
        amount: formatDecimal(moved),
        amount_before: formatDecimal(amount),
        legacy_amount: formatDecimal(movedLegacy),
        legacy_amount_before: formatDecimal(legacy),
      });
    }
    amount = amount.plus(moved);
    legacy = legacy.plus(movedLegacy);
  };

  const change = (
    at: string,
    key: string,
    symbol: string,
    row: Partial<Tables["history.position_transaction"]>,
  ) => {
    const position = positionOf(symbol);
    if (isTold(at)) {
      books["history.position_transaction"].push({
        account_id: account,
        record_key: key,
        transaction_id: `${key}9`,
        transaction_type: "",
        asset: ASSET,
        symbol,
        open_size: "0",
        open_value: "0",
        open_fee: "0",
        funding_fee: "0",
        open_size_before: formatDecimal(position.size),
        open_value_before: formatDecimal(position.value),
        open_fee_before: formatDecimal(position.fee),
        funding_fee_before: formatDecimal(position.funding),
        fill_open_size: "0",
        fill_open_value: "0",
        fill_open_fee: "0",
        fill_close_size: "0",
        fill_close_value: "0",
        fill_close_fee: "0",
        liquidation_fee: "0",
        realized_pnl: "0",
        is_liquidation: false,
        is_deleveraging: false,
        funding_at: null,
        funding_rate: null,
        funding_price: null,
        funding_size: null,
        fill_id: "",
        collateral_transaction_id: key,
        status: "L2_APPROVED",
        event_number: key,
        occurred_at: at,
        value_at: at,
        sequence: key,
        ...row,
      });
    }
    position.size = position.size.plus(parseDecimal(row.open_size ?? "0"));
    position.value = position.value.plus(parseDecimal(row.open_value ?? "0"));
    position.fee = position.fee.plus(parseDecimal(row.open_fee ?? "0"));
    position.funding = position.funding.plus(parseDecimal(row.funding_fee ?? "0"));
  };

  const trade = (at: string, key: string, event: Readonly<Record<string, string>>) => {
    const symbol = cell(event, "contract");
    const before = { ...positionOf(symbol) };
    const size = parseDecimal(cell(event, "size"));
    const value = parseDecimal(cell(event, "amount"));
    const fee = parseDecimal(cell(event, "fee"));
    const closes =
      size.isNegative() === before.size.isNegative() ? ZERO : minimum(size.abs(), before.size.abs());
    const closedValue = divide(value.times(closes), size.abs(), 6);
    const closedFee = divide(fee.times(closes), size.abs(), 6);
    const isLiquidation = cell(event, "event") === "liquidation";
    const liquidationFee = isLiquidation ? divide(closedValue.negated(), parseDecimal("100"), 6) : ZERO;
    const signed = (amount: Decimal) => (size.isNegative() ? amount.negated() : amount);
    const share = (note: Decimal) =>
      before.size.isZero() ? ZERO : divide(note.times(closes), before.size.abs(), 6);
    const opened = {
      size: signed(size.abs().minus(closes)),
      value: signed(value.minus(closedValue)),
      fee: closedFee.minus(fee),
    };
    // The liquidation fee is inside the value: a sale brings less by it, a purchase costs more.
    const closed = {
      size: signed(closes),
      value: signed(closedValue).minus(liquidationFee),
      fee: closedFee.negated(),
    };
    const released = { value: share(before.value), fee: share(before.fee), funding: share(before.funding) };
    const costMoved = opened.value.minus(released.value);
    const moved = opened.fee.plus(closed.fee).minus(opened.value).minus(closed.value);
    const type = size.isNegative() ? "SELL" : "BUY";
    const result = moved.plus(costMoved).plus(fee).minus(liquidationFee);
    const figures = {
      open_value: formatDecimal(opened.value),
      close_value: formatDecimal(closed.value),
      open_fee: formatDecimal(opened.fee),
      close_fee: formatDecimal(closed.fee),
    };
    state(at, key, {
      transaction_type: `POSITION_${type}`,
      symbol,
      amount: formatDecimal(moved),
      legacy_amount: formatDecimal(moved.plus(costMoved)),
      ...figures,
      liquidation_fee: formatDecimal(liquidationFee),
      liquidation_fee_basis: liquidationFee.isZero() ? "none" : "inside_value",
      is_liquidation: isLiquidation,
      fill_id: `7${key}`,
      position_transaction_id: `${key}9`,
    });
    const ofTrade = { symbol, trade_id: `7${key}`, income_type: `POSITION_${type}` };
    cash(at, key, [
      { ...ofTrade, part: "realized_pnl", kind: "realized_pnl", amount: formatDecimal(result) },
      { ...ofTrade, part: "fee", kind: "trading_fee", amount: formatDecimal(fee.negated()) },
      {
        ...ofTrade,
        part: "liquidation_fee",
        kind: "liquidation",
        amount: formatDecimal(liquidationFee),
      },
    ]);
    change(at, key, symbol, {
      transaction_type: `${type}_POSITION`,
      open_size: formatDecimal(size),
      open_value: formatDecimal(costMoved),
      open_fee: formatDecimal(opened.fee.minus(released.fee)),
      funding_fee: formatDecimal(released.funding.negated()),
      fill_open_size: formatDecimal(opened.size),
      fill_open_value: figures.open_value,
      fill_open_fee: figures.open_fee,
      fill_close_size: formatDecimal(closed.size),
      fill_close_value: figures.close_value,
      fill_close_fee: figures.close_fee,
      liquidation_fee: formatDecimal(liquidationFee),
      is_liquidation: isLiquidation,
      fill_id: `7${key}`,
    });
    if (isTold(at)) {
      books["history.fill"].push({
        account_id: account,
        record_key: key,
        symbol,
        fill_id: `7${key}`,
        order_id: `8${key}`,
        side: type,
        position_side: "BOTH",
        price: formatDecimal(divide(value, size.abs(), 18)),
        quantity: formatDecimal(size.abs()),
        value: formatDecimal(value),
        fee: formatDecimal(fee),
        fee_asset: ASSET,
        realized_pnl: formatDecimal(result),
        margin_asset: ASSET,
        is_maker: false,
        occurred_at: at,
        value_at: at,
        posted_at: at,
        sequence: key,
      });
    }
    if (isTold(at) && isLiquidation) {
      books["history.forced_order"].push({
        account_id: account,
        record_key: key,
        symbol,
        order_id: `8${key}`,
        kind: "liquidation",
        status: "L2_APPROVED",
        side: type,
        position_side: "BOTH",
        average_price: formatDecimal(divide(value, size.abs(), 18)),
        executed_quantity: formatDecimal(size.abs()),
        client_order_id: "",
        occurred_at: at,
        posted_at: at,
        sequence: key,
      });
    }
    if (!closes.isZero()) {
      count(
        symbol,
        before.size.isNegative() ? "SHORT" : "LONG",
        at,
        {
          close_size: closed.size,
          close_value: closed.value,
          close_fee: closed.fee,
          liquidation_fee: liquidationFee,
        },
        false,
      );
    }
    if (!opened.size.isZero()) {
      count(
        symbol,
        size.isNegative() ? "SHORT" : "LONG",
        at,
        { open_size: opened.size, open_value: opened.value, open_fee: opened.fee },
        closes.eq(before.size.abs()),
      );
    }
    counters[size.isNegative() ? "sold" : "bought"] = (
      counters[size.isNegative() ? "sold" : "bought"] ?? ZERO
    ).minus(opened.value.plus(closed.value));
    counters["fill_fees"] = (counters["fill_fees"] ?? ZERO).minus(fee);
  };

  const funding = (at: string, key: string, event: Readonly<Record<string, string>>) => {
    const symbol = cell(event, "contract");
    const paid = cell(event, "amount");
    // Settled on the minute, booked a minute later.
    const settledAt = at.replace(":01:00.000Z", ":00:00.000Z");
    state(at, key, {
      transaction_type: "POSITION_FUNDING",
      symbol,
      amount: paid,
      position_transaction_id: `${key}9`,
    });
    cash(at, key, [
      {
        symbol,
        kind: "funding",
        income_type: "POSITION_FUNDING",
        amount: paid,
        occurred_at: settledAt,
        posted_at: settledAt,
      },
    ]);
    const side = positionOf(symbol).size.isNegative() ? "SHORT" : "LONG";
    change(at, key, symbol, {
      transaction_type: "SETTLE_FUNDING_FEE",
      funding_fee: paid,
      funding_at: settledAt,
      funding_rate: "0.0001",
      funding_size: formatDecimal(positionOf(symbol).size),
    });
    count(symbol, side, at, { funding_fee: parseDecimal(paid) }, false);
  };

  const KINDS: Readonly<Record<string, CashKind>> = {
    DEPOSIT: "deposit",
    WITHDRAW: "withdrawal",
    FILL_FEE_INCOME: "rebate",
    BUG_FIX_COLLATERAL_TRANSACTION_TYPE: "unknown",
    CROSS_DEPOSIT: "bridge_deposit",
    CROSS_WITHDRAW: "bridge_withdrawal",
    FAST_WITHDRAW: "bridge_withdrawal",
  };

  /** Each open position stands 1.25 better than it cost. */
  const unrealized = () =>
    sum([...positions.values()].filter(({ size }) => !size.isZero()).map(() => parseDecimal("1.25")));

  const snapshot = (taken_at: string) => {
    const requested = { account_id: account, taken_at };
    const answered_at = taken_at.replace(".000Z", ".200Z");
    books["snapshot.taken"].push({ ...requested, answered_at, has_statement: true, ...TAKEN_PLAINLY });
    books["snapshot.balance"].push({
      ...requested,
      ...WALLET_ALONE,
      asset: ASSET,
      wallet: formatDecimal(legacy),
      answered_at,
    });
    books["snapshot.collateral"].push({
      ...requested,
      asset: ASSET,
      version: `v${number}`,
      amount: formatDecimal(amount),
      legacy_amount: formatDecimal(legacy),
      ...(Object.fromEntries(
        COUNTERS.map((counter) => [counter, formatDecimal(counters[counter] ?? ZERO)]),
      ) as Record<
        | "deposits"
        | "withdrawals"
        | "transfers_in"
        | "transfers_out"
        | "bought"
        | "sold"
        | "fill_fees"
        | "funding_fees"
        | "fee_income",
        string
      >),
      total_equity: formatDecimal(legacy.plus(unrealized())),
      answered_at,
    });
    for (const [symbol, position] of positions) {
      const isOpen = !position.size.isZero();
      books["snapshot.position_state"].push({
        ...requested,
        symbol,
        asset: ASSET,
        open_size: formatDecimal(position.size),
        open_value: formatDecimal(position.value),
        open_fee: formatDecimal(position.fee),
        funding_fee: formatDecimal(position.funding),
        position_value: isOpen ? formatDecimal(position.value.plus(parseDecimal("1.25"))) : null,
        unrealized_pnl: isOpen ? "1.25" : null,
      });
      for (const side of ["LONG", "SHORT"] as const) {
        const figures = Object.fromEntries(
          FIGURES.map((figure) => [figure, formatDecimal(position.lifetime[side][figure])]),
        ) as Record<(typeof FIGURES)[number], string>;
        books["snapshot.side_statistics"].push({ ...requested, symbol, side, asset: ASSET, ...figures });
      }
      if (isOpen) {
        books["snapshot.position"].push({
          ...requested,
          ...POSITION_ALONE,
          symbol,
          position_side: "BOTH",
          quantity: formatDecimal(position.size),
          entry_price: formatDecimal(divide(position.value, position.size, 40)),
          answered_at,
        });
      }
    }
  };

  let lastAt = historyFrom;
  for (const event of readTable(events)) {
    const at = `2026-${cell(event, "at").replace(" ", "T")}:00.000Z`;
    lastAt = at;
    const word = cell(event, "event");
    if (word === "snapshot") snapshot(at);
    else if (word === "hour" && isTold(at)) {
      books["history.equity_snapshot"].push({
        account_id: account,
        record_key: at,
        interval: "hour",
        asset: ASSET,
        total_equity: formatDecimal(legacy.plus(unrealized())),
        unrealized_pnl: formatDecimal(unrealized()),
        occurred_at: at,
        sequence: "1",
      });
    }
    if (SNAPSHOT_EVENTS.includes(word)) continue;
    number += 1;
    const key = `${number}`;
    if (word === "trade" || word === "liquidation") {
      trade(at, key, event);
      continue;
    }
    const counter = COUNTER_OF[word];
    if (counter !== undefined) {
      counters[counter] = (counters[counter] ?? ZERO).plus(parseDecimal(cell(event, "amount")));
    }
    if (word === "POSITION_FUNDING") {
      funding(at, key, event);
      continue;
    }
    const transfer_reason = word.startsWith("TRANSFER") ? cell(event, "contract") : "";
    state(at, key, { transaction_type: word, amount: cell(event, "amount"), transfer_reason });
    const kind = KINDS[word] ?? KINDS[transfer_reason] ?? "transfer";
    cash(at, key, [{ kind, income_type: word, amount: cell(event, "amount") }]);
  }

  for (const [symbol, position] of positions) {
    for (const cycle of position.cycles) {
      books["history.position_cycle"].push({
        account_id: account,
        record_key: `${symbol} ${cycle.side} ${cycle.number}`,
        asset: ASSET,
        symbol,
        side: cycle.side,
        cycle_number: `${cycle.number}`,
        ...(Object.fromEntries(
          FIGURES.map((figure) => [figure, formatDecimal(cycle.figures[figure])]),
        ) as Record<(typeof FIGURES)[number], string>),
        occurred_at: cycle.openedAt,
        updated_at: cycle.updatedAt,
        sequence: "1",
      });
    }
  }
  books["raw.account"].push({
    account_id: account,
    name: account,
    venue,
    last_sequence: "0",
    history_from: historyFrom,
    is_from_beginning: isFromBeginning,
    sweep_until: null,
  });
  for (const stream of ["income", "fills", "position_transactions", "position_cycles"]) {
    books["raw.window"].push({
      account_id: account,
      stream,
      symbol: "",
      from_time: historyFrom,
      until_time: lastAt,
      is_settled: true,
      evidence: "venue",
      note: "",
      row_count: 0,
      read_at: lastAt,
      run_id: "run",
    });
  }
  return books;
}

function minimum(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}

export async function writeCollateralBooks(store: Store, books: CollateralBooks): Promise<void> {
  const write = async <Name extends (typeof TABLES)[number][0]>(table: Name, key: readonly string[]) =>
    insertRows(store.db, table, key as (keyof Tables[Name] & string)[], books[table]);
  for (const [table, key] of TABLES) await write(table, key);
}
