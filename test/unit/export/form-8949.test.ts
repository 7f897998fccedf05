/** The statement for Form 8949: two conventions, and a summary for each box. */
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { parseDecimal } from "../../../src/domain/decimal.ts";
import { parseUtcInstant } from "../../../src/domain/instant.ts";
import { parsePeriod } from "../../../src/domain/period.ts";
import type { Disposal } from "../../../src/export/disposals.ts";
import type { Words } from "../../../src/export/target.ts";
import { form8949 } from "../../../src/export/targets/form-8949.ts";

type Close = readonly [
  opened: string,
  closed: string,
  proceeds: string,
  cost: string,
  price: string | null,
  lastOpened?: string,
];

function disposal([opened, closed, proceeds, cost, price, lastOpened]: Close): Disposal {
  return {
    account: "main",
    entryIds: [],
    method: "fifo",
    symbol: "BTCUSDT",
    positionSide: "BOTH",
    direction: "long",
    openedAt: parseUtcInstant(opened),
    lastOpenedAt: parseUtcInstant(lastOpened ?? opened),
    closedAt: parseUtcInstant(closed),
    quantity: parseDecimal("1"),
    asset: "USDT",
    proceeds: parseDecimal(proceeds),
    cost: parseDecimal(cost),
    realizedPnl: parseDecimal(proceeds).minus(parseDecimal(cost)),
    openingFee: parseDecimal("0"),
    closingFee: parseDecimal("0"),
    funding: parseDecimal("0"),
    currency: "USD",
    currencyPrice: price === null ? null : parseDecimal(price),
    quality: price === null ? null : "minute",
    missing: null,
    basis: "fill",
    fillId: null,
    orderId: null,
    fillKey: "fill",
    openingFillKey: "open",
    piece: "1",
  };
}

const CLOSES: readonly Close[] = [
  ["2025-01-02T00:00:00Z", "2025-02-02T00:00:00Z", "100.004", "90", "1"],
  ["2025-01-02T00:00:00Z", "2025-03-02T00:00:00Z", "80.004", "90.008", "1"],
  // Bought on a month's last day: a year later it is still a short term, and long on the day after.
  ["2025-01-31T00:00:00Z", "2026-01-31T00:00:00Z", "7", "5", "2"],
  ["2025-01-31T00:00:00Z", "2026-02-01T00:00:00Z", "7", "5", "2"],
  ["2025-01-02T00:00:00Z", "2025-03-02T00:00:00Z", "1", "2", null],
];

const SHOWN = ["Part", "Box", "(d) Proceeds", "(e) Cost or other basis", "(h) Gain or (loss)"];

type Written = { readonly rows: string[][]; readonly summary: string[][] };

function written(words: Words, closes: readonly Close[] = CLOSES, shown: readonly string[] = SHOWN): Written {
  const writer = form8949.open({
    accounts: [],
    period: parsePeriod("2025..2026", "UTC"),
    timeZone: "UTC",
    words: { ...form8949.words?.defaults, ...words },
    methods: ["fifo"],
    currency: "USD",
    fileName: (name, extension) => `${name}.${extension}`,
  });
  const pieces = [...writer.begin(), ...(writer.close?.(closes.map(disposal)) ?? []), ...writer.end()];
  const cells = (file: string): string[][] =>
    (
      parse(
        pieces
          .filter((piece) => piece.file === file)
          .map(({ text }) => text)
          .join(""),
      ) as string[][]
    ).slice(1);
  const places = shown.map((name) => form8949.columns.findIndex(({ header }) => header === name));
  return {
    rows: cells("form-8949-fifo.csv").map((row) => places.map((place) => row[place] ?? "")),
    summary: cells("form-8949-fifo.summary.csv"),
  };
}

test("by pnl a gain is proceeds and a loss cost, and the summary has the sums of each box", () => {
  expect(written({ convention: "pnl" })).toEqual({
    rows: [
      ["I", "C", "10.00", "0.00", "10.00"],
      ["I", "C", "0.00", "10.00", "-10.00"],
      ["I", "C", "4.00", "0.00", "4.00"],
      ["II", "F", "4.00", "0.00", "4.00"],
      ["I", "C", "", "", ""],
    ],
    summary: [
      ["I", "C", "see attached statement", "", "", "14.00", "10.00", "M", "", "4.00"],
      ["II", "F", "see attached statement", "", "", "4.00", "0.00", "M", "", "4.00"],
    ],
  });
});

test("by notional they are what the contract was sold and bought for, and every row is (d) less (e)", () => {
  expect(written({ convention: "notional" })).toEqual({
    rows: [
      ["I", "C", "100.00", "90.00", "10.00"],
      ["I", "C", "80.01", "90.01", "-10.00"],
      ["I", "C", "14.00", "10.00", "4.00"],
      ["II", "F", "14.00", "10.00", "4.00"],
      ["I", "C", "", "", ""],
    ],
    summary: [
      ["I", "C", "see attached statement", "", "", "194.01", "190.01", "M", "", "4.00"],
      ["II", "F", "see attached statement", "", "", "14.00", "10.00", "M", "", "4.00"],
    ],
  });
});

test("a loss is in parentheses where that is wanted, and the sums are the same", () => {
  const { rows, summary } = written({ losses: "parentheses" }, CLOSES.slice(1, 2), ["(h) Gain or (loss)"]);
  expect(rows).toEqual([["(10.00)"]]);
  expect(summary).toEqual([
    ["I", "C", "see attached statement", "", "", "0.00", "10.00", "M", "", "(10.00)"],
  ]);
});

test.each([
  ["on one day", "01/02/2025", "II", "2025-01-02T00:00:00Z", "2025-01-02T23:59:59Z", "2026-01-03T00:00:00Z"],
  ["on two days", "VARIOUS", "I", "2025-01-02T23:59:59Z", "2025-01-03T00:00:00Z", "2025-02-01T00:00:00Z"],
  [
    "on two days, the newest part held for a year and no longer",
    "VARIOUS",
    "I",
    "2024-01-02T00:00:00Z",
    "2025-01-02T00:00:00Z",
    "2026-01-02T00:00:00Z",
  ],
  [
    "on two days, every part held for more than a year",
    "VARIOUS",
    "II",
    "2024-01-02T00:00:00Z",
    "2025-01-02T00:00:00Z",
    "2026-01-03T00:00:00Z",
  ],
])("what was bought %s has %s in (b) and is in part %s", (_, acquired, part, opened, lastOpened, closed) => {
  const { rows } = written({}, [[opened, closed, "2", "1", "1", lastOpened]], ["(b) Date acquired", "Part"]);
  expect(rows).toEqual([[acquired, part]]);
});
