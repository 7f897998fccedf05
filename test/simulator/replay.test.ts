import { expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import {
  type RecordedFill,
  readRecordedFills,
  replayFills,
} from "../../src/simulator/binance-family/world/replay.ts";
import { truthOf } from "../../src/simulator/binance-family/world/truth.ts";
import { requestV1, rowsOf, started } from "./requesting.ts";

const AT = 1_700_000_000_000;

function recorded(changes: Partial<RecordedFill>): RecordedFill {
  return {
    account: "main",
    time: AT,
    symbol: "AAAUSDT",
    side: "BUY",
    positionSide: "BOTH",
    price: "10.5",
    qty: "2",
    fee: "-0.0105",
    feeAsset: "USDT",
    realizedProfit: "0",
    activeBuy: true,
    ...changes,
  };
}

const ROWS = [
  recorded({}),
  // An equal twin is a real fill.
  recorded({}),
  recorded({ time: AT + 5000, side: "SELL", price: "11.25", qty: "3", realizedProfit: "2.25", fee: "0.001" }),
  recorded({
    time: AT + 6000,
    symbol: "BBBUSDT",
    positionSide: "SHORT",
    side: "SELL",
    qty: "0.5",
    fee: "0",
    activeBuy: false,
  }),
  recorded({ account: "other", time: AT - 1000, feeAsset: "BNB" }),
];

test("the venue's PnL and fees are kept, and the cash statement is made to fit", () => {
  const [main, other] = replayFills(ROWS).accounts;
  expect(main?.fills.map((fill) => [fill.fillId, fill.commission, fill.realizedPnl, fill.isMaker])).toEqual([
    ["2583153", "0.01050000", "0", false],
    ["2583154", "0.01050000", "0", false],
    ["2583155", "-0.00100000", "2.25000000", true],
    ["2583152", "0.00000000", "0", false],
  ]);
  expect(main?.incomes.map((row) => [row.incomeType, row.amount, row.asset, row.tradeId])).toEqual([
    ["TRANSFER", "1000000.00000000", "USDT", ""],
    ["COMMISSION", "-0.01050000", "USDT", "2583153"],
    ["COMMISSION", "-0.01050000", "USDT", "2583154"],
    ["COMMISSION", "0.00100000", "USDT", "2583155"],
    ["REALIZED_PNL", "2.25000000", "USDT", "2583155"],
  ]);
  expect(other?.incomes.map((row) => `${row.incomeType} ${row.asset}`)).toEqual([
    "TRANSFER USDT",
    "TRANSFER BNB",
    "COMMISSION BNB",
  ]);
  const ids = main?.incomes.map((row) => `${row.incomeType}/${row.tranId}`) ?? [];
  expect(new Set(ids).size).toBe(ids.length);
});

test("the truth of a replay", () => {
  const [main] = truthOf(replayFills(ROWS, { deposit: "100" }));
  expect(main?.wallets).toEqual({ USDT: "102.23" });
  expect(
    main?.positions.map((position) => [position.symbol, position.positionSide, position.quantity]),
  ).toEqual([
    ["AAAUSDT", "BOTH", "1"],
    ["BBBUSDT", "SHORT", "-0.5"],
  ]);
  expect(main?.exactPnl[0]).toMatchObject({ venuePnl: "2.25", closingFills: 1 });
});

test("recorded lines are read with their digits, and served", async () => {
  const lines = `${JSON.stringify(ROWS[0])}\n\n${JSON.stringify({ ...ROWS[1], complete: false })}\n`;
  const rows = readRecordedFills(lines);
  expect(rows[0]).toEqual(ROWS[0]);
  const simulator = await started({
    world: replayFills(rows),
    clock: { kind: "frozen", at: instant(AT + 1000) },
  });
  const fills = rowsOf(await requestV1(simulator, "/fapi/v1/userTrades?symbol=AAAUSDT", AT + 1000));
  expect(fills.map((fill) => [fill["price"], fill["qty"], fill["quoteQty"]])).toEqual([
    ["10.5", "2", "21.00000000"],
    ["10.5", "2", "21.00000000"],
  ]);
  await simulator.close();
});
