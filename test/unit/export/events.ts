/** Events for the tests of this folder, and for any target's own. */
import { parseDecimal } from "../../../src/domain/decimal.ts";
import { parseUtcInstant } from "../../../src/domain/instant.ts";
import type { ExportEvent } from "../../../src/export/events.ts";

let made = 0;

export function event(amount: string, at: string, others: Partial<ExportEvent> = {}): ExportEvent {
  made += 1;
  const instant = parseUtcInstant(at);
  return {
    account: "main",
    venue: "aster",
    kind: "trading_fee",
    asset: "USDT",
    amount: parseDecimal(amount),
    at: instant,
    occurredAt: instant,
    isAdjustment: false,
    value: null,
    entryIds: [`entry ${made}`],
    symbol: "BTCUSDT",
    cashKind: null,
    side: null,
    positionSide: null,
    quantity: null,
    price: null,
    tradeId: null,
    orderId: null,
    transactionId: null,
    stream: "income",
    recordKey: null,
    basis: "cash",
    info: null,
    counterpartyAccount: null,
    currency: null,
    currencyPrice: null,
    missing: null,
    ...others,
  };
}
