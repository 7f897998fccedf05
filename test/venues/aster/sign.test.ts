import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, instant, plus } from "../../../src/domain/instant.ts";
import { UsageError } from "../../../src/errors.ts";
import { addressOf, nextNonce, typedDataDigest, typedDataSignature } from "../../../src/venues/aster/sign.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { encodeQuery, hmacSignature } from "../../../src/venues/binance-family/query.ts";
import {
  DEMO_PRIVATE_KEY,
  DEMO_SIGNER,
  DEMO_USER,
  DOCUMENTED_API_KEY,
  DOCUMENTED_API_SECRET,
  V1,
  V3,
} from "./credentials.ts";

const AT = parseInstant("2026-03-01T00:00:00Z");

describe("V1 signs the query with HMAC-SHA256", () => {
  test.each([
    {
      name: "the example that the venues' documents print (V1)",
      query:
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
      signature: "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
    },
    {
      // The printed example holds a blank after "timestamp=", which a request never does.
      name: "the documented mix of query and body, without its stray blank (V2')",
      query:
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
      signature: "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4",
    },
    {
      name: "a request for income (V4)",
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
    const { target, headers } = asterVenue(V1).sign(asterVenue(V1).balancesRequest, AT);
    const query = `recvWindow=10000&timestamp=${AT}`;
    expect(target).toBe(`/fapi/v2/balance?${query}&signature=${hmacSignature(DOCUMENTED_API_SECRET, query)}`);
    expect(headers).toEqual({ "X-MBX-APIKEY": DOCUMENTED_API_KEY });
  });
});

// No public known answer exists for this message. These were made with the venue's published demo key by two
// independent implementations (ethers 6.17 and plain Python) that agree in every bit.
const WALLETS = `user=${DEMO_USER}&signer=${DEMO_SIGNER}`;
const VECTORS = [
  {
    name: "E1: nothing",
    message: "",
    digest: "e0f1aad7fc9bb5b14c501bb69b110286c94406576860971231b381b9eb11dbef",
    signature:
      "0xb7fe1961a997fb3fab846eadbfb0cbf0297029df88d0b5f5f1f738f10f8bbd337a5baeda44397cb37248146bec810048988a5597bb841de18d298dbc1b8994201b",
  },
  {
    name: "E2: a word",
    message: "hello",
    digest: "9fe4d9a781fb596dcef3f144251f69931bc5b0aa025841830e6ffbd20c09a822",
    signature:
      "0x595494576513d0e02259cb6e2865ee767b4410f475953a7abb45868d330caffd2d90d3d4031106877cf04acea6bd1d914bcd30816dbd8887b0cdfb1376101ecd1b",
  },
  {
    name: "E3: the parameters of authentication alone",
    message: `nonce=1748310859508867&${WALLETS}`,
    digest: "f614a915ce064febf6fd86a96eac30fad2d7519e0a486b4552fa949cb635d2a8",
    signature:
      "0x79f8910c6a2d14796480f5bc09492b9cf00e247bc53b2cc9b47e3b59dfe698b92e9e9a6853c210ae67ffa351b09d84a14a0585122f2fba2c90b2998e3e96e3b81b",
  },
  {
    name: "E3 on the testnet",
    chainId: 714,
    message: `nonce=1748310859508867&${WALLETS}`,
    digest: "bccae7ec13ba96b494c4868929eb03506a2a9fe2139d691cfcd2094e35442dff",
    signature:
      "0xd085b7104b474be9b87fc06bf155eff586165f3c6f48475546a615cc84087bba5e5ec4a34174ce7313067b75f516fd7a607514d6396ef96b01ae977f7c80d6b41b",
  },
  {
    name: "E4: a request for fills, whose v is 28",
    message: `symbol=BTCUSDT&startTime=1749513600000&endTime=1749545309665&limit=1000&nonce=1748310859508867&${WALLETS}`,
    digest: "beb64931f57022c6e9c71eedafa33b229fef92542f86ec356ae50d71083f5091",
    signature:
      "0x8af733c9e21fb788509a409e518c377a3f6680ab2d75e0180a60e13272d1a3633a306e5a9b060dc0cff2fa300c4152eb9364849b56786dc75d47d3a8b08c9dbc1c",
  },
  {
    name: "E5: a request for income, without a user",
    message: `incomeType=FUNDING_FEE&startTime=1749513600000&endTime=1749545309665&limit=1000&nonce=1748310859508867&signer=${DEMO_SIGNER}`,
    digest: "775b7109af8ce38f6e9eb4a5b4a8d029fb24a4d4b403694feae11fb2ed7593e3",
    signature:
      "0x3f821c8221674e90d878e1a5b2026df0337888a657d12a46e7af0809b8e445a90bfa17327b783c684f99fff4a796ec748595b4b2cae70a55e5446ddab0f99ebb1b",
  },
  {
    name: "E6: a symbol that is not ASCII",
    message: `symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&limit=1000&nonce=1748310859508867&${WALLETS}`,
    digest: "a30c45584f032ab10f1ae2ce14d7af577e83e246041c3a518e6a1ceb3c56df58",
    signature:
      "0x51ab4cb078e9899b2ac05246a6308f5a7b0984cca8c416d66aade6e8a39c28ca0ec9b0da7ab9aeb1f3ca51b9deeabc4c1fa35ba0c8b41fcf040c1dafe6759a401b",
  },
];

describe("V3 signs the query as an EIP-712 message", () => {
  test.each(VECTORS)("$name", ({ message, digest, signature, chainId = 1666 }) => {
    expect(Buffer.from(typedDataDigest(message, chainId)).toString("hex")).toBe(digest);
    expect(typedDataSignature(message, DEMO_PRIVATE_KEY, chainId)).toBe(signature);
  });

  test("the demo key belongs to the demo signer", () => {
    expect(addressOf(DEMO_PRIVATE_KEY)).toBe(DEMO_SIGNER.toLowerCase());
  });

  test("a request carries nonce, user and signer after its own parameters, and no header", () => {
    const venue = asterVenue(V3);
    const window = { from: AT, until: plus(AT, DAY_MS) };
    const pageQuery = {
      stream: "fills",
      symbol: "币安人生USDT",
      filters: {},
      span: { by: "time", window },
    } as const;
    const { target, headers } = venue.sign(
      venue.pageRequest(pageQuery),
      parseInstant("2026-03-02T00:00:00Z"),
    );
    const [message = "", signature] = target.replace("/fapi/v3/userTrades?", "").split("&signature=");
    expect(message).toMatch(
      new RegExp(
        `^symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&startTime=${AT}&endTime=${AT + DAY_MS - 1}&limit=1000&nonce=\\d{16}&${WALLETS}$`,
      ),
    );
    expect(signature).toBe(typedDataSignature(message, DEMO_PRIVATE_KEY, 1666));
    expect(headers).toEqual({});
  });

  test("the testnet's chain id is an option", () => {
    const venue = asterVenue(V3, { chainId: 714 });
    const { target } = venue.sign(venue.balancesRequest, AT);
    const [message = "", signature] = target.replace("/fapi/v3/balance?", "").split("&signature=");
    expect(signature).toBe(typedDataSignature(message, DEMO_PRIVATE_KEY, 714));
  });
});

describe("the nonce", () => {
  test("is the time in microseconds, and rises by one within a millisecond or when the clock goes back", () => {
    const signer = "0xaaaa";
    expect(nextNonce(signer, instant(1_748_310_859_508))).toBe(1_748_310_859_508_000);
    expect(nextNonce(signer, instant(1_748_310_859_508))).toBe(1_748_310_859_508_001);
    expect(nextNonce(signer, instant(1_748_310_859_000))).toBe(1_748_310_859_508_002);
    expect(nextNonce(signer, instant(1_748_310_859_509))).toBe(1_748_310_859_509_000);
  });

  test("does not go on from one that a wrong clock made: the venue refused it, and would refuse what follows", () => {
    const right = instant(1_748_310_859_000);
    expect(nextNonce("0xdddd", instant(right + 5 * 3_600_000))).toBe((right + 5 * 3_600_000) * 1000);
    expect(nextNonce("0xdddd", right)).toBe(right * 1000);
    expect(nextNonce("0xdddd", right)).toBe(right * 1000 + 1);
    // And it takes none twice, whoever's clock is wrong in between.
    expect(nextNonce("0xdddd", instant(right + 5 * 3_600_000))).toBe((right + 5 * 3_600_000) * 1000 + 1);
    expect(nextNonce("0xdddd", right)).toBe(right * 1000 + 2);
  });

  test("is one sequence for accounts that share a signer, however its address is written", () => {
    expect(nextNonce("0xBBBB", instant(1000))).toBe(1_000_000);
    expect(nextNonce("0xbbbb", instant(1000))).toBe(1_000_001);
    expect(nextNonce("0xcccc", instant(1000))).toBe(1_000_000);
  });
});

test("a query escapes everything that a URL parser would escape after it was signed", () => {
  expect(
    encodeQuery([
      ["symbol", "币安人生USDT"],
      ["odd", "a b'(c)*!/+~"],
    ]),
  ).toBe("symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&odd=a%20b%27%28c%29%2A%21%2F%2B~");
});

describe("credentials that cannot be right are refused before anything is sent", () => {
  test("a key with a line end", () => {
    expect(() => asterVenue({ ...V1, apiKey: new Secret("abc\n") })).toThrow(
      new UsageError({
        where: "aster credentials",
        what: "apiKey is not plain text without blanks",
        evidence: ["it has 4 characters; nothing was sent"],
        next: "copy it again from the venue's API management, without blanks or line ends",
      }),
    );
  });

  test("a private key that is no key, and its text is not shown", () => {
    const run = () => asterVenue({ ...V3, privateKey: new Secret("0xhunter2") });
    expect(run).toThrow(/^aster credentials: privateKey is not a private key\n/);
    expect(run).not.toThrow(/hunter2/);
  });

  test("a private key of another wallet than the signer's", () => {
    expect(() => asterVenue({ ...V3, signer: DEMO_USER })).toThrow(
      new UsageError({
        where: "aster credentials",
        what: "privateKey is not the key of signer",
        evidence: [
          `the key's address is ${DEMO_SIGNER.toLowerCase()}, signer is ${DEMO_USER}`,
          "nothing was sent",
        ],
        next: "give the agent's address as signer and the agent's key as privateKey; the main wallet's key is never needed",
      }),
    );
  });

  test("a user may be a Solana address, and is sent letter by letter", () => {
    const user = "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU";
    const venue = asterVenue({ ...V3, user });
    expect(venue.sign(venue.balancesRequest, AT).target).toContain(`&user=${user}&signer=`);
  });
});
