import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../../src/domain/calendar.ts";
import { formatDecimal, parseDecimal } from "../../../../src/domain/decimal.ts";
import { DAY_MS, type Instant, instant, MINUTE_MS, plus } from "../../../../src/domain/instant.ts";
import { type PriceQuality, type Quote, QuoteIndex } from "../../../../src/price/valuation/quote.ts";
import { Converter, type Valuation } from "../../../../src/price/valuation/value.ts";
import { cell, readTable } from "../../../support/text-table.ts";

const day = (text: string): Instant => parseInstant(`2026-05-${text}${text.includes("T") ? "Z" : ""}`);

/** `base/quote = price`, its quality, and from when until when it holds. */
function quotesOf(text: string): readonly Quote[] {
  return readTable(`pair | price | quality | from | until\n${text}`).map((row) => {
    const [base = "", quote = ""] = cell(row, "pair").split("/");
    return {
      base,
      quote,
      quality: cell(row, "quality") as PriceQuality,
      quotedAt: day(cell(row, "from")),
      validUntil: day(cell(row, "until")),
      price: parseDecimal(cell(row, "price")),
      source: `${cell(row, "pair")} ${cell(row, "from")}`,
    };
  });
}

/** `price quality: the way`, or the reason why there is none. */
function shown(value: Valuation): string {
  if (value.kind === "missing") return value.why;
  const way = value.legs.map(({ quote, isInverse }) =>
    isInverse ? `1÷${formatDecimal(quote.price)}` : formatDecimal(quote.price),
  );
  return `${formatDecimal(value.price)} ${value.quality}: ${way.join(" × ")}`;
}

const QUOTES = `
  BNB/USDT | 600   | minute | 02T12:30 | 02T12:31
  BNB/USDT | 590   | day    | 02       | 03
  USDT/USD | 1     | peg    | 01       | 31
  USDT/USD | 0.999 | minute | 02T12:30 | 02T12:31  // a peg is a decision: it is not mixed with the market
  EUR/USD  | 1.28  | day    | 01       | 04        // Friday's, over the weekend
  EUR/USD  | 1.25  | day    | 04       | 05
  EUR/GBP  | 0.8   | day    | 01       | 05
  USDC/USD | 0.99  | day    | 02       | 03
  USDC/USD | 1.01  | minute | 02T12:30 | 02T12:31
  ASTER/USDT | 2   | minute | 02T12:30 | 02T12:31
  SOL/EUR  | 100   | day    | 02       | 03
  SOL/USDT | 200   | minute | 02T12:30 | 02T12:31
  ADA/USDT | 0.8   | day    | 02       | 03
  ADA/USDC | 0.79  | minute | 02T12:30 | 02T12:31
`;

describe("what one unit is worth", () => {
  test.each(
    readTable(`
    asset | in   | at       | worth
    EUR   | EUR  | 02T12:30 | 1 none_needed:                               // needs no price
    USDT  | USD  | 02T12:30 | 1 peg: 1
    USDT  | EUR  | 02T12:30 | 0.78125 day: 1 × 1÷1.28                      // Saturday: Friday's rate
    USDT  | EUR  | 03T23:59 | 0.78125 day: 1 × 1÷1.28
    USDT  | EUR  | 04T00:00 | 0.8 day: 1 × 1÷1.25
    USDT  | EUR  | 05T00:00 | no price of USD in EUR for that time        // never an old one beyond its time
    BNB   | USDT | 02T12:30 | 600 minute: 600                              // a minute before a day
    BNB   | USDT | 02T12:31 | 590 day: 590                                 // and for that minute alone
    BNB   | USDT | 03T12:30 | no price of BNB in USDT for that time       // a day's price is of that day
    BNB   | USDT | 01T12:30 | no price of BNB in USDT for that time       // never a later price
    BNB   | EUR  | 02T12:30 | 468.75 day: 600 × 1 × 1÷1.28
    BNB   | GBP  | 02T12:30 | 375 day: 600 × 1 × 1÷1.28 × 0.8
    USDC  | USD  | 02T12:30 | 1.01 minute: 1.01
    USD   | GBP  | 02T12:30 | 0.625 day: 1÷1.28 × 0.8
    GBP   | USD  | 02T12:30 | 1.6 day: 1÷0.8 × 1.28
    SOL   | EUR  | 02T12:30 | 100 day: 100                                 // the fewest prices, even if they are coarser
    ADA   | USD  | 02T12:30 | 0.7979 minute: 0.79 × 1.01                   // of equally many the finest
    USD   | SOL  | 02T12:30 | 0.0078125 day: 1÷1.28 × 1÷100                // a coin can be the reporting currency
    USDT  | ADA  | 02T12:30 | 1.25 day: 1÷0.8
    DOGE  | EUR  | 02T12:30 | no price leads from DOGE to EUR
    ASTER | JPY  | 02T12:30 | no price leads from ASTER to JPY
    `),
  )("%o", (row) => {
    const converter = new Converter(new QuoteIndex(quotesOf(QUOTES)), cell(row, "in"));
    expect(shown(converter.value(cell(row, "asset"), day(cell(row, "at")))).trim()).toBe(cell(row, "worth"));
  });

  test("it is divided once, at 18 decimals, half to even", () => {
    const quotes = quotesOf("EUR/USD | 3 | day | 01 | 04\nGBP/EUR | 7 | day | 01 | 04");
    const converter = new Converter(new QuoteIndex(quotes), "GBP");
    expect(shown(converter.value("USD", day("02")))).toBe("0.047619047619047619 day: 1÷3 × 1÷7");
  });

  test("a rate that ended does not hide one before it that still holds", () => {
    const quotes = quotesOf("EUR/USD | 1.28 | day | 01 | 04\nEUR/USD | 1.3 | day | 02 | 03");
    const converter = new Converter(new QuoteIndex(quotes), "USD");
    const at = ["01", "02", "03"].map((text) => shown(converter.value("EUR", day(text))));
    expect(at).toEqual(["1.28 day: 1.28", "1.3 day: 1.3", "1.28 day: 1.28"]);
  });
});

const ASSETS = ["BNB", "USDT", "USD", "EUR", "GBP", "ASTER"];
const LENGTHS: Readonly<Record<PriceQuality, number>> = { minute: MINUTE_MS, day: DAY_MS, peg: 9 * DAY_MS };

const quote: fc.Arbitrary<Quote> = fc
  .record({
    pair: fc
      .shuffledSubarray(ASSETS, { minLength: 2, maxLength: 2 })
      .map(([base = "", quoted = ""]) => ({ base, quoted })),
    quality: fc.constantFrom<PriceQuality>("minute", "day", "peg"),
    minute: fc.nat({ max: 1_500 }),
    cents: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ pair, quality, minute, cents }) => ({
    base: pair.base,
    quote: pair.quoted,
    quality,
    quotedAt: instant(minute * MINUTE_MS),
    validUntil: instant(minute * MINUTE_MS + LENGTHS[quality]),
    price: parseDecimal(`${cents}`).times(parseDecimal("0.01")),
    source: `${minute}`,
  }));

test("valuation never invents: each worth is a chain of prices that are there, none later than the event, none past its time", () => {
  let priced = 0;
  fc.assert(
    fc.property(
      fc.array(quote, { minLength: 8, maxLength: 40 }),
      fc.constantFrom(...ASSETS),
      fc.constantFrom(...ASSETS),
      fc.nat({ max: 2_500 }),
      (quotes, asset, currency, minute) => {
        const at = plus(instant(minute * MINUTE_MS), 12_345);
        const value = new Converter(new QuoteIndex(quotes), currency).value(asset, at);
        if (value.kind === "missing") return;
        priced += value.legs.length;
        let [held, factor, divisor] = [asset, parseDecimal("1"), parseDecimal("1")];
        for (const { quote, isInverse } of value.legs) {
          expect(quotes).toContain(quote);
          expect(quote.quotedAt).toBeLessThanOrEqual(at);
          expect(quote.validUntil).toBeGreaterThan(at);
          expect(isInverse ? quote.quote : quote.base).toBe(held);
          if (isInverse) expect([currency, "EUR"]).toContain(quote.base);
          held = isInverse ? quote.base : quote.quote;
          if (isInverse) divisor = divisor.times(quote.price);
          else factor = factor.times(quote.price);
        }
        expect(held).toBe(currency);
        // The worth is what the chain comes to, but for one rounding at the 18th decimal.
        const error = value.price.times(divisor).minus(factor).abs();
        expect(error.times(2).lessThanOrEqualTo(divisor.times(parseDecimal("0.000000000000000001")))).toBe(
          true,
        );
      },
    ),
    { numRuns: 400 },
  );
  expect(priced, "the law is not held by worths that are all missing").toBeGreaterThan(50);
});

test("the order in which prices came does not matter", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(quote, {
        maxLength: 30,
        selector: (one) => [one.base, one.quote, one.quality, one.quotedAt].join(),
      }),
      fc.constantFrom(...ASSETS),
      fc.nat({ max: 2_500 }),
      (quotes, asset, minute) => {
        const at = instant(minute * MINUTE_MS);
        const value = (given: readonly Quote[]) =>
          new Converter(new QuoteIndex(given), "EUR").value(asset, at);
        expect(value(quotes.toReversed())).toEqual(value(quotes));
      },
    ),
  );
});
