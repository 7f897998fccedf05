/**
 * Fills and settlements → lots, disposals and round trips by four methods, symbol by symbol, in batches of
 * the order of events. Each batch writes its results and the state after it in one transaction, so a killed
 * run goes on from the last batch, and memory does not grow with history.
 *
 * A row that belongs before what is booked takes the symbol back to the last checkpoint before it: what was
 * booked since is deleted, and booked again. A change in what is known of the symbol beside its events (an
 * opening, its listing) takes it back to the beginning. So the books are always the same as if they were
 * built from empty.
 */
import { setImmediate } from "node:timers/promises";
import { type Instant, parseUtcInstant } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import type { PositionSide } from "../domain/record.ts";
import type { Doing } from "../domain/share.ts";
import { insertNewRows, insertRows } from "../store/insert-rows.ts";
import { readProgress, saveProgress } from "../store/progress.ts";
import { setBackSums } from "../store/set-back.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Store, Transaction } from "../store/store.ts";
import type {
  CheckpointRow,
  DisposalAmountRow,
  DisposalRow,
  PositionOpeningRow,
  RoundTripRow,
  UnassignedFundingRow,
} from "../store/tables.ts";
import {
  disposalAmountRows,
  disposalRow,
  lotAmountRows,
  lotRow,
  roundTripRow,
  type SymbolKey,
  unassignedFundingRow,
} from "./lot-rows.ts";
import type {
  BookEvent,
  ContractSettlement,
  FillEvent,
  FundingPayment,
  SettlementEvent,
} from "./lots/events.ts";
import { parseFixed } from "./lots/fixed.ts";
import { readState, STATE_FORM, writeState } from "./lots/state-text.ts";
import { type Outcome, SymbolBook, type SymbolFacts } from "./lots/symbol-book.ts";

/** How much is booked at once, and how often a state is kept. What is booked does not depend on it. */
export type Pace = {
  readonly batchEvents: number;
  /**
   * After this many fills a state is kept where everything is flat, because it is small then; after
   * `keptFills` of them in any case.
   */
  readonly keptWhenFlatFills: number;
  readonly keptFills: number;
};
/**
 * How many disposals are written at once: few enough that the garbage collector frees them while they are
 * young.
 */
const DISPOSALS_AT_ONCE = 1_000;
/** After this many events the booking lets the store's connection do its work. */
const EVENTS_A_TURN = 20;
const PACE: Pace = { batchEvents: 5_000, keptWhenFlatFills: 1_000, keptFills: 20_000 };

type SymbolToBook = {
  symbol: string;
  has_new: boolean;
  booked_facts: string | null;
  late_posted_at: string | null;
  late_occurred_at: string | null;
  listed_at: string | null;
  margin_asset: string;
  tolerance: string;
};

type EventRow = {
  kind: "fill" | "funding" | "contract_settlement";
  posted_at: string;
  occurred_at: string;
  fill_id: string;
  record_key: string;
  part: string;
  position_side: PositionSide;
  amount: string;
  value: string;
  fee: string;
  fee_asset: string;
  asset: string | null;
  realized_pnl: string;
  sequence: string;
};

/** Booked together: a fill, or all that was settled at one instant. */
type Step = { readonly event: BookEvent; readonly rows: readonly EventRow[] };
type Settlement = { event: SettlementEvent; readonly rows: EventRow[] };

/** How far the booking is: the last event, and what decides whether the state after it is kept. */
type SeriesPlace = {
  readonly step: Step | null;
  readonly isKept: boolean;
  readonly fillsSinceKept: bigint;
  readonly throughSequence: bigint;
};

export async function bookLots(
  store: Store,
  account_id: string,
  pace: Pace = PACE,
  progress: Doing = () => {},
): Promise<void> {
  const { db } = store;
  const after = await readProgress(db, account_id, "positions");
  const until = await highestSequence(db, account_id);
  const symbols = await runSqlFile<SymbolToBook>(db, "book/symbols-to-book", { account_id, after });
  const openings = await readOpenings(db, account_id);
  for (const [done, row] of symbols.entries()) {
    progress(`${account_id} booking positions of ${row.symbol}`, {
      of: `${account_id} positions`,
      done,
      total: symbols.length,
    });
    const key = { account_id, symbol: row.symbol };
    const own = openings.filter(({ symbol }) => symbol === row.symbol);
    const facts = factsText(row, own);
    if (row.booked_facts === facts && !row.has_new) continue;
    const isChanged = row.booked_facts !== null && row.booked_facts !== facts;
    const late =
      row.late_posted_at === null || row.late_occurred_at === null
        ? null
        : { posted_at: row.late_posted_at, occurred_at: row.late_occurred_at };
    if (isChanged || late !== null) {
      await db.transaction().execute((transaction) => rewindTo(transaction, key, isChanged ? null : late));
    }
    let checkpoint = (await lastCheckpoint(db, key)) ?? beginning(key, facts);
    // It is kept in memory from batch to batch; the written states are for a later run to go on from.
    const book = new SymbolBook(
      factsOf(row, own),
      checkpoint.state === "" ? null : readState(checkpoint.state),
    );
    for (let isLast = false; !isLast; ) {
      const booked = await db
        .transaction()
        .execute((transaction) => bookBatch(transaction, key, checkpoint, book, row.margin_asset, pace));
      ({ checkpoint, isLast } = booked);
    }
  }
  await db.transaction().execute((transaction) => saveProgress(transaction, account_id, "positions", until));
}

/**
 * Books the next batch after `checkpoint`, the state that `book` is in. Returns the new checkpoint, and
 * whether nothing is left.
 */
async function bookBatch(
  transaction: Transaction,
  key: SymbolKey,
  checkpoint: CheckpointRow,
  book: SymbolBook,
  asset: string,
  pace: Pace,
): Promise<{ readonly checkpoint: CheckpointRow; readonly isLast: boolean }> {
  const rows = await runSqlFile<EventRow>(transaction, "book/next-events", {
    ...key,
    last_posted_at: checkpoint.last_posted_at,
    last_occurred_at: checkpoint.last_occurred_at,
    last_fill_id: checkpoint.last_fill_id,
    last_key: checkpoint.last_key,
    batch: pace.batchEvents,
  });
  const isLast = rows.length < pace.batchEvents;
  let unwritten = new PendingRows(key);
  const checkpoints: CheckpointRow[] = [];
  let last: SeriesPlace = {
    step: null,
    isKept: checkpoint.is_kept,
    fillsSinceKept: BigInt(checkpoint.fills_since_kept),
    throughSequence: BigInt(checkpoint.through_sequence),
  };
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const step of stepsOf(rows, asset)) {
      const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
      book.book(step.event, outcome);
      unwritten.add(outcome);
      last = placeAfter(last, step, book.isFlat, pace);
      if (last.isKept) checkpoints.push(checkpointAt(checkpoint, last, book));
      // While the server writes the results of some events, the next ones are booked.
      if (book.number % EVENTS_A_TURN === 0) await setImmediate();
      if (unwritten.disposals.length < DISPOSALS_AT_ONCE) continue;
      await writing;
      writing = unwritten.write(transaction);
      // A failure is thrown where it is awaited; until then it must not count as an unhandled rejection.
      writing.catch(() => {});
      unwritten = new PendingRows(key);
    }
  } finally {
    // A write after the end of its transaction would stay even if the transaction was rolled back.
    await writing.catch(() => {});
  }
  if (!last.isKept) checkpoints.push(checkpointAt(checkpoint, last, book));

  await writing;
  await transaction
    .deleteFrom("ledger.checkpoint")
    .where("account_id", "=", key.account_id)
    .where("symbol", "=", key.symbol)
    .where("is_kept", "=", false)
    .execute();
  await insertRows(transaction, "ledger.checkpoint", ["account_id", "symbol", "event_number"], checkpoints);
  await unwritten.write(transaction);
  if (isLast) {
    await writeLots(transaction, key, book);
    await writePositionChanges(transaction, key);
  }
  return { checkpoint: { ...(checkpoints.at(-1) ?? checkpoint), state: "" }, isLast };
}

/** Whether a state is kept depends on the events alone, not on where batches end. */
function placeAfter(before: SeriesPlace, step: Step, isFlat: boolean, pace: Pace): SeriesPlace {
  const fills = (before.isKept ? 0n : before.fillsSinceKept) + (step.event.kind === "fill" ? 1n : 0n);
  let throughSequence = before.throughSequence;
  for (const row of step.rows) {
    const sequence = BigInt(row.sequence);
    if (sequence > throughSequence) throughSequence = sequence;
  }
  return {
    step,
    isKept: fills >= (isFlat ? pace.keptWhenFlatFills : pace.keptFills),
    fillsSinceKept: fills,
    throughSequence,
  };
}

/** The checkpoint after the booked events; `before` is the one before them. */
function checkpointAt(
  before: CheckpointRow,
  { step, ...place }: SeriesPlace,
  book: SymbolBook,
): CheckpointRow {
  const state = writeState(book.state());
  const last = step?.rows.at(-1);
  if (step === null || last === undefined) return { ...before, state };
  const isFill = step.event.kind === "fill";
  return {
    ...before,
    event_number: String(book.number),
    is_kept: place.isKept,
    fills_since_kept: String(place.fillsSinceKept),
    last_posted_at: last.posted_at,
    last_occurred_at: last.occurred_at,
    last_fill_id: isFill ? last.fill_id : "",
    last_key: isFill ? last.record_key : "",
    through_sequence: String(place.throughSequence),
    state,
  };
}

/**
 * The rows as events, one at a time, so that each is short-lived. All rows of a settlement come in one batch.
 */
function* stepsOf(rows: readonly EventRow[], asset: string): Generator<Step> {
  let settlement = null as Settlement | null;
  for (const row of rows) {
    const postedAt = parseUtcInstant(row.posted_at);
    const occurredAt = parseUtcInstant(row.occurred_at);
    const isSame =
      row.kind !== "fill" &&
      settlement?.event.postedAt === postedAt &&
      settlement.event.occurredAt === occurredAt;
    if (settlement !== null && !isSame) {
      yield settlement;
      settlement = null;
    }
    if (row.kind === "fill") {
      yield { event: fillEvent(row, asset, postedAt, occurredAt), rows: [row] };
      continue;
    }
    settlement ??= {
      event: { kind: "settlement", postedAt, occurredAt, payments: [], contract: [] },
      rows: [],
    };
    const { payments, contract } = settlement.event;
    settlement.event =
      row.kind === "funding"
        ? { ...settlement.event, payments: [...payments, paymentOf(row, asset)] }
        : { ...settlement.event, contract: [...contract, contractSettlementOf(row, asset)] };
    settlement.rows.push(row);
  }
  if (settlement !== null) yield settlement;
}

function fillEvent(row: EventRow, asset: string, postedAt: Instant, occurredAt: Instant): FillEvent {
  return {
    kind: "fill",
    key: row.record_key,
    postedAt,
    occurredAt,
    positionSide: row.position_side,
    signedQuantity: parseFixed(row.amount),
    value: parseFixed(row.value),
    fee: parseFixed(row.fee),
    feeAsset: row.fee_asset,
    asset: row.asset ?? asset,
    venueRealizedPnl: parseFixed(row.realized_pnl),
  };
}

function paymentOf(row: EventRow, asset: string): FundingPayment {
  return {
    key: row.record_key,
    part: row.part,
    asset: row.asset ?? asset,
    amount: parseFixed(row.amount),
  };
}

function contractSettlementOf(row: EventRow, asset: string): ContractSettlement {
  return { key: row.record_key, asset: row.asset ?? asset, amount: parseFixed(row.amount) };
}

/** The results of some events, as rows that are not written yet. */
class PendingRows {
  readonly #key: SymbolKey;
  readonly disposals: DisposalRow[] = [];
  readonly #disposalAmounts: DisposalAmountRow[] = [];
  readonly #roundTrips: RoundTripRow[] = [];
  readonly #unassigned: UnassignedFundingRow[] = [];

  constructor(key: SymbolKey) {
    this.#key = key;
  }

  add({ disposals, roundTrips, unassigned }: Outcome): void {
    for (const disposal of disposals) {
      this.disposals.push(disposalRow(this.#key, disposal));
      append(this.#disposalAmounts, disposalAmountRows(this.#key, disposal));
    }
    for (const trip of roundTrips) this.#roundTrips.push(roundTripRow(this.#key, trip));
    for (const funding of unassigned) this.#unassigned.push(unassignedFundingRow(this.#key, funding));
  }

  async write(transaction: Transaction): Promise<void> {
    await setBackSums(
      transaction,
      this.#key.account_id,
      [...this.disposals, ...this.#roundTrips].map(({ closed_at }) => closed_at),
    );
    // One after the other: after a failure no other insert may still be waiting for the connection.
    await insertNewRows(transaction, "ledger.disposal", this.disposals);
    await insertNewRows(transaction, "ledger.disposal_amount", this.#disposalAmounts);
    await insertNewRows(transaction, "ledger.round_trip", this.#roundTrips);
    await insertNewRows(transaction, "ledger.unassigned_funding", this.#unassigned);
  }
}

async function writeLots(transaction: Transaction, key: SymbolKey, book: SymbolBook): Promise<void> {
  for (const table of ["ledger.lot", "ledger.lot_amount"] as const) {
    await transaction
      .deleteFrom(table)
      .where("account_id", "=", key.account_id)
      .where("symbol", "=", key.symbol)
      .execute();
  }
  const held = book.heldLots();
  await insertNewRows(
    transaction,
    "ledger.lot",
    held.map((one) => lotRow(key, one)),
  );
  await insertNewRows(
    transaction,
    "ledger.lot_amount",
    held.flatMap((one) => lotAmountRows(key, one)),
  );
}

/** Those behind the last one that is stored. */
async function writePositionChanges(transaction: Transaction, key: SymbolKey): Promise<void> {
  type Change = { posted_at: string; occurred_at: string; fill_id: string; record_key: string };
  const [last] = await runSqlFile<Change>(transaction, "book/last-change", { ...key });
  const [added] = await runSqlFile<FirstTime>(transaction, "book/position-changes", {
    ...key,
    last_posted_at: last?.posted_at ?? "-infinity",
    last_occurred_at: last?.occurred_at ?? "-infinity",
    last_fill_id: last?.fill_id ?? "",
    last_key: last?.record_key ?? "",
  });
  await setBackSums(transaction, key.account_id, [added?.first_at]);
}

/** Deletes what was booked since the last checkpoint before the instant; all of it for null. */
async function rewindTo(
  transaction: Transaction,
  key: SymbolKey,
  before: { readonly posted_at: string; readonly occurred_at: string } | null,
): Promise<void> {
  const checkpoint =
    before === null
      ? []
      : await runSqlFile<{ event_number: string }>(transaction, "book/checkpoint-before", {
          ...key,
          ...before,
        });
  const number = checkpoint[0]?.event_number ?? "-1";
  const [lost] = await runSqlFile<FirstTime>(transaction, "book/first-rewound", { ...key, number });
  await setBackSums(transaction, key.account_id, [lost?.first_at]);
  for (const table of ["ledger.disposal", "ledger.disposal_amount", "ledger.round_trip"] as const) {
    await transaction
      .deleteFrom(table)
      .where("account_id", "=", key.account_id)
      .where("symbol", "=", key.symbol)
      .where("closing_number", ">", number)
      .execute();
  }
  // They are numbered in the order of the events, and written at the end of the symbol's booking.
  await transaction
    .deleteFrom("ledger.position_change")
    .where("account_id", "=", key.account_id)
    .where("symbol", "=", key.symbol)
    .execute();
  for (const table of ["ledger.unassigned_funding", "ledger.checkpoint"] as const) {
    await transaction
      .deleteFrom(table)
      .where("account_id", "=", key.account_id)
      .where("symbol", "=", key.symbol)
      .where("event_number", ">", number)
      .execute();
  }
}

type FirstTime = { first_at: string | null };

async function lastCheckpoint(db: Database, key: SymbolKey): Promise<CheckpointRow | undefined> {
  return db
    .selectFrom("ledger.checkpoint")
    .selectAll()
    .where("account_id", "=", key.account_id)
    .where("symbol", "=", key.symbol)
    .orderBy("event_number", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** Before every event there can be. */
function beginning(key: SymbolKey, facts: string): CheckpointRow {
  return {
    ...key,
    event_number: "0",
    is_kept: false,
    fills_since_kept: "0",
    last_posted_at: "-infinity",
    last_occurred_at: "-infinity",
    last_fill_id: "",
    last_key: "",
    through_sequence: "0",
    facts,
    state: "",
  };
}

async function readOpenings(db: Database, accountId: string): Promise<readonly PositionOpeningRow[]> {
  return db
    .selectFrom("ledger.position_opening")
    .selectAll()
    .where("account_id", "=", accountId)
    .orderBy("symbol")
    .orderBy("position_side")
    .execute();
}

/**
 * What a symbol's lots depend on besides its events, as text, to compare with what the symbol was booked
 * with.
 */
function factsText(row: SymbolToBook, openings: readonly PositionOpeningRow[]): string {
  return JSON.stringify({
    form: STATE_FORM,
    listed_at: row.listed_at,
    margin_asset: row.margin_asset,
    tolerance: row.tolerance,
    openings: openings.map(({ position_side, quantity, cost, source }) => ({
      position_side,
      quantity,
      cost,
      source,
    })),
  });
}

function factsOf(row: SymbolToBook, openings: readonly PositionOpeningRow[]): SymbolFacts {
  return {
    listedAt: row.listed_at === null ? null : parseUtcInstant(row.listed_at),
    asset: row.margin_asset,
    tolerance: parseFixed(row.tolerance),
    openings: openings.map((opening) => ({
      positionSide: opening.position_side as PositionSide,
      quantity: parseFixed(opening.quantity),
      cost: parseFixed(opening.cost),
      isInferred: opening.source === "inferred",
    })),
  };
}

async function highestSequence(db: Database, accountId: string): Promise<string> {
  const [row] = await runSqlFile<{ highest: string }>(db, "book/highest-sequence", { account_id: accountId });
  return row?.highest ?? "0";
}
