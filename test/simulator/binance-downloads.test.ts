import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import { tradeFiles, transactionFiles } from "../../src/simulator/binance/csv.ts";
import { zip } from "../../src/simulator/binance/zip.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { WorldAccount, WorldFill, WorldIncome } from "../../src/simulator/binance-family/world/world.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { codeOf, DAY, FROM, type Heard, plan, requestBinance, startedBinance, UNTIL } from "./requesting.ts";

const world = generateWorld(plan({ venue: "binance", fills: 300 }));
const [main] = world.accounts as [WorldAccount];
const ALL = `startTime=${FROM}&endTime=${UNTIL}`;

type State = {
  readonly status: string;
  readonly url: string;
  readonly expirationTimestamp: number;
  readonly isExpired: boolean | null;
};
const idOf = (heard: Heard): string => (JSON.parse(heard.body) as { downloadId: string }).downloadId;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startedBinance({ world });
});
afterAll(() => simulator.close());

async function stateOf(kind: string, downloadId: string, at: number = UNTIL): Promise<State> {
  return JSON.parse(
    (await requestBinance(simulator, `/fapi/v1/${kind}/asyn/id?downloadId=${downloadId}`, at)).body,
  ) as State;
}

async function filesAt(url: string): Promise<Record<string, string>> {
  const response = await fetch(url);
  const members = unzipSync(new Uint8Array(await response.arrayBuffer()));
  return Object.fromEntries(
    Object.entries(members).map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]),
  );
}

describe("a download", () => {
  test("is ordered, processed for a while, and then linked; its rows are those of the account", async () => {
    for (const [kind, rows] of [
      ["income", main.incomes.length],
      ["trade", main.fills.length],
    ] as const) {
      const id = idOf(await requestBinance(simulator, `/fapi/v1/${kind}/asyn?${ALL}`));
      expect(BigInt(id)).toBeGreaterThan(2n ** 53n);
      expect(await stateOf(kind, id)).toMatchObject({
        status: "processing",
        url: "",
        expirationTimestamp: -1,
      });
      expect((await stateOf(kind, id)).status).toBe("processing");
      const ready = await stateOf(kind, id);
      expect(ready).toMatchObject({ status: "completed", expirationTimestamp: UNTIL + DAY, isExpired: null });
      expect(ready.url.startsWith(simulator.url)).toBe(true);
      const [[name, content] = ["", ""]] = Object.entries(await filesAt(ready.url));
      expect(name).toMatch(/^Binance-Futures-(Transaction|Trade)-History-\d{12}\(UTC\+0\)-part1-of1\.csv$/);
      expect(content.startsWith("\uFEFF")).toBe(true);
      expect(content.trimEnd().split("\r\n")).toHaveLength(rows + 1);
    }
  });
  test("weighs 1000, and five a month are granted; in the next month five more", async () => {
    const venue = await startedBinance({ world });
    const order = (at: number = UNTIL) => requestBinance(venue, `/fapi/v1/income/asyn?${ALL}`, at);
    for (let nth = 1; nth <= 5; nth += 1) expect(codeOf(await order())).toBe(0);
    expect(codeOf(await order())).toBeLessThan(0);
    expect(venue.requests()[0]?.weight).toBe(1000);
    expect(codeOf(await requestBinance(venue, `/fapi/v1/trade/asyn?${ALL}`))).toBe(0);
    venue.setClock(instant(UNTIL + 15 * DAY));
    expect(codeOf(await order(UNTIL + 15 * DAY))).toBe(0);
    await venue.close();
  });
  test("spans a year at most", async () => {
    const span = `startTime=${UNTIL - 367 * DAY}&endTime=${UNTIL}`;
    expect(codeOf(await requestBinance(simulator, `/fapi/v1/trade/asyn?${span}`))).toBe(-4165);
  });
  test("its link expires after a day", async () => {
    const id = idOf(await requestBinance(simulator, `/fapi/v1/trade/asyn?${ALL}`));
    let { url } = await stateOf("trade", id);
    while (url === "") ({ url } = await stateOf("trade", id));
    simulator.setClock(instant(UNTIL + DAY));
    expect((await stateOf("trade", id, UNTIL + DAY)).isExpired).toBe(true);
    const response = await fetch(url);
    expect([response.status, (await response.text()).includes("expired")]).toEqual([403, true]);
    simulator.setClock(UNTIL);
  });
});

describe("the dialects of the files", () => {
  const income: WorldIncome = {
    symbol: "BTCUSDT",
    incomeType: "COMMISSION",
    amount: "-0.01000000",
    asset: "USDT",
    info: "COMMISSION",
    tranId: "9689322392123456789",
    tradeId: "2059192",
    occurredAt: instant(1_773_740_052_999),
    lateBy: 0,
    isOmitted: false,
  };
  const fill: WorldFill = {
    symbol: "BTCUSDC",
    fillId: "419925075",
    orderId: "49172439177",
    side: "BUY",
    positionSide: "LONG",
    price: "73822.3",
    quantity: "0.01",
    commission: "0.29528919",
    commissionAsset: "USDC",
    realizedPnl: "0",
    marginAsset: "USDC",
    isMaker: false,
    occurredAt: instant(1_773_740_052_999),
    lateBy: 0,
    quantityAfter: "0.01",
    averageEntryAfter: "73822.3",
  };
  const linesOf = (files: readonly { readonly content: string }[]): string[] =>
    files.flatMap(({ content }) => content.slice(1).trimEnd().split("\r\n"));

  test("T1 is in UTC, T2 in a zone that the file's name tells", () => {
    expect(linesOf(transactionFiles([income], "T1"))).toEqual([
      "Date(UTC),type,Amount,Asset,Symbol,Transaction ID",
      "2026-03-17 09:34:12,COMMISSION,-0.01,USDT,BTCUSDT,9689322392123456789",
    ]);
    const [file] = transactionFiles([income], "T2", { utcOffsetMinutes: -360, hasShortYears: true });
    expect(file?.name).toContain("(UTC--6)");
    expect(file?.content).toContain("Time,Type,Amount,Asset,Symbol,Transaction ID\r\n26-03-17 03:34:12,");
  });
  test("a transfer is a deposit or a withdrawal", () => {
    const transfers = ["5", "-5"].map((amount) => ({
      ...income,
      incomeType: "TRANSFER",
      symbol: "",
      amount,
    }));
    expect(linesOf(transactionFiles(transfers, "T1")).map((line) => line.split(",")[1])).toEqual([
      "type",
      "DEPOSIT",
      "WITHDRAW",
    ]);
  });
  test("F1, F2 and F3 of one fill", () => {
    expect(linesOf(tradeFiles([fill], "F1", { utcOffsetMinutes: 180, feeSeparator: "" }))[1]).toBe(
      "167857164,2026-03-17 12:34:12,BTCUSDC,BUY,73822.3,0.01,738.223,0.29528919USDC,0,true,false,419925075,49172439177",
    );
    expect(linesOf(tradeFiles([fill], "F2"))[1]).toBe(
      "167857164,2026-03-17 09:34:12,BTCUSDC,BUY,LONG,73822.3,0.01,738.223,0.29528919 USDC,0,true,false,419925075,49172439177",
    );
    expect(linesOf(tradeFiles([fill], "F3"))[1]).toBe(
      "2026-03-17 09:34:12,BTCUSDC,BUY,73822.3,0.01,738.223,0.29528919,USDC,0,USDC",
    );
  });
  test("parts, the newest row first, and a file that says that there is nothing", () => {
    const fills = ["1", "2", "3"].map((fillId) => ({ ...fill, fillId }));
    const parts = tradeFiles(fills, "F2", { rowsPerFile: 2, isNewestFirst: true });
    expect(parts.map(({ name }) => name.slice(-"part1-of2.csv".length))).toEqual([
      "part1-of2.csv",
      "part2-of2.csv",
    ]);
    expect(linesOf(parts).map((line) => line.split(",").at(-2))).toEqual([
      "Trade Id",
      "3",
      "2",
      "Trade Id",
      "1",
    ]);
    expect(linesOf(transactionFiles([], "T1"))[1]).toBe("No data matches the criteria.");
  });
});

test("an archive holds each member whole, under its name", () => {
  const members = [
    { name: "a.csv", content: "a".repeat(10_000) },
    { name: "人生.csv", content: "" },
    { name: "b.csv", content: "\uFEFF1,2\r\n" },
  ];
  const read = unzipSync(zip(members));
  expect(Object.entries(read).map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")])).toEqual(
    members.map(({ name, content }) => [name, content]),
  );
});
