import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, instant, plus } from "../../../src/domain/instant.ts";
import { NAMES_AS_SENT, type StreamName } from "../../../src/domain/record.ts";
import { PageStalledError, RequestRefusedError } from "../../../src/errors.ts";
import { edgexVenue } from "../../../src/venues/edgex/venue.ts";
import type { PageQuery } from "../../../src/venues/venue.ts";
import { envelope, NAMES, page } from "./answers.ts";
import { V1, V2 } from "./credentials.ts";
import { fillRow, METADATA, snapshotRow, statementRow, termRow, tradeRow } from "./rows.ts";

const venue = edgexVenue(V1);
const FROM = parseInstant("2024-12-16T00:00:00Z");

function pageQuery(stream: StreamName): PageQuery {
  return {
    stream,
    symbol: "",
    filters: {},
    span: { by: "time", window: { from: FROM, until: plus(FROM, 7 * DAY_MS) } },
  };
}

describe("a page", () => {
  test.each<[stream: StreamName, row: object, identity: readonly string[], symbol: string, at: number]>([
    ["income", statementRow(), ["564809510904922382"], "", 1734661081049],
    ["income", tradeRow({ type: "POSITION_BUY" }), ["564809510904922382"], "10000001", 1734661081049],
    ["fills", fillRow(), ["564809510875562254"], "10000001", 1734661081049],
    ["position_cycles", termRow(), ["1000", "10000001", "SHORT", "2"], "10000001", 1734661093450],
    [
      "position_cycles",
      termRow({ cumOpenSize: "1" }),
      ["1000", "10000001", "LONG", "2"],
      "10000001",
      1734661093450,
    ],
    ["hourly_equity", snapshotRow(), ["1000", "0", "1734663600000"], "", 1734663600000],
    ["daily_equity", snapshotRow({ timeTag: 1 }), ["1000", "1", "1734663600000"], "", 1734663600000],
  ])("of %s: who a row is, its contract by number, and its time", (stream, row, identity, symbol, at) => {
    expect(venue.readPage(pageQuery(stream), page([row]))).toEqual([
      expect.objectContaining({ identity, symbol, occurredAt: at, id: null, body: JSON.stringify(row) }),
    ]);
  });

  test("keeps the digits of a number as they were sent", () => {
    const body = page([statementRow()]).replace(
      '"beforeAmount":"6.000000"',
      '"beforeAmount":9007199254740993.10',
    );
    expect(venue.readPage(pageQuery("income"), body)[0]?.body).toContain(
      '"beforeAmount":9007199254740993.10',
    );
  });

  test.each<[status: string, isPendingV1: boolean, isPendingV2: boolean]>([
    ["INIT", true, true],
    ["CENSOR_SUCCESS", true, false],
    ["L2_APPROVED", false, false],
    ["CENSOR_FAILURE", false, false],
    ["L2_REJECT", true, true],
    ["L2_REJECT_APPROVED", false, false],
    ["NEW_WORD", false, false],
  ])("a row of the status %s may still change: on V1 %s, on V2 %s", (censorStatus, v1, v2) => {
    for (const stream of ["income", "fills", "position_transactions"] as const) {
      const body = page([statementRow({ censorStatus })]);
      const read = [edgexVenue(V1), edgexVenue(V2)].map(
        (one) => one.readPage(pageQuery(stream), body)[0]?.isPending,
      );
      expect(read).toEqual([v1, v2]);
    }
  });

  test("a term may still change while it is open", () => {
    const read = (row: object) => venue.readPage(pageQuery("position_cycles"), page([row]))[0]?.isPending;
    expect(read(termRow())).toBe(false);
    expect(read(termRow({ cumCloseSize: "0.0005" }))).toBe(true);
    expect(read(termRow({ cumCloseSize: "0" }))).toBe(true);
  });

  test("leads to the next one by its cursor, until that is empty", () => {
    expect(venue.readCursor?.(page([], "0880ACF0F3CD33"))).toBe("0880ACF0F3CD33");
    expect(venue.readCursor?.(page([], ""))).toBeNull();
    expect(() => venue.readCursor?.(page([], "a=b&c"))).toThrow(RequestRefusedError);
  });

  test.each<[stream: StreamName, timeTag: number]>([
    ["hourly_equity", 1],
    ["daily_equity", 0],
  ])("of %s with rows of the time tag %s proves nothing: the filter was ignored", (stream, timeTag) => {
    expect(() => venue.readPage(pageQuery(stream), page([snapshotRow({ timeTag })]))).toThrow(
      PageStalledError,
    );
  });

  test("with a row that has no time is refused by the field's name, and its text is not shown", () => {
    const run = () => venue.readPage(pageQuery("income"), page([statementRow({ createdTime: "soon" })]));
    expect(run).toThrow(RequestRefusedError);
    expect(run).toThrow(/^edgex income: fields that can be read \("createdTime": /);
    expect(run).not.toThrow(/543429922991899150/);
  });
});

describe("the time", () => {
  test.each<[answer: object, at: number]>([
    [{ timeMillis: "1734664627939" }, 1734664627939],
    [{ serverTime: "1734664627940" }, 1734664627940],
    [{}, 1734663352104],
  ])("%j", (answer, at) => {
    expect(venue.readTime(envelope(answer))).toBe(instant(at));
  });
});

describe("the listing", () => {
  test("names contracts and coins by their numbers", () => {
    expect(venue.readNames?.(envelope(METADATA))).toEqual({
      contracts: [
        { id: "10000001", name: "BTCUSD" },
        { id: "10000004", name: "BNB2USD" },
        { id: "10000099", name: "TEMP99USD" },
      ],
      assets: [
        { id: "1000", name: "USD" },
        { id: "1001", name: "BTC" },
      ],
    });
  });

  test("leaves out what has no name, and lists it by its number", () => {
    const unnamed = envelope({ ...METADATA, contractList: [{ contractId: "10000077", contractName: "" }] });
    expect(venue.readNames?.(unnamed).contracts).toEqual([]);
    expect(venue.readInstruments(unnamed)).toEqual([
      { symbol: "10000077", status: "TRADING", marginAsset: "", listedAt: null },
    ]);
  });

  test("tells which contracts are traded, and what backs them, by their numbers", () => {
    const instruments = venue.readInstruments(envelope(METADATA));
    expect(instruments.map(({ symbol, status, marginAsset }) => [symbol, status, marginAsset])).toEqual([
      ["10000001", "TRADING", "1000"],
      ["10000004", "CLOSE_ONLY", "1000"],
      ["10000099", "HALTED", "9999"],
    ]);
  });
});

describe("the account", () => {
  const account = (changes: object = {}) =>
    envelope({
      version: "1021",
      collateralList: [{ coinId: "1000", amount: "335.868157", legacyAmount: "201.413257" }],
      positionList: [
        { coinId: "1000", contractId: "10000001", openSize: "-0.03", openValue: "-134.454900" },
        { coinId: "1000", contractId: "10000004", openSize: "0.00", openValue: "0" },
      ],
      ...changes,
    });

  test("the wallet is the conventional one, without the value of what is open", () => {
    const [balance] = venue.readBalances(account(), NAMES);
    expect([balance?.asset, balance?.wallet.toFixed()]).toEqual(["USD", "201.413257"]);
    expect(venue.readBalances(account(), NAMES_AS_SENT)[0]?.asset).toBe("1000");
  });

  test("positions are those with a size; the entry price is their value divided by it", () => {
    const positions = venue.readPositions(account(), NAMES);
    expect(
      positions.map((one) => [
        one.symbol,
        one.positionSide,
        one.quantity.toFixed(),
        one.entryPrice.toFixed(),
      ]),
    ).toEqual([["BTCUSD", "BOTH", "-0.03", "4481.83"]]);
  });

  test("an entry price that has no end is divided to 18 decimals", () => {
    const positionList = [{ coinId: "1000", contractId: "10000001", openSize: "3", openValue: "100.000000" }];
    expect(venue.readPositions(account({ positionList }), NAMES)[0]?.entryPrice.toFixed()).toBe(
      "33.333333333333333333",
    );
  });

  test("shows what a position is worth; a price only where it gives the value to the last digit", () => {
    const value = {
      coinId: "1000",
      contractId: "10000001",
      positionValue: "-134.5122000016272068023681640625",
      liquidatePrice: "5154.10",
      unrealizePnl: "-0.0573000016272068023681640625",
    };
    const read = (changed: object) => {
      const [position] = venue.readPositions(
        account({ positionAssetList: [{ ...value, ...changed }] }),
        NAMES,
      );
      return [position?.markPrice, position?.unrealizedPnl, position?.liquidationPrice].map(
        (amount) => amount?.toFixed() ?? null,
      );
    };
    expect(read({})).toEqual([
      "4483.74000005424022674560546875",
      "-0.0573000016272068023681640625",
      "5154.1",
    ]);
    expect(read({ positionValue: "-134.5" })[0]).toBeNull();
    expect(read({ positionValue: "-134.55", unrealizePnl: "", liquidatePrice: "0" })).toEqual([
      "4485",
      null,
      null,
    ]);
    expect(read({ contractId: "10000004" })).toEqual([null, null, null]);
  });

  test("is worth its wallet and what its positions have gained, by the collateral", () => {
    const equity = { coinId: "1000", totalEquity: "201.3559569983727931976318359375" };
    const value = { coinId: "1000", contractId: "10000001", unrealizePnl: "-0.0573000016272068023681640625" };
    const read = (lists: object) =>
      venue.account
        ?.read(account({ collateralAssetModelList: [equity], positionAssetList: [value], ...lists }), NAMES)
        .equities.map(({ asset, wallet, unrealizedPnl, equity: worth }) => [
          asset,
          wallet.toFixed(),
          unrealizedPnl?.toFixed() ?? null,
          worth?.toFixed() ?? null,
        ]);
    expect(venue.account?.request).toBe(venue.balancesRequest);
    expect(read({})).toEqual([
      ["USD", "201.413257", "-0.0573000016272068023681640625", "201.3559569983727931976318359375"],
    ]);
    expect(
      read({ positionAssetList: [{ ...value, unrealizePnl: null }], collateralAssetModelList: [] }),
    ).toEqual([["USD", "201.413257", null, null]]);
  });

  test("without one of its lists is not understood", () => {
    expect(() => venue.readPositions(account({ positionList: null }), NAMES)).toThrow(
      /^edgex account: fields that can be read \("positionList": a list of objects was expected\)/,
    );
    expect(() => venue.readStatement?.(account(), NAMES)).toThrow(RequestRefusedError);
  });
});
