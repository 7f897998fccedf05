import { bytesToHex } from "@noble/hashes/utils.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asterDigest, recoverSigner } from "../../src/simulator/aster/auth.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { AGENT, agentSignature, get, hmac, KEY, requestV1, requestV3, started, UNTIL } from "./requesting.ts";

const NONCE = "nonce=1748310859508867";
const USER = `user=${AGENT.user}`;
const SIGNER = `signer=${AGENT.signer}`;

/**
 * Digests and signatures that two independent implementations agree on, made with the documentation's example
 * key.
 */
const VECTORS = [
  {
    name: "nothing",
    message: "",
    chainId: 1666n,
    digest: "e0f1aad7fc9bb5b14c501bb69b110286c94406576860971231b381b9eb11dbef",
    signature:
      "0xb7fe1961a997fb3fab846eadbfb0cbf0297029df88d0b5f5f1f738f10f8bbd337a5baeda44397cb37248146bec810048988a5597bb841de18d298dbc1b8994201b",
  },
  {
    name: "hello",
    message: "hello",
    chainId: 1666n,
    digest: "9fe4d9a781fb596dcef3f144251f69931bc5b0aa025841830e6ffbd20c09a822",
    signature:
      "0x595494576513d0e02259cb6e2865ee767b4410f475953a7abb45868d330caffd2d90d3d4031106877cf04acea6bd1d914bcd30816dbd8887b0cdfb1376101ecd1b",
  },
  {
    name: "nonce, user and signer",
    message: `${NONCE}&${USER}&${SIGNER}`,
    chainId: 1666n,
    digest: "f614a915ce064febf6fd86a96eac30fad2d7519e0a486b4552fa949cb635d2a8",
    signature:
      "0x79f8910c6a2d14796480f5bc09492b9cf00e247bc53b2cc9b47e3b59dfe698b92e9e9a6853c210ae67ffa351b09d84a14a0585122f2fba2c90b2998e3e96e3b81b",
  },
  {
    name: "the same on the test network",
    message: `${NONCE}&${USER}&${SIGNER}`,
    chainId: 714n,
    digest: "bccae7ec13ba96b494c4868929eb03506a2a9fe2139d691cfcd2094e35442dff",
    signature:
      "0xd085b7104b474be9b87fc06bf155eff586165f3c6f48475546a615cc84087bba5e5ec4a34174ce7313067b75f516fd7a607514d6396ef96b01ae977f7c80d6b41b",
  },
  {
    name: "fills of a week, with v = 28",
    message: `symbol=BTCUSDT&startTime=1749513600000&endTime=1749545309665&limit=1000&${NONCE}&${USER}&${SIGNER}`,
    chainId: 1666n,
    digest: "beb64931f57022c6e9c71eedafa33b229fef92542f86ec356ae50d71083f5091",
    signature:
      "0x8af733c9e21fb788509a409e518c377a3f6680ab2d75e0180a60e13272d1a3633a306e5a9b060dc0cff2fa300c4152eb9364849b56786dc75d47d3a8b08c9dbc1c",
  },
  {
    name: "no user",
    message: `incomeType=FUNDING_FEE&startTime=1749513600000&endTime=1749545309665&limit=1000&${NONCE}&${SIGNER}`,
    chainId: 1666n,
    digest: "775b7109af8ce38f6e9eb4a5b4a8d029fb24a4d4b403694feae11fb2ed7593e3",
    signature:
      "0x3f821c8221674e90d878e1a5b2026df0337888a657d12a46e7af0809b8e445a90bfa17327b783c684f99fff4a796ec748595b4b2cae70a55e5446ddab0f99ebb1b",
  },
  {
    name: "a symbol that is not ASCII",
    message: `symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&limit=1000&${NONCE}&${USER}&${SIGNER}`,
    chainId: 1666n,
    digest: "a30c45584f032ab10f1ae2ce14d7af577e83e246041c3a518e6a1ceb3c56df58",
    signature:
      "0x51ab4cb078e9899b2ac05246a6308f5a7b0984cca8c416d66aade6e8a39c28ca0ec9b0da7ab9aeb1f3ca51b9deeabc4c1fa35ba0c8b41fcf040c1dafe6759a401b",
  },
];

describe("known answers of EIP-712", () => {
  test.each(VECTORS)("$name", ({ message, chainId, digest, signature }) => {
    expect(bytesToHex(asterDigest(message, chainId))).toBe(digest);
    expect(recoverSigner(message, signature, chainId)).toBe(AGENT.signer.toLowerCase());
    expect(recoverSigner(message, signature.slice(2), chainId)).toBe(AGENT.signer.toLowerCase());
    expect(recoverSigner(`${message}.`, signature, chainId)).not.toBe(AGENT.signer.toLowerCase());
    expect(agentSignature(message, AGENT.privateKey, chainId)).toBe(signature);
  });
  test("the published signatures of the scheme that ended in January 2026 are not the agent's", () => {
    const old = [
      {
        json: `{"positionSide":"BOTH","price":"0.28694","quantity":"190","recvWindow":"50000","side":"BUY","symbol":"SANDUSDT","timeInForce":"GTC","timestamp":"1749545309665","type":"LIMIT"}`,
        signature:
          "0x0337dd720a21543b80ff861cd3c26646b75b3a6a4b5d45805d4c1d6ad6fc33e65f0722778dd97525466560c69fbddbe6874eb4ed6f5fa7e576e486d9b5da67f31b",
      },
      {
        json: `{"orderId":"2194215","recvWindow":"50000","side":"BUY","symbol":"SANDUSDT","timestamp":"1749545309665","type":"LIMIT"}`,
        signature:
          "0x4f5e36e91f0d4cf5b29b6559ebc2c808d3c808ebb13b2bcaaa478b98fb4195642c7473f0d1aa101359aaf278126af1a53bcb482fb05003bfb6bdc03de03c63151b",
      },
    ];
    for (const { json, signature } of old) {
      const query = new URLSearchParams(JSON.parse(json) as Record<string, string>).toString();
      for (const message of [json, query, `${query}&${NONCE}&${USER}&${SIGNER}`]) {
        expect(recoverSigner(message, signature, 1666n)).not.toBe(AGENT.signer.toLowerCase());
        expect(agentSignature(message)).not.toBe(signature);
      }
    }
  });
  test.each(["", "0x", "0x1b", `0x${"0".repeat(128)}1b`, `0x${"f".repeat(128)}1c`, `0x${"1".repeat(128)}1d`])(
    "%j was signed by nobody",
    (signature) => {
      expect(recoverSigner("hello", signature, 1666n)).toBeNull();
    },
  );
});

let simulator: Simulator;
beforeAll(async () => {
  simulator = await started();
});
afterAll(() => simulator.close());

const codeOf = (body: string): unknown =>
  body.startsWith("[") ? 0 : (JSON.parse(body) as { code: number }).code;

describe("V1: a key and HMAC", () => {
  const payload = `limit=1&timestamp=${UNTIL}`;
  const key = { "X-MBX-APIKEY": KEY.apiKey };
  test.each([
    ["signed as documented", `${payload}&signature=${hmac(payload)}`, key, 0],
    ["signed in upper case", `${payload}&signature=${hmac(payload).toUpperCase()}`, key, 0],
    ["without a key", `${payload}&signature=${hmac(payload)}`, {}, -2014],
    [
      "with a key that nobody has",
      `${payload}&signature=${hmac(payload)}`,
      { "X-MBX-APIKEY": "other" },
      -2015,
    ],
    ["without a signature", payload, key, -1102],
    ["signed with another secret", `${payload}&signature=${hmac(payload, "other")}`, key, -1022],
    ["changed after signing", `limit=2&timestamp=${UNTIL}&signature=${hmac(payload)}`, key, -1022],
    ["in another order than signed", `timestamp=${UNTIL}&limit=1&signature=${hmac(payload)}`, key, -1022],
    ["with something behind the signature", `${payload}&signature=${hmac(payload)}&limit=1`, key, -1022],
    ["encoded otherwise than signed", `limit=%31&timestamp=${UNTIL}&signature=${hmac(payload)}`, key, -1022],
    ["without a timestamp", `limit=1&signature=${hmac("limit=1")}`, key, -1102],
  ])("%s", async (_, query, headers, code) => {
    const heard = await get(`${simulator.url}/fapi/v1/income?${query}`, headers as Record<string, string>);
    expect(codeOf(heard.body)).toBe(code);
  });
  test.each([
    ["5 s old", -5_000, "", 0],
    ["older than the window", -5_001, "", -1021],
    ["older, in a wider window", -50_000, "recvWindow=60000", 0],
    ["in a window that is too wide", 0, "recvWindow=60001", -1130],
    ["a minute ahead", 60_000, "", -1021],
  ])("timestamp %s", async (_, shift, recvWindow, code) => {
    expect(codeOf((await requestV1(simulator, `/fapi/v1/income?${recvWindow}`, UNTIL + shift)).body)).toBe(
      code,
    );
  });
  test("999 ms ahead is accepted, 1000 is not", async () => {
    // By a stopwatch that stands still: else the venue's present goes on while the request travels.
    const still = await started({ weightPlan: { stopwatch: () => 0 } });
    expect(codeOf((await requestV1(still, "/fapi/v1/income", UNTIL + 999)).body)).toBe(0);
    expect(codeOf((await requestV1(still, "/fapi/v1/income", UNTIL + 1000)).body)).toBe(-1021);
    await still.close();
  });
  test("a client that measured a frozen clock and counted on is not ahead of it", async () => {
    let elapsed = 0;
    const frozen = await started({ weightPlan: { stopwatch: () => elapsed } });
    elapsed = 30_000;
    expect(codeOf((await requestV1(frozen, "/fapi/v1/income", UNTIL + 30_000)).body)).toBe(0);
    expect(codeOf((await requestV1(frozen, "/fapi/v1/income", UNTIL)).body)).toBe(0);
    expect((await get(`${frozen.url}/fapi/v1/time`)).body).toBe(`{"serverTime":${UNTIL}}`);
    await frozen.close();
  });
});

describe("V3: an agent and EIP-712", () => {
  const now = BigInt(UNTIL) * 1000n;
  const path = "/fapi/v3/income";
  const ask = async (message: string, signature: string): Promise<unknown> =>
    codeOf((await get(`${simulator.url}${path}?${message}&signature=${signature}`)).body);

  test("signed as documented, with a user and without", async () => {
    const withUser = `limit=1&nonce=${now}&${USER}&${SIGNER}`;
    expect(await ask(withUser, agentSignature(withUser))).toBe(0);
    const without = `limit=1&nonce=${now + 1n}&${SIGNER}`;
    expect(await ask(without, agentSignature(without).slice(2))).toBe(0);
  });
  test("refused: another key, another network, other bytes, another user, a stranger, nothing", async () => {
    const message = `limit=1&nonce=${now + 10n}&${USER}&${SIGNER}`;
    const other = `0x${"1".repeat(64)}`;
    expect(await ask(message, agentSignature(message, other))).toBe(-1022);
    expect(await ask(message, agentSignature(message, AGENT.privateKey, 714n))).toBe(-1022);
    expect(await ask(message.replace("limit=1", "limit=2"), agentSignature(message))).toBe(-1022);
    const foreign = message.replace(AGENT.user, AGENT.signer);
    expect(await ask(foreign, agentSignature(foreign))).toBe(-2015);
    const stranger = message.replace(SIGNER, `signer=${AGENT.user}`);
    expect(await ask(stranger, agentSignature(stranger))).toBe(-1022);
    expect(codeOf((await get(`${simulator.url}${path}?${message}`)).body)).toBe(-1102);
    const unnumbered = `limit=1&${USER}&${SIGNER}`;
    expect(await ask(unnumbered, agentSignature(unnumbered))).toBe(-1102);
  });
  test("a nonce is good once, and within a minute of the venue's clock", async () => {
    const code = async (nonce: bigint): Promise<unknown> =>
      codeOf((await requestV3(simulator, path, nonce)).body);
    expect(await code(now + 100n)).toBe(0);
    expect(await code(now + 100n)).toBe(-4225);
    expect(await code(now + 99n)).toBe(0);
    expect(await code(now - 59_000_000n)).toBe(0);
    expect(await code(now - 60_000_001n)).toBe(-4225);
    expect(await code(now + 600_000_000n)).toBe(-4225);
  });
  test("once a hundred nonces are kept, the next is greater than the smallest", async () => {
    const fresh = await started();
    const code = async (nonce: bigint): Promise<unknown> =>
      codeOf((await requestV3(fresh, path, nonce)).body);
    for (let nth = 1n; nth <= 100n; nth += 1n) expect(await code(now + nth * 10n)).toBe(0);
    expect(await code(now + 5n)).toBe(-4225);
    expect(await code(now + 15n)).toBe(0);
    expect(await code(now + 10n)).toBe(-4225);
    await fresh.close();
  });
  test("a refused signature does not use its nonce up", async () => {
    const message = `nonce=${now + 1000n}&${USER}&${SIGNER}`;
    expect(await ask(message, agentSignature("other"))).toBe(-1022);
    expect(await ask(message, agentSignature(message))).toBe(0);
  });
});
