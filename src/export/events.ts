/**
 * What an export contains: each event that changed the wallet of an account, exact. One type for single
 * events and for those that were merged.
 */
import type { Decimal } from "../domain/decimal.ts";
import type { Instant } from "../domain/instant.ts";

/**
 * The accounting kind of an event. A fee is an event of its own, and so is a rebate; the amount's sign gives
 * the direction.
 */
export const EVENT_KINDS = [
  /** What the wallet held before the history begins. */
  "opening",
  "realized_pnl",
  "trading_fee",
  "rebate",
  "funding",
  "liquidation",
  "reward",
  "conversion",
  /**
   * Into or out of the account; `cashKind` says whether it is a deposit, a withdrawal or one of the others,
   * where the venue does.
   */
  "transfer",
  /** The same where the other account is in these books too: `counterpartyAccount`. */
  "own_transfer",
  /** In suspense: its kind is not known yet. */
  "unknown",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Texts of an event; of merged ones those in which all agree. Null where there is none. */
export type EventTexts = {
  readonly symbol: string | null;
  readonly cashKind: string | null;
  /** Of the fill, where exactly one has the event's trade. */
  readonly side: string | null;
  readonly positionSide: string | null;
  readonly quantity: string | null;
  readonly price: string | null;
  /** The venue's own ids. */
  readonly tradeId: string | null;
  readonly orderId: string | null;
  readonly transactionId: string | null;
  readonly stream: string | null;
  readonly recordKey: string | null;
  readonly basis: string | null;
  /** The venue's remark. */
  readonly info: string | null;
  readonly counterpartyAccount: string | null;
  /** The reporting currency, and its units for one of the asset. */
  readonly currency: string | null;
  readonly currencyPrice: string | null;
  /** Which price is missing. */
  readonly missing: string | null;
};

export type ExportEvent = EventTexts & {
  readonly account: string;
  readonly venue: string;
  readonly kind: EventKind;
  readonly asset: string;
  /** + into the wallet, − out of it; never zero. */
  readonly amount: Decimal;
  /** When the books count it: periods and balances go by it. */
  readonly at: Instant;
  /** When it happened; of merged events, the last. */
  readonly occurredAt: Instant;
  /** Whether it came after its period was closed, so that the books count it later than it happened. */
  readonly isAdjustment: boolean;
  /** In the reporting currency; null where a price is missing. */
  readonly value: Decimal | null;
  /** The entries of the ledger that it stands for: one, or all that were merged. */
  readonly entryIds: readonly string[];
};

/** The wallet of one asset before the period and after it, as the books have it. */
export type WalletSpan = {
  readonly asset: string;
  readonly opening: Decimal;
  readonly closing: Decimal;
  /** Enough for every amount of it so far. */
  readonly decimals: number;
};

export type AccountBooks = {
  readonly account: string;
  readonly venue: string;
  readonly wallets: readonly WalletSpan[];
};

const TEXTS = [
  "symbol",
  "cashKind",
  "side",
  "positionSide",
  "quantity",
  "price",
  "tradeId",
  "orderId",
  "transactionId",
  "stream",
  "recordKey",
  "basis",
  "info",
  "counterpartyAccount",
  "currency",
  "currencyPrice",
  "missing",
] as const satisfies readonly (keyof EventTexts)[];

/** One event for several of an account, kind and asset, as of `at`. Amounts are added exactly. */
export function mergeEvents(events: readonly ExportEvent[], at: Instant): ExportEvent {
  const [first] = events;
  if (first === undefined) throw new RangeError("there is nothing to merge");
  if (events.length === 1 && first.at === at) return first;
  let amount = first.amount;
  let value = first.value;
  const entryIds = [...first.entryIds];
  const texts: Record<string, string | null> = {};
  for (const name of TEXTS) texts[name] = first[name];
  let occurredAt = first.occurredAt;
  for (const event of events.slice(1)) {
    amount = amount.plus(event.amount);
    value = value === null || event.value === null ? null : value.plus(event.value);
    for (const id of event.entryIds) entryIds.push(id);
    for (const name of TEXTS) if (event[name] !== texts[name]) texts[name] = null;
    if (event.occurredAt > occurredAt) occurredAt = event.occurredAt;
  }
  return { ...first, ...texts, amount, value, entryIds, at, occurredAt };
}
