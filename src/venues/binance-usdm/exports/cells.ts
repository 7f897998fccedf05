/** One cell of a row. A cell that cannot be read is a `FieldError` with its column; nothing is guessed. */
import type { Decimal } from "../../../domain/decimal.ts";
import { FieldError } from "../../../domain/json.ts";
import { readBookedDecimal, textFault } from "../../../domain/storable.ts";
import { withoutExponent } from "../../fields.ts";
import type { Columns } from "./dialect.ts";
import { shown } from "./refuse.ts";

export type Row = { readonly columns: Columns; readonly cells: readonly string[] };

export function textCell({ columns, cells }: Row, name: string): string {
  return columns.cell(cells, name);
}

/** Why a cell cannot be read, by its column as the file spells it. */
export function unread({ columns, cells }: Row, name: string, expected: string): FieldError {
  return new FieldError(
    `"${columns.heading(name)}": ${expected} was expected, found ${shown(columns.cell(cells, name))}`,
  );
}

export function wordCell(row: Row, name: string): string {
  const text = textCell(row, name);
  if (text === "" || textFault(text) !== null || /\p{Cc}/u.test(text)) throw unread(row, name, "text");
  return text;
}

export function decimalCell(row: Row, name: string): Decimal {
  const value = readBookedDecimal(withoutExponent(textCell(row, name)));
  if (value === null) throw unread(row, name, "a plain decimal");
  return value;
}

/** Ids stay text: they have up to nineteen digits, and a spreadsheet makes 8.38977E+18 of them. */
export function idCell(row: Row, name: string): string {
  const text = textCell(row, name);
  if (!/^\d{1,20}$/.test(text)) throw unread(row, name, "an id of digits only");
  return text;
}

/**
 * The contract; "" where there is none. COIN-M's exports have the same columns, and only the contracts tell
 * that they are another venue's: BTCUSD_PERP and BTCUSD_240927 there, BTCUSDT and BTCUSDT_240927 here.
 */
export function symbolCell(row: Row): string {
  const symbol = textCell(row, "symbol");
  if (!/^[\p{L}\p{N}_-]*$/u.test(symbol) || textFault(symbol) !== null)
    throw unread(row, "symbol", "a contract such as BTCUSDT");
  if (/USD_(PERP|\d{6})$/.test(symbol)) throw unread(row, "symbol", "a USDⓈ-M contract, not one of COIN-M,");
  return symbol;
}

export function choiceCell<Word extends string>(row: Row, name: string, words: readonly Word[]): Word {
  const text = textCell(row, name).toUpperCase();
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw unread(row, name, words.join(", "));
  return word;
}

const YES_NO: ReadonlyMap<string, boolean> = new Map([
  ["TRUE", true],
  ["Y", true],
  ["FALSE", false],
  ["N", false],
]);

export function booleanCell(row: Row, name: string): boolean {
  const value = YES_NO.get(textCell(row, name).toUpperCase());
  if (value === undefined) throw unread(row, name, "true, false, Y or N");
  return value;
}

/**
 * `0.00352911 BNB`, `0.5BNB`, `5.4E-7BNB`, or a number alone: the longest number that the cell begins with,
 * and what is behind it.
 */
const FEE = /^(-?\d+(?:\.\d+)?(?:[eE][+-]\d{1,2})?)(\s*)(.*)$/;
/**
 * Behind a number without a blank an asset begins with a letter, and not as an exponent without a sign would:
 * `1E2USDT` could be either.
 */
const GLUED = /^(?![eE]\d)\p{L}/u;

/**
 * The fee, positive when paid, and its asset: from the cell itself or from the column of the coin, and never
 * guessed.
 */
export function feeCell(row: Row): { readonly amount: string; readonly asset: string } {
  const parts = FEE.exec(textCell(row, "fee"));
  const [, amount = "", blank = "", own = ""] = parts ?? [];
  const value = readBookedDecimal(withoutExponent(amount));
  const isCut = own !== "" && blank === "" && !GLUED.test(own);
  if (value === null || isCut || (own !== "" && !isAsset(own)))
    throw unread(row, "fee", "a decimal with or without its asset");
  const coin = optionalAssetCell(row, "fee coin");
  if (own !== "" && coin !== "" && own !== coin) throw unread(row, "fee", `a fee in ${coin}, the fee coin,`);
  // Nothing times any asset is nothing, so a fee of zero may borrow the asset that its row names.
  const asset = own || coin || (value.isZero() ? optionalAssetCell(row, "quote asset") : "");
  if (asset === "") throw unread(row, "fee", "a fee that names its asset, or a column Fee Coin,");
  return { amount, asset };
}

/**
 * Whether text can be an asset's name: letters and digits of any script, a letter among them, as BNB,
 * 1000SATS and BNFCR are. The rest of a number that was cut in two is not an asset's name: the amount would
 * be booked in an asset that does not exist.
 */
function isAsset(text: string): boolean {
  return /^[\p{L}\p{N}_]{1,32}$/u.test(text) && /\p{L}/u.test(text) && !/^\d+[eE]\d+$/.test(text);
}

export function assetCell(row: Row, name: string): string {
  const text = textCell(row, name);
  if (!isAsset(text)) throw unread(row, name, "an asset such as USDT");
  return text;
}

export function optionalAssetCell(row: Row, name: string): string {
  return textCell(row, name) === "" ? "" : assetCell(row, name);
}
