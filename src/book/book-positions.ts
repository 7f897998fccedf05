/**
 * Fills → positions and disposals at average cost, series by series: one per symbol and position side. Each batch writes its disposals
 * and the position after it in one transaction, so a killed run goes on from the last batch.
 */
import { formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { insertRows } from "../store/insert-rows.ts";
import { readProgress, saveProgress } from "../store/progress.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Store } from "../store/store.ts";
import type { DisposalRow, PositionRow } from "../store/tables.ts";
import { bookFill } from "./position.ts";

const BATCH_FILLS = 5_000;
const METHOD = "average";

type Series = { readonly account_id: string; readonly symbol: string; readonly position_side: string };
type FillInOrder = {
  record_key: string;
  fill_id: string;
  side: string;
  price: string;
  quantity: string;
  realized_pnl: string;
  margin_asset: string;
  occurred_at: string;
  posted_at: string;
  sequence: string;
};

export async function bookNewFills(store: Store, account_id: string): Promise<void> {
  const { db } = store;
  const after = await readProgress(db, account_id, "positions");
  const until = await highestFillSequence(db, account_id);
  const waiting = await runSqlFile<{ symbol: string; position_side: string; is_late: boolean }>(
    db,
    "book/series-to-book",
    {
      account_id,
      after,
    },
  );
  for (const { symbol, position_side, is_late } of waiting) {
    const series = { account_id, symbol, position_side };
    // A fill that belongs before the last one booked changes every result after it: the series is booked anew.
    if (is_late) await db.transaction().execute((transaction) => forgetSeries(transaction, series));
    while ((await db.transaction().execute((transaction) => bookBatch(transaction, series))) === BATCH_FILLS);
  }
  await db.transaction().execute((transaction) => saveProgress(transaction, account_id, "positions", until));
}

async function bookBatch(transaction: Database, series: Series): Promise<number> {
  const before = await readPosition(transaction, series);
  const fills = await runSqlFile<FillInOrder>(transaction, "book/next-fills", {
    ...series,
    last_at: before.last_at,
    last_fill_id: before.last_fill_id,
    last_key: before.last_key,
    batch: BATCH_FILLS,
  });
  if (fills.length === 0) return 0;
  const { position, disposals } = bookInOrder(series, before, fills);
  await insertRows(
    transaction,
    "ledger.disposal",
    ["account_id", "method", "symbol", "position_side", "fill_key"],
    disposals,
  );
  await insertRows(
    transaction,
    "ledger.position",
    ["account_id", "method", "symbol", "position_side"],
    [position],
  );
  return fills.length;
}

/** Books fills given in their order onto the position they follow. Pure. */
function bookInOrder(
  series: Series,
  before: PositionRow,
  fills: readonly FillInOrder[],
): { position: PositionRow; disposals: DisposalRow[] } {
  let open = { quantity: parseDecimal(before.quantity), cost: parseDecimal(before.cost) };
  let row = before;
  const disposals: DisposalRow[] = [];
  for (const fill of fills) {
    const quantity = parseDecimal(fill.quantity);
    const signedQuantity = fill.side === "BUY" ? quantity : quantity.negated();
    const { position, closed } = bookFill(open, { signedQuantity, price: parseDecimal(fill.price) });
    if (closed !== null) {
      disposals.push({
        ...series,
        method: METHOD,
        fill_key: fill.record_key,
        opened_at: row.opened_at ?? fill.posted_at,
        closed_at: fill.posted_at,
        quantity: formatDecimal(closed.quantity),
        proceeds: formatDecimal(closed.proceeds),
        cost: formatDecimal(closed.cost),
        realized_pnl: formatDecimal(closed.realizedPnl),
        asset: fill.margin_asset,
        venue_realized_pnl: fill.realized_pnl,
      });
    }
    const hasTurned = position.quantity.isNegative() !== open.quantity.isNegative();
    const beganHere = open.quantity.isZero() || hasTurned;
    row = {
      ...row,
      opened_at: position.quantity.isZero() ? null : beganHere ? fill.posted_at : row.opened_at,
      fill_count: String(BigInt(row.fill_count) + 1n),
      last_at: fill.occurred_at,
      last_fill_id: fill.fill_id,
      last_key: fill.record_key,
      through_sequence:
        BigInt(fill.sequence) > BigInt(row.through_sequence) ? fill.sequence : row.through_sequence,
    };
    open = position;
  }
  return {
    position: { ...row, quantity: formatDecimal(open.quantity), cost: formatDecimal(open.cost) },
    disposals,
  };
}

async function readPosition(transaction: Database, series: Series): Promise<PositionRow> {
  const row = await transaction
    .selectFrom("ledger.position")
    .selectAll()
    .where("account_id", "=", series.account_id)
    .where("method", "=", METHOD)
    .where("symbol", "=", series.symbol)
    .where("position_side", "=", series.position_side)
    .executeTakeFirst();
  return (
    row ?? {
      ...series,
      method: METHOD,
      quantity: "0",
      cost: "0",
      opened_at: null,
      fill_count: "0",
      // Before every fill there can be.
      last_at: "-infinity",
      last_fill_id: "",
      last_key: "",
      through_sequence: "0",
    }
  );
}

async function forgetSeries(transaction: Database, series: Series): Promise<void> {
  for (const table of ["ledger.disposal", "ledger.position"] as const) {
    await transaction
      .deleteFrom(table)
      .where("account_id", "=", series.account_id)
      .where("method", "=", METHOD)
      .where("symbol", "=", series.symbol)
      .where("position_side", "=", series.position_side)
      .execute();
  }
}

async function highestFillSequence(db: Database, accountId: string): Promise<string> {
  const row = await db
    .selectFrom("history.fill")
    .select((expression) => expression.fn.max("sequence").as("highest"))
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row?.highest ?? "0";
}
