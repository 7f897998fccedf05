/**
 * The positions that were open before the history begins: as a person configured them, or inferred from the
 * first snapshot and the venue's own figures of the fills until then. Later fills are left out of the
 * inference: with them it would change from night to night, and every result with it.
 *
 * Inferred again each time, so that books grown night by night are the same as those built from empty. Where
 * the history reaches the account's beginning nothing is inferred: there, a position that does not add up is
 * a difference for the reconciliation to show.
 *
 * Once a period is closed, the openings stay as the first close had them, because every later result depends
 * on them.
 */

import type { Closing } from "../domain/closing.ts";
import { counted } from "../domain/counted.ts";
import { divide, formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { PositionOpeningRow } from "../store/tables.ts";
import {
  type InferredOpening,
  inferOpening,
  type SeriesSide,
  type ShownEntry,
  startsFlat,
  type VenueFill,
} from "./infer-opening.ts";
import { pnlTolerance } from "./pnl-tolerance.ts";

/**
 * A position that a person says was open when the history begins; quantity and cost as plain decimals, signed
 * alike.
 */
export type ConfiguredOpening = {
  readonly symbol: string;
  readonly positionSide: string;
  readonly quantity: string;
  readonly entryPrice: string;
};

export type OpeningTerms = {
  readonly configured: readonly ConfiguredOpening[];
  /** Decimals that the venue keeps of an amount. */
  readonly amountDecimals: number;
};

/**
 * At most this many fills are read for one opening: a series that is not flat within them is judged by them
 * alone.
 */
const FILLS_MAX = 20_000;

export async function bookPositionOpenings(
  store: Store,
  account_id: string,
  { configured, amountDecimals }: OpeningTerms,
  closings: readonly Closing[],
): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const account = await transaction
      .selectFrom("raw.account")
      .selectAll()
      .where("account_id", "=", account_id)
      .executeTakeFirst();
    if (account === undefined) return;
    const openings = new Map<string, PositionOpeningRow>();
    const inferred = account.is_from_beginning ? [] : await inferAll(transaction, account_id, amountDecimals);
    for (const row of inferred) openings.set(seriesOf(row), row);
    for (const opening of configured) {
      const row = configuredRow(account_id, opening);
      openings.set(seriesOf(row), besideInferred(row, openings.get(seriesOf(row)) ?? null));
    }
    const open = [...openings.values()].filter((row) => !parseDecimal(row.quantity).isZero());
    const [firstClose] = closings;
    await transaction.deleteFrom("ledger.position_opening").where("account_id", "=", account_id).execute();
    await insertRows(
      transaction,
      "ledger.position_opening",
      ["account_id", "symbol", "position_side"],
      firstClose === undefined ? open : await readClosed(transaction, account_id, firstClose),
    );
  });
}

async function readClosed(
  transaction: Transaction,
  account_id: string,
  close: Closing,
): Promise<PositionOpeningRow[]> {
  return transaction
    .selectFrom("ledger.closed_position_opening")
    .select(["account_id", "symbol", "position_side", "quantity", "cost", "source", "evidence"])
    .where("account_id", "=", account_id)
    .where("closing_number", "=", close.number)
    .execute();
}

function seriesOf({ symbol, position_side }: PositionOpeningRow): string {
  return `${symbol} ${position_side}`;
}

/**
 * A configured opening is used as it is; where the venue's figures say something else, the evidence names
 * both.
 */
function besideInferred(row: PositionOpeningRow, inferred: PositionOpeningRow | null): PositionOpeningRow {
  if (inferred === null || (inferred.quantity === row.quantity && inferred.cost === row.cost)) return row;
  const price = divide(parseDecimal(inferred.cost), parseDecimal(inferred.quantity), 18);
  const figures = `${inferred.quantity} at ${formatDecimal(price)}`;
  return { ...row, evidence: `${row.evidence}; the venue's figures say ${figures}` };
}

function configuredRow(account_id: string, opening: ConfiguredOpening): PositionOpeningRow {
  const quantity = parseDecimal(opening.quantity);
  return {
    account_id,
    symbol: opening.symbol,
    position_side: opening.positionSide,
    quantity: formatDecimal(quantity),
    cost: formatDecimal(quantity.times(parseDecimal(opening.entryPrice))),
    source: "configured",
    evidence: `the configuration says so: ${opening.quantity} at ${opening.entryPrice}`,
  };
}

type ShownRow = {
  symbol: string;
  position_side: SeriesSide;
  quantity: string;
  entry_price: string | null;
  fills: number;
  taken_at: string;
};

async function inferAll(
  transaction: Transaction,
  account_id: string,
  amountDecimals: number,
): Promise<PositionOpeningRow[]> {
  const found: PositionOpeningRow[] = [];
  for (const shown of await runSqlFile<ShownRow>(transaction, "book/shown-openings", { account_id })) {
    const fills = await readFills(transaction, account_id, shown);
    const opening = inferWithin(shown, fills, amountDecimals);
    if (opening?.kind !== "opening") continue;
    found.push({
      account_id,
      symbol: shown.symbol,
      position_side: shown.position_side,
      quantity: formatDecimal(opening.quantity),
      cost: formatDecimal(opening.cost),
      source: "inferred",
      evidence: evidenceOf(opening, shown.taken_at),
    });
  }
  return found;
}

/** An entry price of zero is what venues print for a position that they do not show. */
function shownEntry({ entry_price, fills }: ShownRow): ShownEntry | null {
  const price = entry_price === null ? null : parseDecimal(entry_price);
  return price === null || price.isZero() ? null : { fills, price };
}

/**
 * Venues keep their average with few digits, which shows in the last decimal of a large position: where a
 * tolerance of one unit finds no cost, ten units are tried. Null where the figures say that the series began
 * flat, or nothing says that it did not: a shortfall is then no opening but an open item.
 */
function inferWithin(
  row: ShownRow,
  fills: readonly VenueFill[],
  amountDecimals: number,
): InferredOpening | null {
  const { tradeCash, fillAverage } = pnlTolerance(amountDecimals);
  const side = row.position_side;
  const flat = startsFlat(fills, fillAverage, side);
  if (flat === "agrees") return null;
  const within = (tolerance: typeof tradeCash) =>
    inferOpening(parseDecimal(row.quantity), fills, tolerance, shownEntry(row), side);
  const exact = within(tradeCash);
  const opening = exact.kind === "contradicted" ? within(fillAverage) : exact;
  return flat === "silent" && opening.kind === "opening" && !opening.isFromEntryPrice ? null : opening;
}

function evidenceOf(opening: InferredOpening & { kind: "opening" }, takenAt: string): string {
  const quantity = `quantity: the position that the venue showed at ${takenAt}, less all fills until then`;
  const realized = `${counted(opening.figures, "figure")} of the venue`;
  const cost = opening.isFromEntryPrice
    ? `cost: the entry price that it showed, and with it ${realized}`
    : `cost: the realized PnL of its closes, ${realized} that agree`;
  return `${quantity}; ${cost}`;
}

async function readFills(
  transaction: Transaction,
  account_id: string,
  { symbol, position_side, taken_at }: ShownRow,
): Promise<VenueFill[]> {
  const rows = await runSqlFile<{ side: string; quantity: string; value: string; realized_pnl: string }>(
    transaction,
    "book/first-fills",
    { account_id, symbol, position_side, until: taken_at, batch: FILLS_MAX },
  );
  return rows.map((row) => {
    const quantity = parseDecimal(row.quantity);
    return {
      signedQuantity: row.side === "BUY" ? quantity : quantity.negated(),
      value: parseDecimal(row.value),
      realizedPnl: parseDecimal(row.realized_pnl),
    };
  });
}
