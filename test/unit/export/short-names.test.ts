/** Accounts whose names are longer than a tool takes: still one text each, and always the same. */
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { parseDecimal } from "../../../src/domain/decimal.ts";
import { parsePeriod } from "../../../src/domain/period.ts";
import { shortName } from "../../../src/export/forms/short-names.ts";
import type { Books } from "../../../src/export/target.ts";
import { ofx } from "../../../src/export/targets/ofx.ts";
import { quickbooksJournal } from "../../../src/export/targets/quickbooks-journal.ts";
import { sampleWords } from "../../export/sample-settings.ts";
import { event } from "./events.ts";

/** Signs that a name may have; `Bx` and `C8` would be one number to the base 64. */
const SIGNS = [..."AZaz09_-BxC8"];
const NAMES = [
  "main",
  "thirteen-long",
  ...Array.from({ length: 200 }, (_, nth) => `market-making-desk-${nth}`),
  ...SIGNS.flatMap((a) => SIGNS.flatMap((b) => SIGNS.map((c) => `a-long-account-name-${a}${b}${c}xx`))),
];

const BOOKS: Omit<Books, "words"> = {
  accounts: NAMES.map((account) => ({ account, venue: "aster", wallets: [] })),
  period: parsePeriod("2026-01", "UTC"),
  timeZone: "UTC",
  methods: [],
  currency: "USD",
  fileName: (name, extension) => `${name}.${extension}`,
};

test("a name that fits stands whole, and a longer one with a check that no name of an account can hold", () => {
  expect(shortName("thirteen-long", 13)).toBe("thirteen-long");
  expect(shortName("fourteen-long-", 13)).toMatch(/^fourt~[0-9a-z]{7}$/);
  expect(shortName("fourteen-long-", 13)).toBe(shortName("fourteen-long-", 13));
});

test("QuickBooks' journals have numbers of at most 21 characters, and no two accounts share one", () => {
  const writer = quickbooksJournal.open({ ...BOOKS, words: sampleWords(quickbooksJournal) });
  const events = NAMES.map((account) =>
    event("1", "2026-01-10T00:00:00Z", { account, currency: "USD", value: parseDecimal("1") }),
  );
  const pieces = [...writer.begin(), ...writer.add(events), ...writer.end()];
  const texts = new Map(NAMES.map((account) => [`quickbooks-journal-${account}.csv`, ""]));
  for (const { file, text } of pieces) texts.set(file, texts.get(file) + text);
  const numbers = [...texts.values()].map((text) => {
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const own = new Set(rows.map(({ JournalNo }) => JournalNo));
    expect(own.size).toBe(1);
    return [...own][0] ?? "";
  });
  expect(numbers[0]).toBe("2026-01 main");
  expect(new Set(numbers).size).toBe(NAMES.length);
  expect(Math.max(...numbers.map(({ length }) => length))).toBe(21);
});

test("OFX's accounts have ids of at most 22 characters, and no two share one", () => {
  const text = ofx
    .open({ ...BOOKS, words: {} })
    .begin()
    .map((piece) => piece.text)
    .join("");
  const ids = [...text.matchAll(/<ACCTID>([^<]*)/g)].map(([, id]) => id ?? "");
  expect(new Set(ids).size).toBe(NAMES.length);
  expect(Math.max(...ids.map(({ length }) => length))).toBe(22);
});
