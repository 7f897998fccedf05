/** What the booking of lots gives, as rows of the ledger. */
import { type Decimal, divide, formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { formatInstant, type Instant, SECOND_MS } from "../domain/instant.ts";
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

export type SymbolKey = { readonly account_id: string; readonly symbol: string };

export function disposalRow(key: SymbolKey, disposal: Disposal): DisposalRow {
  const { asset } = disposal;
  return {
    ...disposalKey(key, disposal),
    opening_fill_key: disposal.openingKey,
    round_trip_key: disposal.roundTripKey,
    direction: directionOf(disposal),
    ...holding(disposal),
    quantity: formatDecimal(disposal.quantity),
    ...result(disposal),
    opening_fee: inAsset(disposal.openingFees, asset),
    closing_fee: inAsset(disposal.closingFees, asset),
    funding: inAsset(disposal.funding, asset),
    asset,
    is_inferred: disposal.isInferred,
    venue_realized_pnl: disposal.venueRealizedPnl === null ? null : formatDecimal(disposal.venueRealizedPnl),
  };
}

export function disposalAmountRows(key: SymbolKey, disposal: Disposal): DisposalAmountRow[] {
  const others = (kind: string, amounts: Amounts) =>
    inOtherAssets(kind, amounts, disposal.asset).map((other) => ({
      ...disposalKey(key, disposal),
      ...other,
    }));
  return [
    ...others("opening_fee", disposal.openingFees),
    ...others("closing_fee", disposal.closingFees),
    ...others("funding", disposal.funding),
  ];
}

export function lotRow(key: SymbolKey, held: HeldLot): LotRow {
  const { lot, asset } = held;
  const signed = (amount: Decimal) => formatDecimal(held.isShort ? amount.negated() : amount);
  return {
    ...lotKey(key, held),
    lot_number: String(lot.number),
    round_trip_key: held.roundTripKey,
    opened_at: formatInstant(lot.openedAt),
    quantity: signed(lot.quantity),
    cost: signed(lot.value),
    opening_fee: inAsset(lot.fees, asset),
    funding: inAsset(held.funding, asset),
    asset,
    is_inferred: lot.isInferred,
    stranded_at: held.strandedAt === null ? null : formatInstant(held.strandedAt),
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
    ...holding(trip),
    opening_fills: String(trip.openingFills),
    closing_fills: String(trip.closingFills),
    quantity: formatDecimal(trip.quantity),
    largest_quantity: formatDecimal(trip.largestQuantity),
    ...result(trip),
    opening_fee: inAsset(trip.openingFees, asset),
    closing_fee: inAsset(trip.closingFees, asset),
    funding: inAsset(trip.funding, asset),
    asset,
    is_inferred: trip.isInferred,
    venue_realized_pnl: formatDecimal(trip.venueRealizedPnl),
  };
}

export function unassignedFundingRow(key: SymbolKey, funding: UnassignedFunding): UnassignedFundingRow {
  return {
    ...key,
    record_key: funding.key,
    part: funding.part,
    event_number: String(funding.number),
    amount: formatDecimal(funding.amount),
    asset: funding.asset,
    settled_at: formatInstant(funding.settledAt),
    posted_at: formatInstant(funding.postedAt),
    reason: funding.reason,
  };
}

function disposalKey(key: SymbolKey, disposal: Disposal) {
  return {
    account_id: key.account_id,
    method: disposal.method,
    symbol: key.symbol,
    position_side: disposal.positionSide,
    fill_key: disposal.closingKey,
    piece: disposal.piece,
    closing_number: String(disposal.closingNumber),
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

function directionOf({ isShort }: { readonly isShort: boolean }): string {
  return isShort ? "short" : "long";
}

const MILLISECONDS = parseDecimal(String(SECOND_MS));

function holding({ openedAt, closedAt }: { readonly openedAt: Instant; readonly closedAt: Instant }) {
  return {
    opened_at: formatInstant(openedAt),
    closed_at: formatInstant(closedAt),
    holding_seconds: formatDecimal(divide(parseDecimal(String(closedAt - openedAt)), MILLISECONDS, 3)),
  };
}

function result({ proceeds, cost }: { readonly proceeds: Decimal; readonly cost: Decimal }) {
  return {
    proceeds: formatDecimal(proceeds),
    cost: formatDecimal(cost),
    realized_pnl: formatDecimal(proceeds.minus(cost)),
  };
}

function inAsset(amounts: Amounts, asset: string): string {
  return formatDecimal(amountIn(amounts, asset));
}

function inOtherAssets(kind: string, amounts: Amounts, asset: string) {
  return amounts
    .filter((one) => one.asset !== asset)
    .map((one) => ({ kind, asset: one.asset, amount: formatDecimal(one.amount) }));
}
