import { describe, expect, test } from "vitest";
import { formatLocal } from "../../../src/domain/calendar.ts";
import type { formatInstant } from "../../../src/domain/instant.ts";
import { UsageError } from "../../../src/errors.ts";
import { readEcbRates } from "../../../src/price/read-ecb.ts";
import { cell, readTable } from "../../support/text-table.ts";

/** The ECB's own header of April 2021, comma at the end and all. */
const HEADER =
  "Date,USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,RUB,TRL,TRY,AUD,BRL,CAD,CNY,HKD,IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR,";

/** Each rate and how long it holds, as clocks in Frankfurt show it. */
function stands(text: string, currency: string): readonly string[] {
  const frankfurt = (at: Parameters<typeof formatInstant>[0]) =>
    formatLocal(at, "Europe/Berlin").slice(0, 16).replace("T00:00", "");
  return readEcbRates("hist.csv", text)
    .filter((quote) => quote.quote === currency)
    .map(
      ({ price, quotedAt, validUntil }) =>
        `${price} from ${frankfurt(quotedAt)} until ${frankfurt(validUntil)}`,
    );
}

function refusal(text: string): string {
  try {
    readEcbRates("hist.csv", text);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "not refused";
}

test("the ECB's own file is read: newest day first, N/A where there is no rate, a comma too many at each end", () => {
  const line =
    "2021-04-23,1.2066,129.98,1.9558,N/A,25.847,7.4361,N/A,0.86905,363.68,N/A,N/A,N/A,4.5611,N/A,4.9241,10.1393,N/A,N/A,1.1020,150.90,10.0428,7.5625,90.3900,N/A,10.1000,1.5600,6.5700,1.5100,7.8400,9.3600,17520.00,3.9200,90.40,1345.00,23.90,4.95,1.67,58.30,1.60,37.90,17.20,";
  const quotes = readEcbRates("eurofxref-hist.csv", `${HEADER}\n${line}\n`);
  expect(quotes).toHaveLength(32);
  expect(quotes[0]).toMatchObject({
    base: "EUR",
    quote: "USD",
    quality: "day",
    price: "1.2066",
    source: "ECB eurofxref-hist.csv line 2",
  });
});

describe("a rate holds for its day in Frankfurt and until the next one", () => {
  test.each(
    readTable(`
      days                            | holds
      2026-05-04,1.25 2026-05-01,1.28 | 1.28 from 2026-05-01 until 2026-05-04, 1.25 from 2026-05-04 until 2026-05-05  // a weekend
      2026-04-07,1.15 2026-04-02,1.16 | 1.16 from 2026-04-02 until 2026-04-07, 1.15 from 2026-04-07 until 2026-04-08  // Easter
      2026-05-05,1.24                 | 1.24 from 2026-05-05 until 2026-05-06  // the newest: is Wednesday a holiday, or not published yet?
      2026-05-08,1.24                 | 1.24 from 2026-05-08 until 2026-05-11  // a Friday: nothing is published on a weekend
      2026-05-20,1.2 2026-05-05,1.24  | 1.24 from 2026-05-05 until 2026-05-13, 1.2 from 2026-05-20 until 2026-05-21  // seven days, no longer
      2026-05-05,1.2 2026-05-04,N/A 2026-04-30,1.3 | 1.3 from 2026-04-30 until 2026-05-05, 1.2 from 2026-05-05 until 2026-05-06
    `),
  )("%o", (row) => {
    const text = `Date,USD,\n${cell(row, "days")
      .split(" ")
      .map((line) => `${line},\n`)
      .join("")}`;
    expect(stands(text, "USD").join(", ")).toBe(cell(row, "holds"));
  });
});

test("every mistake is named with its line", () => {
  expect(
    refusal(`Date,USD,JPY,
2026-05-05,1.2,180,
05.04.2026,1.2,180,
2026-05-05,1.2,180,
2026-05-03,1.2,
2026-05-02,1e2,-3,
2026-02-30,1.2,180,
`),
  ).toBe(`hist.csv: 6 mistakes; no price was imported
  line 3: expected a day such as 2026-03-27, found "05.04.2026"
  line 4: the day 2026-05-05 is here a second time; it was first on line 2
  line 5: expected 2 rates as the header has, found 1
  line 6: USD: expected a rate above zero or N/A, found "1e2"
  line 6: JPY: expected a rate above zero or N/A, found "-3"
  line 7: expected a day such as 2026-03-27, found "2026-02-30"
  next: download eurofxref-hist.csv (in eurofxref-hist.zip) from the ECB again, and import it as it is`);
});

test.each([
  ["", 'line 1: expected the header "Date,USD,JPY,…", found something else'],
  ["<html>", 'line 1: expected the header "Date,USD,JPY,…", found something else'],
  ["Date,USD,USD,\n2026-05-05,1,1,", "line 1: USD is here twice"],
  ["Date,USD,Yen,\n2026-05-05,1,1,", 'line 1: "Yen" is not a currency'],
  ["Date,USD,\n", "line 1: expected a line for each day, found none"],
])("what is no such file is refused: %j", (text, mistake) => {
  expect(refusal(text)).toBe(
    `hist.csv: 1 mistake; no price was imported\n  ${mistake}\n  next: download eurofxref-hist.csv (in eurofxref-hist.zip) from the ECB again, and import it as it is`,
  );
});
