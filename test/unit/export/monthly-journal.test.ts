/** Monthly journals: what is rounded adds up, and no entry is lost on the way. */
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { formatDecimal, parseDecimal, roundHalfUp, sum } from "../../../src/domain/decimal.ts";
import { parsePeriod } from "../../../src/domain/period.ts";
import type { EventKind, ExportEvent } from "../../../src/export/events.ts";
import type { Piece } from "../../../src/export/target.ts";
import { xeroJournal } from "../../../src/export/targets/xero-journal.ts";
import { sampleWords } from "../../export/sample-settings.ts";
import { event } from "./events.ts";

const WORDS = { ...sampleWords(xeroJournal), wallets: { second: "1820" } };

function valued(value: string, at: string, kind: EventKind = "trading_fee", account = "main"): ExportEvent {
  return event("1", at, {
    kind,
    account,
    amount: parseDecimal(value),
    currency: "USD",
    value: parseDecimal(value),
  });
}

function written(events: readonly ExportEvent[]): readonly Piece[] {
  const writer = xeroJournal.open({
    accounts: ["main", "second"].map((account) => ({ account, venue: "aster", wallets: [] })),
    period: parsePeriod("2026..2027", "Europe/Berlin"),
    timeZone: "Europe/Berlin",
    words: WORDS,
    methods: [],
    currency: "USD",
    fileName: (name, extension) => `${name}.${extension}`,
  });
  return [...writer.begin(), ...events.flatMap((one) => writer.add([one])), ...writer.end()];
}

function linesOf(pieces: readonly Piece[], file: string): string[][] {
  const text = pieces
    .filter((piece) => piece.file === file)
    .map((piece) => piece.text)
    .join("");
  return (parse(text) as string[][])
    .slice(1)
    .map((row) => [row[0] ?? "", row[1] ?? "", row[3] ?? "", row[5] ?? ""]);
}

const MONTHS = Array.from({ length: 12 }, (_, nth) => `2026-${`${nth + 1}`.padStart(2, "0")}`);

test("the months of a ledger account add up to its rounded sum, and each journal to zero", () => {
  const events = MONTHS.flatMap((month) => [
    valued("-0.006", `${month}-10T00:00:00Z`),
    valued("-0.006", `${month}-11T00:00:00Z`, "liquidation"),
    valued("0.0174", `${month}-12T00:00:00Z`, "funding"),
  ]);
  const lines = linesOf(written(events), "xero-journal-main.csv");
  const sumOf = (of: readonly string[][]) =>
    formatDecimal(sum(of.map(([, , , amount]) => parseDecimal(amount ?? ""))));
  const account = (code: string) => lines.filter(([, , own]) => own === code);
  expect(sumOf(account("4102"))).toBe("0.07");
  expect(sumOf(account("4105"))).toBe("0.07");
  expect(sumOf(account("4104"))).toBe("-0.21");
  const exact = sum(events.map(({ amount }) => amount));
  expect(sumOf(account("1810"))).toBe(formatDecimal(roundHalfUp(exact, 2)));
  expect(account("4199").length).toBeGreaterThan(0);
  for (const month of MONTHS)
    expect(sumOf(lines.filter(([narration]) => narration === `main, ${month}`)), month).toBe("0");
});

test("a month is the zone's, its journal of its last day, and each wallet has its own ledger account", () => {
  const pieces = written([
    // In Berlin February has begun.
    valued("-5", "2026-01-31T23:00:00Z"),
    valued("7", "2026-02-10T00:00:00Z", "realized_pnl", "second"),
  ]);
  expect(linesOf(pieces, "xero-journal-main.csv")).toEqual([
    ["main, 2026-02", "28/02/2026", "4102", "5.00"],
    ["main, 2026-02", "28/02/2026", "1810", "-5.00"],
  ]);
  expect(linesOf(pieces, "xero-journal-second.csv")).toEqual([
    ["second, 2026-02", "28/02/2026", "4101", "-7.00"],
    ["second, 2026-02", "28/02/2026", "1820", "7.00"],
  ]);
});

test("what is too small for a line goes with the next one of its ledger account, or is named in the end", () => {
  const small = [
    valued("-0.004", "2026-01-10T00:00:00Z"),
    valued("-0.004", "2026-02-10T00:00:00Z"),
    valued("0.001", "2026-03-10T00:00:00Z", "reward"),
  ];
  const pieces = written(small);
  const [first, second, third] = small.map(({ entryIds }) => entryIds[0]);
  const rows = pieces.flatMap(({ rows }) => rows.map(({ entryIds }) => entryIds));
  expect(rows).toEqual([[first, second], [second]]);
  const rests = pieces.flatMap((piece) => piece.rests ?? []);
  expect(rests.map(({ amount, ...rest }) => ({ ...rest, amount: formatDecimal(amount) }))).toEqual([
    { account: "main", asset: "USD", amount: "0.003", entryIds: [third] },
  ]);
});

test("a journal is in one file, and the next one begins a further file where the first is full", () => {
  const kinds: readonly EventKind[] = ["realized_pnl", "trading_fee", "rebate", "funding", "reward"];
  const years = ["2026", "2027", "2028", "2029", "2030"];
  const events = years.flatMap((year) =>
    MONTHS.flatMap((month) =>
      kinds.map((kind) => valued("1", `${month.replace("2026", year)}-10T00:00:00Z`, kind)),
    ),
  );
  const pieces = written(events);
  const [first, further] = ["xero-journal-main.csv", "xero-journal-main.2.csv"].map((file) =>
    linesOf(pieces, file),
  );
  expect([first?.length, further?.length]).toEqual([300, 60]);
  expect(further?.[0]?.[0]).toBe("main, 2030-03");
});

test("of an account in which nothing happened there is a file without rows", () => {
  expect(linesOf(written([]), "xero-journal-main.csv")).toEqual([]);
});
