/**
 * The events and the disposals of an account out of the ledger, in batches through the door for selects: what
 * is held does not grow with their number.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import type { LotMethod } from "../domain/treatment.ts";
import { openSelect, type RowCells } from "../store/read-only.ts";
import { runSqlFile, sqlFileQuery } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import type { Disposal } from "./disposals.ts";
import { type AccountBooks, EVENT_KINDS, type ExportEvent } from "./events.ts";
import type { OpenSpan } from "./granularity.ts";

/** To be read to its end, inside `readOnly`. */
export async function* readEvents(
  db: Database,
  { account, venue }: Pick<AccountBooks, "account" | "venue">,
  period: Period,
): AsyncGenerator<readonly ExportEvent[]> {
  const query = sqlFileQuery("export/events", { account_id: account, ...spanOf(period) });
  for await (const rows of readRows(db, query)) yield rows.map((cell) => eventOf(cell, account, venue));
}

/** By one lot method; likewise. */
export async function* readDisposals(
  db: Database,
  account: string,
  method: LotMethod,
  period: Period,
): AsyncGenerator<readonly Disposal[]> {
  const query = sqlFileQuery("export/disposals", { account_id: account, method, ...spanOf(period) });
  for await (const rows of readRows(db, query)) yield rows.map((cell) => disposalOf(cell, account, method));
}

async function* readRows(
  db: Database,
  query: ReturnType<typeof sqlFileQuery>,
): AsyncGenerator<readonly Cells[]> {
  const { columns, batches } = await openSelect(db, query, {
    where: "perpbooks export",
    next: "report it: the select is the program's own",
  });
  const places = new Map(columns.map(({ name }, place) => [name, place]));
  for await (const batch of batches) yield batch.map((row) => cellsOf(places, row));
}

type Cells = (name: string) => string | null;

function cellsOf(places: ReadonlyMap<string, number>, row: RowCells): Cells {
  return (name) => row[places.get(name) ?? -1] ?? null;
}

function eventOf(cell: Cells, account: string, venue: string): ExportEvent {
  const required = (name: string) => cell(name) ?? "";
  const value = cell("value");
  return {
    account,
    venue,
    kind: EVENT_KINDS.find((kind) => kind === cell("kind")) ?? "unknown",
    asset: required("asset"),
    amount: parseDecimal(required("amount")),
    at: parseUtcInstant(required("posted_at")),
    occurredAt: parseUtcInstant(required("occurred_at")),
    isAdjustment: cell("posted_at") !== cell("occurred_at"),
    value: value === null ? null : parseDecimal(value),
    entryIds: [required("entry_id")],
    symbol: cell("symbol") === "" ? null : cell("symbol"),
    cashKind: cell("cash_kind"),
    side: cell("side"),
    positionSide: cell("position_side"),
    quantity: cell("quantity"),
    price: cell("price"),
    tradeId: cell("trade_id"),
    orderId: cell("order_id"),
    transactionId: cell("transaction_id"),
    stream: cell("stream"),
    recordKey: cell("record_key"),
    basis: cell("basis"),
    info: cell("info"),
    counterpartyAccount: cell("counterparty_account"),
    currency: cell("currency"),
    currencyPrice: cell("currency_price"),
    missing: cell("currency") === null && cell("missing") === "not valued yet" ? null : cell("missing"),
  };
}

function disposalOf(cell: Cells, account: string, method: LotMethod): Disposal {
  const required = (name: string) => cell(name) ?? "";
  const amount = (name: string) => parseDecimal(required(name));
  const optionalInstant = (name: string) => {
    const text = cell(name);
    return text === null ? null : parseUtcInstant(text);
  };
  const [price, entryIds] = [cell("currency_price"), cell("entry_ids")];
  return {
    account,
    method,
    symbol: required("symbol"),
    positionSide: required("position_side"),
    direction: required("direction"),
    openedAt: optionalInstant("opened_at"),
    lastOpenedAt: optionalInstant("last_opened_at"),
    closedAt: parseUtcInstant(required("closed_at")),
    quantity: amount("quantity"),
    asset: required("asset"),
    proceeds: amount("proceeds"),
    cost: amount("cost"),
    realizedPnl: amount("realized_pnl"),
    openingFee: amount("opening_fee"),
    closingFee: amount("closing_fee"),
    funding: amount("funding"),
    currency: cell("currency"),
    currencyPrice: price === null ? null : parseDecimal(price),
    quality: cell("quality"),
    missing: cell("missing"),
    basis: required("basis"),
    fillId: cell("fill_id"),
    orderId: cell("order_id"),
    fillKey: required("fill_key"),
    openingFillKey: required("opening_fill_key"),
    piece: required("piece"),
    entryIds: entryIds === null ? [] : entryIds.split("\n"),
  };
}

export async function readAccountBooks(
  db: Database,
  account: Pick<AccountBooks, "account" | "venue">,
  period: Period,
): Promise<AccountBooks> {
  const rows = await runSqlFile<{ asset: string; opening: string; closing: string; decimals: number }>(
    db,
    "export/wallets",
    { account_id: account.account, ...spanOf(period) },
  );
  const wallets = rows.map(({ asset, opening, closing, decimals }) => ({
    asset,
    opening: parseDecimal(opening),
    closing: parseDecimal(closing),
    decimals,
  }));
  return { ...account, wallets };
}

export async function readOpenSpans(db: Database, account_id: string): Promise<OpenSpan[]> {
  const rows = await runSqlFile<{ symbol: string; opened_at: string | null; closed_at: string }>(
    db,
    "export/round-trips",
    { account_id },
  );
  return rows.map(({ symbol, opened_at, closed_at }) => ({
    symbol,
    from: opened_at === null ? null : parseUtcInstant(opened_at),
    until: parseUtcInstant(closed_at),
  }));
}

function spanOf({ from, until }: Period): { from: string; until: string } {
  return { from: formatInstant(from), until: formatInstant(until) };
}
