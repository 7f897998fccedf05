/**
 * Where an account begins. Nothing can happen in an account before money comes into it; so its first cash row
 * is where its history begins, and what lies before it need not be requested of every stream and contract.
 *
 * What is inferred is kept as coverage with its evidence (`load/beginning.ts`). Nothing is inferred where the
 * first cash row is none that an account can begin with: a fee, a loss, funding or a withdrawal has a life
 * before it that the venue does not show. Nor where anything is known of an earlier time.
 */
import type { CashKind } from "../domain/cash-kind.ts";
import { type DurationMs, formatInstant, type Instant, parseUtcInstant, plus } from "../domain/instant.ts";
import { NAMES_AS_SENT, STREAM_NAMES } from "../domain/record.ts";
import { difference, type Window } from "../domain/window.ts";
import { countBeginnings, recordBeginning, takeBackBeginning } from "../load/beginning.ts";
import type { Database } from "../store/store.ts";
import { supportOf, type Venue } from "../venues/venue.ts";
import type { Extraction } from "./extraction.ts";
import { type StreamRead, walkOf } from "./read-stream.ts";
import { firstRows } from "./survey.ts";

/**
 * What money comes in as, where its amount is above zero. What else is of the same instant may be of money
 * that was there before: which of them came first, nobody says.
 */
const MONEY_IN: readonly CashKind[] = ["transfer", "deposit", "bridge_deposit", "reward"];

/**
 * Looks for the first row of a cash statement that was not read yet, and covers what lies before it in all
 * streams. Worth while only where more is unread than the survey itself costs. Returns whether it has.
 */
export async function surveyBeginning(extraction: Extraction, cash: StreamRead): Promise<boolean> {
  const { support, span, coverage } = cash;
  const [unread] = difference(span, coverage.settled("income", ""));
  if (support.hasSurvey !== true || support.retention !== null || unread === undefined) return false;
  if (unread.until - unread.from <= 2 * support.windowMax) return false;
  const walk = walkOf(extraction, cash);
  extraction.progress(`${walk.where}: where it begins`);
  const first = await firstRows(walk, unread);
  if (first === null) return false;
  return inferFrom(extraction, cash, { at: first.at, bodies: first.rows.map(({ body }) => body) });
}

/**
 * Looks for an earlier first row than the one that was inferred from, and takes the inference back if there
 * is one.
 */
export async function checkBeginning(extraction: Extraction, cash: StreamRead): Promise<void> {
  const { store, accountId } = extraction;
  if (cash.support.hasSurvey !== true || (await countBeginnings(store.db, accountId)) === 0) return;
  const first = await firstRows(walkOf(extraction, cash), cash.span);
  if (first === null) return;
  await store.db.transaction().execute((transaction) => takeBackBeginning(transaction, accountId, first.at));
}

/**
 * The same from a cash statement that was read: what lies before its first row is known of it, and inferred
 * of the other streams. An account that never had any cash begins now.
 */
export async function inferBeginning(extraction: Extraction, cash: StreamRead): Promise<boolean> {
  const { support, span, coverage, readAt } = cash;
  if (support.retention !== null) return false;
  const first = await firstCash(extraction);
  if (first === null && (await showsAnything(extraction))) return false;
  const at = first?.at ?? readAt;
  const unread = difference(before(span, at, support.lateness), coverage.settled("income", ""));
  return unread.length === 0 && inferFrom(extraction, cash, first ?? { at, bodies: null });
}

/** Rows of one instant; null instead of their bodies where there are none at all. */
type FirstCash = { readonly at: Instant; readonly bodies: readonly string[] | null };

async function inferFrom(
  extraction: Extraction,
  { support, span, readAt, coverage }: StreamRead,
  { at, bodies }: FirstCash,
): Promise<boolean> {
  const { accountId, store, client, runId } = extraction;
  const { venue } = client;
  const window = before(span, at, support.lateness);
  if (window.from >= window.until) return false;
  if (bodies !== null && !bodies.every((body) => isMoneyIn(venue, body))) return false;
  if (await hasRecordBefore(store.db, accountId, window.until)) return false;
  const streams = STREAM_NAMES.flatMap((stream) => {
    const other = supportOf(venue, stream);
    if (other === null || other.retention !== null) return [];
    const isRead = other.scope === "account" && difference(window, coverage.settled(stream, "")).length === 0;
    return isRead ? [] : [{ stream, scope: other.scope }];
  });
  const note = bodies === null ? "no cash row yet" : `the first cash row is of ${formatInstant(at)}`;
  await recordBeginning(store.db, { accountId, window, streams, readAt, runId, note });
  if (streams.length > 0) {
    extraction.log("beginning_inferred", { account: accountId, until: formatInstant(window.until), note });
  }
  return streams.length > 0;
}

/** A row may be booked later than what it is of happened, by as much as it may appear late. */
function before({ from }: Window, firstCashAt: Instant, lateness: DurationMs): Window {
  return { from, until: plus(firstCashAt, -lateness) };
}

function isMoneyIn(venue: Venue, body: string): boolean {
  const decoded = venue.decode("income", body, NAMES_AS_SENT);
  return (
    decoded.kind === "known" &&
    decoded.records.some(
      (record) => record.stream === "income" && MONEY_IN.includes(record.kind) && record.amount.gt(0),
    )
  );
}

async function firstCash({ store, accountId }: Extraction): Promise<FirstCash | null> {
  const ofIncome = store.db
    .selectFrom("raw.record")
    .where("account_id", "=", accountId)
    .where("stream", "=", "income");
  const row = await ofIncome.select(({ fn }) => fn.min("occurred_at").as("occurred_at")).executeTakeFirst();
  const occurredAt = row?.occurred_at ?? null;
  if (occurredAt === null) return null;
  const rows = await ofIncome.select("body").where("occurred_at", "=", occurredAt).execute();
  return { at: parseUtcInstant(occurredAt), bodies: rows.map(({ body }) => body) };
}

async function hasRecordBefore(db: Database, accountId: string, at: Instant): Promise<boolean> {
  const row = await db
    .selectFrom("raw.record")
    .select("record_key")
    .where("account_id", "=", accountId)
    .where("occurred_at", "<", formatInstant(at))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the venue ever showed something in the account: then it had cash, whatever its rows say. */
async function showsAnything({ store, accountId }: Extraction): Promise<boolean> {
  const balance = await store.db
    .selectFrom("snapshot.balance")
    .select("asset")
    .where("account_id", "=", accountId)
    .where("wallet", "<>", "0")
    .limit(1)
    .executeTakeFirst();
  const position = await store.db
    .selectFrom("snapshot.position")
    .select("symbol")
    .where("account_id", "=", accountId)
    .where("quantity", "<>", "0")
    .limit(1)
    .executeTakeFirst();
  return balance !== undefined || position !== undefined;
}
