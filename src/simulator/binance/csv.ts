/**
 * The CSV files that Binance gives for download, in the dialects that were seen. A byte order mark, CRLF,
 * times by the second and without a zone: where the header does not say UTC, the zone is told by the file's
 * name alone.
 */
import { formatInstant, instant, MINUTE_MS } from "../../domain/instant.ts";
import type { WorldFill, WorldIncome } from "../binance-family/world/world.ts";
import { multiply, parseFraction, plainText } from "../shared/fraction.ts";

/**
 * `T1` `Date(UTC),type,…`, from the asynchronous download and the old website; `T2` `Time,Type,…`, from the
 * new one.
 */
export type TransactionDialect = "T1" | "T2";
/**
 * `F1` from the new website, without a position side; `F2` from the asynchronous download; `F3` from the old
 * website, without any id.
 */
export type TradeDialect = "F1" | "F2" | "F3";

export type CsvOptions = {
  /** The zone of times in `T2` and `F1`, in minutes east of UTC. Default 0. */
  readonly utcOffsetMinutes?: number;
  /** Two-digit years: `26-03-17 09:34:12`. Default false. */
  readonly hasShortYears?: boolean;
  /** Between a fee and its asset. Default one blank; "" was seen as well. */
  readonly feeSeparator?: string;
  /** Default false: the oldest row comes first. */
  readonly isNewestFirst?: boolean;
  /** More rows are cut into parts, each a file. Default: all in one. */
  readonly rowsPerFile?: number;
  readonly userId?: string;
};

/** One or more files, or one that says that there is nothing. */
export type CsvFile = { readonly name: string; readonly content: string };

const TRANSACTION_HEADERS: Readonly<Record<TransactionDialect, string>> = {
  T1: "Date(UTC),type,Amount,Asset,Symbol,Transaction ID",
  T2: "Time,Type,Amount,Asset,Symbol,Transaction ID",
};
const TRADE_HEADERS: Readonly<Record<TradeDialect, string>> = {
  F1: "Uid,Time,Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade ID,Order ID",
  F2: "Uid,Time(UTC),Symbol,Side,Position Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade Id,Order Id",
  F3: "Date(UTC),Symbol,Side,Price,Quantity,Amount,Fee,Fee Coin,Realized Profit,Quote Asset",
};
const IN_UTC: ReadonlySet<string> = new Set(["T1", "F2", "F3"]);
const USER_ID = "167857164";

export function transactionFiles(
  rows: readonly WorldIncome[],
  dialect: TransactionDialect,
  options: CsvOptions = {},
): readonly CsvFile[] {
  const lines = rows.map((row) => [
    timeText(row.occurredAt, dialect, options),
    typeText(row),
    plainText(parseFraction(row.amount)),
    row.asset,
    row.symbol,
    row.tranId,
  ]);
  return files("Transaction", dialect, TRANSACTION_HEADERS[dialect], lines, options);
}

/** Transfers have another word here than in the API. */
function typeText({ incomeType, amount }: WorldIncome): string {
  if (incomeType !== "TRANSFER") return incomeType;
  return amount.startsWith("-") ? "WITHDRAW" : "DEPOSIT";
}

export function tradeFiles(
  fills: readonly WorldFill[],
  dialect: TradeDialect,
  options: CsvOptions = {},
): readonly CsvFile[] {
  const lines = fills.map((fill) => tradeCells(fill, dialect, options));
  return files("Trade", dialect, TRADE_HEADERS[dialect], lines, options);
}

function tradeCells(fill: WorldFill, dialect: TradeDialect, options: CsvOptions): readonly string[] {
  const time = timeText(fill.occurredAt, dialect, options);
  const fee = plainText(parseFraction(fill.commission));
  const profit = plainText(parseFraction(fill.realizedPnl));
  const traded = [
    fill.price,
    fill.quantity,
    plainText(multiply(parseFraction(fill.price), parseFraction(fill.quantity))),
  ];
  if (dialect === "F3") {
    return [time, fill.symbol, fill.side, ...traded, fee, fill.commissionAsset, profit, fill.marginAsset];
  }
  return [
    options.userId ?? USER_ID,
    time,
    fill.symbol,
    fill.side,
    ...(dialect === "F2" ? [fill.positionSide] : []),
    ...traded,
    `${fee}${options.feeSeparator ?? " "}${fill.commissionAsset}`,
    profit,
    String(fill.side === "BUY"),
    String(fill.isMaker),
    fill.fillId,
    fill.orderId,
  ];
}

/** Header, name and times of a file speak of one zone. */
function offsetMinutes(dialect: string, options: CsvOptions): number {
  return IN_UTC.has(dialect) ? 0 : (options.utcOffsetMinutes ?? 0);
}

function timeText(at: number, dialect: string, options: CsvOptions): string {
  const offset = offsetMinutes(dialect, options);
  const text = formatInstant(instant(at + offset * MINUTE_MS))
    .slice(0, "2026-01-31T23:59:59".length)
    .replace("T", " ");
  return (options.hasShortYears ?? false) ? text.slice(2) : text;
}

function files(
  kind: "Transaction" | "Trade",
  dialect: string,
  header: string,
  rows: readonly (readonly string[])[],
  options: CsvOptions,
): readonly CsvFile[] {
  const ordered = (options.isNewestFirst ?? false) ? rows.toReversed() : rows;
  const perFile = options.rowsPerFile ?? Math.max(1, ordered.length);
  const parts: (readonly (readonly string[])[])[] = [];
  for (let first = 0; first < ordered.length; first += perFile) {
    parts.push(ordered.slice(first, first + perFile));
  }
  if (parts.length === 0) parts.push([["No data matches the criteria."]]);
  const zone = zoneText(offsetMinutes(dialect, options));
  return parts.map((lines, nth) => ({
    name: `Binance-Futures-${kind}-History-202607010000(${zone})-part${nth + 1}-of${parts.length}.csv`,
    content: `\uFEFF${[header, ...lines.map((cells) => cells.join(","))].join("\r\n")}\r\n`,
  }));
}

/** `UTC+3`, `UTC+5:30`; west of Greenwich a minus was seen twice: `UTC--6`. */
function zoneText(minutes: number): string {
  const size = minutes < 0 ? -minutes : minutes;
  const rest = size % 60 === 0 ? "" : `:${String(size % 60).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "--" : "+"}${Math.floor(size / 60)}${rest}`;
}
