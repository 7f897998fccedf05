import { expect, test } from "vitest";
import { formatInstant } from "../../../src/domain/instant.ts";
import { UsageError } from "../../../src/errors.ts";
import { readPriceTable } from "../../../src/price/read-csv.ts";

function refusal(text: string): string {
  try {
    readPriceTable("prices.csv", text);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "not refused";
}

test("a date is a day of UTC, an instant the minute that begins then; digits stay as they are", () => {
  const text = `time,base,quote,price,quality
2026-05-02,BNB,EUR,551.10,day
2026-05-02T14:05+02:00,BNB,USDT,0600.10,
2026-05-02T12:06:00.000Z,"USDC",USD,0.9998,minute
`;
  expect(
    readPriceTable("prices.csv", text).map(
      ({ base, quote, quality, quotedAt, validUntil, price, source }) =>
        `${price} ${quote} a ${base}, ${quality} ${formatInstant(quotedAt)} until ${formatInstant(validUntil)}, ${source}`,
    ),
  ).toEqual([
    "551.10 EUR a BNB, day 2026-05-02T00:00:00.000Z until 2026-05-03T00:00:00.000Z, prices.csv line 2",
    "0600.10 USDT a BNB, minute 2026-05-02T12:05:00.000Z until 2026-05-02T12:06:00.000Z, prices.csv line 3",
    "0.9998 USD a USDC, minute 2026-05-02T12:06:00.000Z until 2026-05-02T12:07:00.000Z, prices.csv line 4",
  ]);
});

test("every mistake is named with its line", () => {
  expect(
    refusal(`time,base,quote,price,quality
2026-05-02,BNB,EUR,551.10,minute
2026-05-02T12:05,BNB,EUR,551.10,
2026-05-02T12:05:30Z,BNB,EUR,551.10,
2026-05-02T12:05Z,BNB,BNB,1,
2026-05-02T12:05Z,,EUR,"1,5",
2026-05-02T12:05Z,BNB,EUR
2026-05-03,BNB,EUR,0,
2026-05-04,BNB,EUR,1,
2026-05-04,BNB,EUR,2,
`),
  ).toBe(`prices.csv: 9 mistakes; no price was imported
  line 2: quality: expected day, as the time is written, found "minute"
  line 3: time: expected 2026-03-27 or 2026-03-27T14:05Z (a full minute, with its offset), found "2026-05-02T12:05"
  line 4: time: expected 2026-03-27 or 2026-03-27T14:05Z (a full minute, with its offset), found "2026-05-02T12:05:30Z"
  line 5: BNB is priced in itself
  line 6: base: expected an asset such as BNB, found ""
  line 6: price: expected a plain decimal above zero, found "1,5"
  line 7: expected 5 cells as the header has, found 3
  line 8: price: expected a plain decimal above zero, found "0"
  line 10: the price of BNB in EUR at that time is on line 9 already
  next: correct the lines that are named, and import the file again`);
});

test.each([
  [
    "Date,USD,\n2026-05-05,1.2,",
    'line 1: expected the header "time,base,quote,price" or "time,base,quote,price,quality", found "Date,USD,"',
  ],
  ["time,base,quote,price\n", "line 1: expected a line for each price, found none"],
])("what is no such table is refused: %j", (text, mistake) => {
  expect(refusal(text)).toBe(
    `prices.csv: 1 mistake; no price was imported\n  ${mistake}\n  next: correct the lines that are named, and import the file again`,
  );
});
