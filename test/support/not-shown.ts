/** What a snapshot's rows hold where the venue shows no more than wallets, quantities and entry prices. */
export const TAKEN_PLAINLY = { position_mode: null, is_multi_assets: null };

export const WALLET_ALONE = { unrealized_pnl: null, equity: null };

export const POSITION_ALONE = {
  mark_price: null,
  unrealized_pnl: null,
  liquidation_price: null,
  leverage: null,
  margin_type: null,
  maintenance_margin: null,
};
