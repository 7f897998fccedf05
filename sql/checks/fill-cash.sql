-- Per symbol, asset and kind of cash: the fills' figures against the cash rows of their trades. A trade is compared as a whole, because both
-- sides of a self-trade share its id. Trades that differ come one by one (trade_id not null), the rest as one row. A trade whose cash
-- the statement is not settled for yet is left for a later run.
with fill_cash as (
    select
        fill.symbol,
        fill.fill_id as trade_id,
        'realized_pnl' as kind,
        coalesce(fill.margin_asset, instrument.margin_asset, '') as asset,
        fill.realized_pnl as amount,
        fill.occurred_at

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    where fill.account_id = :account_id

    union all

    select
        symbol,
        fill_id,
        'trading_fee',
        fee_asset,
        -fee,
        occurred_at

    from history.fill

    where account_id = :account_id
),

expected as (
    select
        symbol,
        trade_id,
        kind,
        asset,
        sum(amount) as amount,
        max(occurred_at) as occurred_at

    from fill_cash

    group by
        symbol,
        trade_id,
        kind,
        asset

    having sum(amount) <> 0
),

booked as (
    select
        income.symbol,
        income.trade_id,
        case income.income_type when 'REALIZED_PNL' then 'realized_pnl' else 'trading_fee' end as kind,
        income.asset,
        sum(income.amount) as amount,
        max(income.occurred_at) as occurred_at

    from history.income

    where
        income.account_id = :account_id
        and income.income_type in ('REALIZED_PNL', 'COMMISSION')
        and income.amount <> 0

    group by
        income.symbol,
        income.trade_id,
        income.income_type,
        income.asset
),

from_fills as (
    select distinct
        fill.symbol,
        fill.fill_id as trade_id,
        entry.kind

    from ledger.entry

    inner join history.fill
        on entry.account_id = fill.account_id and entry.record_key = fill.record_key

    where entry.account_id = :account_id and entry.basis = 'fill'
),

compared as (
    select
        coalesce(expected.kind, booked.kind) as kind,
        coalesce(expected.symbol, booked.symbol) as symbol,
        coalesce(expected.asset, booked.asset) as asset,
        coalesce(expected.trade_id, booked.trade_id) as trade_id,
        coalesce(expected.amount, 0) as expected,
        case when from_fills.trade_id is not null then expected.amount else coalesce(booked.amount, 0) end as found,
        from_fills.trade_id is not null as is_from_fill

    from expected

    full join booked
        on expected.symbol = booked.symbol
        and expected.trade_id = booked.trade_id
        and expected.kind = booked.kind
        and expected.asset = booked.asset

    left join from_fills
        on expected.symbol = from_fills.symbol
        and expected.trade_id = from_fills.trade_id
        and expected.kind = from_fills.kind

    where
        (booked.trade_id is not null and expected.trade_id is not null)
        or from_fills.trade_id is not null
        or exists (
            select

            from raw."window"

            where
                "window".account_id = :account_id
                and "window".stream = case when booked.trade_id is null then 'income' else 'fills' end
                and "window".symbol in ('', coalesce(expected.symbol, booked.symbol))
                and "window".is_settled
                and "window".from_time <= coalesce(expected.occurred_at, booked.occurred_at)
                and "window".until_time > coalesce(expected.occurred_at, booked.occurred_at)
        )
)

select
    kind,
    symbol,
    asset,
    case when abs(found - expected) > 0.00000001 then trade_id end as trade_id,
    trim_scale(sum(expected)) as expected,
    trim_scale(sum(found)) as found,
    count(*) as trades,
    count(*) filter (where found = expected) as equal_trades,
    count(*) filter (where is_from_fill) as from_fill_trades

from compared

group by
    kind,
    symbol,
    asset,
    case when abs(found - expected) > 0.00000001 then trade_id end

order by
    kind,
    symbol collate "C",
    asset collate "C",
    min(trade_id) collate "C"
