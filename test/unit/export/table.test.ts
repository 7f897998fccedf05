/** What is true of every target whose files are tables, shown on one that has all limits. */
import { expect, test } from "vitest";
import { formatDecimal, parseDecimal, roundHalfUp, sum } from "../../../src/domain/decimal.ts";
import { parsePeriod } from "../../../src/domain/period.ts";
import type { ExportEvent } from "../../../src/export/events.ts";
import { carrier } from "../../../src/export/forms/amounts.ts";
import { describe as described, paid } from "../../../src/export/forms/columns.ts";
import { type Table, table } from "../../../src/export/forms/table.ts";
import type { Books, Piece } from "../../../src/export/target.ts";
import { blockpit } from "../../../src/export/targets/blockpit.ts";
import { ofx } from "../../../src/export/targets/ofx.ts";
import { TARGETS } from "../../../src/export/targets.ts";
import { event } from "./events.ts";

const NARROW: Table = {
  name: "narrow",
  title: "a tool of narrow limits",
  readBy: "nobody",
  confidence: "C",
  files: "by account",
  lineEnd: "\n",
  rowsMax: 2,
  decimals: 2,
  skipsTwins: false,
  tags: {
    opening: "",
    realized_pnl: "",
    trading_fee: { received: "back", paid: "fee" },
    rebate: "",
    funding: "",
    liquidation: "",
    reward: "",
    conversion: "",
    transfer: "",
    own_transfer: "",
    unknown: "",
  },
  columns: [
    { header: "amount", cell: ({ amount }) => formatDecimal(amount) },
    { header: "tag", cell: (_, tag) => tag },
    { header: "text", cell: ({ info }) => info },
  ],
  howToImport: [],
  cannotSay: [],
  check: [],
};

const BOOKS: Omit<Books, "words"> = {
  accounts: [{ account: "main", venue: "aster", wallets: [] }],
  period: parsePeriod("2026", "UTC"),
  timeZone: "UTC",
  methods: [],
  currency: null,
  fileName: (name, extension) => `${name}.${extension}`,
};

function written(of: Table, events: readonly ExportEvent[]): Record<string, string> {
  const target = table(of);
  const writer = target.open({ ...BOOKS, words: target.words?.defaults ?? {} });
  const files: Record<string, string> = {};
  const append = (pieces: readonly Piece[]) => {
    for (const { file, text } of pieces) files[file] = (files[file] ?? "") + text;
  };
  append(writer.begin());
  append(writer.add(events));
  append(writer.end());
  return files;
}

const AT = "2026-01-01T00:00:00.000Z";

test("more rows than a file may have go into further files, each with its header", () => {
  const events = ["-1", "-2", "3", "-4", "-5"].map((amount) => event(amount, AT));
  expect(written(NARROW, events)).toEqual({
    "narrow-main.csv": "amount,tag,text\n-1,fee,\n-2,fee,\n",
    "narrow-main.2.csv": "amount,tag,text\n3,back,\n-4,fee,\n",
    "narrow-main.3.csv": "amount,tag,text\n-5,fee,\n",
  });
});

test("of 20,001 rows Blockpit's second file has one, and each workbook the header and the rows of its table", () => {
  const rows = 20_000;
  const writer = blockpit.open({ ...BOOKS, words: blockpit.words?.defaults ?? {} });
  const some = (count: number) => Array.from({ length: count }, () => event("-1", AT));
  const batches = [some(rows - 500), some(501)];
  const pieces = [...writer.begin(), ...batches.flatMap((batch) => writer.add(batch)), ...writer.end()];
  const files = new Set(pieces.map(({ file }) => file));
  const [header] = blockpit.columns.map((column) => column.header);
  const found = [...files].map((file) => {
    const of = pieces.filter((piece) => piece.file === file);
    const cells = of.flatMap((piece) => piece.cells ?? []);
    const lines = of.flatMap(({ text }) => text.split("\r\n")).filter((line) => line !== "");
    expect(lines.length).toBe(cells.length);
    expect(cells.map(([first]) => first === header).indexOf(true, 1)).toBe(-1);
    return [file, cells[0]?.[0], cells.length - 1, of.flatMap((piece) => piece.rows).length];
  });
  expect(found).toEqual([
    ["blockpit-main.csv", header, rows, rows],
    ["blockpit-main.2.csv", header, 1, 1],
  ]);
});

test("what a tool takes in another form is in a file of its own, however many rows the first has", () => {
  const apart = {
    name: "others",
    kinds: ["transfer" as const],
    columns: [{ header: "out", cell: paid }],
  };
  const events = ["-1", "-2", "-3", "-4"].map((amount, nth) =>
    event(amount, AT, { kind: nth < 3 ? "trading_fee" : "transfer" }),
  );
  expect(written({ ...NARROW, apart }, events)).toEqual({
    "narrow-main.csv": "amount,tag,text\n-1,fee,\n-2,fee,\n",
    "narrow-main.2.csv": "amount,tag,text\n-3,fee,\n",
    "narrow-main.others.csv": "out\n4\n",
  });
});

test("what is below the last decimal is carried, never dropped, and its entry goes with the next row", () => {
  const carry = carrier(2);
  const events = ["0.005", "0.004", "0.013", "-0.129", "-0.003"].map((amount) => event(amount, AT));
  const rows = events.flatMap((one) => carry.add(one));
  expect(rows.map(({ amount, entryIds }) => [formatDecimal(amount), entryIds.length])).toEqual([
    ["0.02", 3],
    ["-0.12", 1],
    ["-0.01", 1],
  ]);
  const left = sum(events.map(({ amount }) => amount)).minus(sum(rows.map(({ amount }) => amount)));
  expect(left.abs().lessThan(parseDecimal("0.01"))).toBe(true);
  const named = sum(carry.rests().map(({ amount }) => amount));
  expect(formatDecimal(named)).toBe(formatDecimal(left));
  carry.add(event("0.001", AT, { asset: "BNB", entryIds: ["tiny"] }));
  expect(carry.rests().at(-1)).toMatchObject({ asset: "BNB", entryIds: ["tiny"] });
});

test("entries that cancel each other below the last decimal are named too", () => {
  const carry = carrier(2, roundHalfUp);
  const events = ["0.004", "-0.004"].map((amount) => event(amount, AT));
  expect(events.flatMap((one) => carry.add(one))).toEqual([]);
  expect(carry.rests().map(({ entryIds }) => entryIds)).toEqual([events.flatMap(({ entryIds }) => entryIds)]);
});

test("rounded amounts add up to the rounded sum, and whole cents stay as they are", () => {
  const carry = carrier(2, roundHalfUp);
  const events = ["1000", "0.045", "-0.072", "-0.001", "0.001", "-300"].map((amount) => event(amount, AT));
  const rows = events.flatMap((one) => carry.add(one));
  expect(rows.map(({ amount }) => formatDecimal(amount))).toEqual(["1000", "0.05", "-0.08", "-300"]);
  const exact = sum(events.map(({ amount }) => amount));
  expect(sum(rows.map(({ amount }) => amount)).toFixed()).toBe(roundHalfUp(exact, 2).toFixed());
});

test("a text that a spreadsheet would run is neutralised, a number never", () => {
  const texts = ["=1+1", "+1", "@SUM(A1)", "-x", "\tx"];
  const [text] = Object.values(
    written(
      { ...NARROW, rowsMax: null },
      texts.map((info) => event("-1", AT, { info })),
    ),
  );
  expect(text).toBe(`amount,tag,text\n${texts.map((info) => `-1,fee,'${info}\n`).join("")}`);
});

test("an account without events has its file, which is the header", () => {
  expect(written(NARROW, [])).toEqual({ "narrow-main.csv": "amount,tag,text\n" });
});

test("a description says what happened, to how many, and by which id", () => {
  const sold = { side: "SELL", quantity: "0.004", price: "91000", transactionId: "9007199254740993" };
  expect(described(event("-1", AT, sold))).toBe(
    "trading fee, BTCUSDT, SELL 0.004 at 91000 | 9007199254740993",
  );
  expect(described(event("-1", AT, { entryIds: ["a", "b"] }))).toBe("trading fee, BTCUSDT, 2 events");
  expect(described(event("-1", AT, { isAdjustment: true, entryIds: ["a"] }))).toBe(
    "trading fee, BTCUSDT, adjustment of 2026-01-01 00:00:00 | a",
  );
  const own = { kind: "own_transfer", counterpartyAccount: "other", symbol: null, entryIds: ["a"] } as const;
  expect(described(event("-1", AT, own))).toBe("own transfer, with other | a");
});

test("targets have names of their own that a folder and a file can bear, and say what a person must know", () => {
  const names = TARGETS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, title, readBy, howToImport, cannotSay, check, form } of TARGETS) {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    for (const text of [title, readBy]) expect(text).not.toBe("");
    for (const list of [howToImport, cannotSay, check, form]) expect(list, name).not.toEqual([]);
  }
});

test("no word of a target turns an amount around, and none of the configuration can", () => {
  for (const { name, words } of TARGETS)
    for (const [kind, word] of Object.entries(words?.defaults ?? {})) {
      const { received, paid } = typeof word === "string" ? { received: word, paid: word } : word;
      if (kind === "wallet") continue;
      expect(words?.fault(kind, received, ["received"]) ?? null, `${name}, ${kind}`).toBeNull();
      expect(words?.fault(kind, paid, ["paid"]) ?? null, `${name}, ${kind}`).toBeNull();
    }
  const { words } = table({ ...NARROW, types: { received: ["in"], paid: ["out", "fee"] } });
  expect(words?.fault("funding", "fee", ["paid"])).toBeNull();
  expect(words?.fault("funding", "fee", ["received", "paid"])).toBe(
    "of what is received, the tool knows in; another word would turn the amount around",
  );
});

test("a statement of an account in which nothing happened is in the reporting currency", () => {
  const accounts = [{ account: "quiet", venue: "aster", wallets: [] }];
  const writer = ofx.open({ ...BOOKS, accounts, words: {}, currency: "EUR" });
  const text = [...writer.begin(), ...writer.end()].map((piece) => piece.text).join("");
  expect(text.match(/<CURDEF>\w+/g)).toEqual(["<CURDEF>EUR"]);
});
