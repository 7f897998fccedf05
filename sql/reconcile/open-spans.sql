-- Per series: the spans in which it held a position by its fills and settlements, an opening before the
-- history included. until_time is null where it still does.
with changes as (
    select
        symbol,
        position_side,
        occurred_at,
        fill_id,
        record_key,
        case side when 'BUY' then quantity else -quantity end as quantity

    from history.fill

    where account_id = :account_id

    union all

    select
        symbol,
        position_side,
        '-infinity',
        '',
        '',
        quantity

    from ledger.position_opening

    where account_id = :account_id

    union all

    select
        symbol,
        position_side,
        occurred_at,
        '',
        record_key,
        signed_quantity

    from report.settled_position

    where account_id = :account_id
),

held as (
    select
        symbol,
        position_side,
        occurred_at,
        fill_id,
        record_key,
        sum(quantity) over in_order as quantity

    from changes

    window in_order as (
        partition by
            symbol,
            position_side
        order by occurred_at, length(fill_id), fill_id collate "C", record_key collate "C"
        rows unbounded preceding
    )
),

-- What was open before the history is known to have been so from the first instant on at which fills were
-- read.
fills_read as (
    select
        symbol,
        min(from_time) as from_time

    from raw."window"

    where account_id = :account_id and stream = 'fills' and evidence <> 'decision'

    group by symbol
),

numbered as (
    select
        symbol,
        position_side,
        occurred_at,
        quantity,
        count(*) filter (where quantity = 0) over (
            partition by
                symbol,
                position_side
            order by occurred_at, length(fill_id), fill_id collate "C", record_key collate "C"
            rows between unbounded preceding and 1 preceding
        ) as round_trip

    from held
)

select
    numbered.symbol,
    coalesce(max(instrument.margin_asset), '') as asset,
    case when min(numbered.occurred_at) = '-infinity' then min(fills_read.from_time) else min(numbered.occurred_at) end as from_time,
    max(numbered.occurred_at) filter (where numbered.quantity = 0) as until_time

from numbered

left join raw.instrument
    on instrument.account_id = :account_id and numbered.symbol = instrument.symbol

left join fills_read on fills_read.symbol in (numbered.symbol, '')

group by
    numbered.symbol,
    numbered.position_side,
    numbered.round_trip

having min(numbered.occurred_at) > '-infinity' or min(fills_read.from_time) is not null

order by
    numbered.symbol collate "C",
    min(numbered.occurred_at),
    numbered.position_side collate "C"
