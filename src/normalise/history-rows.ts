/** Decoded records as rows of the tables of `history`, gathered by table so that they are written in bulk. */
import { type Decimal, formatDecimal } from "../domain/decimal.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import type {
  CollateralTransaction,
  EquitySnapshot,
  Fill,
  ForcedOrder,
  HistoryRecord,
  Income,
  MarginChange,
  PositionCycle,
  PositionTransaction,
} from "../domain/record.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Transaction } from "../store/store.ts";
import type {
  CollateralTransactionRow,
  EquitySnapshotRow,
  FillRow,
  ForcedOrderRow,
  IncomeRow,
  MarginChangeRow,
  PositionCycleRow,
  PositionTransactionRow,
} from "../store/tables.ts";

/** What every row of `history` has of its record. */
export type RowSource = {
  readonly account_id: string;
  readonly record_key: string;
  readonly sequence: string;
};

/** Rows of one batch by table. */
export class HistoryRows {
  readonly #income: IncomeRow[] = [];
  readonly #fills: FillRow[] = [];
  readonly #forcedOrders: ForcedOrderRow[] = [];
  readonly #marginChanges: MarginChangeRow[] = [];
  readonly #collateralTransactions: CollateralTransactionRow[] = [];
  readonly #positionTransactions: PositionTransactionRow[] = [];
  readonly #positionCycles: PositionCycleRow[] = [];
  readonly #equitySnapshots: EquitySnapshotRow[] = [];

  /** `postedAt` is when the books count what the record is booked as. */
  add(source: RowSource, record: HistoryRecord, postedAt: Instant): void {
    const at = { ...source, occurred_at: formatInstant(record.occurredAt) };
    const posted = { ...at, posted_at: formatInstant(postedAt) };
    switch (record.stream) {
      case "income":
        this.#income.push({ ...posted, ...incomeColumns(record) });
        break;
      case "fills":
        this.#fills.push({ ...posted, ...fillColumns(record) });
        break;
      case "forced_orders":
        this.#forcedOrders.push({ ...posted, ...forcedOrderColumns(record) });
        break;
      case "margin_changes":
        this.#marginChanges.push({ ...posted, ...marginChangeColumns(record) });
        break;
      case "collateral_transactions":
        this.#collateralTransactions.push({ ...at, ...collateralTransactionColumns(record) });
        break;
      case "position_transactions":
        this.#positionTransactions.push({ ...at, ...positionTransactionColumns(record) });
        break;
      case "position_cycles":
        this.#positionCycles.push({ ...at, ...positionCycleColumns(record) });
        break;
      case "equity_snapshots":
        this.#equitySnapshots.push({ ...at, ...equitySnapshotColumns(record) });
        break;
      default:
        // A kind of record without its rows does not compile.
        record satisfies never;
    }
  }

  /** All times of the rows that are summed by day. */
  times(): string[] {
    return [...this.#income, ...this.#fills].flatMap(({ occurred_at, posted_at, value_at }) => [
      occurred_at,
      posted_at,
      value_at,
    ]);
  }

  async insert(transaction: Transaction): Promise<void> {
    const key = ["account_id", "record_key"] as const;
    const write = insertRows;
    await write(transaction, "history.income", [...key, "part"], latestOfEach(this.#income));
    await write(transaction, "history.fill", key, latestOfEach(this.#fills));
    await write(transaction, "history.forced_order", key, latestOfEach(this.#forcedOrders));
    await write(transaction, "history.margin_change", key, latestOfEach(this.#marginChanges));
    await write(
      transaction,
      "history.collateral_transaction",
      key,
      latestOfEach(this.#collateralTransactions),
    );
    await write(transaction, "history.position_transaction", key, latestOfEach(this.#positionTransactions));
    await write(transaction, "history.position_cycle", key, latestOfEach(this.#positionCycles));
    await write(transaction, "history.equity_snapshot", key, latestOfEach(this.#equitySnapshots));
  }
}

/**
 * A batch may hold two versions of a record; one statement can write a row only once, and the later version
 * counts.
 */
function latestOfEach<Row extends { record_key: string; part?: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [`${row.record_key} ${row.part ?? ""}`, row])).values()];
}

/** The columns of a table that a record fills in; the rest is its source and its times. */
type Columns<Row> = Omit<Row, keyof RowSource | "occurred_at" | "posted_at">;

function incomeColumns(record: Income): Columns<IncomeRow> {
  return {
    part: record.part,
    kind: record.kind,
    income_type: record.incomeType,
    amount: formatDecimal(record.amount),
    asset: record.asset,
    symbol: record.symbol,
    tran_id: record.tranId,
    trade_id: record.tradeId,
    info: record.info,
    value_at: formatInstant(record.valueAt),
  };
}

function fillColumns(record: Fill): Columns<FillRow> {
  return {
    symbol: record.symbol,
    fill_id: record.fillId,
    order_id: record.orderId,
    side: record.side,
    position_side: record.positionSide,
    price: formatDecimal(record.price),
    quantity: formatDecimal(record.quantity),
    value: formatDecimal(record.value),
    fee: formatDecimal(record.fee),
    fee_asset: record.feeAsset,
    realized_pnl: formatDecimal(record.realizedPnl),
    margin_asset: record.marginAsset,
    is_maker: record.isMaker,
    value_at: formatInstant(record.valueAt),
  };
}

function forcedOrderColumns(record: ForcedOrder): Columns<ForcedOrderRow> {
  return {
    symbol: record.symbol,
    order_id: record.orderId,
    kind: record.kind,
    status: record.status,
    side: record.side,
    position_side: record.positionSide,
    average_price: formatDecimal(record.averagePrice),
    executed_quantity: formatDecimal(record.executedQuantity),
    client_order_id: record.clientOrderId,
  };
}

function marginChangeColumns(record: MarginChange): Columns<MarginChangeRow> {
  return {
    symbol: record.symbol,
    position_side: record.positionSide,
    amount: formatDecimal(record.amount),
    asset: record.asset,
    direction: record.direction,
    reason: record.reason,
  };
}

function collateralTransactionColumns(record: CollateralTransaction): Columns<CollateralTransactionRow> {
  return {
    transaction_id: record.transactionId,
    transaction_type: record.transactionType,
    asset: record.asset,
    symbol: record.symbol,
    amount: formatDecimal(record.amount),
    amount_before: formatDecimal(record.amountBefore),
    legacy_amount: formatDecimal(record.legacyAmount),
    legacy_amount_before: formatDecimal(record.legacyAmountBefore),
    open_value: formatDecimal(record.openValue),
    close_value: formatDecimal(record.closeValue),
    open_fee: formatDecimal(record.openFee),
    close_fee: formatDecimal(record.closeFee),
    liquidation_fee: formatDecimal(record.liquidationFee),
    liquidation_fee_basis: record.liquidationFeeBasis,
    transfer_reason: record.transferReason,
    transfer_id: record.transferId,
    fill_id: record.fillId,
    position_transaction_id: record.positionTransactionId,
    is_liquidation: record.isLiquidation,
    is_deleveraging: record.isDeleveraging,
    status: record.status,
    event_number: record.eventNumber,
    value_at: formatInstant(record.valueAt),
  };
}

function positionTransactionColumns(record: PositionTransaction): Columns<PositionTransactionRow> {
  return {
    transaction_id: record.transactionId,
    transaction_type: record.transactionType,
    asset: record.asset,
    symbol: record.symbol,
    open_size: formatDecimal(record.openSize),
    open_value: formatDecimal(record.openValue),
    open_fee: formatDecimal(record.openFee),
    funding_fee: formatDecimal(record.fundingFee),
    open_size_before: formatDecimal(record.openSizeBefore),
    open_value_before: formatDecimal(record.openValueBefore),
    open_fee_before: formatDecimal(record.openFeeBefore),
    funding_fee_before: formatDecimal(record.fundingFeeBefore),
    fill_open_size: formatDecimal(record.fillOpenSize),
    fill_open_value: formatDecimal(record.fillOpenValue),
    fill_open_fee: formatDecimal(record.fillOpenFee),
    fill_close_size: formatDecimal(record.fillCloseSize),
    fill_close_value: formatDecimal(record.fillCloseValue),
    fill_close_fee: formatDecimal(record.fillCloseFee),
    liquidation_fee: formatDecimal(record.liquidationFee),
    realized_pnl: formatDecimal(record.realizedPnl),
    is_liquidation: record.isLiquidation,
    is_deleveraging: record.isDeleveraging,
    funding_at: record.fundingAt === null ? null : formatInstant(record.fundingAt),
    funding_rate: optionalText(record.fundingRate),
    funding_price: optionalText(record.fundingPrice),
    funding_size: optionalText(record.fundingSize),
    fill_id: record.fillId,
    collateral_transaction_id: record.collateralTransactionId,
    status: record.status,
    event_number: record.eventNumber,
    value_at: formatInstant(record.valueAt),
  };
}

function positionCycleColumns(record: PositionCycle): Columns<PositionCycleRow> {
  return {
    asset: record.asset,
    symbol: record.symbol,
    side: record.side,
    cycle_number: record.cycleNumber,
    open_size: formatDecimal(record.openSize),
    open_value: formatDecimal(record.openValue),
    open_fee: formatDecimal(record.openFee),
    close_size: formatDecimal(record.closeSize),
    close_value: formatDecimal(record.closeValue),
    close_fee: formatDecimal(record.closeFee),
    funding_fee: formatDecimal(record.fundingFee),
    liquidation_fee: formatDecimal(record.liquidationFee),
    updated_at: formatInstant(record.updatedAt),
  };
}

function equitySnapshotColumns(record: EquitySnapshot): Columns<EquitySnapshotRow> {
  return {
    interval: record.interval,
    asset: record.asset,
    total_equity: formatDecimal(record.totalEquity),
    unrealized_pnl: formatDecimal(record.unrealizedPnl),
  };
}

function optionalText(amount: Decimal | null): string | null {
  return amount === null ? null : formatDecimal(amount);
}
