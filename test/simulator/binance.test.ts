import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { truthOf } from "../../src/simulator/binance-family/world/truth.ts";
import type { WorldAccount } from "../../src/simulator/binance-family/world/world.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import {
  BINANCE_KEY,
  codeOf,
  DAY,
  FROM,
  get,
  hmac,
  plan,
  requestBinance,
  rowsOf,
  startedBinance,
  UNTIL,
} from "./requesting.ts";

const world = generateWorld(
  plan({ venue: "binance", fills: 2000, burstFills: 700, unknownIncomeType: "MARKET_MAKER_REBATE" }),
);
const [main] = world.accounts as [WorldAccount];
const ALL = `startTime=${FROM}&endTime=${UNTIL}`;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startedBinance({ world });
});
afterAll(() => simulator.close());

describe("what the venue refuses", () => {
  test.each([
    [
      "fills of more than 7 days",
      `/fapi/v1/userTrades?symbol=BTCUSDT&startTime=${FROM}&endTime=${FROM + 7 * DAY + 1}`,
      -4165,
    ],
    [
      "fills from before its 90 days",
      `/fapi/v1/userTrades?symbol=BTCUSDT&startTime=${UNTIL - 90 * DAY - 1}&endTime=${UNTIL - 89 * DAY}`,
      -4166,
    ],
    [
      "margin changes from before its 30 days",
      `/fapi/v1/positionMargin/history?symbol=BTCUSDT&startTime=${UNTIL - 30 * DAY - 1}&endTime=${UNTIL}`,
      -4165,
    ],
    [
      "margin changes that are older",
      `/fapi/v1/positionMargin/history?symbol=BTCUSDT&startTime=${UNTIL - 40 * DAY}&endTime=${UNTIL - 35 * DAY}`,
      -4166,
    ],
    ["a symbol that nobody knows", "/fapi/v1/userTrades?symbol=NOUSDT", -1121],
    ["a symbol that is closed", "/fapi/v1/userTrades?symbol=FTTUSDT", -4141],
    ["more than 1000 income rows", "/fapi/v1/income?limit=1001", -1130],
    ["more than 100 forced orders", "/fapi/v1/forceOrders?limit=101", -1130],
    ["a page before the first", "/fapi/v1/income?page=0", -1130],
    ["two income types at once", "/fapi/v1/income?incomeType=COMMISSION,TRANSFER", -1130],
    ["a parameter that it does not know", "/fapi/v1/userTrades?symbol=BTCUSDT&page=1", -1101],
    ["a download without a span", "/fapi/v1/income/asyn", -1102],
    ["a download that was never ordered", "/fapi/v1/income/asyn/id?downloadId=1", -1130],
  ])("%s", async (_, target, code) => {
    const heard = await requestBinance(simulator, target);
    expect([heard.status, codeOf(heard)]).toEqual([400, code]);
  });
  test("income from before its three months: nothing, and no word", async () => {
    const later = await startedBinance({
      world,
      clock: { kind: "frozen", at: instant(UNTIL + 85 * DAY) },
    });
    const rows = rowsOf(
      await requestBinance(
        later,
        `/fapi/v1/income?${ALL}&limit=1000&incomeType=FUNDING_FEE`,
        UNTIL + 85 * DAY,
      ),
    );
    const kept = main.incomes.filter(
      (row) => row.incomeType === "FUNDING_FEE" && row.occurredAt >= UNTIL - 5 * DAY,
    );
    expect(rows.map((row) => row["time"])).toEqual(kept.map((row) => row.occurredAt));
    await later.close();
  });
  test("the history of margin changes, to a key that may only read", async () => {
    const readOnly = await startedBinance({ world, canReadMarginHistory: false });
    const heard = await requestBinance(readOnly, "/fapi/v1/positionMargin/history?symbol=BTCUSDT");
    expect([heard.status, codeOf(heard)]).toEqual([401, -2015]);
    expect(codeOf(await requestBinance(readOnly, "/fapi/v1/income"))).toBe(0);
    const rights = await requestBinance(readOnly, "/sapi/v1/account/apiRestrictions");
    expect(JSON.parse(rights.body)).toMatchObject({ enableReading: true, enableFutures: false });
    await readOnly.close();
  });
  test("what a delisted contract is answered depends on what it left", async () => {
    for (const [leaves, code] of [
      ["closed", -4141],
      ["nothing", -1121],
    ] as const) {
      const delisting = { symbol: "DOGEUSDT", leaves, settlement: "fill" } as const;
      const ended = generateWorld(plan({ venue: "binance", delisting }));
      const venue = await startedBinance({
        world: ended,
        clock: { kind: "frozen", at: instant(FROM + DAY) },
      });
      expect(codeOf(await requestBinance(venue, "/fapi/v1/userTrades?symbol=DOGEUSDT", FROM + DAY))).toBe(0);
      venue.setClock(UNTIL);
      expect(codeOf(await requestBinance(venue, "/fapi/v1/userTrades?symbol=DOGEUSDT"))).toBe(code);
      const income = rowsOf(await requestBinance(venue, `/fapi/v1/income?symbol=DOGEUSDT&${ALL}&limit=1000`));
      expect(income.map((row) => row["incomeType"])).toContain("DELIVERED_SETTELMENT");
      const info = (await get(`${venue.url}/fapi/v1/exchangeInfo`)).body;
      expect(info.includes('"symbol":"DOGEUSDT"')).toBe(leaves === "closed");
      await venue.close();
    }
  });
});

describe("income", () => {
  test("numbered pages of a crowded millisecond hold all of it, and each row once", async () => {
    const counts = new Map<number, number>();
    for (const row of main.incomes) counts.set(row.occurredAt, (counts.get(row.occurredAt) ?? 0) + 1);
    const [at, count] = [...counts].find(([, rows]) => rows > 1000) ?? [0, 0];
    const page = async (number: number) =>
      rowsOf(
        await requestBinance(
          simulator,
          `/fapi/v1/income?startTime=${at}&endTime=${at}&limit=400&page=${number}`,
        ),
      );
    const pages = await Promise.all([1, 2, 3, 4, 9].map(page));
    const fourth = Math.max(0, count - 1200);
    expect(pages.map((rows) => rows.length)).toEqual([400, 400, Math.min(400, count - 800), fourth, 0]);
    const keys = pages.flat().map((row) => `${row["incomeType"]} ${row["tradeId"]}`);
    expect(new Set(keys).size).toBe(count);
  });
  test("ids are numbers without quotes, beyond 2^53 too", async () => {
    const { body } = await requestBinance(simulator, `/fapi/v1/income?${ALL}&incomeType=FUNDING_FEE&limit=1`);
    expect(body).toMatch(/"tranId":44803219917\d{8},"tradeId":""/);
  });
  test("what Binance has beside trading", () => {
    const types = new Set(main.incomes.map((row) => row.incomeType));
    expect([...types].toSorted()).toEqual([
      "AUTO_EXCHANGE",
      "COIN_SWAP_DEPOSIT",
      "COIN_SWAP_WITHDRAW",
      "COMMISSION",
      "COMMISSION_REBATE",
      "FUNDING_FEE",
      "INSURANCE_CLEAR",
      "MARKET_MAKER_REBATE",
      "REALIZED_PNL",
      "REFERRAL_KICKBACK",
      "TRANSFER",
      "WELCOME_BONUS",
    ]);
    const exchange = main.incomes.filter((row) => row.incomeType === "AUTO_EXCHANGE").slice(0, 2);
    expect(exchange.map((row) => row.asset)).toEqual(["USDT", "USDC"]);
    expect(exchange[0]?.tranId).toBe(exchange[1]?.tranId);
    expect(main.fills.some((fill) => fill.commissionAsset === "BNB")).toBe(true);
    expect(main.fills.some((fill) => fill.marginAsset === "USDC")).toBe(true);
  });
});

describe("snapshots and settings", () => {
  test("balances and open positions are the truth", async () => {
    const [truth] = truthOf(world);
    const balances = new Map(
      rowsOf(await requestBinance(simulator, "/fapi/v3/balance")).map((row) => [
        String(row["asset"]),
        String(row["balance"]).replace(/\.?0+$/, ""),
      ]),
    );
    for (const [asset, amount] of Object.entries(truth?.wallets ?? {}))
      expect(balances.get(asset)).toBe(amount);
    const open = rowsOf(await requestBinance(simulator, "/fapi/v3/positionRisk")).map((row) => row["symbol"]);
    expect(open.toSorted()).toEqual(truth?.positions.map((position) => position.symbol).toSorted());
  });
  test.each([
    ["/fapi/v1/positionSide/dual", { dualSidePosition: false }],
    ["/fapi/v1/multiAssetsMargin", { multiAssetsMargin: false }],
    ["/fapi/v1/feeBurn", { feeBurn: true }],
    ["/fapi/v1/accountConfig", { dualSidePosition: false, multiAssetsMargin: false, canTrade: true }],
  ])("%s", async (path, answer) => {
    expect(JSON.parse((await requestBinance(simulator, path)).body)).toMatchObject(answer);
  });
  test("margin changes say why, and those out of a position are negative", async () => {
    const change = main.marginChanges.find((row) => row.amount.startsWith("-"));
    const symbol = encodeURIComponent(change?.symbol ?? "");
    const rows = rowsOf(
      await requestBinance(simulator, `/fapi/v1/positionMargin/history?symbol=${symbol}&type=2&${ALL}`),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row["deltaType"] === "USER_ADJUST")).toBe(true);
    expect(rows.every((row) => String(row["amount"]).startsWith("-"))).toBe(true);
  });
});

test("small pages: a client that requests more is refused", async () => {
  const small = await startedBinance({ world, pageLimits: { income: 3, fills: 2 } });
  expect(rowsOf(await requestBinance(small, `/fapi/v1/income?${ALL}&limit=3`))).toHaveLength(3);
  expect(codeOf(await requestBinance(small, `/fapi/v1/income?${ALL}&limit=4`))).toBe(-1130);
  expect(rowsOf(await requestBinance(small, `/fapi/v1/income?${ALL}`))).toHaveLength(3);
  expect(codeOf(await requestBinance(small, "/fapi/v1/userTrades?symbol=BTCUSDT&limit=3"))).toBe(-1130);
  await small.close();
});

test("a settlement without a fill ends the position, and is realized", () => {
  const delisting = { symbol: "DOGEUSDT", leaves: "nothing", settlement: "no fill" } as const;
  const ended = generateWorld(plan({ venue: "binance", delisting }));
  const [account] = ended.accounts as [WorldAccount];
  expect(account.settlements).toHaveLength(1);
  const [truth] = truthOf(ended);
  expect(truth?.positions.map((position) => position.symbol)).not.toContain("DOGEUSDT");
  const row = account.incomes.find((income) => income.incomeType === "DELIVERED_SETTELMENT");
  expect(row).toMatchObject({ symbol: "DOGEUSDT", amount: account.settlements[0]?.realizedPnl, tradeId: "" });
});

describe("who asks", () => {
  const payload = `limit=1&timestamp=${UNTIL}`;
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ed25519 = generateKeyPairSync("ed25519");
  const pem = (key: typeof rsa.publicKey): string => key.export({ type: "spki", format: "pem" }).toString();
  const base64 = {
    rsa: sign("sha256", Buffer.from(payload), rsa.privateKey).toString("base64"),
    ed25519: sign(null, Buffer.from(payload), ed25519.privateKey).toString("base64"),
  };
  let keyed: Simulator;
  beforeAll(async () => {
    keyed = await startedBinance({
      world,
      credentials: [
        BINANCE_KEY,
        { account: "main", kind: "public-key", apiKey: "rsa", publicKeyPem: pem(rsa.publicKey) },
        { account: "main", kind: "public-key", apiKey: "ed25519", publicKeyPem: pem(ed25519.publicKey) },
      ],
    });
  });
  afterAll(() => keyed.close());

  test.each([
    ["HMAC", BINANCE_KEY.apiKey, hmac(payload, BINANCE_KEY.apiSecret), 0],
    ["HMAC by another secret", BINANCE_KEY.apiKey, hmac(payload, "other"), -1022],
    ["RSA", "rsa", encodeURIComponent(base64.rsa), 0],
    ["Ed25519", "ed25519", encodeURIComponent(base64.ed25519), 0],
    ["the signature of another key", "rsa", encodeURIComponent(base64.ed25519), -1022],
    [
      "base64 in its other alphabet",
      "rsa",
      base64.rsa.replaceAll("+", "-").replaceAll("/", "_").replace(/=/g, "."),
      -1022,
    ],
    ["nothing", "ed25519", "", -1022],
    ["a key that nobody has", "other", hmac(payload), -2015],
  ])("%s", async (_, apiKey, signature, code) => {
    const heard = await get(`${keyed.url}/fapi/v1/income?${payload}&signature=${signature}`, {
      "X-MBX-APIKEY": apiKey,
    });
    expect(codeOf(heard)).toBe(code);
  });
  test("a plus that was not encoded arrives as a blank", async () => {
    // Some signature has a plus; if this one has none, the payload is changed until it has.
    let [query, signature] = [payload, base64.rsa];
    for (let nth = 2; !signature.includes("+"); nth += 1) {
      query = `limit=${nth}&timestamp=${UNTIL}`;
      signature = sign("sha256", Buffer.from(query), rsa.privateKey).toString("base64");
    }
    const raw = signature.replaceAll("/", "%2F").replaceAll("=", "%3D");
    const heard = await get(`${keyed.url}/fapi/v1/income?${query}&signature=${raw}`, {
      "X-MBX-APIKEY": "rsa",
    });
    expect(codeOf(heard)).toBe(-1022);
  });
  test("a time that is 10 s old wants a wider window than the default", async () => {
    const at = UNTIL - 10_000;
    expect(codeOf(await requestBinance(keyed, "/fapi/v1/income", at))).toBe(-1021);
    expect(codeOf(await requestBinance(keyed, "/fapi/v1/income?recvWindow=10000", at))).toBe(0);
  });
});
