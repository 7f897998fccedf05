import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { formatDecimal } from "../../../src/domain/decimal.ts";
import { DAY_MS, instant, plus } from "../../../src/domain/instant.ts";
import { type HistoryRecord, NAMES_AS_SENT, type StreamName } from "../../../src/domain/record.ts";
import { PageStalledError, RequestRefusedError } from "../../../src/errors.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { withoutExponent } from "../../../src/venues/fields.ts";
import type { PageQuery } from "../../../src/venues/venue.ts";
import { V1 } from "./credentials.ts";

const venue = asterVenue(V1);
const FROM = parseInstant("2019-10-01T00:00:00Z");

function pageQuery(stream: StreamName, symbol = "", filters = {}): PageQuery {
  return {
    stream,
    symbol,
    filters,
    span: { by: "time", window: { from: FROM, until: plus(FROM, 7 * DAY_MS) } },
  };
}

/** The record of a row, its decimals as plain text. */
function recordOf(stream: StreamName, body: string): Record<string, unknown> {
  const decoded = venue.decode(stream, body, NAMES_AS_SENT);
  if (decoded.kind === "unknown") throw new Error(decoded.why);
  expect(decoded.records).toHaveLength(1);
  return plain(decoded.records[0] ?? {});
}

function plain(record: HistoryRecord | object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? formatDecimal(value) : value,
    ]),
  );
}

// The examples of Aster's V1 document, as it prints them.
const DOCUMENTED_INCOME = `[
  {"symbol":"","incomeType":"TRANSFER","income":"-0.37500000","asset":"USDT","info":"TRANSFER","time":1570608000000,"tranId":"9689322392","tradeId":""},
  {"symbol":"BTCUSDT","incomeType":"COMMISSION","income":"-0.01000000","asset":"USDT","info":"COMMISSION","time":1570636800000,"tranId":"9689322392","tradeId":"2059192"}
]`;
const DOCUMENTED_FILL = `{"buyer":false,"commission":"-0.07819010","commissionAsset":"USDT","id":698759,"maker":false,"orderId":25851813,"price":"7819.01","qty":"0.002","quoteQty":"15.63802","realizedPnl":"-0.91539999","side":"SELL","positionSide":"SHORT","symbol":"BTCUSDT","time":1569514978020}`;
/** A live row, seen in ccxt's aster adapter. */
const LIVE_FILL = `{"symbol":"ETHUSDT","id":2583152,"orderId":418588675,"side":"SELL","price":"2330.04","qty":"0.0030","quoteQty":"6.99000000","commission":"0.00279605","commissionAsset":"USDT","time":1776409179230,"maker":false,"buyer":false,"realizedPnl":"0.00029999","marginAsset":"USDT","positionSide":"BOTH"}`;
const DOCUMENTED_FORCED_ORDERS = `[
  {"orderId":6071832819,"symbol":"BTCUSDT","status":"FILLED","clientOrderId":"autoclose-1596107620040000020","price":"10871.09","avgPrice":"10913.21000","origQty":"0.001","executedQty":"0.001","cumQuote":"10.91321","timeInForce":"IOC","type":"LIMIT","reduceOnly":false,"closePosition":false,"side":"SELL","positionSide":"BOTH","stopPrice":"0","workingType":"CONTRACT_PRICE","origType":"LIMIT","time":1596107620044,"updateTime":1596107620087},
  {"orderId":6072734303,"symbol":"BTCUSDT","status":"FILLED","clientOrderId":"adl_autoclose","price":"11023.14","avgPrice":"10979.82000","origQty":"0.001","executedQty":"0.001","cumQuote":"10.97982","timeInForce":"GTC","type":"LIMIT","reduceOnly":false,"closePosition":false,"side":"BUY","positionSide":"SHORT","stopPrice":"0","workingType":"CONTRACT_PRICE","origType":"LIMIT","time":1596110725059,"updateTime":1596110725071}
]`;
const DOCUMENTED_MARGIN_CHANGES = `[
  {"amount":"23.36332311","asset":"USDT","symbol":"BTCUSDT","time":1578047897183,"type":1,"positionSide":"BOTH"},
  {"amount":"100","asset":"USDT","symbol":"BTCUSDT","time":1578047900425,"type":1,"positionSide":"LONG"}
]`;

describe("the documented rows are read and decoded as written", () => {
  test("income: one tranId serves a transfer and a commission, which stay two rows", () => {
    const rows = venue.readPage(pageQuery("income"), DOCUMENTED_INCOME);
    expect(rows.map((row) => row.identity)).toEqual([
      ["TRANSFER", "9689322392", "", "", "USDT", "1570608000000"],
      ["COMMISSION", "9689322392", "2059192", "BTCUSDT", "USDT", "1570636800000"],
    ]);
    expect(rows.map((row) => [row.symbol, row.occurredAt, row.id])).toEqual([
      ["", 1570608000000, null],
      ["BTCUSDT", 1570636800000, null],
    ]);
    expect(rows.map((row) => recordOf("income", row.body))).toEqual([
      {
        stream: "income",
        part: "",
        kind: "transfer",
        incomeType: "TRANSFER",
        amount: "-0.375",
        asset: "USDT",
        symbol: "",
        tranId: "9689322392",
        tradeId: "",
        info: "TRANSFER",
        occurredAt: 1570608000000,
        valueAt: 1570608000000,
      },
      {
        stream: "income",
        part: "",
        kind: "trading_fee",
        incomeType: "COMMISSION",
        amount: "-0.01",
        asset: "USDT",
        symbol: "BTCUSDT",
        tranId: "9689322392",
        tradeId: "2059192",
        info: "COMMISSION",
        occurredAt: 1570636800000,
        valueAt: 1570636800000,
      },
    ]);
  });

  test("a fill as documented: a negative commission is a rebate, and there is no margin asset", () => {
    const rows = venue.readPage(pageQuery("fills", "BTCUSDT"), `[${DOCUMENTED_FILL}]`);
    expect(rows).toEqual([
      {
        identity: ["BTCUSDT", "698759", "SELL", "SHORT", "1569514978020"],
        symbol: "BTCUSDT",
        occurredAt: 1569514978020,
        body: DOCUMENTED_FILL,
        id: "698759",
      },
    ]);
    expect(recordOf("fills", DOCUMENTED_FILL)).toEqual({
      stream: "fills",
      symbol: "BTCUSDT",
      fillId: "698759",
      orderId: "25851813",
      side: "SELL",
      positionSide: "SHORT",
      price: "7819.01",
      quantity: "0.002",
      value: "15.63802",
      fee: "-0.0781901",
      feeAsset: "USDT",
      realizedPnl: "-0.91539999",
      marginAsset: null,
      isMaker: false,
      occurredAt: 1569514978020,
      valueAt: 1569514978020,
    });
  });

  test("a fill as seen live: the commission is positive when paid", () => {
    expect(recordOf("fills", LIVE_FILL)).toMatchObject({ fee: "0.00279605", marginAsset: "USDT" });
  });

  test("forced orders", () => {
    const rows = venue.readPage(pageQuery("forced_orders"), DOCUMENTED_FORCED_ORDERS);
    expect(rows.map((row) => row.identity)).toEqual([
      ["BTCUSDT", "6071832819", "1596107620044"],
      ["BTCUSDT", "6072734303", "1596110725059"],
    ]);
    expect(recordOf("forced_orders", rows[0]?.body ?? "")).toEqual({
      stream: "forced_orders",
      symbol: "BTCUSDT",
      orderId: "6071832819",
      kind: "liquidation",
      status: "FILLED",
      side: "SELL",
      positionSide: "BOTH",
      averagePrice: "10913.21",
      executedQuantity: "0.001",
      clientOrderId: "autoclose-1596107620040000020",
      occurredAt: 1596107620044,
    });
    expect(recordOf("forced_orders", rows[1]?.body ?? "")).toMatchObject({ kind: "adl" });
  });

  test("margin changes", () => {
    const rows = venue.readPage(pageQuery("margin_changes", "BTCUSDT"), DOCUMENTED_MARGIN_CHANGES);
    expect(rows.map((row) => row.identity)).toEqual([
      ["BTCUSDT", "BOTH", "1", "USDT", "23.36332311", "1578047897183"],
      ["BTCUSDT", "LONG", "1", "USDT", "100", "1578047900425"],
    ]);
    expect(recordOf("margin_changes", rows[1]?.body ?? "")).toEqual({
      stream: "margin_changes",
      symbol: "BTCUSDT",
      positionSide: "LONG",
      amount: "100",
      asset: "USDT",
      direction: "into_position",
      reason: "",
      occurredAt: 1578047900425,
    });
  });
});

describe("what rows may look like", () => {
  test("ids beyond 2^53 keep their digits, quoted or not, and make the same row", () => {
    const row = (id: string) =>
      `[{"symbol":"ETHUSDT","incomeType":"FUNDING_FEE","income":"0.00134317","asset":"USDT","time":1621584000000,"info":"FUNDING_FEE","tranId":${id},"tradeId":""}]`;
    const [bare] = venue.readPage(pageQuery("income"), row("4480321991774044580"));
    const [quoted] = venue.readPage(pageQuery("income"), row(`"4480321991774044580"`));
    expect(bare?.identity).toEqual(quoted?.identity);
    expect(bare?.body).toContain(`"tranId":4480321991774044580,`);
    expect(recordOf("income", bare?.body ?? "")).toMatchObject({ tranId: "4480321991774044580" });
  });

  test("9007199254740992 and 9007199254740993 are two fills", () => {
    const ids = venue
      .readPage(
        pageQuery("fills", "X"),
        `[{"symbol":"X","id":9007199254740992,"time":1},{"symbol":"X","id":9007199254740993,"time":1}]`,
      )
      .map((row) => row.id);
    expect(ids).toEqual(["9007199254740992", "9007199254740993"]);
  });

  test("both sides of a self-trade carry one id and are two rows", () => {
    const [buy, sell] = venue.readPage(
      pageQuery("fills", "X"),
      `[{"symbol":"X","id":1,"side":"BUY","time":1},{"symbol":"X","id":1,"side":"SELL","time":1}]`,
    );
    expect(buy?.identity).not.toEqual(sell?.identity);
  });

  test("numbers without quotes are read exactly", () => {
    const body = LIVE_FILL.replace(`"0.0030"`, "0.0030").replace(`"2330.04"`, "2330.04");
    expect(recordOf("fills", body)).toMatchObject({ quantity: "0.003", price: "2330.04" });
  });

  test("a margin change is signed by its type, whatever sign was sent", () => {
    for (const amount of ["0.07212375", "-0.07212375"]) {
      const body = `{"symbol":"XRPUSDT","type":"2","deltaType":"TRADE","amount":"${amount}","asset":"USDT","time":"1711046271555","positionSide":"BOTH"}`;
      expect(recordOf("margin_changes", body)).toMatchObject({
        amount: "-0.07212375",
        direction: "out_of_position",
        reason: "TRADE",
        occurredAt: 1711046271555,
      });
    }
  });

  test("a margin change whose amount gains trailing zeros stays the same row", () => {
    const row = (amount: string) =>
      venue.readPage(
        pageQuery("margin_changes", "X"),
        `[{"symbol":"X","type":1,"amount":"${amount}","asset":"USDT","time":1,"positionSide":"BOTH"}]`,
      )[0]?.identity;
    expect(row("1.10")).toEqual(row("1.1"));
  });

  test("an income type that nobody has heard of is income", () => {
    const body = `{"symbol":"","incomeType":"MOON_BONUS","income":"1","asset":"ASTER","time":1,"tranId":1}`;
    expect(recordOf("income", body)).toMatchObject({
      incomeType: "MOON_BONUS",
      kind: "unknown",
      info: "",
      tradeId: "",
    });
  });

  test("the prefix of the client order id says why an order was forced", () => {
    const kindOf = (clientOrderId: string) =>
      recordOf(
        "forced_orders",
        `{"orderId":1,"symbol":"X","status":"NEW","clientOrderId":"${clientOrderId}","avgPrice":"0","executedQty":"0","side":"BUY","positionSide":"BOTH","time":1}`,
      )["kind"];
    expect(kindOf("autoclose-1")).toBe("liquidation");
    expect(kindOf("adl_autoclose")).toBe("adl");
    expect(kindOf("settlement_autoclose-1")).toBe("settlement");
    expect(kindOf("web_1")).toBe("unknown");
  });

  test.each([
    { text: "1E-8", plain: "0.00000001" },
    { text: "-2.5e-3", plain: "-0.0025" },
    { text: "1.25E+3", plain: "1250" },
    { text: "12.345e1", plain: "123.45" },
    { text: "0E-8", plain: "0.00000000" },
    { text: "1.5", plain: "1.5" },
    { text: "1E-999", plain: "1E-999" },
    { text: "n/a", plain: "n/a" },
  ])("the decimal $text is $plain in plain digits", ({ text, plain: expected }) => {
    expect(withoutExponent(text)).toBe(expected);
  });

  test("an amount with an exponent is exact, quoted or not", () => {
    for (const income of ["1E-8", `"1E-8"`]) {
      const body = `{"incomeType":"FUNDING_FEE","income":${income},"asset":"USDT","time":1,"tranId":1}`;
      expect(recordOf("income", body)).toMatchObject({ amount: "0.00000001" });
    }
  });
});

describe("a row that is not understood is set aside with the field's name", () => {
  test.each([
    { field: "price", value: `"n/a"`, why: `"price": a decimal was expected, found "n/a"` },
    { field: "qty", value: `"-1"`, why: `"qty": a decimal above zero was expected, found "-1"` },
    { field: "qty", value: `"0"`, why: `"qty": a decimal above zero was expected, found "0"` },
    { field: "price", value: `"0.00"`, why: `"price": a decimal above zero was expected, found "0.00"` },
    { field: "price", value: `"-2"`, why: `"price": a decimal above zero was expected, found "-2"` },
    { field: "side", value: `"HOLD"`, why: `"side": BUY, SELL was expected, found "HOLD"` },
    {
      field: "positionSide",
      value: `"HEDGE"`,
      why: `"positionSide": BOTH, LONG, SHORT was expected, found "HEDGE"`,
    },
    { field: "maker", value: `"yes"`, why: `"maker": true or false was expected, found "yes"` },
    { field: "commissionAsset", value: `""`, why: `"commissionAsset": text was expected, found ""` },
    { field: "id", value: "null", why: `"id": text or a number was expected, found null` },
    { field: "time", value: `"soon"`, why: `"time": milliseconds were expected, found "soon"` },
  ])("$field is $value", ({ field, value, why }) => {
    const body = LIVE_FILL.replace(new RegExp(`"${field}":("[^"]*"|[^,}]*)`), `"${field}":${value}`);
    expect(venue.decode("fills", body, NAMES_AS_SENT)).toEqual({ kind: "unknown", why });
  });

  test("a missing field", () => {
    expect(venue.decode("fills", LIVE_FILL.replace(`"orderId":418588675,`, ""), NAMES_AS_SENT)).toEqual({
      kind: "unknown",
      why: `"orderId": text or a number was expected, found nothing`,
    });
  });

  test("a margin change of an unheard type", () => {
    const body = `{"symbol":"X","type":3,"amount":"1","asset":"USDT","time":1,"positionSide":"BOTH"}`;
    expect(venue.decode("margin_changes", body, NAMES_AS_SENT)).toEqual({
      kind: "unknown",
      why: `"type": 1, 2 was expected, found "3"`,
    });
  });
});

describe("an answer that is no page stops the stream", () => {
  test("the message quotes its beginning and says what is safe", () => {
    expect(() => venue.readPage(pageQuery("fills", "BTCUSDT"), `{"code":200,"msg":"success"}`)).toThrow(
      new RequestRefusedError({
        where: "aster fills BTCUSDT",
        what: "a list of objects was expected, found something else",
        evidence: [
          `the answer begins: {"code":200,"msg":"success"}`,
          "nothing of this answer was kept; what was loaded before it is safe",
        ],
        next: "run it again; if it persists, the venue has changed its answer: report it",
      }),
    );
  });

  test("a long answer is quoted with 200 characters", () => {
    const long = JSON.stringify({ rows: "x".repeat(1000) });
    expect(() => venue.readPage(pageQuery("income"), long)).toThrow(`begins: {"rows":"${"x".repeat(190)}…\n`);
  });

  test.each([`[1]`, `[null]`, `[[]]`, `[{"tranId":1}]`, `[{"time":"yesterday"}]`, `[{"time":1.5}]`])(
    "%s",
    (body) => {
      expect(() => venue.readPage(pageQuery("income"), body)).toThrow(RequestRefusedError);
    },
  );

  test("rows that a filter should have kept away: a parameter was ignored", () => {
    const filtered = pageQuery("income", "", { incomeType: "FUNDING_FEE" });
    expect(() => venue.readPage(filtered, DOCUMENTED_INCOME)).toThrow(PageStalledError);
    expect(() => venue.readPage(filtered, DOCUMENTED_INCOME)).toThrow(
      `aster income: a row of incomeType "TRANSFER" came for a query of "FUNDING_FEE" only`,
    );
  });
});

describe("snapshots", () => {
  test("balances: the wallet of every asset, empty ones included", () => {
    const body = `[
      {"accountAlias":"SgsR","asset":"USDT","balance":"122607.35137903","crossWalletBalance":"23.72469206","crossUnPnl":"0.00000000","availableBalance":"23.72469206","maxWithdrawAmount":"23.72469206","marginAvailable":true,"updateTime":1617939110373},
      {"accountAlias":"SgsR","asset":"ASTER","balance":"0.00000000"}
    ]`;
    expect(venue.readBalances(body, NAMES_AS_SENT).map(plain)).toEqual([
      { asset: "USDT", wallet: "122607.35137903" },
      { asset: "ASTER", wallet: "0" },
    ]);
  });

  test("positions: the open ones, a short negative", () => {
    const body = `[
      {"entryPrice":"0.00000","positionAmt":"0.000","symbol":"BTCUSDT","positionSide":"BOTH","updateTime":0},
      {"entryPrice":"6563.66500","marginType":"isolated","positionAmt":"20.000","symbol":"BTCUSDT","positionSide":"LONG","updateTime":1625474304765},
      {"entryPrice":"0.00000","marginType":"isolated","positionAmt":"-10.000","symbol":"BTCUSDT","positionSide":"SHORT","updateTime":0}
    ]`;
    expect(venue.readPositions(body, NAMES_AS_SENT).map(plain)).toEqual([
      expect.objectContaining({
        symbol: "BTCUSDT",
        positionSide: "LONG",
        quantity: "20",
        entryPrice: "6563.665",
      }),
      expect.objectContaining({ symbol: "BTCUSDT", positionSide: "SHORT", quantity: "-10", entryPrice: "0" }),
    ]);
  });

  test("instruments of every status, with non-ASCII names", () => {
    const body = `{"timezone":"UTC","symbols":[
      {"symbol":"ASTERUSDT","contractType":"PERPETUAL","onboardDate":1758178800000,"status":"TRADING","marginAsset":"USDT"},
      {"symbol":"老子USDT","contractType":"","status":"PENDING_TRADING","marginAsset":"USDT"}
    ]}`;
    expect(venue.readInstruments(body)).toEqual([
      { symbol: "ASTERUSDT", status: "TRADING", marginAsset: "USDT", listedAt: 1758178800000 },
      { symbol: "老子USDT", status: "PENDING_TRADING", marginAsset: "USDT", listedAt: null },
    ]);
  });

  test("the venue's time", () => {
    expect(venue.readTime(`{"serverTime":1499827319559}`)).toBe(instant(1499827319559));
  });

  test.each([
    { name: "balances", run: () => venue.readBalances(`[{"asset":"USDT"}]`, NAMES_AS_SENT) },
    { name: "positions", run: () => venue.readPositions(`{"positions":[]}`, NAMES_AS_SENT) },
    { name: "instruments", run: () => venue.readInstruments("[]") },
    { name: "time", run: () => venue.readTime("{}") },
  ])("$name of another shape are refused, never half-read", ({ run }) => {
    expect(run).toThrow(RequestRefusedError);
  });
});
