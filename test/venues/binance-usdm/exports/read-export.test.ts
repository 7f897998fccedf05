/**
 * The files that Binance gives to download. Texts marked *documented* hold sample rows of real exports as
 * public parsers' tests show them; all others are made from those by changing what the test is about.
 */
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { formatDecimal } from "../../../../src/domain/decimal.ts";
import { keyRows } from "../../../../src/domain/identity.ts";
import { formatInstant } from "../../../../src/domain/instant.ts";
import { decode } from "../../../../src/venues/binance-usdm/decode.ts";
import { readExport } from "../../../../src/venues/binance-usdm/exports/read-export.ts";
import type { HistoryFile, HistoryFileRow, HistoryFileTable } from "../../../../src/venues/venue.ts";
import { bytesOf, listed, refusalOf } from "./reading.ts";

const BOM = "\u{FEFF}";
const NAME = {
  transactions: "Binance-Futures-Transaction-History-202603230525(UTC--6)_abcd1234.csv",
  trades: "Binance-Futures-Trade-History-202608302008(UTC+3)-part1-of1.csv",
};

/** Documented, T1: asynchronous download of the transaction history. */
const T1 =
  "Date(UTC),type,Amount,Asset,Symbol,Transaction ID\r\n2023-01-01 00:00:00,FUNDING_FEE,-0.8,USDT,ASSETQUOTE,123\r\n";
/** Documented, F1, two rows of two accounts; years with four digits and with two. */
const F1_HEADER =
  "Uid,Time,Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade ID,Order ID";
const F1_ROW =
  "167857164,2023-01-01 19:53:13,ETHUSDT,SELL,1200.62,2,2401.24,0.00352911 BNB,10.24,false,false,2593877352,8389765568816714211";
const F1_ROW_SHORT_YEAR =
  "862706699,26-03-17 09:34:12,BTCUSDC,BUY,73822.3,0.01,738.223,0.29528919 USDC,0.28699999,true,false,419925075,49172439177";
/** Documented, F2: asynchronous download of the trade history. */
const F2 =
  "Uid,Time(UTC),Symbol,Side,Position Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade Id,Order Id\n1,2023-01-01 00:00:00,ASSETQUOTE,BUY,Long,1.5,1,1.5,0.00053 BNB,2.34,true,false,99,88\n";
/** Documented, F3: trade history of the old site, with and without its optional columns. */
const F3_FULL = `Date(UTC),Symbol,Side,Price,Quantity,Amount,Fee,Fee Coin,Realized Profit,Quote Asset
2026-09-01 10:00:00,BTCUSDT,BUY,60000,0.1,6000,2.4,USDT,0,USDT
2026-09-30 12:00:00,ETHUSDT,BUY,3000,2,6000,0.0004,BNB,0,USDT
`;

type Overrides = Partial<Omit<HistoryFile, "source">>;
/** A table with its rows. */
type Table = Omit<HistoryFileTable, "rows"> & { readonly rows: readonly HistoryFileRow[] };

function file(text: string, given: Overrides = {}): HistoryFile {
  return { name: "export.csv", ...given, source: bytesOf(text) };
}

async function readAll(requested: HistoryFile): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for await (const table of readExport(requested)) tables.push({ ...table, rows: await listed(table.rows) });
  return tables;
}

async function only(requested: HistoryFile): Promise<Table> {
  const tables = await readAll(requested);
  const [table] = tables;
  if (table === undefined || tables.length !== 1) throw new Error(`${tables.length} tables`);
  return table;
}

function read(text: string, given: Overrides = {}): Promise<Table> {
  return only(file(text, given));
}

function refusal(requested: HistoryFile): Promise<string> {
  return refusalOf(readAll(requested));
}

/** The venue's own decode of each row, amounts as plain text. */
function records(part: Pick<Table, "rows" | "stream">): Record<string, unknown>[] {
  return part.rows.map(({ body }) => {
    const decoded = decode(part.stream, body);
    if (decoded.kind === "unknown") throw new Error(decoded.why);
    return Object.fromEntries(
      Object.entries(decoded.records[0] ?? {}).map(([name, value]) => [
        name,
        typeof value === "object" && value !== null ? formatDecimal(value) : value,
      ]),
    );
  });
}

/** An income file of one row a line: `time | type | amount | asset | symbol | id`. */
function transactions(table: string, header = "Time,Type,Amount,Asset,Symbol,Transaction ID"): string {
  return [header, ...cellsOf(table).map((cells) => cells.join(","))].join("\r\n");
}

function cellsOf(table: string): string[][] {
  const lines = table.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => line.split("|").map((cell) => cell.trim()));
}

/** A trade history with ids of one row; what is not given is of the documented sample. */
function trade(given: Readonly<Record<string, string>>): string {
  const cells = F1_ROW.split(",");
  return `${F1_HEADER}\n${F1_HEADER.split(",")
    .map((name, index) => given[name] ?? cells[index])
    .join(",")}\n`;
}

const ONE_WAY = { name: NAME.trades, positionSide: "BOTH" } as const;

describe("transaction histories are income", () => {
  test("T1: a row becomes the row that the interface would have sent, but for its trade id and the rest of its second", async () => {
    const part = await read(T1);
    expect(part).toEqual({
      file: "export.csv",
      stream: "income",
      namesPositionSide: false,
      hasIds: true,
      rows: [
        {
          identity: ["FUNDING_FEE", "123", "", "ASSETQUOTE", "USDT", "1672531200000"],
          symbol: "ASSETQUOTE",
          occurredAt: 1672531200000,
          body: '{"symbol":"ASSETQUOTE","incomeType":"FUNDING_FEE","income":"-0.8","asset":"USDT","info":"FUNDING_FEE","tranId":"123","tradeId":"","source":"export.csv","time":1672531200000}',
          line: 2,
          matchKey: "FUNDING_FEE/123/USDT/ASSETQUOTE",
        },
      ],
      split: null,
    });
    expect(records(part)).toEqual([
      {
        stream: "income",
        part: "",
        kind: "funding",
        incomeType: "FUNDING_FEE",
        amount: "-0.8",
        asset: "USDT",
        symbol: "ASSETQUOTE",
        tranId: "123",
        tradeId: "",
        info: "FUNDING_FEE",
        occurredAt: 1672531200000,
        valueAt: 1672531200000,
      },
    ]);
  });

  test("T2: a plain Time is in the zone of the file's name, and a doubled minus is one", async () => {
    const part = await read(transactions("2024-01-02 03:04:05 | REALIZED_PNL | 1.5 | USDT | BTCUSDT | 7"), {
      name: NAME.transactions,
    });
    expect(part.rows.map((row) => formatInstant(row.occurredAt))).toEqual(["2024-01-02T09:04:05.000Z"]);
  });

  test("the file's words for a transfer become the interface's, and are kept", async () => {
    const part = await read(
      transactions(`
        2024-01-01 00:00:00 | DEPOSIT           |  100     | USDT |          | 11
        2024-01-01 00:00:01 | WITHDRAW          | -40      | USDT |          | 12
        2024-01-01 00:00:02 | TRANSFER          |  -1.5    | BNB  |          | 13
        2024-01-01 00:00:03 | COIN_SWAP_DEPOSIT |   2      | USDT |          | 14
        2024-01-01 00:00:03 | COIN_SWAP_WITHDRAW|  -0.01   | BNB  |          | 14
        2024-01-01 00:00:04 | MARKET_MAKER_REBATE | 0.00000001 | USDT | BTCUSDT | 15
      `),
      { timeZone: "UTC" },
    );
    expect(
      records(part).map((it) => [it["incomeType"], it["info"], it["amount"], it["tranId"]].join(" ")),
    ).toEqual([
      "TRANSFER DEPOSIT 100 11",
      "TRANSFER WITHDRAW -40 12",
      "TRANSFER TRANSFER -1.5 13",
      "COIN_SWAP_DEPOSIT COIN_SWAP_DEPOSIT 2 14", // a conversion's two rows share one id
      "COIN_SWAP_WITHDRAW COIN_SWAP_WITHDRAW -0.01 14",
      "MARKET_MAKER_REBATE MARKET_MAKER_REBATE 0.00000001 15", // documented nowhere: the ledger's to say
    ]);
    expect(part.rows.map((row) => row.matchKey)).toEqual([
      "TRANSFER/11/USDT/",
      "TRANSFER/12/USDT/",
      "TRANSFER/13/BNB/",
      "COIN_SWAP_DEPOSIT/14/USDT/",
      "COIN_SWAP_WITHDRAW/14/BNB/",
      "MARKET_MAKER_REBATE/15/USDT/BTCUSDT",
    ]);
  });

  test("a withdrawal that comes in, and a deposit that goes out, are refused", async () => {
    const text = transactions(`
      2024-01-01 00:00:00 | DEPOSIT  | -100 | USDT | | 11
      2024-01-01 00:00:01 | WITHDRAW |   40 | USDT | | 12
    `);
    expect(await refusal(file(text, { timeZone: "UTC" }))).toBe(
      [
        "export.csv: 2 of 2 rows are not understood",
        '  line 2: "Amount": a deposit of a positive amount was expected, found "-100"',
        '  line 3: "Amount": a withdrawal of a negative amount was expected, found "40"',
        "  nothing of the file was loaded",
        "  next: import the file as it was downloaded: a spreadsheet that saves it rewrites ids, times and amounts; if it was not touched, report these lines",
      ].join("\n"),
    );
  });

  test("equal rows are real rows", async () => {
    const row = "2024-01-01 00:00:00 | COMMISSION | -0.01 | USDT | BTCUSDT | 9";
    const part = await read(transactions(`${row}\n${row}`), { timeZone: "UTC" });
    expect(keyRows(part.rows).map((it) => it.key)).toEqual([
      "COMMISSION/9//BTCUSDT/USDT/1704067200000#1",
      "COMMISSION/9//BTCUSDT/USDT/1704067200000#2",
    ]);
  });
});

describe("trade histories are fills", () => {
  test("F1: its rows decode as the interface's do; ids beyond 2^53 keep their digits", async () => {
    const part = await read(`${BOM}${F1_HEADER}\r\n${F1_ROW}\r\n`, ONE_WAY);
    expect(part).toMatchObject({
      stream: "fills",
      namesPositionSide: false,
      hasIds: true,
      split: { part: 1, of: 1, download: "Binance-Futures-Trade-History-202608302008(UTC+3).csv" },
    });
    expect(records(part)).toEqual([
      {
        stream: "fills",
        symbol: "ETHUSDT",
        fillId: "2593877352",
        orderId: "8389765568816714211",
        side: "SELL",
        positionSide: "BOTH",
        price: "1200.62",
        quantity: "2",
        value: "2401.24",
        fee: "0.00352911",
        feeAsset: "BNB",
        realizedPnl: "10.24",
        marginAsset: null,
        isMaker: false,
        occurredAt: Date.parse("2023-01-01T16:53:13Z"), // 19:53:13 in UTC+3
        valueAt: Date.parse("2023-01-01T16:53:13Z"),
      },
    ]);
    expect(part.rows.map(({ identity, matchKey, body }) => ({ identity, matchKey, body }))).toEqual([
      {
        identity: ["ETHUSDT", "2593877352", "SELL", "BOTH", "1672591993000"],
        matchKey: "ETHUSDT/2593877352/SELL",
        body: `{"symbol":"ETHUSDT","id":"2593877352","orderId":"8389765568816714211","side":"SELL","positionSide":"BOTH","price":"1200.62","qty":"2","quoteQty":"2401.24","commission":"0.00352911","commissionAsset":"BNB","realizedPnl":"10.24","maker":false,"buyer":false,"source":"${NAME.trades}","time":1672591993000,"absent":["positionSide"]}`,
      },
    ]);
  });

  test("F2: the position side is the file's own", async () => {
    const part = await read(F2);
    expect(part.namesPositionSide).toBe(true);
    expect(part.rows[0]?.body).toBe(
      '{"symbol":"ASSETQUOTE","id":"99","orderId":"88","side":"BUY","positionSide":"LONG","price":"1.5","qty":"1","quoteQty":"1.5","commission":"0.00053","commissionAsset":"BNB","realizedPnl":"2.34","maker":false,"buyer":true,"source":"export.csv","time":1672531200000}',
    );
    expect(records(part).map((it) => it["positionSide"])).toEqual(["LONG"]);
  });

  test("F3: fills without ids, with a column for the fee's coin and one for the margin's asset", async () => {
    const part = await read(F3_FULL, { positionSide: "BOTH" });
    expect(part).toMatchObject({ namesPositionSide: false, hasIds: false });
    expect(
      records(part).map((it) =>
        [it["symbol"], it["fillId"], it["orderId"], it["fee"], it["feeAsset"], it["marginAsset"]].join(" "),
      ),
    ).toEqual([
      "BTCUSDT no-id-1788256800-{place} no-id 2.4 USDT USDT",
      "ETHUSDT no-id-1790769600-{place} no-id 0.0004 BNB USDT",
    ]);
    expect(part.rows[0]?.body).toBe(
      '{"symbol":"BTCUSDT","id":"no-id-1788256800-{place}","orderId":"no-id","side":"BUY","positionSide":"BOTH","price":"60000","qty":"0.1","quoteQty":"6000","commission":"2.4","commissionAsset":"USDT","realizedPnl":"0","marginAsset":"USDT","maker":false,"buyer":true,"source":"export.csv","time":1788256800000,"absent":["id","orderId","positionSide","maker"]}',
    );
    expect(part.rows.map((row) => row.matchKey)).toEqual(["BTCUSDT/BUY/60000/0.1", "ETHUSDT/BUY/3000/2"]);
  });

  test.each<[cell: string, fee: string]>([
    ["0.00352911 BNB", "0.00352911 BNB"],
    ["0.5 BNB", "0.5 BNB"],
    ["0.5BNB", "0.5 BNB"],
    ["0.00502299USDT", "0.00502299 USDT"],
    ["-0.00076959 USDT", "-0.00076959 USDT"], // a maker's rebate
    ["0 USDT", "0 USDT"],
    ["1.25 1000SATS", "1.25 1000SATS"],
    // As a spreadsheet, or a program that prints floats, writes what is small: read as the number that it is,
    // never cut at the E.
    ["2.7E-6BNB", "0.0000027 BNB"],
    ["-2.7E-6 USDT", "-0.0000027 USDT"],
    ["0E-8USDC", "0 USDC"],
    ["3e+1USDT", "30 USDT"],
    ["1.5EUR", "1.5 EUR"], // an asset may begin with an E
    ["7 币安人生", "7 币安人生"], // nor need it be ASCII
  ])("a fee of %s", async (cell, fee) => {
    const [it] = records(await read(trade({ Fee: cell }), ONE_WAY));
    expect(`${it?.["fee"]} ${it?.["feeAsset"]}`).toBe(fee);
  });

  test.each<[cell: string, isMaker: boolean]>([
    ["true", true],
    ["TRUE", true],
    ["Y", true],
    ["false", false],
    ["FALSE", false],
    ["N", false],
  ])("a maker cell of %s", async (cell, isMaker) => {
    expect(records(await read(trade({ Maker: cell, Buyer: cell }), ONE_WAY))[0]?.["isMaker"]).toBe(isMaker);
  });

  test("a fee of zero may have no asset of its own where the row names one", async () => {
    const text = F3_FULL.replace("2.4,USDT", "0,");
    expect(records(await read(text, { positionSide: "BOTH" }))[0]?.["feeAsset"]).toBe("USDT");
  });

  test("both sides of a self-trade share an id and stay two", async () => {
    const buy = F1_ROW.replace("SELL", "BUY");
    const part = await read(`${F1_HEADER}\n${F1_ROW}\n${buy}\n`, ONE_WAY);
    expect(part.rows.map((row) => row.matchKey)).toEqual([
      "ETHUSDT/2593877352/SELL",
      "ETHUSDT/2593877352/BUY",
    ]);
  });

  test("symbols need not be ASCII", async () => {
    expect((await read(trade({ Symbol: "币安人生USDT" }), ONE_WAY)).rows[0]?.symbol).toBe("币安人生USDT");
  });

  test("F1 and F3 need the account's mode by somebody's word", async () => {
    const message = (name: string) =>
      [
        `${name}: the file does not say which position its fills belong to`,
        "  it has no column Position Side, and the account is not known to have been in one-way mode all along",
        "  nothing of the file was loaded",
        "  next: import the variant with the column Position Side, as the interface's own download (trade/asyn) gives it",
      ].join("\n");
    expect(await refusal(file(trade({}), { name: NAME.trades }))).toBe(message(NAME.trades));
    expect(await refusal(file(F3_FULL))).toBe(message("export.csv"));
  });
});

describe("how files are written", () => {
  test("in any order of columns, with further ones, quoted, with blanks, in any case", async () => {
    const text = [
      '"transaction id","SYMBOL",Note,"asset","Amount","TYPE","date (UTC)"',
      '"123"," ASSETQUOTE ","a, ""b""",USDT,-0.8,FUNDING_FEE,"2023-01-01 00:00:00"',
      "",
      ",,,,,,",
    ].join("\n");
    expect(await read(text)).toEqual(await read(T1));
  });

  test("line ends, byte order mark and a missing last line end make no difference", async () => {
    for (const text of [
      T1.replaceAll("\r\n", "\n"),
      T1.replaceAll("\r\n", "\r"),
      `${BOM}${T1}`,
      T1.trimEnd(),
    ]) {
      expect(await read(text)).toEqual(await read(T1));
    }
  });

  test.each<[header: string, cell: string, name: string, timeZone: string | undefined, time: string]>([
    // header, cell                           name                    said       UTC
    ["Date(UTC)", "2026-09-29 14:27:00", "x.csv", undefined, "2026-09-29T14:27:00.000Z"],
    ["Date(UTC)", "2026-09-29 14:27:00", "x(UTC+0).csv", "UTC", "2026-09-29T14:27:00.000Z"], // all agree
    ["Date(UTC+1)", "2026-09-29 14:27:00", "x.csv", undefined, "2026-09-29T13:27:00.000Z"],
    ["Time (UTC-5:30)", "2026-09-29 14:27:00", "x.csv", undefined, "2026-09-29T19:57:00.000Z"],
    ["Time(utc+1)", "2026-09-29 14:27:00", "x(UTC+1).csv", undefined, "2026-09-29T13:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x(UTC+3).csv", "UTC+03:00", "2026-09-29T11:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x(UTC+3).csv", undefined, "2026-09-29T11:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x(UTC+0).csv", undefined, "2026-09-29T14:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x(UTC-5).csv", undefined, "2026-09-29T19:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x(UTC--6).csv", undefined, "2026-09-29T20:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x(UTC+3)-part1-of2.csv", undefined, "2026-09-29T11:27:00.000Z"],
    ["Time", "2026-09-29 14:27:00", "x.csv", "UTC+5:30", "2026-09-29T08:57:00.000Z"],
    ["Time", "26-03-17 09:34:12", "x(UTC+3).csv", undefined, "2026-03-17T06:34:12.000Z"], // a short year
    ["Time", "2026-01-01 01:00:00", "x(UTC+3).csv", undefined, "2025-12-31T22:00:00.000Z"],
  ])("%s %s in %s, zone by word %s", async (header, cell, name, timeZone, time) => {
    const text = `${header},Type,Amount,Asset,Symbol,Transaction ID\n${cell},COMMISSION,-1,USDT,BTCUSDT,1\n`;
    const part = await read(text, { name, ...(timeZone === undefined ? {} : { timeZone }) });
    expect(part.rows.map((row) => formatInstant(row.occurredAt))).toEqual([time]);
  });

  test("a documented row with a short year", async () => {
    expect(records(await read(`${F1_HEADER}\n${F1_ROW_SHORT_YEAR}\n`, ONE_WAY))).toMatchObject([
      {
        symbol: "BTCUSDC",
        fillId: "419925075",
        fee: "0.29528919",
        feeAsset: "USDC",
        realizedPnl: "0.28699999",
        occurredAt: Date.parse("2026-03-17T06:34:12Z"),
      },
    ]);
  });

  test("a blank file has not even a header", async () => {
    expect(await refusalOf(read("\n\n"))).toBe(`export.csv: a header was expected, found a blank file
  nothing of the file was loaded
  next: download it again`);
  });

  test("an export without rows says which stream it is of, and needs no zone and no mode", async () => {
    const empty = { rows: [], namesPositionSide: false, hasIds: true, split: null };
    expect(await read(`${F1_HEADER}\nNo data matches the criteria.\n`)).toEqual({
      file: "export.csv",
      stream: "fills",
      ...empty,
    });
    expect((await read(`${F1_HEADER}\nNo data matches the criteria.,,,,,,,,,,,,\n`)).rows).toEqual([]);
    expect(await read("Time,Type,Amount,Asset,Symbol,Transaction ID\n")).toEqual({
      file: "export.csv",
      stream: "income",
      ...empty,
    });
  });

  test("gzip, and a zip of several", async () => {
    const bytes = new TextEncoder().encode(T1);
    expect(await only({ name: "export.csv", source: bytesOf(gzipSync(bytes)) })).toEqual(await read(T1));
    const parts = await readAll({
      name: "Binance-Futures-Trade-History-202608302008(UTC+3).zip",
      source: bytesOf(
        zipSync({
          "__MACOSX/._a.csv": strToU8("x"),
          "a-part1-of2.csv": strToU8(`${BOM}${F1_HEADER}\r\n${F1_ROW}\r\n`),
          "a-part2-of2.csv": [strToU8(`${F1_HEADER}\r\nNo data matches the criteria.\r\n`), { level: 0 }],
          "income/b.csv": strToU8(T1.replace("Date(UTC)", "Time")),
        }),
      ),
      positionSide: "BOTH",
    });
    expect(
      parts.map((part) => ({
        file: part.file,
        stream: part.stream,
        rows: part.rows.length,
        split: part.split,
        // The zone of the zip's own name holds for what is inside.
        from: part.rows[0] === undefined ? null : formatInstant(part.rows[0].occurredAt),
      })),
    ).toEqual([
      {
        file: "Binance-Futures-Trade-History-202608302008(UTC+3).zip/a-part1-of2.csv",
        stream: "fills",
        rows: 1,
        split: { part: 1, of: 2, download: "Binance-Futures-Trade-History-202608302008(UTC+3).zip/a.csv" },
        from: "2023-01-01T16:53:13.000Z",
      },
      {
        file: "Binance-Futures-Trade-History-202608302008(UTC+3).zip/a-part2-of2.csv",
        stream: "fills",
        rows: 0,
        split: { part: 2, of: 2, download: "Binance-Futures-Trade-History-202608302008(UTC+3).zip/a.csv" },
        from: null,
      },
      {
        file: "Binance-Futures-Trade-History-202608302008(UTC+3).zip/income/b.csv",
        stream: "income",
        rows: 1,
        split: null,
        from: "2022-12-31T21:00:00.000Z",
      },
    ]);
  });
});

describe("what is not understood is refused, and said", () => {
  const REFUSED_KINDS: readonly [kind: string, header: string, what: string, why: string][] = [
    [
      "O1",
      "Uid,Time(UTC),Symbol,Type,Side,Position Side,Price,Average Price,Amount,Executed Amount,Executed Quote Amount,Stop Price,Status,Client Order Id,Time In Force,Activate Price,Price Rate,Update Time,Order No",
      "an order history",
      "orders move no money: only their fills do",
    ],
    [
      "P1",
      "Symbol,Margin Mode,Position Side,Entry Price,Avg. Close Price,Max Open Interest,Closed Vol.,Closing PNL,Opened,Closed,Status",
      "a position history",
      "a position in it has no id, and its result is a sum over fills: it cannot be told from what is loaded already",
    ],
    [
      "A1",
      "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark",
      "an account statement",
      "it lists the same money again without ids: it would count twice",
    ],
    [
      "A1 without the user",
      "UTC_Time,Account,Operation,Coin,Change,Remark",
      "an account statement",
      "it lists the same money again without ids: it would count twice",
    ],
    [
      "A2",
      "User ID,Time,Account,Operation,Coin,Change,Remark",
      "an account statement",
      "it lists the same money again without ids: it would count twice",
    ],
  ];
  test.each(REFUSED_KINDS)("%s", async (_kind, header, what, why) => {
    expect(await refusal(file(`${BOM}${header}\r\n`))).toBe(
      [
        `export.csv line 1: this is ${what}, which is not imported`,
        `  ${why}`,
        "  nothing of the file was loaded",
        "  next: export the futures transaction history (for income) and the futures trade history (for fills) instead",
      ].join("\n"),
    );
  });

  test("a header in another language, and one of another export", async () => {
    const message = (found: string) =>
      [
        "export.csv line 1: the header is not understood",
        `  found: ${found}`,
        "  understood, in any order, with Date or Time, which may name a zone as Date(UTC) does:",
        "    transaction history: Type, Amount, Asset, Symbol, Transaction ID",
        "    trade history: Symbol, Side, Price, Quantity, Amount, Fee, Realized Profit, Buyer, Maker, Trade ID, Order ID; with or without Position Side",
        "    old trade history: Symbol, Side, Price, Quantity, Amount, Fee, Realized Profit; with or without Fee Coin, Quote Asset, Position Side",
        "  nothing of the file was loaded",
        "  next: set Binance's site to English and export the futures transaction history or the futures trade history as CSV",
      ].join("\n");
    expect(await refusal(file("时间,交易对,方向,价格,数量,成交额,手续费\n"))).toBe(
      message("时间, 交易对, 方向, 价格, 数量, 成交额, 手续费"),
    );
    // Spot's trade history; one id of two; a file that was saved with semicolons.
    for (const header of [
      "Date(UTC), Pair, Side, Price, Executed, Amount, Fee",
      "Time, Symbol, Side, Price, Quantity, Amount, Fee, Realized Profit, Trade ID",
      "Time;Type;Amount;Asset;Symbol;Transaction ID",
    ]) {
      expect(await refusal(file(`${header}\n`))).toBe(message(header));
    }
  });

  test("a column that is there twice", async () => {
    expect(await refusal(file("Time,Date(UTC),Type,Amount,Amount,Asset,Symbol,Transaction ID\n"))).toBe(
      [
        "export.csv line 1: each column was expected once",
        "  found more than once: Amount, time and date(utc)",
        "  nothing of the file was loaded",
        "  next: import the file as it was downloaded; if another program saved it, download it again",
      ].join("\n"),
    );
  });

  const COMMISSION = ",COMMISSION,-1,USDT,BTCUSDT,1";
  const zoned = (header: string) =>
    `${header},Type,Amount,Asset,Symbol,Transaction ID\n2024-01-01 00:00:00${COMMISSION}\n`;
  const SAID = "the zone that was given for it";
  const HEADER = (column: string) => `the header's column ${column}`;
  const IN_NAME = "the file's name";

  test("a zone that nobody tells", async () => {
    expect(await refusal(file(zoned("Time")))).toBe(
      [
        "export.csv: the time zone of the file is not known",
        "  the header names none, so the times are in the zone that was set on Binance's site when the file was made",
        "  the file's name, where Binance writes it, holds no zone like (UTC+3)",
        "  nothing of the file was loaded",
        "  next: give the zone of the file's times with --file-time-zone UTC+3, or give the file back its own name",
      ].join("\n"),
    );
  });

  // Every two of the three that can tell a zone, and one of them by itself.
  test.each<[header: string, name: string, timeZone: string | undefined, told: readonly string[]]>([
    ["Date(UTC)", "x(UTC+2).csv", undefined, [`${HEADER("Date(UTC)")} says UTC`, `${IN_NAME} says UTC+2`]],
    ["Date(UTC)", "x.csv", "UTC+2", [`${HEADER("Date(UTC)")} says UTC`, `${SAID} says UTC+2`]],
    ["Time(UTC+1)", "x(UTC).csv", undefined, [`${HEADER("Time(UTC+1)")} says UTC+1`, `${IN_NAME} says UTC`]],
    ["Time", "x(UTC+3).csv", "UTC-3", [`${IN_NAME} says UTC+3`, `${SAID} says UTC-3`]],
    ["Time", "x(UTC+3)y(UTC-5).csv", undefined, [`${IN_NAME} says UTC+3`, `${IN_NAME} says UTC-5`]],
    [
      "Time(UTC+1)",
      "x(UTC+2).csv",
      "UTC+3",
      [`${HEADER("Time(UTC+1)")} says UTC+1`, `${IN_NAME} says UTC+2`, `${SAID} says UTC+3`],
    ],
  ])("two zones: a column %s in %s, and %s said", async (header, name, timeZone, told) => {
    const requested = file(zoned(header), { name, ...(timeZone === undefined ? {} : { timeZone }) });
    expect(await refusal(requested)).toBe(
      [
        `${name}: two time zones are given for it, and its rows would have different times in each`,
        ...told.map((line) => `  ${line}`),
        "  nothing of the file was loaded",
        "  next: see which zone was set on Binance's site when the file was made; then correct what was given, or take the wrong zone out of the file's name",
      ].join("\n"),
    );
  });

  test.each<[header: string, name: string, timeZone: string | undefined, zone: string, by: string]>([
    ["Time", "x(UTC+25).csv", undefined, "UTC+25", IN_NAME],
    ["Time", "x(UTC~3).csv", undefined, "UTC~3", IN_NAME],
    ["Date(UTC)", "x(UTC~3).csv", undefined, "UTC~3", IN_NAME],
    ["Time", "x.csv", "Europe/Berlin", "Europe/Berlin", SAID],
    ["Date(CET)", "x.csv", "UTC+1", "CET", HEADER("Date(CET)")],
    ["Time(UTC+1 summer)", "x.csv", undefined, "UTC+1 SUMMER", HEADER("Time(UTC+1 summer)")],
  ])(
    "a zone that is not understood: a column %s in %s, and %s said",
    async (header, name, timeZone, zone, by) => {
      const requested = file(zoned(header), { name, ...(timeZone === undefined ? {} : { timeZone }) });
      expect(await refusal(requested)).toBe(
        [
          `${name}: a time zone like UTC+3, UTC-5 or UTC+5:30 was expected, found "${zone}"`,
          `  it is what ${by} says`,
          "  nothing of the file was loaded",
          "  next: give the zone as an offset from UTC: the one that was set on Binance's site when the file was made",
        ].join("\n"),
      );
    },
  );

  const FORMS = "a time like 2026-03-17 09:34:12 or 26-03-17 09:34:12 was expected, found";
  test.each<[change: Readonly<Record<string, string>>, line: string]>([
    [{ Time: "17/03/2026 09:34:12" }, `"Time": ${FORMS} "17/03/2026 09:34:12"`],
    [{ Time: "2026-03-17 09:34" }, `"Time": ${FORMS} "2026-03-17 09:34"`],
    [{ Time: "2026-13-17 09:34:12" }, `"Time": ${FORMS} "2026-13-17 09:34:12"`],
    [
      { Time: "2026-02-30 09:34:12" },
      '"Time": a day of the calendar was expected, found "2026-02-30 09:34:12"',
    ],
    // The day first, as a spreadsheet may save it: as a year, 17 is before the venue.
    [
      { Time: "17-03-26 09:34:12" },
      '"Time": a year, month and day since September 2019 were expected, found "17-03-26 09:34:12"',
    ],
    [{ "Order ID": "8.38977E+18" }, '"Order ID": an id of digits only was expected, found "8.38977E+18"'],
    [{ "Trade ID": "" }, '"Trade ID": an id of digits only was expected, found ""'],
    [{ Price: '"1,200.62"' }, '"Price": a plain decimal was expected, found "1,200.62"'],
    // What the store could not hold would end every night's booking.
    [{ Price: `${"9".repeat(21)}` }, `"Price": a plain decimal was expected, found "${"9".repeat(21)}"`],
    [{ Price: `0.${"1".repeat(21)}` }, `"Price": a plain decimal was expected, found "0.${"1".repeat(21)}"`],
    [{ Price: "0" }, '"Price": a positive decimal was expected, found "0"'],
    [{ Price: "-1" }, '"Price": a positive decimal was expected, found "-1"'],
    [{ Quantity: "-2" }, '"Quantity": a positive decimal was expected, found "-2"'],
    [{ Quantity: "0" }, '"Quantity": a positive decimal was expected, found "0"'],
    [{ Side: "Long" }, '"Side": BUY, SELL was expected, found "Long"'],
    [{ Maker: "1" }, '"Maker": true, false, Y or N was expected, found "1"'],
    [{ Symbol: "" }, '"Symbol": text was expected, found ""'],
    [
      { Symbol: "BTCUSD_PERP" },
      '"Symbol": a USDⓈ-M contract, not one of COIN-M, was expected, found "BTCUSD_PERP"',
    ],
    [{ Fee: "0.4" }, '"Fee": a fee that names its asset, or a column Fee Coin, was expected, found "0.4"'],
    // A number that is cut in two would take the rest for an asset that nobody has.
    [
      { Fee: "2E-05" },
      '"Fee": a fee that names its asset, or a column Fee Coin, was expected, found "2E-05"',
    ],
    [{ Fee: "2E05" }, '"Fee": a decimal with or without its asset was expected, found "2E05"'],
    [{ Fee: "2E5USDT" }, '"Fee": a decimal with or without its asset was expected, found "2E5USDT"'],
    [{ Fee: "2E-500BNB" }, '"Fee": a decimal with or without its asset was expected, found "2E-500BNB"'],
    [{ Fee: "2 E-7BNB" }, '"Fee": a decimal with or without its asset was expected, found "2 E-7BNB"'],
    [{ Fee: "2 3E5" }, '"Fee": a decimal with or without its asset was expected, found "2 3E5"'],
    [{ Fee: "1.5.2BNB" }, '"Fee": a decimal with or without its asset was expected, found "1.5.2BNB"'],
    [{ Fee: "2 BN B" }, '"Fee": a decimal with or without its asset was expected, found "2 BN B"'],
    [{ Symbol: "BTC USDT" }, '"Symbol": a contract such as BTCUSDT was expected, found "BTC USDT"'],
    [
      { Symbol: "𠮷".repeat(51) },
      `"Symbol": a contract such as BTCUSDT was expected, found "${"𠮷".repeat(40)}…"`,
    ],
    [{ Symbol: "{place}" }, '"Symbol": a contract such as BTCUSDT was expected, found "{place}"'],
    [{ Fee: "BNB 0.4" }, '"Fee": a decimal with or without its asset was expected, found "BNB 0.4"'],
    [{ Amount: "2401,24" }, "13 cells were expected as in the header, found 14"],
  ])("a cell of %o", async (change, line) => {
    expect(await refusal(file(trade(change), ONE_WAY))).toBe(
      [
        `${NAME.trades}: 1 of 1 row is not understood`,
        `  line 2: ${line}`,
        "  nothing of the file was loaded",
        "  next: import the file as it was downloaded: a spreadsheet that saves it rewrites ids, times and amounts; if it was not touched, report these lines",
      ].join("\n"),
    );
  });

  test("a delivery contract of USDⓈ-M is no contract of COIN-M", async () => {
    expect((await read(trade({ Symbol: "BTCUSDT_240927" }), ONE_WAY)).rows[0]?.symbol).toBe("BTCUSDT_240927");
  });

  test("a fee whose cell and column name two assets", async () => {
    const text = F3_FULL.replace("2.4,USDT", "2.4 BNB,USDT");
    expect(await refusal(file(text, { positionSide: "BOTH" }))).toContain(
      'line 2: "Fee": a fee in USDT, the fee coin, was expected, found "2.4 BNB"',
    );
  });

  test("all mistakes of a file at once, of many the first five", async () => {
    const row = "2024-01-01 00:00:00 | COMMISSION | ? | USDT | BTCUSDT | 1";
    const text = transactions(
      [row, row.replace("?", "-1"), ...Array.from({ length: 6 }, () => row)].join("\n"),
    );
    const line = (number: number) => `  line ${number}: "Amount": a plain decimal was expected, found "?"`;
    expect((await refusal(file(text, { timeZone: "UTC" }))).split("\n").slice(0, 8)).toEqual([
      "export.csv: 7 of 8 rows are not understood",
      line(2),
      line(4),
      line(5),
      line(6),
      line(7),
      "  and 2 more",
      "  nothing of the file was loaded",
    ]);
  });
});

test("a file is read as its rows are requested: what is in memory does not grow with it", async () => {
  const header = Buffer.from("Date(UTC),type,Amount,Asset,Symbol,Transaction ID\n");
  const row = Buffer.from("2026-03-01 10:00:00,COMMISSION,-0.001,USDT,BTCUSDT,1234567890123456789\n");
  const count = 100_000;
  let furthest = 0;
  const source = {
    size: header.length + count * row.length,
    read: async (from: number, until: number) => {
      furthest = Math.max(furthest, until);
      const bytes = new Uint8Array(until - from);
      for (let at = from; at < until; at += 1)
        bytes[at - from] = (at < header.length ? header[at] : row[(at - header.length) % row.length]) ?? 0;
      return bytes;
    },
  };
  let rows = 0;
  let aheadMost = 0;
  for await (const table of readExport({ name: "large.csv", source })) {
    for await (const _ of table.rows) {
      rows += 1;
      aheadMost = Math.max(aheadMost, furthest - rows * row.length);
    }
  }
  expect(rows).toBe(count);
  // Some buffers of streams, of the seven megabytes that there are.
  expect(aheadMost).toBeLessThan(2_000_000);
});

describe("every column of amounts and of assets, in every kind of file", () => {
  type Column = {
    readonly dialect: string;
    readonly header: string;
    readonly row: string;
    readonly field: string;
  };
  const INCOME = "2026-03-01 10:00:00,COMMISSION,-1,USDT,BTCUSDT,1";
  const OLD = "2026-03-01 10:00:00,BTCUSDT,BUY,60000,0.1,6000,2.4,USDT,5,USDT";
  const [F1_FILE = "", F2_FILE = "", F3_FILE = ""] = [F1_HEADER, F2, F3_FULL].map(
    (text) => text.split("\n")[0] ?? "",
  );
  const FILES: readonly Column[] = [
    { dialect: "T1", header: "Date(UTC),type,Amount,Asset,Symbol,Transaction ID", row: INCOME, field: "" },
    { dialect: "T2", header: "Time,Type,Amount,Asset,Symbol,Transaction ID", row: INCOME, field: "" },
    { dialect: "F1", header: F1_FILE, row: F1_ROW, field: "" },
    { dialect: "F2", header: F2_FILE, row: F2.split("\n")[1] ?? "", field: "" },
    { dialect: "F3", header: F3_FILE, row: OLD, field: "" },
  ];
  const columnsOf = (names: readonly string[]) =>
    FILES.flatMap((one) =>
      one.header
        .split(",")
        .filter((name) => names.includes(name))
        .map((field) => ({ ...one, field })),
    );
  const withCell = ({ header, row, field }: Column, cell: string) => {
    const cells = row.split(",");
    cells[header.split(",").indexOf(field)] = `"${cell}"`;
    return file(`${header}\n${cells.join(",")}\n`, { name: "x(UTC+0).csv", positionSide: "BOTH" });
  };
  const FIELDS: Readonly<Record<string, string>> = {
    Amount: "amount",
    Price: "price",
    Quantity: "quantity",
    "Realized Profit": "realizedPnl",
  };

  test.each(columnsOf(Object.keys(FIELDS)))(
    "$dialect $field: a number in any notation is that number, and nothing else is one",
    async (column) => {
      for (const [cell, value] of [
        ["0.0015", "0.0015"],
        ["1.5E-3", "0.0015"],
        ["15e-4", "0.0015"],
        ["1.5E+2", "150"],
        ["1E2", "100"],
      ] as const) {
        const [record] = records(await only(withCell(column, cell)));
        // The amount of a trade history is price × quantity, rounded: it is read, and not used.
        if (column.field === "Amount" && column.dialect.startsWith("F")) continue;
        expect(record?.[FIELDS[column.field] ?? ""], cell).toBe(value);
      }
      for (const cell of [
        "",
        "1,5",
        "1.5 USDT",
        "1.5USDT",
        "E-3",
        "1E",
        "1E-500",
        "0x10",
        "NaN",
        "--1",
        "1.",
        ".5",
        "1 000",
      ]) {
        expect(await refusal(withCell(column, cell)), cell).toContain(
          `line 2: "${column.field}": a plain decimal was expected`,
        );
      }
    },
  );

  test.each(columnsOf(["Asset", "Fee Coin", "Quote Asset"]))(
    "$dialect $field: what cannot be an asset's name is none",
    async (column) => {
      for (const cell of ["1000SATS", "BNFCR", "币安人生", "BTC_2"])
        expect((await only(withCell(column, cell))).rows).toHaveLength(1);
      for (const cell of ["E-7BNB", "US DT", "-USDT", "12", "1E5", "=1+1", "A".repeat(33), "US\u0000DT"])
        expect(await refusal(withCell(column, cell)), cell).toContain(
          `line 2: "${column.field}": an asset such as USDT was expected`,
        );
    },
  );
});
