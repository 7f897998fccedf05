/**
 * What a venue shows of the account as a whole, beside its balances and positions. They may be three answers,
 * and between two of them a fill or a settlement can change the account: what is not of the state that the
 * balances and positions show is left out, so that in a snapshot an asset's equity is its wallet with the
 * unrealized PnL, and that the sum of its positions'.
 */
import type { Balance, ShownAccount, ShownEquity, ShownPosition } from "../domain/record.ts";

export type AccountState = {
  readonly balances: readonly (Balance & Pick<ShownEquity, "unrealizedPnl" | "equity">)[];
  readonly positions: readonly ShownPosition[];
};

/** `account` is null where the venue shows none, or its answer could not be read. */
export function accountState(
  balances: readonly Balance[],
  positions: readonly ShownPosition[],
  account: ShownAccount | null,
): AccountState {
  return {
    balances: balances.map((balance) => {
      const shown = account?.equities.find(({ asset }) => asset === balance.asset);
      const isOfState = shown?.wallet.eq(balance.wallet) ?? false;
      return {
        ...balance,
        unrealizedPnl: isOfState ? (shown?.unrealizedPnl ?? null) : null,
        equity: isOfState ? (shown?.equity ?? null) : null,
      };
    }),
    positions: positions.map((position) => withAccount(position, account)),
  };
}

/** Its unrealized PnL is that of the account's answer, which the equity is of; its mark is its own. */
function withAccount(position: ShownPosition, account: ShownAccount | null): ShownPosition {
  const shown = account?.positions.find(
    ({ symbol, positionSide, quantity }) =>
      symbol === position.symbol && positionSide === position.positionSide && quantity.eq(position.quantity),
  );
  if (shown === undefined) return position;
  return {
    ...position,
    unrealizedPnl: shown.unrealizedPnl ?? position.unrealizedPnl,
    leverage: shown.leverage ?? position.leverage,
    marginType: shown.marginType ?? position.marginType,
    maintenanceMargin: shown.maintenanceMargin ?? position.maintenanceMargin,
  };
}
