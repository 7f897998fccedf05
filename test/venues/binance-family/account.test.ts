/**
 * What the family shows of an account beside what the books are proven against: a field that is left out,
 * empty or cannot be read is unknown, and never zero. Source: "Account Information" and "Position
 * Information" of both venues' documentation.
 */
import { describe, expect, test } from "vitest";
import { type Decimal, formatDecimal } from "../../../src/domain/decimal.ts";
import { NAMES_AS_SENT } from "../../../src/domain/record.ts";
import { RequestRefusedError } from "../../../src/errors.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import type { Venue } from "../../../src/venues/venue.ts";
import * as aster from "../aster/credentials.ts";
import * as binance from "../binance-usdm/credentials.ts";

const VENUES: readonly (readonly [name: string, venue: Venue, path: string])[] = [
  ["aster V1", asterVenue(aster.V1), "/fapi/v4/account"],
  ["aster V3", asterVenue(aster.V3), "/fapi/v3/accountWithJoinMargin"],
  ["binance-usdm", binanceUsdmVenue(binance.HMAC), "/fapi/v2/account"],
];

const text = (amount: Decimal | null) => (amount === null ? null : formatDecimal(amount));

const ASSET = {
  asset: "USDT",
  walletBalance: "23.72469206",
  unrealizedProfit: "-1.06214947",
  marginBalance: "22.66254259",
};
const POSITION = {
  symbol: "BTCUSDT",
  positionAmt: "-0.001",
  entryPrice: "22185.2",
  unrealizedProfit: "1.06214947",
  maintMargin: "0.08449220",
  leverage: "100",
  isolated: true,
  positionSide: "BOTH",
};

describe.each(VENUES)("%s", (_, venue, path) => {
  const { account } = venue;
  if (account === undefined) throw new Error("the venue shows no account");
  const read = (answer: object) => account.read(JSON.stringify(answer), NAMES_AS_SENT);

  test("the account is one request of weight 5", () => {
    expect(account.request).toEqual({ path, query: [], weight: 5, isSigned: true });
  });

  test("wallet, unrealized PnL and equity of every asset; of positions the open ones", () => {
    const flat = { ...POSITION, symbol: "ETHUSDT", positionAmt: "0.000", unrealizedProfit: "0" };
    const shown = read({ multiAssetsMargin: true, assets: [ASSET], positions: [POSITION, flat] });
    expect(shown).toMatchObject({ positionMode: "one-way", isMultiAssets: true });
    expect(
      shown.equities.map((one) => [one.asset, text(one.wallet), text(one.unrealizedPnl), text(one.equity)]),
    ).toEqual([["USDT", "23.72469206", "-1.06214947", "22.66254259"]]);
    expect(
      shown.positions.map((one) => [
        one.symbol,
        one.positionSide,
        text(one.quantity),
        text(one.unrealizedPnl),
        text(one.maintenanceMargin),
        text(one.leverage),
        one.marginType,
      ]),
    ).toEqual([["BTCUSDT", "BOTH", "-0.001", "1.06214947", "0.0844922", "100", "isolated"]]);
  });

  test.each([
    ["one-way", ["BOTH", "BOTH"]],
    ["hedge", ["LONG", "SHORT"]],
    [null, ["BOTH", "LONG", "SHORT"]],
    [null, ["LONG"]],
    [null, []],
  ])("the position mode is %s where the list has %j", (mode, sides) => {
    const positions = sides.map((positionSide, nth) => ({ ...POSITION, symbol: `S${nth}`, positionSide }));
    expect(read({ assets: [], positions }).positionMode).toBe(mode);
  });

  test("the margin mode is unknown where the answer does not say", () => {
    expect(read({ assets: [], positions: [] }).isMultiAssets).toBeNull();
  });

  test.each([
    ["left out", undefined],
    ["empty", ""],
    ["null", null],
    ["no number", "n/a"],
    ["a list", []],
  ])("what is %s is unknown, and no zero", (_words, value) => {
    const shown = read({
      assets: [{ ...ASSET, unrealizedProfit: value, marginBalance: value }],
      positions: [
        { ...POSITION, unrealizedProfit: value, maintMargin: value, leverage: value, isolated: value },
      ],
    });
    expect(shown.equities[0]).toMatchObject({ unrealizedPnl: null, equity: null });
    expect(shown.positions[0]).toMatchObject({
      unrealizedPnl: null,
      maintenanceMargin: null,
      leverage: null,
      marginType: null,
    });
    const row = { ...POSITION, unRealizedProfit: value, markPrice: value, liquidationPrice: value };
    expect(venue.readPositions(JSON.stringify([row]), NAMES_AS_SENT)[0]).toMatchObject({
      unrealizedPnl: null,
      markPrice: null,
      liquidationPrice: null,
    });
  });

  test("a position shows its mark, its margin type and, where there is one, its liquidation price", () => {
    const row = {
      symbol: "BTCUSDT",
      positionAmt: "0.001",
      entryPrice: "22185.2",
      markPrice: "21123.05052574",
      unRealizedProfit: "-1.06214947",
      liquidationPrice: "19731.45529116",
      leverage: "4",
      marginType: "cross",
      positionSide: "LONG",
    };
    const [position] = venue.readPositions(JSON.stringify([row]), NAMES_AS_SENT);
    expect(
      [position?.markPrice, position?.unrealizedPnl, position?.liquidationPrice].map((one) =>
        text(one ?? null),
      ),
    ).toEqual(["21123.05052574", "-1.06214947", "19731.45529116"]);
    expect([text(position?.leverage ?? null), position?.marginType]).toEqual(["4", "cross"]);
  });

  test.each([
    ["a list", []],
    ["no assets", { positions: [] }],
    ["no positions", { assets: [] }],
    ["a wallet that cannot be read", { assets: [{ ...ASSET, walletBalance: "" }], positions: [] }],
    ["an asset twice", { assets: [ASSET, ASSET], positions: [] }],
  ])("%s is no account", (_words, answer) => {
    expect(() => read(answer)).toThrow(RequestRefusedError);
  });
});
