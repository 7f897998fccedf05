import { createHash } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { getPublicKey, Signature, verify } from "@scure/starknet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { instant, plus } from "../../../src/domain/instant.ts";
import { Bug, UsageError } from "../../../src/errors.ts";
import {
  canonicalQuery,
  firstSignable,
  hmacSignature,
  starkHash,
  starkSignature,
} from "../../../src/venues/edgex/sign.ts";
import { edgexVenue } from "../../../src/venues/edgex/venue.ts";
import { DOCUMENTED_ACCOUNT, DUMMY_PUBLIC_KEY, DUMMY_STARK_KEY, V1, V2 } from "./credentials.ts";

const AT = parseInstant("2026-03-01T00:00:00Z");
const ASSET = `GET/api/v1/private/account/getAccountAssetaccountId=${DOCUMENTED_ACCOUNT}`;
/** The text that edgeX's documents give as an example. */
const DOCUMENTED_TEXT = `1735542383256GET/api/v1/private/account/getPositionTransactionPageaccountId=${DOCUMENTED_ACCOUNT}&filterTypeList=SETTLE_FUNDING_FEE&size=10`;

describe("V1: the Stark signature", () => {
  test.each<[what: string, text: string, key: string, hash: string | null, r: string, s: string]>([
    [
      "of the documented text",
      DOCUMENTED_TEXT,
      DUMMY_STARK_KEY,
      "06dd40a93f29e27131786ab94ec564eb585cd5d638a1ca9ede3195d1f421539d",
      "013ac87c47103f33ef13ee836bb8a0dfe5a42eb9294f65073db8bee1dded7f2a",
      "0426605543256f7916b8eee2d19ec04dca9998552df3e72b0d4430bc1fe419bb",
    ],
    [
      "of a hash of 63 digits",
      `1734664627939${ASSET}`,
      DUMMY_STARK_KEY,
      "058d679536ceca329d2cf4310a54051d803bcbd882aa63a6c4271d7e8c8200de",
      "06cccaf8b872e5d4ab542381b8e1d4d830334b313c50cfb1cab193d6c47cd89a",
      "02c0680ae7629ddfb94f26ca176d4714169cfc563bd67b69b5b7e3d06b7c6aed",
    ],
    [
      "of a hash of 62 digits",
      `1734664627952${ASSET}`,
      DUMMY_STARK_KEY,
      "00df436ac82ef93071096e42d8376faacb4879afe236c1714b3ed2378ba305a0",
      "025b36dc7d546587df17aa73f5b781d60be08aa55eece7ea5779e218c1689287",
      "010e0d2fe1a725cbcab6565b506d668aa83b0a733f9f95c6b51ce31bcd7fee4e",
    ],
    [
      "of a hash of 61 digits",
      `1734664627978${ASSET}`,
      DUMMY_STARK_KEY,
      "000f8eb72e1d1bf43cc1fc14c1fe26c258f886e3318bb2e3c3f870e629be292f",
      "04e9a611c24d1a23e1c5cde0352f3115babc6744d0a64fda1c618a74f2e9b13e",
      "0255b0b79adf02f4c9860f5bbba4ee4f266c27062d9bf108d2cc3b9a032a3107",
    ],
    [
      "whose s begins with zeros",
      "1734664631537GET/x",
      DUMMY_STARK_KEY,
      null,
      "06191b464bdfa4c2bcea3f3e9c4c4817f87a4b5fafabd2757b909f73bd1771ac",
      "00008763b03b46f2bf3be3d12bf95318e26a450175e9198915f0cebb726fb442",
    ],
    [
      "by the shortest key there is, without parameters",
      "1734664627940GET/api/v1/private/account/getAccountPage",
      "1",
      "0538cc04496c4bd266d317454a0e63bae3bf7f308777b12a8c8727ffa9dadf55",
      "03bc6bfd406d25fc0fc12792c4bda1a3620c90b5e9f2982ac1d52dee5ad26d3a",
      "009c69b8be1d8577b655dc8aa2d42a5620a63b42ac343341d53203ecfcdc2cdb",
    ],
  ])("%s", (_what, text, key, hash, r, s) => {
    const found = starkHash(text);
    if (hash !== null) expect(found.toString(16).padStart(64, "0")).toBe(hash);
    expect(starkSignature(found, key.padStart(64, "0"))).toBe(r + s);
  });

  test("the hash is Keccak-256, not the SHA3-256 of the standard that the documents name", () => {
    const keccak = "16dd40a93f29e29331786ab94ec564eac75efab1ce712f031afeda554fadedfb";
    const standard = "56e8c5d77eab92acfe3c6d5bbfb53129059771d17547cc60d1fe938a6fd154ca";
    expect(bytesToHex(keccak_256(utf8ToBytes(DOCUMENTED_TEXT)))).toBe(keccak);
    expect(createHash("sha3-256").update(DOCUMENTED_TEXT).digest("hex")).toBe(standard);
    expect(starkHash(DOCUMENTED_TEXT).toString(16)).not.toContain(standard.slice(-32));
  });

  test("a signature that the venue's own documents print, of a transfer, is good on this curve", () => {
    const signature = new Signature(
      0x0141279ec45ce1ea37b11cfa4683cfab8443bcbf8da3f066cef3e437862573f9n,
      0x034efe12eee1be3fc715c7b511f69e3ba32ec67a9ac89538fbb73de46fefc5e5n,
    );
    const publicKey = [
      "5580341e2c99823a0a35356b8ac84e372dd38fd1f4b50f607b931ec8038c211",
      "6ea3dd81a7fc864893c8c6f674e4a4510c369f939bdc0259a0980dfde882c2d",
    ];
    const key = `04${publicKey.map((part) => part.padStart(64, "0")).join("")}`;
    const hash = "00ef894bf1cacc9d1df61febcf2a98c57e87e309b52e3614d4be7cb3a1f782a";
    expect(verify(signature, hash, key)).toBe(true);
    expect(verify(signature, `${hash.slice(0, -1)}b`, key)).toBe(false);
  });

  test("is good for whatever is signed, and has 128 digits", () => {
    expect(bytesToHex(getPublicKey(DUMMY_STARK_KEY, false))).toBe(DUMMY_PUBLIC_KEY);
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const hash = starkHash(text);
        const signature = starkSignature(hash, DUMMY_STARK_KEY);
        expect(signature).toMatch(/^[0-9a-f]{128}$/);
        const parts = new Signature(
          BigInt(`0x${signature.slice(0, 64)}`),
          BigInt(`0x${signature.slice(64)}`),
        );
        expect(verify(parts, hash.toString(16).padStart(64, "0"), DUMMY_PUBLIC_KEY)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("a hash of 2^251 or more is not signed: the next millisecond is", () => {
    const hashes = [2n ** 251n, 2n ** 251n + 1n, 2n ** 251n - 1n];
    const found = firstSignable(AT, (at) => hashes[at - AT] ?? expect.unreachable("it looked too far"));
    expect(found).toEqual({ at: plus(AT, 2), hash: 2n ** 251n - 1n });
  });

  test("the headers hold the time and the signature, and the query is sent as it was signed", () => {
    const venue = edgexVenue(V1);
    const { target, headers } = venue.sign(venue.balancesRequest, instant(1734664627939));
    expect(target).toBe(`/api/v1/private/account/getAccountAsset?accountId=${DOCUMENTED_ACCOUNT}`);
    expect(headers).toEqual({
      "X-edgeX-Api-Timestamp": "1734664627939",
      "X-edgeX-Api-Signature":
        "06cccaf8b872e5d4ab542381b8e1d4d830334b313c50cfb1cab193d6c47cd89a02c0680ae7629ddfb94f26ca176d4714169cfc563bd67b69b5b7e3d06b7c6aed",
    });
  });

  test.each(["0x", "0X", ""])('a key may begin with "%s" and leave out its first zeros', (prefix) => {
    const venue = edgexVenue({ ...V1, starkPrivateKey: new Secret(prefix + DUMMY_STARK_KEY.slice(1)) });
    const whole = edgexVenue(V1);
    expect(venue.sign(venue.balancesRequest, AT)).toEqual(whole.sign(whole.balancesRequest, AT));
  });
});

describe("V2: the HMAC", () => {
  test("has for its key the secret's text in base64, encoded and not decoded", () => {
    const text =
      "1773302047172GET/api/v2/private/account/getAccountAssetaccountId=724625476626153743&size=10";
    expect(hmacSignature(text, "test-secret")).toBe(
      "331bdb3eec78cc3917de430dd28611fd5ce2fd4e1f61e2ff0a3a08b552f52962",
    );
  });

  test("the headers hold key, passphrase, time and signature", () => {
    const venue = edgexVenue(V2);
    const { target, headers } = venue.sign(venue.balancesRequest, instant(1773302047172));
    expect(target).toBe("/api/v2/private/account/getAccountAsset?accountId=724625476626153743");
    expect(headers).toEqual({
      "X-edgeX-Api-Key": V2.apiKey.reveal(),
      "X-edgeX-Passphrase": V2.passphrase.reveal(),
      "X-edgeX-Timestamp": "1773302047172",
      "X-edgeX-Signature": hmacSignature(
        "1773302047172GET/api/v2/private/account/getAccountAssetaccountId=724625476626153743",
        "test-secret",
      ),
    });
  });
});

describe("the query", () => {
  test("holds lists with their commas, as no URL parser would escape them", () => {
    const query = canonicalQuery([
      ["a", "BTC,ETH"],
      ["b", "8f14e45f-ceea-467f-a0e6-1d5f2a3b4c5d"],
    ]);
    expect(query).toBe("a=BTC,ETH&b=8f14e45f-ceea-467f-a0e6-1d5f2a3b4c5d");
    expect(new URL(`https://venue.invalid/?${query}`).search).toBe(`?${query}`);
  });

  test.each(["", "a b", "a&b", "a=b", "a%2Cb", "ü", "a/b", "a+b"])("refuses the value %j", (value) => {
    expect(() => canonicalQuery([["name", value]])).toThrow(Bug);
  });

  test("refuses names that are out of order: the venue signs them sorted", () => {
    const pair = (name: string) => [name, "1"] as const;
    expect(() => canonicalQuery([pair("size"), pair("accountId")])).toThrow(Bug);
    expect(() => canonicalQuery([pair("size"), pair("size")])).toThrow(Bug);
  });
});

describe("credentials that cannot be right are refused before anything is sent, and never shown", () => {
  const ORDER = "800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2f";

  test.each(["0xhunter2", "", "0x", "0", ORDER, `${DUMMY_STARK_KEY}00`])("the Stark key %j", (key) => {
    const run = () => edgexVenue({ ...V1, starkPrivateKey: new Secret(key) });
    expect(run).toThrow(UsageError);
    expect(run).toThrow(/^edgex credentials: starkPrivateKey is not a Stark private key\n/);
    if (key.length > 2) expect(run).not.toThrow(key);
  });

  test.each(["", "main", "0", "0x12", "12 34", "1".repeat(21)])("the account id %j", (accountId) => {
    expect(() => edgexVenue({ ...V1, accountId })).toThrow(
      new UsageError({
        where: "edgex credentials",
        what: "accountId is not an account's number",
        evidence: ["up to 20 digits were expected", "nothing was sent"],
        next: "copy the account's id from the venue's API management; it is no address and no name",
      }),
    );
  });

  test.each(["apiKey", "apiSecret", "passphrase"])("a line end in %s", (field) => {
    const run = () => edgexVenue({ ...V2, [field]: new Secret("hunter2\n") });
    expect(run).toThrow(`edgex credentials: ${field} is not plain text without blanks`);
    expect(run).not.toThrow(/hunter2/);
  });
});
