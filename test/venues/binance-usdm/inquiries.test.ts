import { describe, expect, test } from "vitest";
import { RequestRefusedError } from "../../../src/errors.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import { HMAC } from "./credentials.ts";

const venue = binanceUsdmVenue(HMAC);
const rights = venue.rights ?? expect.unreachable("the venue tells no rights");

describe("the rights of a key", () => {
  test("are asked of the wallet's host, whose path is on the list", () => {
    expect(rights.baseUrl).toBe("https://api.binance.com");
    expect(rights.request).toMatchObject({ path: "/sapi/v1/account/apiRestrictions", isSigned: true });
    expect(venue.allowedPaths).toContain(rights.request.path);
  });

  const READ_ONLY = {
    ipRestrict: true,
    createTime: 1623840271000,
    enableReading: true,
    enableWithdrawals: false,
    enableInternalTransfer: false,
    permitsUniversalTransfer: false,
    enableMargin: false,
    enableFutures: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: true,
    enableSpotAndMarginTrading: false,
    enablePortfolioMarginTrading: false,
  };
  const warnings = (fields: object) => rights.read(JSON.stringify({ ...READ_ONLY, ...fields }));

  test.each([
    { fields: {}, lines: [] },
    { fields: { enableFutures: true }, lines: ["the key can trade futures (enableFutures)"] },
    { fields: { enableWithdrawals: true }, lines: ["the key can withdraw (enableWithdrawals)"] },
    {
      fields: { permitsUniversalTransfer: true },
      lines: ["the key can move money between wallets (permitsUniversalTransfer)"],
    },
    { fields: { enableMoonTrading: true }, lines: ["the key can do more than read (enableMoonTrading)"] },
    { fields: { ipRestrict: false }, lines: ["the key works from any IP address (ipRestrict)"] },
    { fields: { enableReading: false }, lines: ["the key may not read (enableReading)"] },
  ])("$fields", ({ fields, lines }) => {
    expect(warnings(fields)).toEqual(lines);
  });

  test("an answer of another form is shown as far as it can be read", () => {
    expect(() =>
      rights.read("[]"),
    ).toThrow(`binance-usdm key rights: the answer cannot be read: an object was expected
  it begins: []
  next: nothing is lost, the books do not need it; if it persists, the venue has changed its answer: report it`);
  });

  test.each(["[]", "{}", `{"enableReading":"yes","ipRestrict":true}`])("%s tells no rights", (body) => {
    expect(() => rights.read(body)).toThrow(RequestRefusedError);
  });
});

describe("how the account is set up", () => {
  const [config, feeBurn] = venue.modes ?? [];

  test("by the account's configuration, as documented", () => {
    expect(config?.request).toMatchObject({ path: "/fapi/v1/accountConfig", weight: 5 });
    const body = `{"feeTier":0,"canTrade":true,"canDeposit":true,"canWithdraw":true,"dualSidePosition":true,"updateTime":0,"multiAssetsMargin":false,"tradeGroupId":-1}`;
    expect(config?.read(body)).toEqual([
      "positions: hedge mode, LONG and SHORT apart",
      "margin: single-asset mode",
      "fee tier: 0",
    ]);
    expect(
      config?.read(`{"feeTier":3,"canTrade":false,"dualSidePosition":false,"multiAssetsMargin":true}`),
    ).toEqual([
      "positions: one-way mode",
      "margin: multi-assets mode, the venue may exchange assets by itself",
      "fee tier: 3",
      "the venue has restricted the account (canTrade is false)",
    ]);
  });

  test("by what fees are paid in", () => {
    expect(feeBurn?.request).toMatchObject({ path: "/fapi/v1/feeBurn", weight: 30 });
    expect(feeBurn?.read(`{"feeBurn":true}`)).toEqual([
      "fees: paid in BNB while there is some, at a discount",
    ]);
    expect(feeBurn?.read(`{"feeBurn":false}`)).toEqual(["fees: paid in the margin asset"]);
  });
});
