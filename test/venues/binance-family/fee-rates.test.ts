import { expect, test } from "vitest";
import { formatDecimal } from "../../../src/domain/decimal.ts";
import { RequestRefusedError } from "../../../src/errors.ts";
import { feeRatesAt } from "../../../src/venues/binance-family/fee-rates.ts";

const rates = feeRatesAt("aster", "/fapi/v3/commissionRate");

test("a contract's fee rates are one signed request of weight 20", () => {
  expect(rates.request("BTCUSDT")).toEqual({
    path: "/fapi/v3/commissionRate",
    query: [["symbol", "BTCUSDT"]],
    weight: 20,
    isSigned: true,
  });
});

test.each([
  ["0.0002", "0.0004", "0.0002 0.0004"],
  ["-0.00005", 0.00035, "-0.00005 0.00035"],
  ["0", "0", "0 0"],
])("a maker pays %s and a taker %s", (maker, taker, expected) => {
  const body = JSON.stringify({ symbol: "BTCUSDT", makerCommissionRate: maker, takerCommissionRate: taker });
  const read = rates.read("BTCUSDT", body);
  expect(`${formatDecimal(read.maker)} ${formatDecimal(read.taker)}`).toBe(expected);
});

test.each([
  ["a list", "[]"],
  ["another contract", '{"symbol":"ETHUSDT","makerCommissionRate":"0","takerCommissionRate":"0"}'],
  ["a rate that is left out", '{"symbol":"BTCUSDT","makerCommissionRate":"0"}'],
  ["a rate that is empty", '{"symbol":"BTCUSDT","makerCommissionRate":"0","takerCommissionRate":""}'],
])("%s is refused", (_, body) => {
  expect(() => rates.read("BTCUSDT", body)).toThrow(RequestRefusedError);
});
