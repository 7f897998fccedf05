import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { truthOf } from "../../src/simulator/binance-family/world/truth.ts";
import type { World, WorldAccount } from "../../src/simulator/binance-family/world/world.ts";
import { type Simulator, startAsterSimulator } from "../../src/simulator/server.ts";
import {
  CREDENTIALS,
  DAY,
  FROM,
  get,
  plan,
  requestV1,
  requestV3,
  rowsOf,
  started,
  UNTIL,
} from "./requesting.ts";

const world = generateWorld(plan({ fills: 3000, burstFills: 700, accounts: [{ name: "main" }] }));
const [main] = world.accounts as [WorldAccount];
const WEEK = `startTime=${FROM + DAY}&endTime=${FROM + 8 * DAY}`;
const ALL = `startTime=${FROM}&endTime=${UNTIL}`;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await started({ world });
});
afterAll(() => simulator.close());

describe("what the venue refuses", () => {
  test.each([
    ["userTrades without a symbol", "/fapi/v1/userTrades", 400, -1102],
    [
      "userTrades of more than 7 days",
      `/fapi/v1/userTrades?symbol=BTCUSDT&startTime=${FROM}&endTime=${FROM + 7 * DAY + 1}`,
      400,
      -4165,
    ],
    ["a symbol that is not listed", "/fapi/v1/userTrades?symbol=NOUSDT", 400, -1121],
    [
      "fromId together with times",
      `/fapi/v1/userTrades?symbol=BTCUSDT&fromId=1&startTime=${FROM}`,
      400,
      -1128,
    ],
    ["a start after the end", `/fapi/v1/income?startTime=${UNTIL}&endTime=${FROM}`, 400, -1023],
    ["a time that is not a number", "/fapi/v1/income?startTime=yesterday", 400, -1100],
    ["the parameter page, which Aster has not", "/fapi/v1/income?page=2", 400, -1101],
    ["a parameter said twice", "/fapi/v1/income?limit=1&limit=2", 400, -1101],
    ["more than 1000 income rows", "/fapi/v1/income?limit=1001", 400, -1130],
    ["more than 1000 fills", "/fapi/v1/userTrades?symbol=BTCUSDT&limit=1001", 400, -1130],
    ["more than 100 forced orders", "/fapi/v1/forceOrders?limit=101", 400, -1130],
    ["more than 500 margin changes", "/fapi/v1/positionMargin/history?symbol=BTCUSDT&limit=501", 400, -1130],
    ["no rows at all", "/fapi/v1/income?limit=0", 400, -1130],
    ["two income types at once", "/fapi/v1/income?incomeType=COMMISSION,TRANSFER", 400, -1130],
    ["margin history without a symbol", "/fapi/v1/positionMargin/history", 400, -1102],
    ["a kind of forced order that is none", "/fapi/v1/forceOrders?autoCloseType=BOTH", 400, -1130],
  ])("%s", async (_, target, status, code) => {
    const heard = await requestV1(simulator, target);
    expect([heard.status, JSON.parse(heard.body)]).toEqual([status, { code, msg: expect.any(String) }]);
  });
  test("a path that it does not have: with a page of HTML", async () => {
    const heard = await requestV1(simulator, "/fapi/v1/allOrders?symbol=BTCUSDT");
    expect([heard.status, heard.body.startsWith("<html>")]).toEqual([404, true]);
  });
  test("anything but GET", async () => {
    expect((await get(`${simulator.url}/fapi/v1/time`, {}, "POST")).status).toBe(405);
  });
});

describe("which rows a request gets", () => {
  test.each([
    ["income", "/fapi/v1/income", 100],
    ["fills", "/fapi/v1/userTrades?symbol=BTCUSDT&startTime=0&endTime=1", 0],
    ["forced orders", `/fapi/v1/forceOrders?${ALL}`, main.forcedOrders.length],
  ])("%s by default", async (_, target, rows) => {
    expect(rowsOf(await requestV1(simulator, target))).toHaveLength(rows);
  });
  test("both ends of a span belong to it", async () => {
    const [first, second] = main.incomes.filter((row) => row.incomeType === "FUNDING_FEE");
    const span = `startTime=${first?.occurredAt}&endTime=${second?.occurredAt}`;
    const times = rowsOf(await requestV1(simulator, `/fapi/v1/income?incomeType=FUNDING_FEE&${span}`)).map(
      (row) => row["time"],
    );
    expect(times).toContain(first?.occurredAt);
    expect(times).toContain(second?.occurredAt);
  });
  test("a start alone reaches seven days", async () => {
    const rows = rowsOf(
      await requestV1(simulator, `/fapi/v1/income?startTime=${FROM}&incomeType=FUNDING_FEE&limit=1000`),
    );
    const last = main.incomes.findLast(
      (row) => row.incomeType === "FUNDING_FEE" && row.occurredAt <= FROM + 7 * DAY,
    );
    expect(rows.at(-1)?.["time"]).toBe(last?.occurredAt);
  });
  test("no times: the last seven days", async () => {
    const rows = rowsOf(await requestV1(simulator, "/fapi/v1/income?incomeType=FUNDING_FEE&limit=1000"));
    const first = main.incomes.find(
      (row) => row.incomeType === "FUNDING_FEE" && row.occurredAt >= UNTIL - 7 * DAY,
    );
    expect(rows[0]?.["time"]).toBe(first?.occurredAt);
  });
  test("a full page is the oldest rows, ascending", async () => {
    const rows = rowsOf(await requestV1(simulator, `/fapi/v1/income?${ALL}&limit=1000`));
    expect(rows).toHaveLength(1000);
    expect(rows.map((row) => row["tranId"])).toEqual(main.incomes.slice(0, 1000).map((row) => row.tranId));
  });
  test("or the newest, when told so", async () => {
    const newest = await started({ world, truncate: "newest" });
    const rows = rowsOf(await requestV1(newest, `/fapi/v1/income?${ALL}&limit=10`));
    expect(rows.map((row) => row["tranId"])).toEqual(main.incomes.slice(-10).map((row) => row.tranId));
    await newest.close();
  });
  test("what is older than the retention is not there, without a word", async () => {
    const forgetful = await started({ world, retention: 5 * DAY });
    const rows = rowsOf(await requestV1(forgetful, `/fapi/v1/income?${ALL}&limit=1000`));
    expect(rows[0]?.["time"]).toBe(main.incomes.find((row) => row.occurredAt >= UNTIL - 5 * DAY)?.occurredAt);
    await forgetful.close();
  });
  test("a millisecond may hold more rows than a page", async () => {
    const counts = new Map<number, number>();
    for (const row of main.incomes) counts.set(row.occurredAt, (counts.get(row.occurredAt) ?? 0) + 1);
    const [at] = [...counts].find(([, count]) => count > 1000) ?? [];
    expect(at).toBeDefined();
    expect(
      rowsOf(await requestV1(simulator, `/fapi/v1/income?startTime=${at}&endTime=${at}&limit=1000`)),
    ).toHaveLength(1000);
  });
  test("fromId gives that fill and later ones, whatever the time", async () => {
    const fills = main.fills.filter((fill) => fill.symbol === "ETHUSDT");
    const fromId = fills[3]?.fillId;
    const rows = rowsOf(
      await requestV1(simulator, `/fapi/v1/userTrades?symbol=ETHUSDT&fromId=${fromId}&limit=5`),
    );
    expect(rows.map((row) => String(row["id"]))).toEqual(fills.slice(3, 8).map((fill) => fill.fillId));
  });
  test("filters narrow", async () => {
    const symbol = encodeURIComponent("币安人生USDT");
    const rows = rowsOf(
      await requestV1(simulator, `/fapi/v1/income?symbol=${symbol}&incomeType=COMMISSION&${ALL}&limit=1000`),
    );
    const expected = main.incomes.filter(
      (row) => row.symbol === "币安人生USDT" && row.incomeType === "COMMISSION",
    );
    expect(rows).toHaveLength(expected.length);
    const adl = rowsOf(await requestV1(simulator, `/fapi/v1/forceOrders?autoCloseType=ADL&${ALL}`));
    expect(adl.map((row) => row["clientOrderId"])).toEqual(["adl_autoclose"]);
    const change = main.marginChanges[0];
    const out = `/fapi/v1/positionMargin/history?symbol=${encodeURIComponent(change?.symbol ?? "")}&type=2&${ALL}`;
    expect(
      rowsOf(await requestV1(simulator, out)).every((row) => String(row["amount"]).startsWith("-")),
    ).toBe(true);
  });
});

describe("payloads", () => {
  test("are those of the documentation, with numbers beyond 2^53 unquoted", async () => {
    const fill = main.fills.find(
      (candidate) =>
        candidate.symbol === "ETHUSDT" &&
        candidate.occurredAt <= FROM + 8 * DAY &&
        candidate.occurredAt >= FROM + DAY,
    );
    const { body } = await requestV1(simulator, `/fapi/v1/userTrades?symbol=ETHUSDT&${WEEK}&limit=1`);
    expect(body).toContain(
      `"id":${fill?.fillId},"orderId":${fill?.orderId},"side":"${fill?.side}","price":"${fill?.price}"`,
    );
    const { body: income } = await requestV1(simulator, `/fapi/v1/income?${ALL}&limit=1`);
    expect(income).toBe(
      `[{"symbol":"","incomeType":"TRANSFER","income":"50000.00000000","asset":"USDT","info":"TRANSFER","time":${FROM + 60_000},"tranId":"${main.incomes[0]?.tranId}","tradeId":""}]`,
    );
  });
  test("balances and positions are the truth at the venue's clock", async () => {
    const [truth] = truthOf(world);
    const balances = new Map(
      rowsOf(await requestV1(simulator, "/fapi/v2/balance")).map((row) => [row["asset"], row["balance"]]),
    );
    for (const [asset, amount] of Object.entries(truth?.wallets ?? {})) {
      expect(String(balances.get(asset)).replace(/\.?0+$/, "")).toBe(amount);
    }
    expect(balances.get("USDC")).toBe("0.00000000");
    const rows = rowsOf(await requestV1(simulator, "/fapi/v2/positionRisk"));
    expect(rows).toHaveLength(world.instruments.length);
    const open = rows.filter((row) => /[1-9]/.test(String(row["positionAmt"]))).map((row) => row["symbol"]);
    expect(open.toSorted()).toEqual(truth?.positions.map((position) => position.symbol).toSorted());
  });
  test("every generation answers alike", async () => {
    let nonce = BigInt(UNTIL) * 1000n;
    for (const [v1, v3] of [
      [`/fapi/v1/income?${WEEK}`, `/fapi/v3/income?${WEEK}`],
      [`/fapi/v1/userTrades?symbol=BTCUSDT&${WEEK}`, `/fapi/v3/userTrades?symbol=BTCUSDT&${WEEK}`],
      [`/fapi/v1/forceOrders?${ALL}`, `/fapi/v3/forceOrders?${ALL}`],
      [`/fapi/v1/positionMargin/history?symbol=BTCUSDT`, `/fapi/v3/positionMargin/history?symbol=BTCUSDT`],
      ["/fapi/v2/balance", "/fapi/v3/balance"],
      ["/fapi/v2/positionRisk", "/fapi/v3/positionRisk"],
      ["/fapi/v4/account", "/fapi/v3/accountWithJoinMargin"],
      ["/fapi/v1/positionSide/dual", "/fapi/v3/positionSide/dual"],
      ["/fapi/v1/multiAssetsMargin", "/fapi/v3/multiAssetsMargin"],
      ["/fapi/v1/commissionRate?symbol=BTCUSDT", "/fapi/v3/commissionRate?symbol=BTCUSDT"],
    ] as const) {
      nonce += 1n;
      const [one, three] = [await requestV1(simulator, v1), await requestV3(simulator, v3, nonce)];
      expect([one.status, three.status, v1]).toEqual([200, 200, v1]);
      expect(three.body).toBe(one.body);
    }
  });
  test("the contracts of the market, whatever their status", async () => {
    for (const path of ["/fapi/v1/exchangeInfo", "/fapi/v3/exchangeInfo"]) {
      const info = JSON.parse((await get(`${simulator.url}${path}`)).body) as {
        symbols: { symbol: string; status: string }[];
      };
      expect(info.symbols.map((listed) => listed.symbol)).toEqual(
        world.instruments.map((listed) => listed.symbol),
      );
      expect(new Set(info.symbols.map((listed) => listed.status))).toEqual(
        new Set(["TRADING", "SETTLING", "PENDING_TRADING"]),
      );
    }
    expect((await get(`${simulator.url}/fapi/v3/time`)).body).toBe(`{"serverTime":${UNTIL}}`);
  });
  test("a hedge account shows a row for each side", async () => {
    const hedged = await started({
      world: generateWorld(plan({ accounts: [{ name: "main", mode: "hedge" }] })),
    });
    const rows = rowsOf(await requestV1(hedged, "/fapi/v2/positionRisk?symbol=BTCUSDT"));
    expect(rows.map((row) => row["positionSide"])).toEqual(["LONG", "SHORT"]);
    expect((await requestV1(hedged, "/fapi/v1/positionSide/dual")).body).toBe('{"dualSidePosition":true}');
    await hedged.close();
  });
});

describe("the venue's clock", () => {
  test("what is later has not happened: neither rows, nor balances, nor positions", async () => {
    const at = instant(FROM + 10 * DAY);
    const early = await started({ world, clock: { kind: "frozen", at } });
    const [then] = truthOf(world, { until: at });
    const shown = async (now: number): Promise<{ rows: number; usdt: string }> => {
      const rows = rowsOf(
        await requestV1(early, `/fapi/v1/income?incomeType=FUNDING_FEE&${ALL}&limit=1000`, now),
      ).length;
      const balances = rowsOf(await requestV1(early, "/fapi/v2/balance", now));
      return {
        rows,
        usdt: String(balances.find((row) => row["asset"] === "USDT")?.["balance"]).replace(/\.?0+$/, ""),
      };
    };
    const expected = (truth: typeof then): { rows: number | undefined; usdt: string | undefined } => ({
      rows: truth?.incomeTotals.find((row) => row.incomeType === "FUNDING_FEE")?.rows,
      usdt: truth?.wallets["USDT"],
    });
    expect(await shown(at)).toEqual(expected(then));
    early.setClock(UNTIL);
    expect(await shown(UNTIL)).toEqual(expected(truthOf(world)[0]));
    early.setClock(at);
    expect(await shown(at)).toEqual(expected(then));
    await early.close();
  });
  test("a late row appears when its delay is over; the wallet moved at once", async () => {
    const late = withLateRow(world);
    const row = late.accounts[0]?.incomes.find((income) => income.lateBy > 0);
    const at = instant(row?.occurredAt ?? 0);
    const venue = await started({ world: late, clock: { kind: "frozen", at } });
    const count = async (now: number): Promise<number> =>
      rowsOf(await requestV1(venue, `/fapi/v1/income?startTime=${at}&endTime=${at}`, now)).length;
    expect(await count(at)).toBe(0);
    const [truth] = truthOf(late, { until: at });
    const balances = rowsOf(await requestV1(venue, "/fapi/v2/balance", at));
    expect(
      String(balances.find((balance) => balance["asset"] === "USDT")?.["balance"]).replace(/\.?0+$/, ""),
    ).toBe(truth?.wallets["USDT"]);
    venue.setClock(instant(at + DAY));
    expect(await count(at + DAY)).toBe(1);
    await venue.close();
  });
  test("a running clock runs", async () => {
    const running = await startAsterSimulator({
      world,
      clock: { kind: "running", startsAt: UNTIL },
      credentials: CREDENTIALS,
    });
    const time = async (): Promise<number> =>
      (JSON.parse((await get(`${running.url}/fapi/v1/time`)).body) as { serverTime: number }).serverTime;
    const first = await time();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await time()).toBeGreaterThan(first);
    await running.close();
  });
});

test("requests are remembered without what proves whose they are", async () => {
  const fresh = await started({ world });
  await requestV1(fresh, "/fapi/v1/income?limit=1");
  await requestV3(fresh, "/fapi/v3/forceOrders", BigInt(UNTIL) * 1000n);
  await requestV1(fresh, "/fapi/v1/income?page=1");
  expect(fresh.requests()).toEqual([
    { path: "/fapi/v1/income", params: { limit: "1" }, status: 200, weight: 30 },
    { path: "/fapi/v3/forceOrders", params: {}, status: 200, weight: 50 },
    { path: "/fapi/v1/income", params: { page: "1" }, status: 400, weight: 30 },
  ]);
  await fresh.close();
});

/** The first reward appears a day late. */
function withLateRow(from: World): World {
  const lateAt = from.accounts[0]?.incomes.findIndex((row) => row.incomeType === "WELCOME_BONUS");
  return {
    ...from,
    accounts: from.accounts.map((account) => ({
      ...account,
      incomes: account.incomes.map((row, nth) => (nth === lateAt ? { ...row, lateBy: DAY } : row)),
    })),
  };
}
