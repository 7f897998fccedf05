import { expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../../src/domain/decimal.ts";
import { addMoney, type Money } from "../../../src/domain/money.ts";

const money = (amount: string, asset: string): Money => ({ amount: parseDecimal(amount), asset });

test("amounts of one asset are added to the last digit", () => {
  const { amount, asset } = addMoney(money("0.1", "USDT"), money("0.200000000000000000001", "USDT"));
  expect(`${formatDecimal(amount)} ${asset}`).toBe("0.300000000000000000001 USDT");
});

test("amounts of two assets are not added: the mistake names both", () => {
  expect(() => addMoney(money("1.50", "USDT"), money("-2", "BNB"))).toThrow(
    new TypeError("1.5 USDT and -2 BNB cannot be added: their assets differ"),
  );
});
