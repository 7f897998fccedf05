-- Per symbol, asset and kind of cash: the fills' figures against the cash rows of their trades, those of zero
-- too, and what was booked from the fill where there is none. A trade is compared as a whole, because both
-- sides of a self-trade share its id; cash without a trade id is compared with all fills of its second that
-- have no other. What differs comes one by one (trade_id not null), what has no cash row and was booked from
-- the fill day by day (from_fill_day not null), the rest as one row. A trade whose cash the statement is not
-- settled for yet is left for a later run (not is_due); fills are settled by symbol, or for all symbols at
-- once (symbol ''). Facts are stacked and grouped instead of joined: the planner cannot misjudge that,
-- however long the history. Of trades whose last fact is before from_time nothing is said: what is just
-- before it is read for the others.
with settled as (
    select
        stream,
        symbol,
        spans

    from report.settled_span

    where account_id = :account_id and stream in ('income', 'fills')
),

stacked as (
    select
        symbol,
        kind,
        asset,
        trade_id,
        occurred_at,
        true as is_cash,
        amount,
        0 as booked

    from report.trade_cash

    where account_id = :account_id
        and occurred_at >= :from_time::timestamptz - report.trade_span()

    union all

    select
        fill.symbol,
        'realized_pnl',
        coalesce(fill.margin_asset, instrument.margin_asset, ''),
        fill.fill_id,
        fill.occurred_at,
        false,
        fill.realized_pnl,
        0

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    where fill.account_id = :account_id
        and fill.realized_pnl <> 0
        and fill.occurred_at >= :from_time::timestamptz - report.trade_span()

    union all

    select
        symbol,
        'trading_fee',
        fee_asset,
        fill_id,
        occurred_at,
        false,
        -fee,
        0

    from history.fill

    where account_id = :account_id
        and fee <> 0
        and occurred_at >= :from_time::timestamptz - report.trade_span()

    union all

    -- What a closed period has from a fill whose cash row came later stays, and is reversed.
    select
        fill.symbol,
        entry.kind,
        movement.asset,
        fill.fill_id,
        fill.occurred_at,
        false,
        0,
        case movement.debit_account when 'assets:wallet' then movement.amount else -movement.amount end

    from ledger.entry

    inner join ledger.movement
        on entry.account_id = movement.account_id and entry.entry_id = movement.entry_id

    inner join history.fill
        on entry.account_id = fill.account_id and entry.record_key = fill.record_key

    where entry.account_id = :account_id
        and entry.occurred_at >= :from_time::timestamptz - report.trade_span()
        and entry.stream = 'fills'
        and entry.basis in ('fill', 'reversal')
),

-- Facts of one id that are farther apart than those of a trade can be are of two trades.
with_gaps as (
    select
        stacked.*,
        occurred_at - lag(occurred_at) over in_order > report.trade_span() as is_after_gap

    from stacked

    window in_order as (
        partition by
            symbol,
            kind,
            trade_id
        order by occurred_at
    )
),

with_numbers as (
    select
        with_gaps.*,
        count(*) filter (where is_after_gap) over (
            partition by
                symbol,
                kind,
                trade_id
            order by occurred_at
        ) as trade_number

    from with_gaps
),

with_partners as (
    select
        with_numbers.*,
        bool_or(is_cash) over (partition by symbol, kind, trade_id, trade_number) as has_cash_of_trade,
        bool_or(is_cash and trade_id = '') over (partition by symbol, kind, date_trunc('second', occurred_at)) as has_cash_of_second

    from with_numbers
),

keyed as (
    select
        with_partners.*,
        trade_id = '' or (has_cash_of_second and not has_cash_of_trade) as is_by_second

    from with_partners
),

by_trade as (
    select
        symbol,
        kind,
        asset,
        case when is_by_second then 'at ' || date_trunc('second', occurred_at)::text else trade_id end as trade_id,
        coalesce(sum(amount) filter (where not is_cash), 0) as expected,
        coalesce(sum(amount) filter (where is_cash), 0) + sum(booked) as found,
        bool_or(is_cash) as has_cash,
        bool_or(not is_cash) as has_fill,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at

    from keyed

    group by
        symbol,
        kind,
        asset,
        case when is_by_second then 'at ' || date_trunc('second', occurred_at)::text else trade_id end,
        case when is_by_second then 0 else trade_number end
),

compared as (
    select
        by_trade.kind,
        by_trade.symbol,
        by_trade.asset,
        by_trade.trade_id,
        by_trade.expected,
        by_trade.found,
        by_trade.has_cash,
        by_trade.has_fill,
        by_trade.first_at,
        by_trade.last_at,
        (by_trade.has_cash and by_trade.has_fill)
        or (not by_trade.has_cash and by_trade.expected <> 0 and coalesce(settled_income.spans @> by_trade.last_at, false))
        or (
            not by_trade.has_fill
            and (
                coalesce(settled_fills.spans @> by_trade.last_at, false)
                or coalesce(settled_all_fills.spans @> by_trade.last_at, false)
            )
        ) as is_due

    from by_trade

    left join settled as settled_income
        on settled_income.stream = 'income' and settled_income.symbol = ''

    left join settled as settled_fills
        on settled_fills.stream = 'fills' and by_trade.symbol = settled_fills.symbol

    left join settled as settled_all_fills
        on settled_all_fills.stream = 'fills' and settled_all_fills.symbol = ''

    where by_trade.last_at >= :from_time
),

grouped as (
    select
        compared.*,
        case when abs(found - expected) > :trade_cash::numeric then trade_id end as differing_trade,
        case when not has_cash then date_trunc('day', first_at, 'UTC') end as from_fill_day,
        last_at < :keep_until as is_kept

    from compared
)

select
    kind,
    symbol,
    asset,
    differing_trade as trade_id,
    from_fill_day,
    trim_scale(sum(expected)) as expected,
    trim_scale(sum(found)) as found,
    count(*)::text as trades,
    (count(*) filter (where found = expected))::text as equal_trades,
    bool_and(has_cash) as has_cash,
    bool_and(has_fill) as has_fill,
    min(first_at) as first_at,
    max(last_at) as last_at,
    is_due,
    is_kept

from grouped

group by
    kind,
    symbol,
    asset,
    differing_trade,
    from_fill_day,
    is_due,
    is_kept

order by
    kind,
    symbol collate "C",
    asset collate "C",
    differing_trade collate "C",
    from_fill_day,
    is_kept desc
