import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { formatDecimal } from "../../../src/domain/decimal.ts";
import { DAY_MS, plus } from "../../../src/domain/instant.ts";
import { type HistoryRecord, NAMES_AS_SENT, type StreamName } from "../../../src/domain/record.ts";
import { RequestRefusedError } from "../../../src/errors.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import type { PageQuery, VerbatimRow } from "../../../src/venues/venue.ts";
import { HMAC } from "./credentials.ts";

const venue = binanceUsdmVenue(HMAC);
const FROM = parseInstant("2019-10-01T00:00:00Z");

function read(stream: StreamName, body: string, symbol = ""): readonly VerbatimRow[] {
  const window = { from: FROM, until: plus(FROM, 7 * DAY_MS) };
  const pageQuery: PageQuery = { stream, symbol, filters: {}, span: { by: "time", window } };
  return venue.readPage(pageQuery, body);
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

const identities = (rows: readonly VerbatimRow[]) => rows.map((row) => row.identity.join(" "));

// The examples of Binance's documentation; ids are bare there. The comma between the two forced orders is
// missing in the original.
const DOCUMENTED_INCOME = `[
  {"symbol":"","incomeType":"TRANSFER","income":"-0.37500000","asset":"USDT","info":"TRANSFER","time":1570608000000,"tranId":9689322392,"tradeId":""},
  {"symbol":"BTCUSDT","incomeType":"COMMISSION","income":"-0.01000000","asset":"USDT","info":"COMMISSION","time":1570636800000,"tranId":9689322392,"tradeId":"2059192"}
]`;
const DOCUMENTED_FILL = `{"buyer":false,"commission":"-0.07819010","commissionAsset":"USDT","id":698759,"maker":false,"orderId":25851813,"price":"7819.01","qty":"0.002","quoteQty":"15.63802","realizedPnl":"-0.91539999","side":"SELL","positionSide":"SHORT","symbol":"BTCUSDT","time":1569514978020}`;
const DOCUMENTED_FORCED_ORDERS = `[
  {"orderId":6071832819,"symbol":"BTCUSDT","status":"FILLED","clientOrderId":"autoclose-1596107620040000020","price":"10871.09","avgPrice":"10913.21000","origQty":"0.001","executedQty":"0.001","cumQuote":"10.91321","timeInForce":"IOC","type":"LIMIT","reduceOnly":false,"closePosition":false,"side":"SELL","positionSide":"BOTH","stopPrice":"0","workingType":"CONTRACT_PRICE","origType":"LIMIT","time":1596107620044,"updateTime":1596107620087},
  {"orderId":6072734303,"symbol":"BTCUSDT","status":"FILLED","clientOrderId":"adl_autoclose","price":"11023.14","avgPrice":"10979.82000","origQty":"0.001","executedQty":"0.001","cumQuote":"10.97982","timeInForce":"GTC","type":"LIMIT","reduceOnly":false,"closePosition":false,"side":"BUY","positionSide":"SHORT","stopPrice":"0","workingType":"CONTRACT_PRICE","origType":"LIMIT","time":1596110725059,"updateTime":1596110725071}
]`;
const DOCUMENTED_MARGIN_CHANGES = `[
  {"symbol":"BTCUSDT","type":1,"deltaType":"USER_ADJUST","amount":"23.36332311","asset":"USDT","time":1578047897183,"positionSide":"BOTH"},
  {"symbol":"BTCUSDT","type":1,"deltaType":"USER_ADJUST","amount":"100","asset":"USDT","time":1578047900425,"positionSide":"LONG"}
]`;

describe("the documented payloads, as written", () => {
  test("income: one tranId in two types is two rows", () => {
    const rows = read("income", DOCUMENTED_INCOME);
    expect(identities(rows)).toEqual([
      "TRANSFER 9689322392   USDT 1570608000000",
      "COMMISSION 9689322392 2059192 BTCUSDT USDT 1570636800000",
    ]);
    expect(recordOf("income", rows[1]?.body ?? "")).toEqual({
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
    });
  });

  test("a fill: kept as sent, without a margin asset", () => {
    expect(read("fills", `[${DOCUMENTED_FILL}]`, "BTCUSDT")).toEqual([
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

  test("forced orders", () => {
    const rows = read("forced_orders", DOCUMENTED_FORCED_ORDERS);
    expect(identities(rows)).toEqual([
      "BTCUSDT 6071832819 1596107620044",
      "BTCUSDT 6072734303 1596110725059",
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

  test("margin changes, with the reason of each", () => {
    const rows = read("margin_changes", DOCUMENTED_MARGIN_CHANGES, "BTCUSDT");
    expect(identities(rows)).toEqual([
      "BTCUSDT BOTH 1 USER_ADJUST USDT 23.36332311 1578047897183",
      "BTCUSDT LONG 1 USER_ADJUST USDT 100 1578047900425",
    ]);
    expect(recordOf("margin_changes", rows[1]?.body ?? "")).toEqual({
      stream: "margin_changes",
      symbol: "BTCUSDT",
      positionSide: "LONG",
      amount: "100",
      asset: "USDT",
      direction: "into_position",
      reason: "USER_ADJUST",
      occurredAt: 1578047900425,
    });
  });

  test("balances: the wallet of every asset", () => {
    const body = `[{"accountAlias":"SgsR","asset":"USDT","balance":"122607.35137903","crossWalletBalance":"23.72469206","crossUnPnl":"0.00000000","availableBalance":"23.72469206","maxWithdrawAmount":"23.72469206","marginAvailable":true,"updateTime":1617939110373}]`;
    expect(venue.readBalances(body, NAMES_AS_SENT).map(plain)).toEqual([
      { asset: "USDT", wallet: "122607.35137903" },
    ]);
  });

  test("positions: only those with a quantity, for a symbol with open orders alone is listed too", () => {
    const body = `[
      {"symbol":"ADAUSDT","positionSide":"BOTH","positionAmt":"30","entryPrice":"0.385","breakEvenPrice":"0.385077","markPrice":"0.41047590","unRealizedProfit":"0.76427700","liquidationPrice":"0","isolatedMargin":"0","notional":"12.31427700","marginAsset":"USDT","isolatedWallet":"0","initialMargin":"0.61571385","maintMargin":"0.08004280","positionInitialMargin":"0.61571385","openOrderInitialMargin":"0","adl":2,"bidNotional":"0","askNotional":"0","updateTime":1720736417660},
      {"symbol":"COMPUSDT","positionSide":"SHORT","positionAmt":"0.000","entryPrice":"0","marginAsset":"USDT","updateTime":0}
    ]`;
    expect(venue.readPositions(body, NAMES_AS_SENT).map(plain)).toEqual([
      {
        symbol: "ADAUSDT",
        positionSide: "BOTH",
        quantity: "30",
        entryPrice: "0.385",
        markPrice: "0.4104759",
        unrealizedPnl: "0.764277",
        // It names none by 0, and the other two are not in this answer.
        liquidationPrice: null,
        leverage: null,
        marginType: null,
        maintenanceMargin: "0.0800428",
      },
    ]);
  });

  test("exchange information: contracts of every status, and the weight that a minute grants", () => {
    const body = `{"exchangeFilters":[],"rateLimits":[
        {"interval":"MINUTE","intervalNum":1,"limit":2400,"rateLimitType":"REQUEST_WEIGHT"},
        {"interval":"MINUTE","intervalNum":1,"limit":1200,"rateLimitType":"ORDERS"}],
      "serverTime":1565613908500,"symbols":[
        {"symbol":"BTCUSDT","contractType":"PERPETUAL","onboardDate":1569398400000,"status":"TRADING","marginAsset":"USDT"},
        {"symbol":"TSLAUSDT","contractType":"TRADIFI_PERPETUAL","onboardDate":1766000000000,"status":"SETTLING","marginAsset":"USDT"},
        {"symbol":"币安人生USDT","contractType":"","status":"PENDING_TRADING","marginAsset":"USDT"}]}`;
    expect(venue.readInstruments(body)).toEqual([
      { symbol: "BTCUSDT", status: "TRADING", marginAsset: "USDT", listedAt: 1569398400000 },
      { symbol: "TSLAUSDT", status: "SETTLING", marginAsset: "USDT", listedAt: 1766000000000 },
      { symbol: "币安人生USDT", status: "PENDING_TRADING", marginAsset: "USDT", listedAt: null },
    ]);
    expect(venue.readWeightLimit?.(body)).toBe(2400);
  });

  test.each([
    `{"symbols":[]}`,
    `{"rateLimits":[{"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1200}]}`,
    `{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":5,"limit":1200}]}`,
    `{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":0}]}`,
  ])("a weight limit that is not told leaves the documented one: %s", (body) => {
    expect(venue.readWeightLimit?.(body)).toBeNull();
  });
});

describe("rows as they were seen live", () => {
  test.each([
    {
      row: `{"symbol":"ETHUSDT","incomeType":"FUNDING_FEE","income":"0.00134317","asset":"USDT","time":1621584000000,"info":"FUNDING_FEE","tranId":4480321991774044580,"tradeId":""}`,
      record: { symbol: "ETHUSDT", amount: "0.00134317", tranId: "4480321991774044580" },
    },
    {
      // A second and a millisecond after the funding hour.
      row: `{"symbol":"DOTUSDT","incomeType":"FUNDING_FEE","income":"0.00104193","asset":"USDT","time":1616803201000,"info":"FUNDING_FEE","tranId":427980082597228605,"tradeId":""}`,
      record: { symbol: "DOTUSDT", tranId: "427980082597228605", occurredAt: 1616803201000 },
    },
    {
      row: `{"symbol":"","incomeType":"TRANSFER","income":"10.00000000","asset":"USDT","time":1677645250000,"info":"TRANSFER","tranId":131001573082,"tradeId":""}`,
      record: { symbol: "", incomeType: "TRANSFER", amount: "10", tradeId: "" },
    },
  ])("income $record", ({ row, record }) => {
    expect(read("income", `[${row}]`)[0]?.body).toBe(row);
    expect(recordOf("income", row)).toMatchObject(record);
  });

  const LIVE_FILL = `{"symbol":"BTCUSDT","id":4575108247,"orderId":261942655610,"side":"SELL","price":"47263.40","qty":"0.010","realizedPnl":"27.38400000","marginAsset":"USDT","quoteQty":"472.63","commission":"0.18905360","commissionAsset":"USDT","time":1707530039409,"buyer":false,"maker":false,"positionSide":"LONG"}`;

  test("a fill: its commission of 4 basis points is positive, so it was paid", () => {
    expect(recordOf("fills", LIVE_FILL)).toMatchObject({
      fee: "0.1890536",
      price: "47263.4",
      quantity: "0.01",
      realizedPnl: "27.384",
      marginAsset: "USDT",
      positionSide: "LONG",
    });
  });

  test("a maker's rebate: a negative commission in the fill, a positive one in the income", () => {
    const fill = LIVE_FILL.replace(`"0.18905360"`, `"-0.00076959"`).replace(`"maker":false`, `"maker":true`);
    expect(recordOf("fills", fill)).toMatchObject({ fee: "-0.00076959", isMaker: true });
    const income = `{"symbol":"BTCUSDT","incomeType":"COMMISSION","income":"0.00076959","asset":"USDT","time":1707530039409,"info":"COMMISSION","tranId":1,"tradeId":"4575108247"}`;
    expect(recordOf("income", income)).toMatchObject({ amount: "0.00076959" });
  });

  test("an order id that is beyond 2^53", () => {
    const fill = LIVE_FILL.replace("261942655610", "8389765612825190229");
    expect(read("fills", `[${fill}]`, "BTCUSDT")[0]?.body).toBe(fill);
    expect(recordOf("fills", fill)).toMatchObject({ orderId: "8389765612825190229" });
  });

  test("a margin change out of a position: a minus sign, text for numbers, a field more", () => {
    const row = `{"symbol":"XRPUSDT","type":"2","deltaType":"TRADE","amount":"-0.07212375","asset":"USDT","time":"1711046271555","positionSide":"BOTH","clientTranId":""}`;
    expect(recordOf("margin_changes", row)).toMatchObject({
      amount: "-0.07212375",
      direction: "out_of_position",
      reason: "TRADE",
      occurredAt: 1711046271555,
    });
  });
});

describe("traps that others have fallen into", () => {
  const income = (fields: object) =>
    JSON.stringify({
      symbol: "BTCUSDT",
      incomeType: "FUNDING_FEE",
      income: "1",
      asset: "USDT",
      info: "",
      time: 1621584000000,
      tranId: 1,
      tradeId: "",
      ...fields,
    });
  const fill = (fields: object) =>
    JSON.stringify({
      symbol: "BTCUSDT",
      id: 1,
      orderId: 1,
      side: "BUY",
      positionSide: "BOTH",
      price: "1",
      qty: "1",
      commission: "0",
      commissionAsset: "USDT",
      realizedPnl: "0",
      maker: false,
      time: 1,
      ...fields,
    });
  const margin = (fields: object) =>
    JSON.stringify({
      symbol: "BTCUSDT",
      type: 2,
      deltaType: "TRADE",
      amount: "-1",
      asset: "USDT",
      time: 1,
      positionSide: "BOTH",
      ...fields,
    });

  test.each([
    {
      trap: "a tranId is unique within its type only",
      stream: "income",
      rows: [income({ incomeType: "COMMISSION" }), income({ incomeType: "REALIZED_PNL" })],
    },
    {
      trap: "LONG and SHORT of one symbol are funded at one instant",
      stream: "income",
      rows: [income({ tranId: 1 }), income({ tranId: 2 })],
    },
    {
      trap: "an automatic exchange is two rows of two assets",
      stream: "income",
      rows: [
        income({ incomeType: "AUTO_EXCHANGE", asset: "BTC", income: "-0.001" }),
        income({ incomeType: "AUTO_EXCHANGE", asset: "USDT", income: "60" }),
      ],
    },
    {
      trap: "both sides of a self-trade carry one id",
      stream: "fills",
      rows: [fill({ side: "BUY" }), fill({ side: "SELL" })],
    },
    {
      trap: "a symbol that was listed anew counts its ids from the beginning",
      stream: "fills",
      rows: [
        fill({ symbol: "LITUSDT", time: 1738300000000 }),
        fill({ symbol: "LITUSDT", time: 1766500000000 }),
      ],
    },
    {
      trap: "a trade and a funding fee move the same margin in one millisecond",
      stream: "margin_changes",
      rows: [margin({ deltaType: "TRADE" }), margin({ deltaType: "FUNDING_FEE" })],
    },
  ] as const)("$trap: two rows", ({ stream, rows }) => {
    const found = read(stream, `[${rows.join()}]`);
    expect(new Set(identities(found)).size).toBe(2);
  });

  test("the type of one field changed from text to number and made no new row", () => {
    const [bare] = read("income", `[${income({})}]`);
    const [quoted] = read("income", `[${income({ tranId: "1" })}]`);
    expect(bare?.identity).toEqual(quoted?.identity);
  });

  test.each([
    ["DELIVERED_SETTELMENT", "contract_settlement"],
    ["DELIVERED_SETTLEMENT", "unknown"],
    ["MARKET_MAKER_REBATE", "unknown"],
    ["EVENT_CONTRACTS_PAYOUT", "unknown"],
  ])("the type %s, misspelt or undocumented, is income", (incomeType, kind) => {
    expect(recordOf("income", income({ incomeType }))).toMatchObject({ incomeType, kind, amount: "1" });
  });

  test.each(["BNB", "BNFCR"])("a fee in %s keeps its own asset", (commissionAsset) => {
    expect(recordOf("fills", fill({ commissionAsset, commission: "0.00003" }))).toMatchObject({
      fee: "0.00003",
      feeAsset: commissionAsset,
    });
  });

  test("a delisted symbol's settlement is told by its client order id", () => {
    const row = DOCUMENTED_FORCED_ORDERS.replace("adl_autoclose", "settlement_autoclose-17");
    const [, settled] = read("forced_orders", row);
    expect(recordOf("forced_orders", settled?.body ?? "")).toMatchObject({ kind: "settlement" });
  });

  test("a position side that nobody knows is set aside, not guessed", () => {
    expect(venue.decode("fills", fill({ positionSide: "HEDGE" }), NAMES_AS_SENT)).toEqual({
      kind: "unknown",
      why: `"positionSide": BOTH, LONG, SHORT was expected, found "HEDGE"`,
    });
  });

  test("an answer of another shape says what to do when it stays so", () => {
    expect(() => read("income", `{"code":200,"msg":"success"}`)).toThrow(RequestRefusedError);
    expect(() => read("income", `{"code":200,"msg":"success"}`)).toThrow(
      "if it persists, the venue has changed its answer: report it",
    );
  });
});
