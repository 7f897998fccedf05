-- Fills whose result or fee never came in the cash statement, although the statement is settled beyond them,
-- and that are not booked from the fill yet. What a close keeps stays, whatever came since: with the amount
-- it had, at the time at which it was counted. A delisted contract's settlement is the result of its last
-- fill where it belongs to one. A cash row belongs to a fill by its trade id; one without a trade id, by its
-- second: rows from a file have no finer time. Nothing is said of fills of before from_time whose cash could
-- not be of after it.
with cash_by_trade as (
    select
        symbol,
        case kind when 'contract_settlement' then 'realized_pnl' else kind end as kind,
        trade_id,
        min(occurred_at) - report.trade_span() as from_time,
        max(occurred_at) + report.trade_span() as until_time

    from history.income

    where
        account_id = :account_id
        and kind in ('realized_pnl', 'contract_settlement', 'trading_fee')
        and trade_id <> ''
        and occurred_at >= :from_time::timestamptz - 2 * report.trade_span()

    group by
        symbol,
        2,
        trade_id
),

cash_by_second as (
    select distinct
        symbol,
        case kind when 'contract_settlement' then 'realized_pnl' else kind end as kind,
        date_trunc('second', occurred_at) as second

    from history.income

    where
        account_id = :account_id
        and kind in ('realized_pnl', 'contract_settlement', 'trading_fee')
        and trade_id = ''
        and occurred_at >= :from_time::timestamptz - 2 * report.trade_span()
),

settled as (
    select
        lower(span) as from_time,
        upper(span) as until_time

    from (
        select unnest(range_agg(tstzrange(from_time, until_time))) as span
        from raw."window"
        where account_id = :account_id and stream = 'income' and is_settled
    ) as merged
),

due as (
    select
        fill.record_key,
        fill.symbol,
        fill.fill_id,
        fill.occurred_at,
        'realized_pnl' as kind,
        fill.realized_pnl as amount,
        coalesce(fill.margin_asset, instrument.margin_asset, '') as asset

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    where fill.account_id = :account_id
        and fill.realized_pnl <> 0
        and fill.occurred_at >= :from_time::timestamptz - report.trade_span()

    union all

    select
        record_key,
        symbol,
        fill_id,
        occurred_at,
        'trading_fee',
        -fee,
        fee_asset

    from history.fill

    where account_id = :account_id
        and fee <> 0
        and occurred_at >= :from_time::timestamptz - report.trade_span()
)

select
    due.record_key,
    due.symbol,
    due.occurred_at,
    due.kind,
    coalesce(kept_entry.amount, due.amount) as amount,
    coalesce(kept_entry.asset, due.asset) as asset,
    kept_entry.posted_at

from due

left join settled
    on due.occurred_at >= settled.from_time and due.occurred_at < settled.until_time

left join cash_by_trade
    on due.symbol = cash_by_trade.symbol
    and due.kind = cash_by_trade.kind
    and due.fill_id = cash_by_trade.trade_id
    and due.occurred_at between cash_by_trade.from_time and cash_by_trade.until_time

left join cash_by_second
    on due.symbol = cash_by_second.symbol
    and due.kind = cash_by_second.kind
    and date_trunc('second', due.occurred_at) = cash_by_second.second

left join report.kept_entry
    on kept_entry.account_id = :account_id
    and kept_entry.entry_id = 'fill/' || due.record_key || '/' || due.kind

left join ledger.entry
    on entry.account_id = :account_id
    and entry.entry_id = 'fill/' || due.record_key || '/' || due.kind

where
    entry.entry_id is null
    and (
        kept_entry.entry_id is not null
        or (settled.from_time is not null and cash_by_trade.symbol is null and cash_by_second.symbol is null)
    )

order by
    due.record_key collate "C",
    due.kind

limit :batch::integer
