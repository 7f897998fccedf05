/**
 * What a venue sends may be more than the store can hold. The table: every field of every stream of every
 * venue, with every kind of bad value. Such a row is kept and set aside with its field's name, and what came
 * with it is booked.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import type { StreamName } from "../../src/domain/record.ts";
import { RequestRefusedError } from "../../src/errors.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import type { Store } from "../../src/store/store.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { readExport } from "../../src/venues/binance-usdm/exports/read-export.ts";
import { binanceUsdmVenue } from "../../src/venues/binance-usdm/venue.ts";
import { edgexVenue } from "../../src/venues/edgex/venue.ts";
import { supportOf, type Venue, type VerbatimRow } from "../../src/venues/venue.ts";
import { BAD_VALUES, type BadValue } from "../support/bad-values.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import * as aster from "../venues/aster/credentials.ts";
import * as binance from "../venues/binance-usdm/credentials.ts";
import { bytesOf, listed } from "../venues/binance-usdm/exports/reading.ts";
import * as edgex from "../venues/edgex/credentials.ts";
import { fillRow, positionRow, snapshotRow, termRow, tradeRow } from "../venues/edgex/rows.ts";

const FROM = parseInstant("2026-03-02T00:00:00Z");
const window = { from: FROM, until: plus(FROM, 7 * DAY_MS) };
const timeOf = (nth: number): number => FROM + 1_000 * (nth + 1);

type Row = Readonly<Record<string, unknown>>;
type Stream = {
  readonly stream: StreamName;
  /** The n-th row, like no other. */
  readonly row: (nth: number) => Row;
  /** Without it a page proves nothing: an answer with such a row is refused as a whole. */
  readonly time: string;
  /** Fields that are not read: whatever they hold, the row is what it is. */
  readonly ignored: readonly string[];
};

const FAMILY: readonly Stream[] = [
  {
    stream: "income",
    time: "time",
    ignored: [],
    row: (nth) => ({
      symbol: "BTCUSDT",
      incomeType: "FUNDING_FEE",
      income: "0.5",
      asset: "USDT",
      info: "a remark",
      time: timeOf(nth),
      tranId: 7_000 + nth,
      tradeId: "",
    }),
  },
  {
    stream: "fills",
    time: "time",
    ignored: ["quoteQty", "buyer"],
    row: (nth) => ({
      symbol: "BTCUSDT",
      id: 2_583_152 + nth,
      orderId: 418_588_675,
      side: nth % 2 === 0 ? "BUY" : "SELL",
      price: "100",
      qty: "1",
      quoteQty: "100",
      commission: "0",
      commissionAsset: "USDT",
      time: timeOf(nth),
      maker: false,
      buyer: true,
      realizedPnl: "0",
      marginAsset: "USDT",
      positionSide: "BOTH",
    }),
  },
  {
    stream: "forced_orders",
    time: "time",
    ignored: ["price", "updateTime", "origQty"],
    row: (nth) => ({
      orderId: 6_071_832_819 + nth,
      symbol: "BTCUSDT",
      status: "FILLED",
      clientOrderId: "autoclose-1596107620040000020",
      price: "10871.09",
      avgPrice: "10913.21000",
      origQty: "0.001",
      executedQty: "0.001",
      side: "SELL",
      positionSide: "BOTH",
      time: timeOf(nth),
      updateTime: timeOf(nth),
    }),
  },
  {
    stream: "margin_changes",
    time: "time",
    ignored: ["clientTranId"],
    row: (nth) => ({
      amount: "23.36332311",
      asset: "USDT",
      symbol: "BTCUSDT",
      time: timeOf(nth),
      type: 1,
      deltaType: "TRADE",
      clientTranId: String(nth),
      positionSide: "LONG",
    }),
  },
];

const CONFIRMATION = [
  ...["userId", "accountId", "censorFailCode", "censorFailReason", "l2TxId", "l2RejectTime"],
  ...["l2RejectCode", "l2RejectReason", "l2ApprovedTime", "updatedTime", "forceTradeId", "fundingIndexPrice"],
];
const EDGEX: readonly Stream[] = [
  {
    stream: "income",
    time: "createdTime",
    ignored: [
      ...CONFIRMATION,
      ...["fillCloseSize", "fillOpenSize", "fillPrice", "realizePnl"],
      ...["fundingTime", "fundingRate", "fundingOraclePrice", "fundingPositionSize", "orderId"],
      ...["orderAccountId", "forceWithdrawId", "extraType", "extraDataJson"],
    ],
    row: (nth) =>
      tradeRow({
        id: `${9_000 + nth}`,
        type: "POSITION_BUY",
        createdTime: `${timeOf(nth)}`,
        deltaAmount: "-100.02",
        deltaLegacyAmount: "-0.02",
        fillOpenValue: "100",
        fillOpenFee: "-0.02",
      }) as Row,
  },
  {
    stream: "fills",
    time: "createdTime",
    ignored: [
      ...CONFIRMATION,
      ...["isPositionTpsl", "isWithoutMatch", "matchSequenceId", "matchIndex", "matchTime", "censorTxId"],
      ...["positionTransactionId", "collateralTransactionId", "direction"],
    ],
    row: (nth) => fillRow({ id: `${5_000 + nth}`, createdTime: `${timeOf(nth)}` }) as Row,
  },
  {
    stream: "position_transactions",
    time: "createdTime",
    ignored: [...CONFIRMATION, "fillPrice", "orderId"],
    row: (nth) =>
      positionRow({
        id: `${6_000 + nth}`,
        createdTime: `${timeOf(nth)}`,
        fundingTime: `${timeOf(nth)}`,
      }) as Row,
  },
  {
    stream: "position_cycles",
    time: "createdTime",
    ignored: ["currentLeverage"],
    row: (nth) =>
      termRow({ termCount: nth + 1, createdTime: `${timeOf(nth)}`, updatedTime: `${timeOf(nth)}` }) as Row,
  },
  ...(["hourly_equity", "daily_equity"] as const).map(
    (stream): Stream => ({
      stream,
      time: "snapshotTime",
      ignored: ["userId", "accountId", "termRealizePnl", "totalRealizePnl"],
      row: (nth) =>
        snapshotRow({ timeTag: stream === "hourly_equity" ? 0 : 1, snapshotTime: `${timeOf(nth)}` }) as Row,
    }),
  ),
];

const VENUES: readonly (readonly [name: string, venue: Venue, streams: readonly Stream[]])[] = [
  ["Aster V1", asterVenue(aster.V1), FAMILY],
  ["Aster V3", asterVenue(aster.V3), FAMILY],
  ["Binance USDⓈ-M", binanceUsdmVenue(binance.HMAC), FAMILY],
  ["edgeX V1", edgexVenue(edgex.V1), EDGEX],
  ["edgeX V2", edgexVenue(edgex.V2), EDGEX],
];

/** The row as JSON text with another value in one field. */
function withValue(row: Row, field: string, json: string): string {
  return `{${Object.entries(row)
    .map(([name, value]) => `"${name}":${name === field ? json : JSON.stringify(value)}`)
    .join(",")}}`;
}

function pageOf(venue: Venue, rows: readonly string[]): string {
  if (venue.id !== "edgex") return `[${rows.join(",")}]`;
  return `{"code":"SUCCESS","data":{"dataList":[${rows.join(",")}],"nextPageOffsetData":""}}`;
}

function readRows(venue: Venue, { stream }: Stream, rows: readonly string[]): readonly VerbatimRow[] {
  const symbol = supportOf(venue, stream)?.scope === "symbol" ? "BTCUSDT" : "";
  const ask = { stream, symbol, filters: {}, span: { by: "time", window } } as const;
  return venue.readPage(ask, pageOf(venue, rows));
}

type Case = { readonly field: string; readonly bad: BadValue; readonly body: string };

/**
 * Every field of a stream with every bad value. A tag of an interval is a filter, which only shows that it
 * was ignored.
 */
function casesOf(stream: Stream): readonly Case[] {
  const fields = Object.keys(stream.row(0)).filter((field) => field !== stream.time && field !== "timeTag");
  return fields.flatMap((field, fieldNth) =>
    BAD_VALUES.map((bad, badNth) => {
      const row = stream.row(10 + fieldNth * BAD_VALUES.length + badNth);
      return { field, bad, body: withValue(row, field, bad.json) };
    }),
  );
}

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

async function openAccount(account_id: string, venue: string): Promise<void> {
  await store.db
    .insertInto("raw.account")
    .values({
      account_id,
      name: account_id,
      venue,
      last_sequence: "0",
      history_from: "2026-03-01T00:00:00.000Z",
      is_from_beginning: true,
      sweep_until: null,
    })
    .execute();
}

function load(accountId: string, stream: StreamName, symbol: string, rows: readonly VerbatimRow[]) {
  return loadProven(store, {
    accountId,
    stream,
    symbol,
    window,
    rows,
    readAt: window.until,
    latenessMs: 0,
    pendingMaxMs: null,
    mayChange: [],
    isUnderstood: () => true,
    runId: "run",
    evidence: { kind: "venue", note: "" },
  });
}

async function setAside(accountId: string, stream: string): Promise<ReadonlyMap<string, string>> {
  const rows = await store.db
    .selectFrom("raw.set_aside")
    .innerJoin("raw.record", (join) =>
      join
        .onRef("raw.set_aside.account_id", "=", "raw.record.account_id")
        .onRef("raw.set_aside.stream", "=", "raw.record.stream")
        .onRef("raw.set_aside.record_key", "=", "raw.record.record_key"),
    )
    .select(["raw.record.body", "raw.set_aside.reason"])
    .where("raw.set_aside.account_id", "=", accountId)
    .where("raw.set_aside.stream", "=", stream)
    .execute();
  return new Map(rows.map(({ body, reason }) => [body, reason]));
}

async function book(accountId: string, venue: Venue): Promise<void> {
  await normalise(store, accountId, venue.decode);
  await bookAccount(store, accountId, { configured: [], amountDecimals: venue.amountDecimals });
  await reconcileAccount(store, accountId, venue.amountDecimals);
}

describe.each(VENUES)("%s", (name, venue, streams) => {
  test("every field of every stream with every bad value: kept, set aside with its name, and all else is booked", async () => {
    await openAccount(name, venue.id);
    const counts = { cases: 0, setAside: 0 };
    const all = streams.map((stream) => ({ stream, cases: casesOf(stream) }));
    for (const { stream, cases } of all) {
      const good = [JSON.stringify(stream.row(0)), JSON.stringify(stream.row(1))];
      const rows = readRows(venue, stream, [...good, ...cases.map(({ body }) => body)]);
      await load(name, stream.stream, "", rows);
    }
    await book(name, venue);
    const wrong: string[] = [];
    for (const { stream, cases } of all) {
      const reasons = await setAside(name, stream.stream);
      for (const { field, bad, body } of cases) {
        const reason = reasons.get(body) ?? null;
        const isIgnored = stream.ignored.includes(field);
        const isNamed = reason?.includes(`"${field}"`) ?? false;
        const isRight = isIgnored ? reason === null : bad.isNeverText ? isNamed : reason === null || isNamed;
        if (!isRight) wrong.push(`${stream.stream} ${field}: ${bad.what}: ${reason ?? "it was understood"}`);
        counts.setAside += reason === null ? 0 : 1;
      }
      for (const nth of [0, 1]) {
        if (reasons.has(JSON.stringify(stream.row(nth)))) wrong.push(`${stream.stream}: a good row`);
      }
      counts.cases += cases.length;
    }
    expect(wrong).toEqual([]);
    expect(counts.setAside).toBeGreaterThan(counts.cases / 3);
  });

  test.each(streams.map((stream) => [stream.stream, stream] as const))(
    "%s: a time that cannot be read is an error that names it, because such a page proves nothing",
    (_, stream) => {
      for (const { what, json } of BAD_VALUES) {
        if (what === "a negative number" || what === "zero") continue;
        const read = () => readRows(venue, stream, [withValue(stream.row(0), stream.time, json)]);
        expect(read, what).toThrow(RequestRefusedError);
        expect(read, what).toThrow(`"${stream.time}"`);
      }
    },
  );
});

test("a store that holds such a row already goes on: the row is set aside, and what waited behind it is booked", async () => {
  const venue = asterVenue(aster.V1);
  const [income] = FAMILY;
  if (income === undefined) throw new Error("the family has no income");
  await openAccount("held", venue.id);
  const bodies = [
    withValue(income.row(0), "info", '"a\\u0000b"'),
    withValue(income.row(1), "income", `"${"9".repeat(140_000)}"`),
    `{"deep":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
    "no JSON at all",
    JSON.stringify(income.row(2)),
  ];
  const rows = bodies.map((body, nth) => ({
    identity: [String(nth)],
    symbol: "",
    occurredAt: plus(FROM, nth),
    id: null,
    body,
  }));
  await load("held", "income", "", rows);
  await book("held", venue);
  const reasons = await setAside("held", "income");
  expect(bodies.map((body) => reasons.get(body)?.slice(0, 60) ?? null)).toEqual([
    '"info": text without NUL characters and half surrogate pairs',
    '"income": a decimal was expected, found "9999999999999999999',
    "the row is not JSON: more than 100 levels are nested",
    expect.stringMatching(/^the row is not JSON: /),
    null,
  ]);
  const booked = await store.db
    .selectFrom("ledger.entry")
    .select("entry_id")
    .where("account_id", "=", "held")
    .execute();
  expect(booked.map(({ entry_id }) => entry_id)).toEqual(["income/4#1"]);
});

describe("a file of Binance's", () => {
  const HEADERS = {
    income: "Date(UTC),Type,Amount,Asset,Symbol,Transaction ID",
    fills:
      "Time(UTC),Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade ID,Order ID,Position Side",
  };
  const CELLS = {
    income: (nth: number) => ["FUNDING_FEE", "0.5", "USDT", "BTCUSDT", `${7_000 + nth}`],
    fills: (nth: number) =>
      ["BTCUSDT", nth % 2 === 0 ? "BUY" : "SELL", "100", "1", "100", "0 USDT", "0", "true", "false"].concat([
        `${2_583_152 + nth}`,
        "418588675",
        "BOTH",
      ]),
  };
  /** The first is refused by the reader of files, whatever column it is in. */
  const TEXTS = ["a\0b", "x".repeat(3_000), "币".repeat(90)];
  const NUMBERS = ["9".repeat(30_000), `0.${"1".repeat(20_000)}`, "123456789012345678901.5"];
  const CHANGES: readonly (readonly ["income" | "fills", column: number, values: readonly string[]])[] = [
    ["income", 0, TEXTS.slice(1)],
    ["income", 1, NUMBERS],
    ["fills", 2, NUMBERS],
    ["fills", 3, NUMBERS],
    ["fills", 4, NUMBERS],
    ["fills", 5, NUMBERS.map((number) => `${number} USDT`)],
    ["fills", 6, NUMBERS],
  ];

  test.each(["income", "fills"] as const)(
    "%s: a cell that the store cannot hold is refused with its line",
    async (stream) => {
      const changes = CHANGES.filter(([of]) => of === stream).flatMap(([, column, values]) =>
        values.map((value) => ({ column, value })),
      );
      expect(changes.length).toBeGreaterThan(0);
      for (const { column, value } of changes) {
        const cells = CELLS[stream](0);
        cells[column] = value;
        const file = `${HEADERS[stream]}\r\n2026-03-02 00:00:00,${cells.join(",")}`;
        const read = async () => {
          for await (const table of readExport({ name: "file.csv", source: bytesOf(file) }))
            await listed(table.rows);
        };
        await expect(read()).rejects.toThrow("line 2: ");
      }
    },
  );

  test.each([
    ["income", 2, "Asset"],
    ["income", 3, "Symbol"],
    ["income", 4, "Transaction ID"],
    ["fills", 0, "Symbol"],
    ["fills", 5, "Fee"],
    ["fills", 9, "Trade ID"],
    ["fills", 10, "Order ID"],
  ] as const)(
    "%s: what tells its rows apart (column %i, %s) is refused with its line",
    async (stream, column, heading) => {
      for (const text of TEXTS) {
        const cells = CELLS[stream](0);
        cells[column] = heading === "Fee" ? `0.1 ${text}` : text;
        const file = `${HEADERS[stream]}\r\n2026-03-02 00:00:00,${cells.join(",")}`;
        const read = async () => {
          for await (const table of readExport({ name: "file.csv", source: bytesOf(file) }))
            await listed(table.rows);
        };
        await expect(read()).rejects.toThrow(`line 2: "${heading}": `);
      }
    },
  );
});
