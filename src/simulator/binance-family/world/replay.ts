/**
 * A world from recorded fills: what really happened to somebody, shown through a simulated venue. The venue's
 * own realized PnL and fees are kept; what a recording does not have (ids, the cash statement, a deposit) is
 * made to fit.
 *
 * A recording that was cut begins with a position open. Nothing is known of it, so the position shown is the
 * sum of the fills.
 */
import { parse } from "lossless-json";
import { type Instant, instant, MINUTE_MS, plus, readMilliseconds } from "../../../domain/instant.ts";
import { negate, parseFraction, truncatedUnits } from "../../shared/fraction.ts";
import { numberFills, type Order, SHOWS_ALL, VenueAccount } from "./account.ts";
import { MONEY_DECIMALS } from "./position.ts";
import type { World, WorldInstrument, WorldPositionSide, WorldSide } from "./world.ts";

/** One recorded fill: amounts as text, `fee` negative when paid. */
export type RecordedFill = {
  readonly account: string;
  readonly time: number;
  readonly symbol: string;
  readonly side: WorldSide;
  readonly positionSide: WorldPositionSide;
  readonly price: string;
  /** In units of the base asset. */
  readonly qty: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly realizedProfit: string;
  /** Whether the buyer was the taker. */
  readonly activeBuy: boolean;
};

type ReplayOptions = {
  /** Brought in a minute before an account's first fill, of every asset that it uses. Default: a million. */
  readonly deposit?: string;
};

const DEPOSIT_DEFAULT = "1000000";

/** Reads recorded fills, one JSON object a line. */
export function readRecordedFills(lines: string): RecordedFill[] {
  return lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => parse(line, null, (digits) => readMilliseconds(digits)) as RecordedFill);
}

export function replayFills(rows: readonly RecordedFill[], options: ReplayOptions = {}): World {
  const instruments = new Map(
    [...groupedBy(rows, (row) => row.symbol)].map(([symbol, fills]) => [symbol, instrumentOf(symbol, fills)]),
  );
  const accounts = [...groupedBy(rows, (row) => row.account)].map(([name, fills], ordinal) => {
    const mode = fills.some((fill) => fill.positionSide !== "BOTH") ? "hedge" : "one-way";
    const account = new VenueAccount({ name, mode, ordinal, shown: SHOWS_ALL });
    replayAccount(account, inOrderOfTime(fills), instruments, options.deposit ?? DEPOSIT_DEFAULT);
    return account;
  });
  numberFills(accounts, () => 1);
  return {
    instruments: [...instruments.values()],
    fundingRates: [],
    accounts: accounts.map((account) => account.finished()),
  };
}

function replayAccount(
  account: VenueAccount,
  fills: readonly RecordedFill[],
  instruments: ReadonlyMap<string, WorldInstrument>,
  deposit: string,
): void {
  const [first] = fills;
  if (first === undefined) return;
  const marginAssets = fills.map((fill) => instruments.get(fill.symbol)?.marginAsset ?? fill.feeAsset);
  for (const asset of new Set([...marginAssets, ...fills.map((fill) => fill.feeAsset)])) {
    const units = truncatedUnits(parseFraction(deposit), MONEY_DECIMALS);
    account.receive("TRANSFER", asset, units, plus(instant(first.time), -MINUTE_MS));
  }
  let orderId = "";
  let previous: RecordedFill | null = null;
  for (const fill of fills) {
    const instrument = instruments.get(fill.symbol);
    if (instrument === undefined) throw new RangeError(`${fill.symbol} is not among the recorded symbols`);
    // Rows of one instant and direction are taken for parts of one order.
    if (previous === null || !isSameOrder(previous, fill)) orderId = account.nextOrderId();
    previous = fill;
    const order: Order = {
      instrument,
      side: fill.side,
      positionSide: fill.positionSide,
      isMaker: (fill.side === "BUY") !== fill.activeBuy,
      fee: { kind: "amount", asset: fill.feeAsset, amount: negate(parseFraction(fill.fee)) },
    };
    const part = {
      price: parseFraction(fill.price),
      quantity: parseFraction(fill.qty),
      at: instant(fill.time),
    };
    account.fill(order, orderId, part, parseFraction(fill.realizedProfit));
  }
}

function isSameOrder(a: RecordedFill, b: RecordedFill): boolean {
  return a.time === b.time && a.symbol === b.symbol && a.side === b.side && a.positionSide === b.positionSide;
}

function instrumentOf(symbol: string, fills: readonly RecordedFill[]): WorldInstrument {
  const marginAsset = symbol.endsWith("USDC") ? "USDC" : "USDT";
  return {
    symbol,
    status: "TRADING",
    baseAsset: symbol.endsWith(marginAsset) ? symbol.slice(0, -marginAsset.length) : symbol,
    marginAsset,
    priceDecimals: longest(fills.map((fill) => fill.price)),
    quantityDecimals: longest(fills.map((fill) => fill.qty)),
    // A recording has fees, not rates.
    makerFeeRate: "0",
    takerFeeRate: "0",
    liquidationFeeRate: "0",
    listedAt: earliestOf(fills),
  };
}

/** The most decimals among the amounts. */
function longest(amounts: readonly string[]): number {
  return amounts.reduce((most, amount) => Math.max(most, amount.split(".")[1]?.length ?? 0), 0);
}

function earliestOf(fills: readonly RecordedFill[]): Instant {
  return instant(fills.reduce((earliest, fill) => Math.min(earliest, fill.time), Number.MAX_SAFE_INTEGER));
}

/** Rows of one millisecond keep the order in which they were recorded. */
function inOrderOfTime(fills: readonly RecordedFill[]): RecordedFill[] {
  return fills.toSorted((a, b) => a.time - b.time);
}

function groupedBy(
  rows: readonly RecordedFill[],
  keyOf: (row: RecordedFill) => string,
): Map<string, RecordedFill[]> {
  const groups = new Map<string, RecordedFill[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
