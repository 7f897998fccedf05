import { expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../../src/domain/decimal.ts";
import type { ShownAccount, ShownPosition } from "../../../src/domain/record.ts";
import { accountState } from "../../../src/extract/account-state.ts";

const POSITION: ShownPosition = {
  symbol: "BTCUSDT",
  positionSide: "BOTH",
  quantity: parseDecimal("2"),
  entryPrice: parseDecimal("100"),
  markPrice: parseDecimal("101"),
  unrealizedPnl: parseDecimal("2"),
  liquidationPrice: null,
  leverage: null,
  marginType: null,
  maintenanceMargin: null,
};

/** The account's answer came a moment later, at a mark of 101.5. */
const account = (wallet: string, quantity: string): ShownAccount => ({
  positionMode: "one-way",
  isMultiAssets: false,
  equities: [
    {
      asset: "USDT",
      wallet: parseDecimal(wallet),
      unrealizedPnl: parseDecimal("3"),
      equity: parseDecimal("1003"),
    },
  ],
  positions: [
    {
      symbol: "BTCUSDT",
      positionSide: "BOTH",
      quantity: parseDecimal(quantity),
      unrealizedPnl: parseDecimal("3"),
      leverage: parseDecimal("10"),
      marginType: "cross",
      maintenanceMargin: null,
    },
  ],
});

/** Equity, its unrealized PnL, the position's, its mark and its leverage. */
function shown(answer: ShownAccount | null): readonly (string | null)[] {
  const state = accountState([{ asset: "USDT", wallet: parseDecimal("1000") }], [POSITION], answer);
  const [balance, position] = [state.balances[0], state.positions[0]];
  return [
    balance?.equity,
    balance?.unrealizedPnl,
    position?.unrealizedPnl,
    position?.markPrice,
    position?.leverage,
  ].map((amount) => (amount === undefined || amount === null ? null : formatDecimal(amount)));
}

test.each([
  [
    "of the same state: a position's unrealized PnL is the one that the equity has",
    account("1000", "2"),
    ["1003", "3", "3", "101", "10"],
  ],
  ["of a wallet that has changed since: no equity", account("999.5", "2"), [null, null, "3", "101", "10"]],
  [
    "of a position that has changed since: as the positions' own answer shows it",
    account("1000", "1"),
    ["1003", "3", "2", "101", null],
  ],
  ["that was not shown", null, [null, null, "2", "101", null]],
])("an account %s", (_, answer, expected) => {
  expect(shown(answer)).toEqual(expected);
});
