import { createPrivateKey, generateKeyPairSync, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { plus } from "../../../src/domain/instant.ts";
import { UsageError } from "../../../src/errors.ts";
import { encode, hmacSignature } from "../../../src/venues/binance-family/query.ts";
import { keySignature } from "../../../src/venues/binance-usdm/sign.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import { DOCUMENTED_API_KEY, DOCUMENTED_API_SECRET, HMAC, newKey } from "./credentials.ts";

const AT = parseInstant("2026-03-01T00:00:00Z");

describe("an HMAC key signs the query with SHA-256 in hex", () => {
  test.each([
    {
      name: "the example that the documents print (V1)",
      query:
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
      signature: "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
    },
    {
      name: "the documented mix of query and body, with the blank that it was printed with (V2)",
      query:
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp= 1591702613943",
      signature: "f9d0ae5e813ef6ccf15c2b5a434047a0181cb5a342b903b367ca6d27a66e36f2",
    },
    {
      name: "a time alone (V3)",
      query: "timestamp=1591702613943",
      signature: "84901bbeed96ffa9adf9995c40fcadcb0a9ddad37c2605ce82491f2c771077a6",
    },
    {
      name: "a numbered page of income (V4)",
      query:
        "incomeType=FUNDING_FEE&startTime=1591700000000&endTime=1591702613943&limit=1000&page=1&recvWindow=5000&timestamp=1591702613943",
      signature: "3c2cbe9d2994a165235985d717e7d74583c5826c9daf25b91b8d296c179bb93f",
    },
    {
      name: "a request for fills (V5)",
      query:
        "symbol=BTCUSDT&startTime=1591700000000&endTime=1591702613943&limit=1000&recvWindow=5000&timestamp=1591702613943",
      signature: "62a9cbe43bcfe2ccfb31a1064e6dd2ce306ded8df368bae412a287997923bb0b",
    },
  ])("$name", ({ query, signature }) => {
    expect(hmacSignature(DOCUMENTED_API_SECRET, query)).toBe(signature);
  });

  test("the key goes in the header, the time at the end of the query, the signature last", () => {
    const venue = binanceUsdmVenue(HMAC);
    const { target, headers } = venue.sign(venue.balancesRequest, AT);
    const query = `recvWindow=10000&timestamp=${AT}`;
    expect(target).toBe(`/fapi/v3/balance?${query}&signature=${hmacSignature(DOCUMENTED_API_SECRET, query)}`);
    expect(headers).toEqual({ "X-MBX-APIKEY": DOCUMENTED_API_KEY });
  });
});

describe("a key of a pair signs the very bytes that are sent", () => {
  test.each(["rsa", "ed25519"] as const)("%s, told by its PEM text", (kind) => {
    const { credentials, publicKey } = newKey(kind);
    const venue = binanceUsdmVenue(credentials);
    const window = { from: AT, until: plus(AT, 1) };
    const pageQuery = {
      stream: "fills",
      symbol: "币安人生USDT",
      filters: {},
      span: { by: "time", window },
    } as const;
    const { target, headers } = venue.sign(venue.pageRequest(pageQuery), AT);
    const [query = "", signature = ""] = target.replace("/fapi/v1/userTrades?", "").split("&signature=");
    expect(query).toBe(
      `symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&startTime=${AT}&endTime=${AT}&limit=1000&recvWindow=10000&timestamp=${AT}`,
    );
    // Base64 as it is would lose its plus signs on the way.
    expect(signature).toMatch(/^(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/);
    const bytes = Buffer.from(decodeURIComponent(signature), "base64");
    expect(verify(kind === "rsa" ? "sha256" : null, Buffer.from(query), publicKey, bytes)).toBe(true);
    expect(headers).toEqual({ "X-MBX-APIKEY": DOCUMENTED_API_KEY });
  });

  test("RSA signs with PKCS #1 v1.5, whose signature of one text is always the same", () => {
    const key = createPrivateKey(newKey("rsa").pem);
    expect(keySignature(key, "timestamp=1671090801999")).toBe(keySignature(key, "timestamp=1671090801999"));
    expect(Buffer.from(keySignature(key, "x"), "base64")).toHaveLength(256);
  });

  test("a signature is escaped as the documents print theirs", () => {
    expect(
      encode("aap36wD5loVXizxvvPI3wz9Cjqwmb3KVbxoym0XeWG1jZq8umqrnSk8H8dkLQeySjgVY91Ufs+BGCW+4s=="),
    ).toBe("aap36wD5loVXizxvvPI3wz9Cjqwmb3KVbxoym0XeWG1jZq8umqrnSk8H8dkLQeySjgVY91Ufs%2BBGCW%2B4s%3D%3D");
  });
});

describe("credentials that cannot be right are refused before anything is sent", () => {
  const withKey = (pem: string) => () =>
    binanceUsdmVenue({ ...newKey("ed25519").credentials, privateKey: new Secret(pem) });

  test("a key with a line end", () => {
    expect(() => binanceUsdmVenue({ ...HMAC, apiKey: new Secret("abc\n") })).toThrow(
      new UsageError({
        where: "binance-usdm credentials",
        what: "apiKey is not plain text without blanks",
        evidence: ["it has 4 characters; nothing was sent"],
        next: "copy it again from the venue's API management, without blanks or line ends",
      }),
    );
  });

  test("a file that holds no key, and its text is not shown", () => {
    expect(withKey("hunter2")).toThrow(
      "binance-usdm credentials: the file holds no private key in PEM form\n" +
        "  it was read from /keys/key.pem\n" +
        "  nothing was sent\n" +
        "  next: name the file with the private key, which begins with -----BEGIN PRIVATE KEY-----",
    );
    expect(withKey("hunter2")).not.toThrow(/hunter2/);
  });

  test("the public key in place of the private one", () => {
    const pem = String(newKey("rsa").publicKey.export({ type: "spki", format: "pem" }));
    expect(withKey(pem)).toThrow("the file holds the public key, not the private one");
  });

  test("an encrypted key, in both of its forms", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const type of ["pkcs8", "pkcs1"] as const) {
      const pem = privateKey.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: "words" });
      expect(withKey(String(pem))).toThrow(
        "the private key is encrypted with a passphrase, which a nightly job cannot type",
      );
      expect(withKey(String(pem))).toThrow(UsageError);
    }
  });

  test("a key of another kind", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(withKey(pem)).toThrow("the private key is of the kind ec; RSA or Ed25519 was expected");
  });
});
