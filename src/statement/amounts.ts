/**
 * How figures are written: rounded half to even from the exact text, grouped as 1,234.56 in every locale, a
 * true minus sign, and never rounded to nothing. The exact text stands beside each in `<data value>`.
 */
import { type Decimal, divide, formatDecimal, formatDecimals, parseDecimal, sum } from "../domain/decimal.ts";
import { type Html, html } from "./html.ts";

/** Null where it is not known, as an empty cell of a report says. */
export type Amount = Decimal | null;

const ONE = parseDecimal("1");
const MINUS = "−";

/** What a coin's amounts show, as people who hold them write them; two for all others. */
const DECIMALS: Readonly<Record<string, number>> = { BTC: 6, ETH: 6, WBTC: 6, WETH: 6, BNB: 4 };

export function decimalsOf(asset: string): number {
  return DECIMALS[asset] ?? 2;
}

/** The amount of a cell. */
export function amountOf(cell: string | null | undefined): Amount {
  return cell == null || cell === "" ? null : parseDecimal(cell);
}

/** The sum; not known where one of them is not. */
export function total(amounts: Iterable<Amount>): Amount {
  const known: Decimal[] = [];
  for (const amount of amounts) {
    if (amount === null) return null;
    known.push(amount);
  }
  return sum(known);
}

/** At so many decimals, or at as many as show one digit of what is not zero. */
export function rounded(amount: Decimal, decimals: number): string {
  let shown = decimals;
  let value = divide(amount, ONE, shown);
  while (value.isZero() && !amount.isZero()) value = divide(amount, ONE, ++shown);
  return grouped(formatDecimals(value, shown));
}

/** `-1234.5` as `−1,234.5`. */
export function grouped(plain: string): string {
  const [whole = "", fraction] = plain.replace("-", "").split(".");
  const sign = plain.startsWith("-") ? MINUS : "";
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${digits}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** With + or −; a zero has none. */
export function signed(amount: Decimal, decimals: number): string {
  return isGain(amount) ? `+${rounded(amount, decimals)}` : rounded(amount, decimals);
}

export function isGain(amount: Decimal): boolean {
  return amount.isPositive() && !amount.isZero();
}

export function isLoss(amount: Decimal): boolean {
  return amount.isNegative() && !amount.isZero();
}

/** By the sign: what the style colours. */
export function toneOf(amount: Decimal): "gain" | "loss" | "zero" {
  return isGain(amount) ? "gain" : isLoss(amount) ? "loss" : "zero";
}

const NOT_KNOWN = html`<span class="unknown">not known</span>`;

/** A result or a change of the wallet: always with its sign, coloured by it. */
export function change(amount: Amount, asset: string): Html {
  if (amount === null) return NOT_KNOWN;
  return html`<data class="${toneOf(amount)}" value="${formatDecimal(amount)}">${signed(amount, decimalsOf(asset))}</data>`;
}

/** The same without its sign, where a verb says it. */
export function size(amount: Decimal, asset: string): Html {
  const text = rounded(amount.abs(), decimalsOf(asset));
  return html`<data class="${toneOf(amount)}" value="${formatDecimal(amount)}">${text}</data>`;
}

/** A balance: no plus, no colour. */
export function balance(amount: Amount, asset: string): Html {
  if (amount === null) return NOT_KNOWN;
  return html`<data value="${formatDecimal(amount)}">${rounded(amount, decimalsOf(asset))}</data>`;
}

/** A quantity or a price: as many decimals as it has, eight significant digits of what was divided. */
export function quantity(amount: Amount): Html {
  if (amount === null) return NOT_KNOWN;
  const digits = amount.toSignificantDigits(8);
  return html`<data value="${formatDecimal(amount)}">${grouped(formatDecimal(digits))}</data>`;
}

/** A count, grouped. */
export function count(number: number | string): string {
  return grouped(String(number));
}

/** A share of a whole in whole percent; of few, the numbers themselves. */
export function share(part: number, whole: number): string {
  if (whole < SHARES_FROM) return `${part} of ${whole}`;
  return `${formatDecimal(divide(parseDecimal(`${part}`).times(100), parseDecimal(`${whole}`), 0))} %`;
}

const SHARES_FROM = 20;

const PERCENT_DECIMALS = 2;

/** A return: a fraction of a report, in percent with its sign. The exact text is the fraction. */
export function percent(fraction: Amount): Html {
  if (fraction === null) return NOT_KNOWN;
  return html`<data class="${toneOf(fraction)}" value="${formatDecimal(fraction)}">${signed(fraction.times(100), PERCENT_DECIMALS)} %</data>`;
}

const QUOTIENT_DECIMALS = 18;

/** What is paid of a turnover, in hundredths of a percent. The exact text is the fraction. */
export function basisPoints(fee: Decimal, turnover: Decimal): Html {
  const fraction = divide(fee, turnover, QUOTIENT_DECIMALS);
  return html`<data value="${formatDecimal(fraction)}">${rounded(fraction.times(10_000), 2)} bp</data>`;
}

/** How many times the second the first is. */
export function ratio(part: Decimal, of: Decimal): Html {
  const quotient = divide(part, of, QUOTIENT_DECIMALS);
  return html`<data value="${formatDecimal(quotient)}">${rounded(quotient, 2)}</data>`;
}

/** `35 min`, `4.4 h`, `3.6 d` of seconds. */
export function duration(seconds: Decimal): string {
  const minutes = divide(seconds, parseDecimal("60"), 0);
  if (seconds.lessThan(60)) return `${formatDecimal(divide(seconds, ONE, 0))} s`;
  if (seconds.lessThan(2 * 3_600)) return `${formatDecimal(minutes)} min`;
  if (seconds.lessThan(48 * 3_600)) return `${formatDecimals(divide(seconds, parseDecimal("3600"), 1), 1)} h`;
  return `${grouped(formatDecimals(divide(seconds, parseDecimal("86400"), 1), 1))} d`;
}
