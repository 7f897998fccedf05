/**
 * The lists that a venue shows beside its streams. Each thing stands in its list once, by the name it has
 * there; and what the store cannot hold is refused with the field's name: half a snapshot would prove
 * nothing.
 */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { MINUTE_MS } from "../../src/domain/instant.ts";
import { NAMES_AS_SENT } from "../../src/domain/record.ts";
import { RequestRefusedError } from "../../src/errors.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { binanceUsdmVenue } from "../../src/venues/binance-usdm/venue.ts";
import { edgexVenue } from "../../src/venues/edgex/venue.ts";
import type { Venue } from "../../src/venues/venue.ts";
import { BAD_VALUES } from "../support/bad-values.ts";
import * as aster from "./aster/credentials.ts";
import * as binance from "./binance-usdm/credentials.ts";
import { envelope } from "./edgex/answers.ts";
import * as edgex from "./edgex/credentials.ts";
import { METADATA } from "./edgex/rows.ts";

type Row = Readonly<Record<string, unknown>>;
type List = {
  readonly what: string;
  readonly read: (venue: Venue, body: string) => unknown;
  readonly rows: readonly Row[];
  /** What the row is known by in the list, as a message shows it. */
  readonly key: string;
  /** Fields that the books take over. */
  readonly fields: readonly string[];
  /** The answer around the rows. */
  readonly answer: (rows: string) => string;
};

const AT = parseInstant("2026-03-02T00:00:00Z");

const FAMILY: readonly List[] = [
  {
    what: "balances",
    read: (venue, body) => venue.readBalances(body, NAMES_AS_SENT),
    rows: [
      { asset: "USDT", balance: "10" },
      { asset: "BNB", balance: "0" },
    ],
    key: "USDT",
    fields: ["asset", "balance"],
    answer: (rows) => rows,
  },
  {
    what: "positions",
    read: (venue, body) => venue.readPositions(body, NAMES_AS_SENT),
    rows: [
      { symbol: "BTCUSDT", positionSide: "LONG", positionAmt: "1", entryPrice: "100" },
      { symbol: "BTCUSDT", positionSide: "SHORT", positionAmt: "-1", entryPrice: "100" },
    ],
    key: "BTCUSDT LONG",
    fields: ["symbol", "positionSide", "positionAmt", "entryPrice"],
    answer: (rows) => rows,
  },
  {
    what: "listed contracts",
    read: (venue, body) => venue.readInstruments(body),
    rows: [
      { symbol: "BTCUSDT", status: "TRADING", marginAsset: "USDT", onboardDate: AT },
      { symbol: "ETHUSDT", status: "TRADING", marginAsset: "USDT", onboardDate: AT },
    ],
    key: "BTCUSDT",
    fields: ["symbol", "status", "marginAsset", "onboardDate"],
    answer: (rows) => `{"symbols":${rows}}`,
  },
];

const COLLATERAL = {
  coinId: "1000",
  ...Object.fromEntries(
    ["amount", "legacyAmount", "cumDepositAmount", "cumWithdrawAmount", "cumTransferInAmount"]
      .concat(["cumTransferOutAmount", "cumPositionBuyAmount", "cumPositionSellAmount", "cumFillFeeAmount"])
      .concat(["cumFundingFeeAmount", "cumFillFeeIncomeAmount"])
      .map((name) => [name, "1"]),
  ),
};
const POSITION = {
  contractId: "10000001",
  coinId: "1000",
  openSize: "1",
  openValue: "100",
  openFee: "0",
  fundingFee: "0",
};
const EQUITY = { coinId: "1000", totalEquity: "1" };
const VALUE = { contractId: "10000001", positionValue: "100", unrealizePnl: "0" };
const ACCOUNT = {
  version: "7",
  collateralList: [COLLATERAL, { ...COLLATERAL, coinId: "1001" }],
  collateralAssetModelList: [EQUITY, { ...EQUITY, coinId: "1001" }],
  positionList: [POSITION, { ...POSITION, contractId: "10000004" }],
  positionAssetList: [VALUE, { ...VALUE, contractId: "10000004" }],
};

function edgexList(
  what: string,
  whole: Readonly<Record<string, unknown>>,
  list: string,
  read: List["read"],
  { key, fields }: Pick<List, "key" | "fields">,
): List {
  const rows = whole[list] as readonly Row[];
  const answer = (text: string) =>
    envelope({ ...whole, [list]: "THE ROWS" }).replace('"THE ROWS"', () => text);
  return { what, read, rows, key, fields, answer };
}

const readAccount: List["read"] = (venue, body) => {
  venue.readBalances(body, NAMES_AS_SENT);
  venue.readPositions(body, NAMES_AS_SENT);
  return venue.readStatement?.(body, NAMES_AS_SENT);
};
const readListing: List["read"] = (venue, body) => {
  venue.readNames?.(body);
  return venue.readInstruments(body);
};
const EDGEX: readonly List[] = [
  edgexList("collateral", ACCOUNT, "collateralList", readAccount, {
    key: "1000",
    fields: Object.keys(COLLATERAL),
  }),
  edgexList("equity of the collateral", ACCOUNT, "collateralAssetModelList", readAccount, {
    key: "1000",
    fields: ["totalEquity"],
  }),
  edgexList("positions", ACCOUNT, "positionList", readAccount, {
    key: "10000001",
    fields: Object.keys(POSITION),
  }),
  edgexList("values of the positions", ACCOUNT, "positionAssetList", readAccount, {
    key: "10000001",
    fields: ["positionValue", "unrealizePnl"],
  }),
  edgexList("listed contracts", METADATA, "contractList", readListing, {
    key: "10000001",
    fields: ["contractId", "contractName", "quoteCoinId"],
  }),
  edgexList("listed assets", METADATA, "coinList", readListing, {
    key: "1000",
    fields: ["coinId", "coinName"],
  }),
];

const VENUES: readonly (readonly [name: string, venue: Venue, lists: readonly List[]])[] = [
  ["Aster V1", asterVenue(aster.V1), FAMILY],
  ["Aster V3", asterVenue(aster.V3), FAMILY],
  ["Binance USDⓈ-M", binanceUsdmVenue(binance.HMAC), FAMILY],
  ["edgeX V1", edgexVenue(edgex.V1), EDGEX],
  ["edgeX V2", edgexVenue(edgex.V2), EDGEX],
];

function listText(rows: readonly Row[], field = "", json = ""): string {
  const texts = rows.map((row, nth) => {
    const members = Object.entries(row).map(
      ([name, value]) => `"${name}":${nth === 0 && name === field ? json : JSON.stringify(value)}`,
    );
    return `{${members.join(",")}}`;
  });
  return `[${texts.join(",")}]`;
}

describe.each(VENUES)("%s", (_, venue, lists) => {
  test.each(lists.map((list) => [list.what, list] as const))(
    "%s: an entry that stands there twice is an error that names it",
    (_what, { read, rows, key, answer }) => {
      expect(() => read(venue, answer(listText(rows)))).not.toThrow();
      const [first] = rows;
      if (first === undefined) throw new Error("a list without rows");
      // The same again, and the same with another figure.
      for (const again of [
        first,
        { ...first, balance: "11", amount: "11", openSize: "2", status: "BREAK" },
      ]) {
        const repeated = () => read(venue, answer(listText([...rows, again])));
        expect(repeated).toThrow(RequestRefusedError);
        expect(repeated).toThrow(`each was expected once, found "${key}" twice`);
      }
    },
  );

  test.each(lists.map((list) => [list.what, list] as const))(
    "%s: a value that the store cannot hold is an error that names its field",
    (_what, { read, rows, fields, answer }) => {
      for (const field of fields) {
        for (const { what, json, isNeverText } of BAD_VALUES) {
          let error: unknown = null;
          try {
            read(venue, answer(listText(rows, field, json)));
          } catch (thrown) {
            error = thrown;
          }
          if (error === null && !isNeverText) continue;
          expect(error, `${field}: ${what}`).toBeInstanceOf(RequestRefusedError);
        }
      }
    },
  );
});

test.each([asterVenue(aster.V1), binanceUsdmVenue(binance.HMAC)])(
  "$title: a minute that stands among the prices twice, or a price that the store cannot hold, is an error",
  (venue) => {
    const window = { from: AT, until: parseInstant("2026-03-02T00:05:00Z") };
    const read = (rows: string) => () => venue.klines?.read("BNBUSDT", window, `[${rows}]`);
    const minute = (at: number, close: string) => `[${at},"1","1","1",${close}]`;
    expect(read([minute(AT, '"1"'), minute(AT + MINUTE_MS, '"1"')].join(","))).not.toThrow();
    expect(read([minute(AT, '"1"'), minute(AT, '"1"')].join(","))).toThrow(RequestRefusedError);
    for (const { what, json, isNeverText } of BAD_VALUES) {
      if (isNeverText) expect(read(minute(AT, json)), what).toThrow(RequestRefusedError);
    }
  },
);
