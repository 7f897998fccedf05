/**
 * raw → history: decodes the records that are new, in batches by their sequence, so that memory does not grow with history and a killed
 * run goes on where it stopped. What cannot be decoded is set aside with its reason, and the rest goes on.
 */
import { formatDecimal } from "../domain/decimal.ts";
import { formatInstant } from "../domain/instant.ts";
import type { HistoryRecord, StreamName } from "../domain/record.ts";
import { insertRows } from "../store/insert-rows.ts";
import { readProgress, saveProgress } from "../store/progress.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Store } from "../store/store.ts";
import type { FillRow, ForcedOrderRow, IncomeRow, MarginChangeRow, SetAsideRow } from "../store/tables.ts";
import type { Venue } from "../venues/venue.ts";

const BATCH_RECORDS = 2_000;

type RawRow = {
  stream: StreamName;
  record_key: string;
  version: number;
  symbol: string;
  occurred_at: string;
  body: string;
  sequence: string;
};

/** Returns how many records were worked through. */
export async function normalise(store: Store, accountId: string, decode: Venue["decode"]): Promise<number> {
  let done = 0;
  for (;;) {
    const count = await store.db
      .transaction()
      .execute((transaction) => normaliseBatch(transaction, accountId, decode));
    done += count;
    if (count < BATCH_RECORDS) return done;
  }
}

async function normaliseBatch(
  transaction: Database,
  account_id: string,
  decode: Venue["decode"],
): Promise<number> {
  const after = await readProgress(transaction, account_id, "normalise");
  const records = await runSqlFile<RawRow>(transaction, "normalise/next-records", {
    account_id,
    after,
    batch: BATCH_RECORDS,
  });
  const last = records.at(-1);
  if (last === undefined) return 0;
  const rows = new HistoryRows();
  const setAside = new Map<string, SetAsideRow>();
  for (const record of records) {
    const { stream, record_key, version, symbol, occurred_at, sequence } = record;
    const decoded = decode(stream, record.body);
    if (decoded.kind === "known") {
      rows.add(account_id, record_key, sequence, decoded.record);
      setAside.delete(`${stream} ${record_key}`);
      // The venue has mended what could not be read before.
      if (version > 1) await takeBack(transaction, account_id, stream, record_key);
    } else {
      setAside.set(`${stream} ${record_key}`, {
        account_id,
        stream,
        record_key,
        symbol,
        occurred_at,
        reason: decoded.why,
        kind: "not_understood",
      });
    }
  }
  await rows.insert(transaction);
  await insertRows(
    transaction,
    "raw.set_aside",
    ["account_id", "stream", "record_key", "kind"],
    [...setAside.values()],
  );
  await saveProgress(transaction, account_id, "normalise", last.sequence);
  return records.length;
}

async function takeBack(
  transaction: Database,
  account_id: string,
  stream: StreamName,
  record_key: string,
): Promise<void> {
  await transaction
    .deleteFrom("raw.set_aside")
    .where("account_id", "=", account_id)
    .where("stream", "=", stream)
    .where("record_key", "=", record_key)
    .where("kind", "=", "not_understood")
    .execute();
}

/** Rows of one batch by table. */
class HistoryRows {
  readonly #income: IncomeRow[] = [];
  readonly #fills: FillRow[] = [];
  readonly #forcedOrders: ForcedOrderRow[] = [];
  readonly #marginChanges: MarginChangeRow[] = [];

  add(account_id: string, record_key: string, sequence: string, record: HistoryRecord): void {
    const shared = {
      account_id,
      record_key,
      symbol: record.symbol,
      occurred_at: formatInstant(record.occurredAt),
      sequence,
    };
    switch (record.stream) {
      case "income":
        this.#income.push({
          ...shared,
          income_type: record.incomeType,
          amount: formatDecimal(record.amount),
          asset: record.asset,
          tran_id: record.tranId,
          trade_id: record.tradeId,
          info: record.info,
        });
        break;
      case "fills":
        this.#fills.push({
          ...shared,
          fill_id: record.fillId,
          order_id: record.orderId,
          side: record.side,
          position_side: record.positionSide,
          price: formatDecimal(record.price),
          quantity: formatDecimal(record.quantity),
          fee: formatDecimal(record.fee),
          fee_asset: record.feeAsset,
          realized_pnl: formatDecimal(record.realizedPnl),
          margin_asset: record.marginAsset,
          is_maker: record.isMaker,
        });
        break;
      case "forced_orders":
        this.#forcedOrders.push({
          ...shared,
          order_id: record.orderId,
          kind: record.kind,
          status: record.status,
          side: record.side,
          position_side: record.positionSide,
          average_price: formatDecimal(record.averagePrice),
          executed_quantity: formatDecimal(record.executedQuantity),
          client_order_id: record.clientOrderId,
        });
        break;
      case "margin_changes":
        this.#marginChanges.push({
          ...shared,
          position_side: record.positionSide,
          amount: formatDecimal(record.amount),
          asset: record.asset,
          direction: record.direction,
          reason: record.reason,
        });
        break;
    }
  }

  async insert(transaction: Database): Promise<void> {
    const key = ["account_id", "record_key"] as const;
    await insertRows(transaction, "history.income", key, latestOfEach(this.#income));
    await insertRows(transaction, "history.fill", key, latestOfEach(this.#fills));
    await insertRows(transaction, "history.forced_order", key, latestOfEach(this.#forcedOrders));
    await insertRows(transaction, "history.margin_change", key, latestOfEach(this.#marginChanges));
  }
}

/** A batch may hold two versions of a record; one statement can write a row only once, and the later version counts. */
function latestOfEach<Row extends { record_key: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.record_key, row])).values()];
}
