-- The orders that venues placed for their accounts, and the bookings that belong to each: what the
-- liquidation statement is made of.
drop view if exists report.forced_order cascade;

-- A venue may tell of one order row by row (edgeX: one row a fill): the rows of one order id are one order.
create view report.forced_order as
select
    account_id,
    symbol,
    case order_id when '' then record_key else order_id end as order_key,
    min(order_id collate "C") as order_id,
    string_agg(distinct kind collate "C", '+' order by kind collate "C") as kind,
    string_agg(distinct status collate "C", '+' order by status collate "C") as status,
    string_agg(distinct side collate "C", '+' order by side collate "C") as side,
    string_agg(distinct position_side collate "C", '+' order by position_side collate "C") as position_side,
    case when count(distinct average_price) = 1 then min(average_price) end as average_price,
    sum(executed_quantity) as executed_quantity,
    count(*) as records,
    min(occurred_at) as occurred_at,
    min(posted_at) as posted_at

from history.forced_order

group by
    account_id,
    symbol,
    case order_id when '' then record_key else order_id end;

comment on view report.forced_order is 'One row per order that the venue placed for the account: liquidation, auto-deleveraging, settlement.';
comment on column report.forced_order.account_id is 'The account.';
comment on column report.forced_order.symbol is 'The contract.';
comment on column report.forced_order.order_key is 'The order; where the venue gives it no id, its record.';
comment on column report.forced_order.order_id is 'The venue''s id of the order; its fills carry the same.';
comment on column report.forced_order.kind is 'liquidation, adl, settlement or unknown; joined by + in an order whose records disagree.';
comment on column report.forced_order.status is 'The order''s state as last seen.';
comment on column report.forced_order.side is 'BUY or SELL.';
comment on column report.forced_order.position_side is 'BOTH, LONG or SHORT.';
comment on column report.forced_order.average_price is 'The venue''s average price; null where it tells of the order in records of several prices.';
comment on column report.forced_order.executed_quantity is 'The quantity filled, by the venue''s word.';
comment on column report.forced_order.records is 'How many records tell of it.';
comment on column report.forced_order.occurred_at is 'When the order was created, in UTC.';
comment on column report.forced_order.posted_at is 'When the books count the first of its records, in UTC.';

drop view if exists report.forced_order_entry cascade;

-- An entry belongs to the order whose fill it names, and else, if it is a charge or a payment of the
-- insurance fund, to the order nearest in time. What comes after a close must not change to which order an
-- entry belonged then: hence the terms with posted_at.
create view report.forced_order_entry as
with fills as (
    select
        forced_order.account_id,
        forced_order.symbol,
        forced_order.order_key,
        forced_order.posted_at as order_posted_at,
        fill.fill_id,
        fill.record_key,
        fill.occurred_at,
        fill.posted_at

    from report.forced_order

    inner join history.fill
        on forced_order.account_id = fill.account_id
        and forced_order.symbol = fill.symbol
        and forced_order.order_id = fill.order_id
),

entries_of_fills as (
    select
        entry.account_id,
        entry.entry_id,
        entry.kind,
        entry.posted_at,
        fills.symbol,
        fills.order_key,
        fills.order_posted_at,
        fills.occurred_at as fill_occurred_at,
        fills.posted_at as fill_posted_at

    from fills

    inner join history.income
        on fills.account_id = income.account_id
        and fills.symbol = income.symbol
        and fills.fill_id = income.trade_id

    inner join ledger.entry
        on income.account_id = entry.account_id
        and income.record_key = entry.record_key
        and entry.stream = 'income'

    union all

    select
        entry.account_id,
        entry.entry_id,
        entry.kind,
        entry.posted_at,
        fills.symbol,
        fills.order_key,
        fills.order_posted_at,
        fills.occurred_at,
        fills.posted_at

    from fills

    inner join ledger.entry
        on fills.account_id = entry.account_id
        and fills.record_key = entry.record_key
        and entry.stream = 'fills'
),

of_fills as (
    select
        account_id,
        entry_id,
        symbol,
        order_key,
        posted_at,
        greatest(posted_at, min(fill_posted_at), min(order_posted_at)) as known_at

    from entries_of_fills

    -- A charge whose fill came after the close stays where it was by time.
    where kind <> 'liquidation'
        or fill_posted_at = fill_occurred_at
        or fill_posted_at <= posted_at

    group by
        account_id,
        entry_id,
        symbol,
        order_key,
        posted_at
),

clearances as (
    select
        entry.account_id,
        entry.entry_id,
        entry.symbol,
        entry.occurred_at,
        entry.posted_at

    from ledger.entry

    where entry.kind = 'liquidation'
        and not exists (
            select

            from of_fills

            where of_fills.account_id = entry.account_id
                and of_fills.entry_id = entry.entry_id
        )
),

nearest as (
    select
        clearances.account_id,
        clearances.entry_id,
        clearances.posted_at,
        forced_order.symbol,
        forced_order.order_key,
        forced_order.posted_at as order_posted_at,
        row_number() over (
            partition by
                clearances.account_id,
                clearances.entry_id
            order by
                -- An order is counted before its charge; of those counted later, the first.
                greatest(forced_order.posted_at, clearances.posted_at),
                -- Whom the venue deleveraged or settled, it takes no clearance from.
                case when forced_order.kind in ('adl', 'settlement') then 1 else 0 end,
                abs(extract(epoch from forced_order.occurred_at - clearances.occurred_at)),
                forced_order.symbol collate "C",
                forced_order.order_key collate "C"
        ) as rank

    from clearances

    inner join report.forced_order
        on clearances.account_id = forced_order.account_id
        -- A payment that brings a bankrupt account back to zero may name no contract.
        and (clearances.symbol = forced_order.symbol or clearances.symbol = '')
        and forced_order.occurred_at >= clearances.occurred_at - interval '10 minutes'
        and forced_order.occurred_at <= clearances.occurred_at + interval '10 minutes'
)

select
    account_id,
    entry_id,
    symbol,
    order_key,
    'fill' as belongs_by,
    posted_at,
    known_at

from of_fills

union all

select
    account_id,
    entry_id,
    symbol,
    order_key,
    'time' as belongs_by,
    posted_at,
    greatest(posted_at, order_posted_at) as known_at

from nearest

where rank = 1;

comment on view report.forced_order_entry is 'The entries of each order that the venue placed: the cash of its fills, and the insurance fund''s charges and payments.';
comment on column report.forced_order_entry.account_id is 'The account.';
comment on column report.forced_order_entry.entry_id is 'The entry.';
comment on column report.forced_order_entry.symbol is 'The contract of the order.';
comment on column report.forced_order_entry.order_key is 'The order, as in report.forced_order.';
comment on column report.forced_order_entry.belongs_by is 'fill: it names a fill of the order. time: a charge or payment of the insurance fund, whose nearest order within 10 minutes this is; one counted before it goes first.';
comment on column report.forced_order_entry.posted_at is 'When the books count the entry, in UTC.';
comment on column report.forced_order_entry.known_at is 'From when on the books have the entry, its fill and its order, in UTC: the last of their posted_at.';
