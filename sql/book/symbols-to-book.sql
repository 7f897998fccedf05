-- The account's symbols with fills or funding that are not yet booked, and those that were booked before or
-- have an opening, because what is known of them may have changed. late_posted_at and late_occurred_at are
-- those of the first new row that belongs before what is booked.
with head as (
    select distinct on (symbol)
        symbol,
        last_posted_at,
        last_occurred_at,
        through_sequence,
        facts

    from ledger.checkpoint

    where account_id = :account_id

    order by
        symbol,
        event_number desc
),

new_row as (
    select
        symbol,
        posted_at,
        occurred_at,
        sequence

    from history.fill

    where
        account_id = :account_id
        and sequence > :after::bigint

    union all

    select
        symbol,
        case
            when posted_at = occurred_at then report.funding_settled_at(occurred_at)
            else posted_at
        end as posted_at,
        report.funding_settled_at(occurred_at) as occurred_at,
        sequence

    from history.income

    where
        account_id = :account_id
        and kind = 'funding'
        and sequence > :after::bigint

    union all

    select
        symbol,
        posted_at,
        occurred_at,
        sequence

    from report.contract_settlement

    where
        account_id = :account_id
        and sequence > :after::bigint

    union all

    -- A cash row that was booked as the settlement of the contract before the fill came whose result it is.
    select
        income.symbol,
        income.posted_at,
        income.occurred_at,
        fill.sequence

    from history.income

    inner join history.fill
        on income.account_id = fill.account_id
        and income.symbol = fill.symbol
        and case income.trade_id
            when '' then date_trunc('second', income.occurred_at) = date_trunc('second', fill.occurred_at)
            else income.trade_id = fill.fill_id
        end

    where
        income.account_id = :account_id
        and income.kind = 'contract_settlement'
        and fill.sequence > :after::bigint
),

late_row as (
    select distinct on (new_row.symbol)
        new_row.symbol,
        new_row.posted_at,
        new_row.occurred_at

    from new_row

    inner join head on new_row.symbol = head.symbol

    where
        new_row.sequence > head.through_sequence
        and (new_row.posted_at, new_row.occurred_at) <= (head.last_posted_at, head.last_occurred_at)

    order by
        new_row.symbol,
        new_row.posted_at,
        new_row.occurred_at
),

known as (
    select
        symbol,
        true as has_new

    from new_row

    union all

    select
        symbol,
        false as has_new

    from head

    union all

    select
        symbol,
        false as has_new

    from ledger.position_opening

    where account_id = :account_id
),

grouped as (
    select
        symbol,
        bool_or(has_new) as has_new

    from known

    group by symbol
)

select
    grouped.symbol,
    grouped.has_new,
    head.facts as booked_facts,
    late_row.posted_at as late_posted_at,
    late_row.occurred_at as late_occurred_at,
    instrument.listed_at,
    coalesce(instrument.margin_asset, '') as margin_asset,
    trim_scale(coalesce(tolerance.fill_average, 0)) as tolerance

from grouped

left join head on grouped.symbol = head.symbol

left join late_row on grouped.symbol = late_row.symbol

left join raw.instrument
    on instrument.account_id = :account_id
    and grouped.symbol = instrument.symbol

left join ledger.tolerance on tolerance.account_id = :account_id

order by grouped.symbol collate "C"
