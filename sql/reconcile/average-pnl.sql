-- Per symbol and asset: the venue's realized PnL of each fill from from_time on against ours at average cost.
-- Fills that differ by more than the larger tolerance come one by one (record_key not null), the rest as one
-- row, those before keep_until as another (is_kept).
with compared as (
    select
        fill.symbol,
        fill.position_side,
        fill.fill_id,
        fill.record_key,
        fill.occurred_at,
        coalesce(fill.margin_asset, instrument.margin_asset, '') as asset,
        fill.realized_pnl as expected,
        coalesce(disposal.realized_pnl, 0) as found,
        fill.occurred_at < :keep_until as is_kept

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    left join ledger.disposal
        on fill.account_id = disposal.account_id
        and disposal.method = 'average'
        and fill.symbol = disposal.symbol
        and fill.position_side = disposal.position_side
        and fill.record_key = disposal.fill_key
        and disposal.closed_at >= :from_time::timestamptz

    where
        fill.account_id = :account_id
        and fill.occurred_at >= :from_time
        and (fill.realized_pnl <> 0 or disposal.fill_key is not null)
)

select
    symbol,
    position_side,
    asset,
    case when abs(found - expected) > :fill_average::numeric then record_key end as record_key,
    min(fill_id) as fill_id,
    max(occurred_at) as occurred_at,
    trim_scale(sum(expected)) as expected,
    trim_scale(sum(found)) as found,
    count(*)::text as fills,
    (count(*) filter (where abs(found - expected) <= :trade_cash::numeric))::text as close_fills,
    is_kept

from compared

group by
    symbol,
    position_side,
    asset,
    case when abs(found - expected) > :fill_average::numeric then record_key end,
    is_kept

order by
    symbol collate "C",
    position_side collate "C",
    asset collate "C",
    min(record_key) collate "C",
    is_kept desc
