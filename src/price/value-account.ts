/**
 * What the books are worth in the reporting currency. All of it is worked out anew each time, in one
 * transaction, from the books and the prices alone: so it does not matter in which order they came, and a
 * price that is imported later is in effect at once. Of the minutes, only those that come out otherwise than
 * before are written: a night changes few of them.
 *
 * An event is valued at the minute in which it occurred, also where the books count it later (`posted_at`):
 * its worth did not wait for us.
 */
import { createHash } from "node:crypto";
import { type Decimal, formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { CoinDisposalRow, ValuationLegRow, ValuationRow } from "../store/tables.ts";
import { readQuotes } from "./read-quotes.ts";
import {
  type CoinDisposal,
  type CoinEvent,
  disposeFirstInFirstOut,
  type UnitValue,
} from "./valuation/coin-lots.ts";
import { QuoteIndex } from "./valuation/quote.ts";
import { Converter, type Valuation } from "./valuation/value.ts";

const BATCH_ROWS = 5_000;

export type ValuationTerms = {
  readonly currency: string | null;
  /** At whose midnights what is held is valued. */
  readonly timeZone: string;
};

/**
 * Values the account's books, and what it holds at the ends of days; without a reporting currency, forgets
 * what they were worth in another. Returns how many minutes came out otherwise than before.
 */
export async function valueAccount(
  store: Store,
  accountId: string,
  { currency, timeZone }: ValuationTerms,
): Promise<number> {
  return store.db.transaction().execute(async (transaction) => {
    await forget(transaction, "ledger.coin_disposal", accountId);
    if (currency === null) {
      await forget(transaction, "ledger.valuation", accountId);
      await forget(transaction, "ledger.valuation_leg", accountId);
      return 0;
    }
    const { valuations, changed } = await valueMinutes(transaction, accountId, currency, timeZone);
    await disposeOfCoins(transaction, accountId, currency, valuations);
    return changed;
  });
}

async function forget(
  transaction: Transaction,
  table: "ledger.valuation" | "ledger.valuation_leg" | "ledger.coin_disposal",
  accountId: string,
): Promise<void> {
  await transaction.deleteFrom(table).where("account_id", "=", accountId).execute();
}

type AssetMinute = { asset: string; minute: string };
type NeededMinute = AssetMinute & { is_booked: boolean; is_held: boolean };
type Valuations = ReadonlyMap<string, Valuation>;

function keyOf({ asset, minute }: AssetMinute): string {
  return `${minute} ${asset}`;
}

async function valueMinutes(
  transaction: Transaction,
  account_id: string,
  currency: string,
  time_zone: string,
): Promise<{ valuations: Valuations; changed: number }> {
  const minutes = await runSqlFile<NeededMinute>(transaction, "price/minutes", { account_id, time_zone });
  const quotes = await readQuotes(
    transaction,
    account_id,
    minutes.map(({ minute }) => minute),
  );
  const converter = new Converter(new QuoteIndex(quotes), currency);
  const valuations = new Map<string, Valuation>();
  const known = await readFingerprints(transaction, account_id);
  const changed: Valued[] = [];
  for (const { asset, minute, is_booked, is_held } of minutes) {
    const key = { asset, minute };
    const valuation = converter.value(asset, parseUtcInstant(minute));
    valuations.set(keyOf(key), valuation);
    const cells = { currency, is_booked, is_held, ...valuationCells(valuation) };
    const legs = legCells(valuation);
    const fingerprint = createHash("md5")
      .update(JSON.stringify([cells, legs]))
      .digest("hex");
    if (known.get(keyOf(key))?.fingerprint !== fingerprint)
      changed.push({ valuation: { account_id, ...key, ...cells, fingerprint }, legs });
    else known.delete(keyOf(key));
  }
  // What is left of the known ones has changed, or nothing needs it any more.
  await forgetMinutes(transaction, account_id, [...known.values()]);
  await writeValued(transaction, changed);
  return { valuations, changed: changed.length };
}

type Fingerprint = AssetMinute & { fingerprint: string };

async function readFingerprints(
  transaction: Transaction,
  accountId: string,
): Promise<Map<string, Fingerprint>> {
  const rows = await transaction
    .selectFrom("ledger.valuation")
    .select(["asset", "minute", "fingerprint"])
    .where("account_id", "=", accountId)
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function forgetMinutes(
  transaction: Transaction,
  account_id: string,
  minutes: readonly AssetMinute[],
): Promise<void> {
  for (let first = 0; first < minutes.length; first += BATCH_ROWS) {
    const batch = minutes.slice(first, first + BATCH_ROWS).map(({ asset, minute }) => ({ asset, minute }));
    await runSqlFile(transaction, "price/forget-minutes", { account_id, minutes: JSON.stringify(batch) });
  }
}

type LegCells = Omit<ValuationLegRow, "account_id" | "asset" | "minute">;
type Valued = { readonly valuation: ValuationRow; readonly legs: readonly LegCells[] };

async function writeValued(transaction: Transaction, all: readonly Valued[]): Promise<void> {
  for (let first = 0; first < all.length; first += BATCH_ROWS) {
    const batch = all.slice(first, first + BATCH_ROWS);
    await insertRows(
      transaction,
      "ledger.valuation",
      ["account_id", "asset", "minute"],
      batch.map(({ valuation }) => valuation),
    );
    const legs = batch.flatMap(({ valuation: { account_id, asset, minute }, legs }) =>
      legs.map((cells) => ({ account_id, asset, minute, ...cells })),
    );
    await insertRows(transaction, "ledger.valuation_leg", ["account_id", "asset", "minute", "leg"], legs);
  }
}

function valuationCells(
  valuation: Valuation,
): Pick<ValuationRow, "price" | "quality" | "missing" | "due_at"> {
  return valuation.kind === "missing"
    ? {
        price: null,
        quality: null,
        missing: valuation.why,
        due_at: valuation.dueAt === null ? null : formatInstant(valuation.dueAt),
      }
    : { price: formatDecimal(valuation.price), quality: valuation.quality, missing: null, due_at: null };
}

function legCells(valuation: Valuation): readonly LegCells[] {
  if (valuation.kind === "missing") return [];
  return valuation.legs.map(({ quote, isInverse }, index) => ({
    leg: index + 1,
    base_asset: quote.base,
    quote_asset: quote.quote,
    quality: quote.quality,
    quoted_at: formatInstant(quote.quotedAt),
    price: formatDecimal(quote.price),
    source: quote.source,
    is_inverse: isInverse,
  }));
}

// Coins that fees are paid in ------------------------------------------------------------------------------

type CoinMovement = {
  asset: string;
  entry_id: string;
  line: number;
  kind: string;
  debit_account: string;
  credit_account: string;
  amount: string;
  occurred_at: string;
  posted_at: string;
  minute: string;
};

async function disposeOfCoins(
  transaction: Transaction,
  account_id: string,
  currency: string,
  valuations: Valuations,
): Promise<void> {
  const movements = await runSqlFile<CoinMovement>(transaction, "price/coin-movements", {
    account_id,
    currency,
  });
  const assets = [...new Set(movements.map((movement) => movement.asset))];
  for (const asset of assets) {
    const events = movements
      .filter((movement) => movement.asset === asset)
      .map((movement) => coinEvent(movement, unitValue(valuations.get(keyOf(movement)))));
    const rows = disposeFirstInFirstOut(events).map((disposal) => ({
      account_id,
      asset,
      currency,
      ...disposalCells(disposal),
    }));
    for (let first = 0; first < rows.length; first += BATCH_ROWS) {
      await insertRows(
        transaction,
        "ledger.coin_disposal",
        ["account_id", "asset", "entry_id", "line", "part"],
        rows.slice(first, first + BATCH_ROWS),
      );
    }
  }
}

function unitValue(valuation: Valuation | undefined): UnitValue {
  if (valuation === undefined) return { kind: "missing", why: "not valued" };
  return valuation.kind === "missing" ? valuation : { kind: "known", price: valuation.price };
}

/** Coins that come from here have a cost that the books cannot know. */
const COST_UNKNOWN: Readonly<Record<string, string>> = {
  "equity:opening": "what the opening balance cost is not known",
  suspense: "how they came is not known",
};

/** Coins that go there remain their owner's, or nobody knows what became of them: no disposal. */
const NOT_DISPOSED: readonly string[] = ["equity:transfers", "equity:opening", "suspense"];

/** Pure. */
function coinEvent(movement: CoinMovement, valuation: UnitValue): CoinEvent {
  const event = {
    entryId: movement.entry_id,
    line: movement.line,
    kind: movement.kind,
    quantity: parseDecimal(movement.amount),
    occurredAt: parseUtcInstant(movement.occurred_at),
    postedAt: parseUtcInstant(movement.posted_at),
  };
  if (movement.debit_account === "assets:wallet") {
    const why = COST_UNKNOWN[movement.credit_account];
    return { ...event, change: "acquired", unit: why === undefined ? valuation : { kind: "missing", why } };
  }
  const change = NOT_DISPOSED.includes(movement.debit_account) ? "withdrawn" : "disposed";
  return { ...event, change, unit: valuation };
}

function disposalCells({
  event,
  part,
  lot,
  ...amounts
}: CoinDisposal): Omit<CoinDisposalRow, "account_id" | "asset" | "currency"> {
  const text = (amount: Decimal | null) => (amount === null ? null : formatDecimal(amount));
  return {
    entry_id: event.entryId,
    line: event.line,
    part,
    kind: event.kind,
    acquired_at: lot === null ? null : formatInstant(lot.occurredAt),
    acquired_entry_id: lot?.entryId ?? null,
    acquired_by: lot?.kind ?? null,
    disposed_at: formatInstant(event.occurredAt),
    posted_at: formatInstant(event.postedAt),
    quantity: formatDecimal(amounts.quantity),
    proceeds: text(amounts.proceeds),
    cost: text(amounts.cost),
    result: text(amounts.result),
    missing: amounts.missing,
  };
}
