/** The columns that tables are made of, and words for them. */

import { formatLocal } from "../../domain/calendar.ts";
import { formatDecimal, formatDecimals } from "../../domain/decimal.ts";
import { formatInstant, type Instant } from "../../domain/instant.ts";
import type { ExportEvent } from "../events.ts";
import type { Column, Direction } from "../target.ts";
import { CENTS } from "./amounts.ts";

/*
 * The columns that say what a row changes in the wallet are these, in every table: so a test can read each
 * file back. One amount with its sign, or without it where the type tells the direction, or what came in and
 * what went out in columns of their own.
 */
export const asset = ({ asset }: ExportEvent): string => asset;
export const signedAmount = ({ amount }: ExportEvent): string => formatDecimal(amount);
/** Of what is rounded to them already. */
export const signedCents = ({ amount }: ExportEvent): string => formatDecimals(amount, CENTS);
export const unsignedAmount = ({ amount }: ExportEvent): string => formatDecimal(amount.abs());
/** The target's word for the event. */
export const type = (_: ExportEvent, word: string): string => word;
export const received = ({ amount }: ExportEvent): string =>
  amount.isNegative() ? "" : formatDecimal(amount);
export const receivedAsset = ({ amount, asset }: ExportEvent): string => (amount.isNegative() ? "" : asset);
export const paid = ({ amount }: ExportEvent): string =>
  amount.isNegative() ? formatDecimal(amount.negated()) : "";
export const paidAsset = ({ amount, asset }: ExportEvent): string => (amount.isNegative() ? asset : "");

/** For columns that say no more than the direction. */
export function byDirection(words: Readonly<Record<Direction, string>>): Column["cell"] {
  return ({ amount }) => (amount.isNegative() ? words.paid : words.received);
}

/** A column that the tool has and nothing is written to. */
export const nothing = (): string => "";

/** `2026-01-31 23:59:59` in UTC: milliseconds are cut, never rounded into another second. */
export function secondsText(at: Instant): string {
  return formatInstant(at).slice(0, "2026-01-31T23:59:59".length).replace("T", " ");
}

/** The day on which the books count it, as clocks of the zone show it. */
export function dateOf(
  { at }: ExportEvent,
  timeZone: string,
  form: (year: string, month: string, day: string) => string,
): string {
  const [year = "", month = "", day = ""] = formatLocal(at, timeZone)
    .slice(0, "2026-01-31".length)
    .split("-");
  return form(year, month, day);
}

/** `01/31/2026 23:59:59`, the same. */
export function monthFirstText(at: Instant): string {
  return dateParts(at, (year, month, day) => `${month}/${day}/${year}`);
}

/** `31.01.2026 23:59:59`, the same. */
export function dayFirstText(at: Instant): string {
  return dateParts(at, (year, month, day) => `${day}.${month}.${year}`);
}

function dateParts(at: Instant, date: (year: string, month: string, day: string) => string): string {
  const [year = "", month = "", day = "", time = ""] = secondsText(at).split(/[- ]/);
  return `${date(year, month, day)} ${time}`;
}

/** The account's name in a tool that lists accounts of all exchanges: one venue may have several. */
export const exchange = ({ venue, account }: ExportEvent): string => `${venue} ${account}`;

/**
 * An id that no other row has, in any account. The venue's id is not enough: it is unique within one kind of
 * cash only. A merged row has the id of its first entry, which is in no other row.
 */
export const rowId = ({ account, entryIds }: ExportEvent): string => `${account}/${entryIds[0]}`;

/** The venue's id, or our entry's; null where a row stands for several. */
export const reference = ({ transactionId, entryIds }: ExportEvent): string | null =>
  transactionId ?? (entryIds.length === 1 ? (entryIds[0] ?? null) : null);

/** What happened, for a person: `trading fee, BTCUSDT, SELL 0.004 at 91000`. */
export function happened(event: ExportEvent): string {
  const {
    kind,
    cashKind,
    symbol,
    side,
    quantity,
    price,
    entryIds,
    counterpartyAccount,
    occurredAt,
    isAdjustment,
  } = event;
  return [
    (kind === "transfer" && cashKind !== null ? cashKind : kind).replaceAll("_", " "),
    symbol,
    side === null || quantity === null || price === null ? null : `${side} ${quantity} at ${price}`,
    counterpartyAccount === null ? null : `with ${counterpartyAccount}`,
    entryIds.length === 1 ? null : `${entryIds.length} events`,
    entryIds.length > 1 || !isAdjustment ? null : `adjustment of ${secondsText(occurredAt)}`,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

/** The same with the venue's id, or ours where it gives none. */
export function describe(event: ExportEvent): string {
  const id = reference(event);
  return id === null ? happened(event) : `${happened(event)} | ${id}`;
}

/** For formats that allow ASCII only: other characters become question marks. */
export function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "?");
}

/** The same, where those of Western Europe are known: what ISO 8859-1 and Windows-1252 have in common. */
export function westernEuropean(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff]/gu, "?");
}
