import { Signature, verify } from "@scure/starknet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { edgexHmac, isStarkSigned, starkHash } from "../../src/simulator/edgex/auth.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import {
  contentOf,
  EDGEX_UNTIL,
  edgexPlan,
  HMAC,
  hmacSignature,
  refusalOf,
  requestHmac,
  requestStark,
  starkSignature,
  startedEdgex,
  wronglyReducedSignature,
} from "./edgex-requesting.ts";
import { get } from "./requesting.ts";

/** Of the dummy key in the tests of edgeX's development kit. */
const PUBLIC_KEY = hex(
  "0401b4fc4a44546eecebc2339b6e6c5ddcbd3f3cdbc5fa23eab2bd800d831a1b2d05edb8ee53a04b17251184549a66cb25809e92437785a75796f0b36b3befee98",
);
const ASSET_OF = "GET/api/v1/private/account/getAccountAssetaccountId=543429922991899150";
/** Verified by the venue's own kit: text, what is signed of it, and a signature. */
const VECTORS = [
  {
    name: "the text of the documentation",
    text: "1735542383256GET/api/v1/private/account/getPositionTransactionPageaccountId=543429922991899150&filterTypeList=SETTLE_FUNDING_FEE&size=10",
    hash: "06dd40a93f29e27131786ab94ec564eb585cd5d638a1ca9ede3195d1f421539d",
    signature:
      "013ac87c47103f33ef13ee836bb8a0dfe5a42eb9294f65073db8bee1dded7f2a0426605543256f7916b8eee2d19ec04dca9998552df3e72b0d4430bc1fe419bb",
  },
  {
    name: "a request for the assets",
    text: `1734664627939${ASSET_OF}`,
    hash: "058d679536ceca329d2cf4310a54051d803bcbd882aa63a6c4271d7e8c8200de",
    signature:
      "06cccaf8b872e5d4ab542381b8e1d4d830334b313c50cfb1cab193d6c47cd89a02c0680ae7629ddfb94f26ca176d4714169cfc563bd67b69b5b7e3d06b7c6aed",
  },
  {
    name: "a hash of 62 digits",
    text: `1734664627952${ASSET_OF}`,
    hash: "00df436ac82ef93071096e42d8376faacb4879afe236c1714b3ed2378ba305a0",
    signature:
      "025b36dc7d546587df17aa73f5b781d60be08aa55eece7ea5779e218c1689287010e0d2fe1a725cbcab6565b506d668aa83b0a733f9f95c6b51ce31bcd7fee4e",
  },
  {
    name: "a hash of 61 digits",
    text: `1734664627978${ASSET_OF}`,
    hash: "000f8eb72e1d1bf43cc1fc14c1fe26c258f886e3318bb2e3c3f870e629be292f",
    signature:
      "04e9a611c24d1a23e1c5cde0352f3115babc6744d0a64fda1c618a74f2e9b13e0255b0b79adf02f4c9860f5bbba4ee4f266c27062d9bf108d2cc3b9a032a3107",
  },
] as const;

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

describe("signatures that others made", () => {
  test.each(VECTORS)("$name", ({ text, hash, signature }) => {
    expect(starkHash(text)).toBe(hash);
    expect(isStarkSigned(text, signature, PUBLIC_KEY)).toBe(true);
    expect(isStarkSigned(`${text}0`, signature, PUBLIC_KEY)).toBe(false);
  });
  test("a transfer that the venue's documentation shows, with its real account's key", () => {
    const [x, y] = [
      "05580341e2c99823a0a35356b8ac84e372dd38fd1f4b50f607b931ec8038c211",
      "06ea3dd81a7fc864893c8c6f674e4a4510c369f939bdc0259a0980dfde882c2d",
    ];
    const r = 0x0141279ec45ce1ea37b11cfa4683cfab8443bcbf8da3f066cef3e437862573f9n;
    const s = 0x034efe12eee1be3fc715c7b511f69e3ba32ec67a9ac89538fbb73de46fefc5e5n;
    const hash = "ef894bf1cacc9d1df61febcf2a98c57e87e309b52e3614d4be7cb3a1f782a".padStart(64, "0");
    expect(verify(new Signature(r, s), hash, `04${x}${y}`)).toBe(true);
  });
  test("the second generation's key is the secret in base64", () => {
    const text =
      "1773302047172GET/api/v2/private/account/getAccountAssetaccountId=724625476626153743&size=10";
    expect(edgexHmac(text, "test-secret")).toBe(
      "331bdb3eec78cc3917de430dd28611fd5ce2fd4e1f61e2ff0a3a08b552f52962",
    );
  });
});

describe("who may ask", () => {
  let simulator: Simulator;
  const world = generateEdgexWorld(edgexPlan({ fills: 60 }));
  const [first = "", second = ""] = world.accounts.map(({ accountId }) => accountId);
  const [v1, v2] = [
    `/api/v1/private/account/getAccountAsset?accountId=${first}`,
    `/api/v2/private/account/getAccountAsset?accountId=${second}`,
  ];
  beforeAll(async () => {
    simulator = await startedEdgex({ world });
  });
  afterAll(() => simulator.close());

  test("the owner of each account, by the scheme of its generation", async () => {
    expect(contentOf<{ account: { id: string } }>(await requestStark(simulator, v1)).account.id).toBe(first);
    expect(contentOf<{ account: { id: string } }>(await requestHmac(simulator, v2)).account.id).toBe(second);
  });
  test("parts may be sent in any order, but are signed in theirs", async () => {
    const path = "/api/v1/private/account/getCollateralTransactionPage";
    const signed = `${path}?accountId=${first}&filterTypeList=DEPOSIT,WITHDRAW&size=10`;
    const sent = `${path}?size=10&filterTypeList=DEPOSIT,WITHDRAW&accountId=${first}`;
    expect((await requestStark(simulator, sent, { signed })).status).toBe(200);
    expect(refusalOf(await requestStark(simulator, sent, { signed: sent }))).toEqual([
      401,
      "INVALID_SIGNATURE",
    ]);
  });
  test("a signature with the key's y coordinate behind it, as the documentation's samples send it", async () => {
    const signature = starkSignature(`${EDGEX_UNTIL}GET${v1.replace("?", "")}`);
    const headers = { "X-edgeX-Api-Signature": `${signature}${"0".repeat(64)}` };
    expect((await requestStark(simulator, v1, { headers })).status).toBe(200);
  });
  const text = `${EDGEX_UNTIL}GET${v1.replace("?", "")}`;
  test.each<[what: string, headers: Record<string, string>, refused: [number, string]]>([
    ["another signature", { "X-edgeX-Api-Signature": starkSignature("1GET/x") }, [401, "INVALID_SIGNATURE"]],
    [
      "one of another key",
      { "X-edgeX-Api-Signature": starkSignature(text, "1".padStart(64, "0")) },
      [401, "INVALID_SIGNATURE"],
    ],
    [
      "one modulo the field's prime",
      { "X-edgeX-Api-Signature": wronglyReducedSignature(text) },
      [401, "INVALID_SIGNATURE"],
    ],
    ["no signature at all", { "X-edgeX-Api-Signature": "0".repeat(128) }, [401, "INVALID_SIGNATURE"]],
    ["a text that is none", { "X-edgeX-Api-Signature": "0x12" }, [401, "INVALID_SIGNATURE"]],
  ])("the first generation refuses %s", async (_, headers, refused) => {
    expect(refusalOf(await requestStark(simulator, v1, { headers }))).toEqual(refused);
  });
  test.each<[what: string, headers: Record<string, string>, refused: [number, string]]>([
    ["another secret", { "X-edgeX-Signature": hmacSignature("x", "other") }, [401, "INVALID_SIGNATURE"]],
    ["another passphrase", { "X-edgeX-Passphrase": "x" }, [401, "INVALID_API_KEY"]],
    ["another key", { "X-edgeX-Api-Key": "x" }, [401, "INVALID_API_KEY"]],
  ])("the second generation refuses %s", async (_, headers, refused) => {
    expect(refusalOf(await requestHmac(simulator, v2, { headers }))).toEqual(refused);
  });
  test("without its headers the first generation misses those of the second, and the second each of its own", async () => {
    const missing = [400, "GATEWAY_HEADER_REQUIRED"];
    expect(refusalOf(await get(`${simulator.url}${v1}`))).toEqual(missing);
    expect(refusalOf(await get(`${simulator.url}${v2}`, { "X-edgeX-Api-Key": HMAC.apiKey }))).toEqual(
      missing,
    );
  });
  test("an account of somebody else, and none", async () => {
    const other = v1.replace(first, second);
    expect(refusalOf(await requestStark(simulator, other))).toEqual([200, "INVALID_ACCOUNT_ID"]);
    expect(refusalOf(await requestStark(simulator, "/api/v1/private/account/getAccountAsset"))).toEqual([
      200,
      "INVALID_ACCOUNT_ID",
    ]);
    expect(refusalOf(await requestHmac(simulator, v2.replace(second, first)))).toEqual([
      200,
      "INVALID_ACCOUNT_ID",
    ]);
  });
  test("a time of signing is good for a minute either way", async () => {
    for (const off of [-60_000, 60_000]) {
      expect((await requestStark(simulator, v1, { at: EDGEX_UNTIL + off })).status).toBe(200);
      expect((await requestHmac(simulator, v2, { at: EDGEX_UNTIL + off })).status).toBe(200);
    }
    const [early, late] = [EDGEX_UNTIL - 60_001, EDGEX_UNTIL + 120_000];
    for (const at of [early, late]) {
      expect(refusalOf(await requestStark(simulator, v1, { at }))).toEqual([400, "INVALID_TIMESTAMP"]);
      expect(refusalOf(await requestHmac(simulator, v2, { at }))).toEqual([400, "INVALID_TIMESTAMP"]);
    }
  });
  test("a key may be written with 0x, and shorter than 64 digits", async () => {
    const short = await startedEdgex({
      world,
      credentials: [{ account: "first", kind: "stark", starkPrivateKey: "0x1" }],
    });
    const signature = starkSignature(text, "1".padStart(64, "0"));
    expect((await requestStark(short, v1, { headers: { "X-edgeX-Api-Signature": signature } })).status).toBe(
      200,
    );
    await short.close();
  });
});
