/**
 * What files a person may hand over, and how an import is taken back: on the whole way, of a small account
 * whose February the venue serves no more.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatDecimal, parseDecimal } from "../../src/domain/decimal.ts";
import { formatInstant, plus, SECOND_MS } from "../../src/domain/instant.ts";
import { KEPT_NAME } from "../../src/report/kept-folders.ts";
import type { CsvFile } from "../../src/simulator/binance/csv.ts";
import { tradeFiles, transactionFiles } from "../../src/simulator/binance/csv.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-06-01T09:30:00Z");
const at = (time: string) => parseInstant(`2026-${time}Z`);

/**
 * In one-way mode for as long as the venue serves; three fills of one second are alike but for their order.
 */
const WORLD: World = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(at("02-03T08:00:00"), "TRANSFER", "1000")
        .trade(at("02-10T10:00:00"), "BUY 1 BTCUSDT at 100", { fee: "0.05" }, 2)
        .trade(at("02-12T11:00:00"), "SELL 0.5 BTCUSDT at 110", { fee: "0.02" }, 3)
        .trade(at("02-12T11:00:00"), "SELL 0.5 BTCUSDT at 112", { fee: "0.02" })
        .trade(at("02-20T12:00:00"), "BUY 4 ETHUSDT at 50", { fee: "0.01" })
        .trade(at("02-21T12:00:00"), "SELL 4 ETHUSDT at 55", { fee: "0.01" })
        .trade(at("05-20T10:00:00"), "BUY 1 BTCUSDT at 120", { fee: "0.05" })
        .trade(at("05-21T10:00:00"), "SELL 1 BTCUSDT at 130", { fee: "0.05" }),
  },
]);
const UNTIL_MARCH = (time: number) => time < at("03-01T00:00:00");
const INCOMES = (WORLD.accounts[0]?.incomes ?? []).filter((row) => UNTIL_MARCH(row.occurredAt));
const FILLS = (WORLD.accounts[0]?.fills ?? []).filter((row) => UNTIL_MARCH(row.occurredAt));
const FEBRUARY = ["--period", "2026-02-01T00:00:00Z..2026-03-05T00:00:00Z"];

let rig: BinanceRig;
beforeAll(async () => {
  rig = await newBinanceRig({ kind: QUICK_KIND, world: WORLD, now: NOW, since: "2026-02-01" });
  expect((await rig.run("run")).exitCode).toBe(3);
});
afterAll(() => rig.close());

async function importFiles(files: readonly CsvFile[], ...more: string[]) {
  for (const { name, content } of files) await rig.write(name, content);
  return rig.run("import", "--account", "main", ...files.map(({ name }) => name), ...more);
}

async function loadedThenUndone(files: readonly CsvFile[], ...more: string[]): Promise<readonly string[]> {
  const outcome = await importFiles(files, ...more);
  expect(outcome, outcome.errors).toMatchObject({ exitCode: 0, errors: "" });
  const found = await recordsOf();
  const undone = await rig.run("import", "--account", "main", "--undo");
  expect(undone, undone.errors).toMatchObject({ exitCode: 0, errors: "" });
  return found;
}

/** The imported records, without the name of the file that each came from. */
function recordsOf(): Promise<readonly string[]> {
  return rig.inspect(async (store) => {
    const rows = await store.db
      .selectFrom("raw.record")
      .select(["record_key", "occurred_at", "body"])
      .where("record_key", "like", "import/%")
      .orderBy("record_key")
      .execute();
    return rows.map((row) => `${row.record_key} ${row.body.replace(/"source":"[^"]*",/, "")}`);
  });
}

function named(names: readonly string[], files: readonly CsvFile[]): readonly CsvFile[] {
  return files.map(({ content }, nth) => ({ name: names[nth] ?? "", content }));
}

function cut(rowsPerFile: number, isNewestFirst = true) {
  return { rowsPerFile, isNewestFirst };
}

async function expectNothingKept(): Promise<void> {
  expect(await recordsOf()).toEqual([]);
  const left = await rig.inspect((store) =>
    Promise.all([
      store.db.selectFrom("raw.file_row").selectAll().execute(),
      store.db.selectFrom("raw.import").selectAll().where("undone_at", "is", null).execute(),
    ]),
  );
  expect(left).toEqual([[], []]);
}

describe("the parts of one download are known by what they hold, whatever they are called", () => {
  test.each<[title: string, whole: readonly CsvFile[], parts: readonly CsvFile[]]>([
    [
      "trades without ids, cut within a second",
      tradeFiles(FILLS, "F3", { isNewestFirst: true }),
      named(["b.csv", "a.csv"], tradeFiles(FILLS, "F3", cut(4))),
    ],
    [
      "the same, the oldest first",
      tradeFiles(FILLS, "F3", { isNewestFirst: false }),
      named(["a.csv", "b.csv"], tradeFiles(FILLS, "F3", cut(4, false))),
    ],
    [
      "trades with ids, given in the wrong order",
      tradeFiles(FILLS, "F2", { isNewestFirst: true }),
      named(["z.csv", "y.csv"], tradeFiles(FILLS, "F2", cut(5))).toReversed(),
    ],
    [
      "cash, cut within a second",
      transactionFiles(INCOMES, "T1", { isNewestFirst: true }),
      named(["one.csv", "two.csv"], transactionFiles(INCOMES, "T1", cut(8))),
    ],
    [
      "parts of which a browser has renamed one",
      tradeFiles(FILLS, "F3", { isNewestFirst: true }),
      [
        ...tradeFiles(FILLS, "F3", cut(3)).map(({ name, content }, nth) => ({
          name: nth === 1 ? name.replace(".csv", " (1).csv") : name,
          content,
        })),
      ],
    ],
    [
      "two downloads that tell the same time twice",
      tradeFiles(FILLS, "F3", { isNewestFirst: true }),
      [
        ...named(["all.csv"], tradeFiles(FILLS, "F3", { isNewestFirst: true })),
        ...named(["some.csv"], tradeFiles(FILLS.slice(0, -1), "F3", { isNewestFirst: false })),
      ],
    ],
    [
      "the same of cash",
      transactionFiles(INCOMES, "T1", {}),
      [
        ...named(["all.csv"], transactionFiles(INCOMES, "T1", {})),
        ...named(["some.csv"], transactionFiles(INCOMES.slice(3), "T1", {})),
      ],
    ],
  ])("%s", async (_title, whole, parts) => {
    expect(parts.length).toBeGreaterThan(1);
    const expected = await loadedThenUndone(whole, ...FEBRUARY);
    expect(expected.length).toBeGreaterThan(7);
    expect(await loadedThenUndone(parts, ...FEBRUARY)).toEqual(expected);
    await expectNothingKept();
  });

  test("a part that its name tells of and that is not there is missed, however the name is spelt", async () => {
    const [first] = tradeFiles(FILLS, "F2", cut(4));
    for (const name of [
      "trades-part1-of2.csv",
      "trades-part1-of-2.csv",
      "trades Part 1 of 2 (1).csv",
      "trades_part1_of2.csv",
    ]) {
      const outcome = await importFiles(named([name], first === undefined ? [] : [first]));
      expect(outcome.exitCode, name).toBe(2);
      expect(outcome.errors).toMatch(
        /^perpbooks import: trades.*: part 2 of 2 is missing\n {2}nothing was loaded\n {2}next: give all parts at once/,
      );
    }
    await rig.write("parts.zip", zipSync({ "x-part1-of2.csv": Buffer.from(first?.content ?? "") }));
    const zipped = await rig.run("import", "--account", "main", "parts.zip");
    expect(zipped.errors).toMatch(/part 2 of 2 is missing/);
    await expectNothingKept();
  });
});

test("one trade history with ids and one without cannot be told apart, row by row", async () => {
  const refused = await importFiles([
    ...named(["with.csv"], tradeFiles(FILLS, "F2")),
    ...named(["without.csv"], tradeFiles(FILLS, "F3")),
  ]);
  expect({ exitCode: refused.exitCode, errors: refused.errors }).toEqual({
    exitCode: 2,
    errors: `perpbooks import: with.csv and without.csv are of one time, and only the first has trade ids: their rows cannot be told apart
  nothing was loaded
  next: import the one with trade ids first, and the other one after it
`,
  });
  await expectNothingKept();
});

test("of one second, an old trade history tells the newest first, as Binance writes it", async () => {
  const ofOneSecond = FILLS.filter((fill) => fill.occurredAt === at("02-12T11:00:00"));
  const prices = ofOneSecond.map((fill) => fill.price);
  expect(new Set(prices).size).toBeGreaterThan(1);
  const found = await loadedThenUndone(tradeFiles(ofOneSecond, "F3", { isNewestFirst: true }));
  const places = found.map((text) => /no-id-\d+-(\d+).*"price":"([^"]*)"/.exec(text)?.slice(1).join(" "));
  expect(places.toSorted()).toEqual(prices.map((price, nth) => `${nth + 1} ${price}`));
});

test("an amount with an exponent is the number that it is, and of its own asset", async () => {
  const header =
    "Uid,Time(UTC),Symbol,Side,Position Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade Id,Order Id";
  const row = (second: number, fee: string) =>
    `1,2026-02-11 10:00:0${second},BTCUSDT,BUY,BOTH,100,1E-3,0.1,${fee},-0E-8,true,true,9${second},8${second}`;
  const content = [header, row(1, "2.5E-7BNB"), row(2, "0E-8USDT"), row(3, "1.5E-6 USDT")].join("\n");
  expect(await importFiles([{ name: "small.csv", content }])).toMatchObject({ exitCode: 0, errors: "" });
  const fees = await rig.inspect((store) =>
    store.db
      .selectFrom("history.fill")
      .select(["fill_id", "fee", "fee_asset", "quantity"])
      .where("record_key", "like", "import/%")
      .orderBy("fill_id")
      .execute(),
  );
  const plain = (amount: string) => formatDecimal(parseDecimal(amount));
  expect(fees.map((row) => [row.fill_id, plain(row.fee), row.fee_asset, plain(row.quantity)])).toEqual([
    ["91", "0.00000025", "BNB", "0.001"],
    ["92", "0", "USDT", "0.001"],
    ["93", "0.0000015", "USDT", "0.001"],
  ]);
  expect((await rig.run("import", "--account", "main", "--undo")).exitCode).toBe(0);
});

test("many rows are loaded piece by piece, and no second is cut in two", async () => {
  const header = "Date(UTC),type,Amount,Asset,Symbol,Transaction ID";
  const row = (second: number, id: number) => {
    const time = formatInstant(plus(at("02-11T10:00:00"), second * SECOND_MS))
      .slice(0, 19)
      .replace("T", " ");
    return `${time},COMMISSION,-0.1,USDT,BTCUSDT,${id}`;
  };
  // Two rows a second, and in the middle more of one second than a piece holds.
  const rows = Array.from({ length: 12_000 }, (_, nth) =>
    row(nth < 3_000 ? Math.floor(nth / 2) : nth < 9_000 ? 1_500 : 1_501 + Math.floor((nth - 9_000) / 2), nth),
  );
  const content = [header, ...rows].join("\n");
  const imported = await importFiles([{ name: "many.csv", content }]);
  expect(imported.output).toContain("12000 income rows, 12000 loaded");
  const [windows, seconds] = await rig.inspect((store) =>
    Promise.all([
      store.db
        .selectFrom("raw.window")
        .select(["from_time", "until_time", "row_count"])
        .where("evidence", "=", "import")
        .orderBy("from_time")
        .execute(),
      store.db
        .selectFrom("raw.record")
        .select(({ fn }) => [fn.countAll<string>().as("rows"), fn.max("occurred_at").as("last")])
        .where("record_key", "like", "import/%")
        .executeTakeFirstOrThrow(),
    ]),
  );
  expect(seconds.rows).toBe("12000");
  expect(windows.length).toBeGreaterThan(2);
  expect(windows.map(({ row_count }) => row_count).reduce((sum, count) => sum + count, 0)).toBe(12_000);
  for (const [nth, { until_time }] of windows.slice(0, -1).entries())
    expect(until_time).toBe(windows[nth + 1]?.from_time);
  expect((await rig.run("import", "--account", "main", "--undo")).exitCode).toBe(0);
});

test("fills of a time in hedge mode are not read as those of one position, and nothing of them is kept", async () => {
  const header =
    "Uid,Time,Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade ID,Order ID";
  const row = (hour: number, side: string, price: number, pnl: number, id: number) =>
    `1,2026-02-15 ${hour}:00:00,ETHUSDT,${side},${price},2,${2 * price},0 USDT,${pnl},${side === "BUY"},true,${id},7${id}`;
  // A long bought at 50 and sold at 70, beside a short sold at 60 and bought back at 40.
  const rows = [row(13, "BUY", 40, 40, 904), row(12, "SELL", 70, 40, 903)];
  const openings = [row(11, "SELL", 60, 0, 902), row(10, "BUY", 50, 0, 901)];
  const content = [header, ...rows, ...openings].join("\n");
  const refused = await importFiles([{ name: "trades(UTC+0).csv", content }]);
  expect(refused.exitCode).toBe(2);
  expect(refused.errors).toBe(
    [
      "perpbooks import: trades(UTC+0).csv was made in hedge mode, and does not say which position its fills belong to",
      "  read as one position, the fills of ETHUSDT contradict their own realized PnL at the latest with 903 at 2026-02-15T12:00:00.000Z, SELL 2 at 70, realized PnL 40",
      "  nothing was loaded",
      "  next: import the variant with the column Position Side: perpbooks download gives it (trade/asyn)",
      "",
    ].join("\n"),
  );
  await expectNothingKept();
});

/** Every file of the output folder and below, by its path; but not the one with the times of the others. */
async function filesBelow(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile() && entry.name !== KEPT_NAME)
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.toSorted().map(async (file) => [file, await readFile(file, "utf8")]));
  return Object.fromEntries(texts);
}

describe("an import is taken back", () => {
  const reports = async () => {
    for (const stage of [["book"], ["reconcile"], ["report"]]) await rig.run(...stage);
    return filesBelow(join(rig.folder, "out"));
  };
  const files = [...transactionFiles(INCOMES, "T1"), ...tradeFiles(FILLS, "F2")];

  test("the books are those without it, and to import again gives those with it", async () => {
    const without = await reports();
    const imported = await importFiles(files, ...FEBRUARY);
    expect(imported.output).toMatch(/--undo \d+ takes this back\n$/);
    const withIt = await reports();
    expect(withIt).not.toEqual(without);

    const number = /--undo (\d+)/.exec(imported.output)?.[1] ?? "";
    const undone = await rig.run("import", "--account", "main", "--undo", number);
    expect(undone.errors).toBe("");
    expect(undone.output).toMatch(
      new RegExp(
        `^main: import ${number} of 2026-06-01T09:30:00\\.000Z \\(Binance.*\\) is taken back: \\d+ records; the books are built again without them\\n$`,
      ),
    );
    expect(await reports()).toEqual(without);
    const differing = await rig.inspect((store) =>
      store.db
        .selectFrom("ledger.reconciliation")
        .selectAll()
        .where("status", "=", "differs")
        .where("check_name", "like", "record%")
        .execute(),
    );
    expect(differing, "the seal knows where the records went").toEqual([]);

    await importFiles(files, ...FEBRUARY);
    expect(Object.keys(await reports())).toEqual(Object.keys(withIt));
    expect((await reports())[join(rig.folder, "out", "2026", "02", "fills.csv")]).toBe(
      withIt[join(rig.folder, "out", "2026", "02", "fills.csv")],
    );
    await rig.run("import", "--account", "main", "--undo");
  });

  test("not one that a close rests on, until that is reopened", async () => {
    const imported = await importFiles(files, ...FEBRUARY);
    const number = /--undo (\d+)/.exec(imported.output)?.[1] ?? "";
    expect((await rig.run("close", "2026-02", "--because", "a test")).exitCode).toBe(0);
    const refused = await rig.run("import", "--account", "main", "--undo", number);
    expect(refused.exitCode).toBe(2);
    expect(refused.errors).toBe(
      [
        `perpbooks import: main has closed 2026-02 since, which rests on import ${number}`,
        "  nothing was changed",
        "  next: perpbooks reopen 2026-02 first",
        "",
      ].join("\n"),
    );
    expect((await rig.run("reopen", "2026-02", "--because", "a test")).exitCode).toBe(0);
    expect((await rig.run("import", "--account", "main", "--undo", number)).exitCode).toBe(0);
    await expectNothingKept();
  });

  test.each<[words: readonly string[], message: RegExp]>([
    [
      ["--undo"],
      /^perpbooks import: no import can be taken back\n {2}nothing was changed\n {2}next: nothing: none was made/,
    ],
    [["--undo", "77"], /^perpbooks import: there is no import 77\n/],
    [["a.csv", "--undo", "1"], /^perpbooks import: --undo is given beside a\.csv\n/],
    [
      [],
      /^perpbooks import: no file is given\n {2}nothing was changed\n {2}next: name the files, or give --undo\n/,
    ],
    [["missing.csv"], /^perpbooks import: missing\.csv cannot be read \(there is no such file\)\n/],
    [["."], /^perpbooks import: \. cannot be read \(it is a folder\)\n/],
  ])("%j", async (words, message) => {
    const outcome = await rig.run("import", "--account", "main", ...words);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.errors).toMatch(message);
  });
});
