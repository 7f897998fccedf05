/** The results of the booking of lots, as rows of the ledger. */

import { formatInstant, formatSeconds, type Instant } from "../domain/instant.ts";
import type {
  DisposalAmountRow,
  DisposalRow,
  LotAmountRow,
  LotRow,
  RoundTripRow,
  UnassignedFundingRow,
} from "../store/tables.ts";
import { type Amounts, amountIn } from "./lots/amounts.ts";
import type { Disposal, HeldLot, RoundTrip, UnassignedFunding } from "./lots/events.ts";
import { type Fixed, formatFixed } from "./lots/fixed.ts";

export type SymbolKey = { readonly account_id: string; readonly symbol: string };

/**
 * One object literal, without spreads: there are millions of these rows, and V8 is slow at spreading into
 * wide objects.
 */
export function disposalRow(key: SymbolKey, disposal: Disposal): DisposalRow {
  const { asset, proceeds, cost, openedAt, closedAt, venueRealizedPnl } = disposal;
  return {
    account_id: key.account_id,
    method: disposal.method,
    symbol: key.symbol,
    position_side: disposal.positionSide,
    fill_key: disposal.closingKey,
    piece: disposal.piece,
    closing_number: String(disposal.closingNumber),
    opening_fill_key: disposal.openingKey,
    round_trip_key: disposal.roundTripKey,
    direction: directionOf(disposal),
    opened_at: instantText(openedAt),
    closed_at: formatInstant(closedAt),
    holding_seconds: secondsBetween(openedAt, closedAt),
    quantity: formatFixed(disposal.quantity),
    proceeds: formatFixed(proceeds),
    cost: formatFixed(cost),
    realized_pnl: formatFixed(proceeds - cost),
    opening_fee: inAsset(disposal.openingFees, asset),
    closing_fee: inAsset(disposal.closingFees, asset),
    funding: inAsset(disposal.funding, asset),
    asset,
    is_inferred: disposal.isInferred,
    venue_realized_pnl: venueRealizedPnl === null ? null : formatFixed(venueRealizedPnl),
  };
}

export function disposalAmountRows(key: SymbolKey, disposal: Disposal): DisposalAmountRow[] {
  const rows: DisposalAmountRow[] = [];
  const add = (kind: string, amounts: Amounts) => {
    for (const { asset, amount } of amounts)
      if (asset !== disposal.asset) rows.push(disposalAmountRow(key, disposal, kind, asset, amount));
  };
  add("opening_fee", disposal.openingFees);
  add("closing_fee", disposal.closingFees);
  add("funding", disposal.funding);
  return rows;
}

function disposalAmountRow(
  key: SymbolKey,
  disposal: Disposal,
  kind: string,
  asset: string,
  amount: Fixed,
): DisposalAmountRow {
  return {
    account_id: key.account_id,
    method: disposal.method,
    symbol: key.symbol,
    position_side: disposal.positionSide,
    fill_key: disposal.closingKey,
    piece: disposal.piece,
    closing_number: String(disposal.closingNumber),
    kind,
    asset,
    amount: formatFixed(amount),
  };
}

export function lotRow(key: SymbolKey, held: HeldLot): LotRow {
  const { lot, asset } = held;
  const signed = (amount: Fixed) => formatFixed(held.isShort ? -amount : amount);
  return {
    ...lotKey(key, held),
    lot_number: String(lot.number),
    round_trip_key: held.roundTripKey,
    opened_at: instantText(lot.openedAt),
    quantity: signed(lot.quantity),
    cost: signed(lot.value),
    opening_fee: inAsset(lot.fees, asset),
    funding: inAsset(held.funding, asset),
    asset,
    is_inferred: lot.isInferred,
    stranded_at: instantText(held.strandedAt),
  };
}

export function lotAmountRows(key: SymbolKey, held: HeldLot): LotAmountRow[] {
  const others = (kind: string, amounts: Amounts) =>
    inOtherAssets(kind, amounts, held.asset).map((other) => ({ ...lotKey(key, held), ...other }));
  return [...others("opening_fee", held.lot.fees), ...others("funding", held.funding)];
}

export function roundTripRow(key: SymbolKey, trip: RoundTrip): RoundTripRow {
  const { asset } = trip;
  return {
    ...key,
    position_side: trip.positionSide,
    round_trip_key: trip.roundTripKey,
    closing_fill_key: trip.closingKey,
    closing_number: String(trip.closingNumber),
    direction: directionOf(trip),
    opened_at: instantText(trip.openedAt),
    closed_at: formatInstant(trip.closedAt),
    holding_seconds: secondsBetween(trip.openedAt, trip.closedAt),
    opening_fills: String(trip.openingFills),
    closing_fills: String(trip.closingFills),
    quantity: formatFixed(trip.quantity),
    largest_quantity: formatFixed(trip.largestQuantity),
    proceeds: formatFixed(trip.proceeds),
    cost: formatFixed(trip.cost),
    realized_pnl: formatFixed(trip.proceeds - trip.cost),
    opening_fee: inAsset(trip.openingFees, asset),
    closing_fee: inAsset(trip.closingFees, asset),
    funding: inAsset(trip.funding, asset),
    asset,
    is_inferred: trip.isInferred,
    venue_realized_pnl: formatFixed(trip.venueRealizedPnl),
  };
}

export function unassignedFundingRow(key: SymbolKey, funding: UnassignedFunding): UnassignedFundingRow {
  return {
    ...key,
    record_key: funding.key,
    part: funding.part,
    event_number: String(funding.number),
    amount: formatFixed(funding.amount),
    asset: funding.asset,
    settled_at: formatInstant(funding.settledAt),
    posted_at: formatInstant(funding.postedAt),
    reason: funding.reason,
  };
}

function lotKey(key: SymbolKey, held: HeldLot) {
  return {
    account_id: key.account_id,
    method: held.method,
    symbol: key.symbol,
    position_side: held.positionSide,
    opening_fill_key: held.lot.openingKey,
  };
}

function instantText(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

function secondsBetween(from: Instant | null, until: Instant): string | null {
  return from === null ? null : formatSeconds(until - from);
}

function directionOf({ isShort }: { readonly isShort: boolean }): string {
  return isShort ? "short" : "long";
}

function inAsset(amounts: Amounts, asset: string): string {
  return formatFixed(amountIn(amounts, asset));
}

function inOtherAssets(kind: string, amounts: Amounts, asset: string) {
  return amounts
    .filter((one) => one.asset !== asset)
    .map((one) => ({ kind, asset: one.asset, amount: formatFixed(one.amount) }));
}
