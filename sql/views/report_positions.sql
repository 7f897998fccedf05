-- Positions step by step, and from flat to flat. Nothing is booked here: the fills are added up in the order
-- in which the books take them.
drop view if exists report.position_change cascade;

create view report.position_change as
with changes as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        fill_id,
        order_id,
        case side when 'BUY' then quantity else -quantity end as signed_quantity,
        occurred_at,
        posted_at,
        1 as rank

    from history.fill

    union all

    -- What was open before the history begins is the first change of its series.
    select
        account_id,
        symbol,
        position_side,
        '' as record_key,
        '' as fill_id,
        '' as order_id,
        quantity as signed_quantity,
        null as occurred_at,
        null as posted_at,
        0 as rank

    from ledger.position_opening

    union all

    -- The venue ended the contract by cash alone.
    select
        account_id,
        symbol,
        position_side,
        record_key,
        '' as fill_id,
        '' as order_id,
        signed_quantity,
        occurred_at,
        posted_at,
        1 as rank

    from report.settled_position
),

added_up as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        fill_id,
        order_id,
        signed_quantity,
        coalesce(sum(signed_quantity) over before_it, 0) as quantity_before,
        coalesce(sum(signed_quantity) over before_it, 0) + signed_quantity as quantity_after,
        row_number() over in_order as number,
        occurred_at,
        posted_at

    from changes

    window
        in_order as (
            partition by
                account_id,
                symbol,
                position_side
            order by
                rank,
                posted_at,
                occurred_at,
                length(fill_id),
                fill_id collate "C",
                record_key collate "C"
        ),
        before_it as (in_order rows between unbounded preceding and 1 preceding)
)

select
    account_id,
    symbol,
    position_side,
    record_key,
    fill_id,
    order_id,
    signed_quantity,
    quantity_before,
    quantity_after,
    number,
    quantity_after <> 0 and sign(quantity_after) <> sign(quantity_before) as is_opening,
    quantity_before <> 0 and sign(quantity_after) <> sign(quantity_before) as is_closing,
    occurred_at,
    posted_at

from added_up;

comment on view report.position_change is 'One row per fill, with the position before and after it; one per position that was open before the history begins, and one per settlement by cash alone.';
comment on column report.position_change.account_id is 'The account.';
comment on column report.position_change.symbol is 'The contract.';
comment on column report.position_change.position_side is 'BOTH, LONG or SHORT.';
comment on column report.position_change.record_key is 'The record of the fill, or of the cash row that settled the contract; empty for what was open before the history begins.';
comment on column report.position_change.fill_id is 'The fill; empty for what was open before, and for a settlement.';
comment on column report.position_change.order_id is 'The fill''s order; empty for what was open before, and for a settlement.';
comment on column report.position_change.signed_quantity is 'Positive for a purchase.';
comment on column report.position_change.quantity_before is 'The position before it: negative for a short.';
comment on column report.position_change.quantity_after is 'The position after it.';
comment on column report.position_change.number is 'Its number within its series, from 1, in the order of the books.';
comment on column report.position_change.is_opening is 'Whether the position left flat by it; one that crosses zero closes a position and opens another.';
comment on column report.position_change.is_closing is 'Whether it ended the position that was open.';
comment on column report.position_change.occurred_at is 'When, in UTC; null for what was open before.';
comment on column report.position_change.posted_at is 'When the books count it, in UTC; null for what was open before.';

drop view if exists report.position_episode cascade;

create view report.position_episode as
-- Openings and closings take turns, so their counts number the positions; a fill through zero is one of each.
with counted as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        order_id,
        quantity_after,
        is_opening,
        is_closing,
        posted_at,
        count(*) filter (where is_opening) over in_order as opened,
        count(*) filter (where is_closing) over in_order as closed

    from report.position_change

    window in_order as (
        partition by
            account_id,
            symbol,
            position_side
        order by number
    )
),

ends as (
    select
        counted.account_id,
        counted.symbol,
        counted.position_side,
        counted.record_key,
        counted.order_id,
        counted.quantity_after,
        counted.posted_at,
        end_of_one.episode,
        end_of_one.is_beginning

    from counted

    cross join lateral (
        values
            (counted.opened, true, counted.is_opening),
            (counted.closed, false, counted.is_closing)
    ) as end_of_one (episode, is_beginning, is_there)

    where end_of_one.is_there
)

select
    account_id,
    symbol,
    position_side,
    episode,
    min(case when quantity_after > 0 then 'long' else 'short' end) filter (where is_beginning) as direction,
    min(posted_at) filter (where is_beginning) as opened_at,
    min(posted_at) filter (where not is_beginning) as closed_at,
    min(record_key) filter (where not is_beginning) as closing_record_key,
    min(order_id) filter (where not is_beginning) as closing_order_id

from ends

group by
    account_id,
    symbol,
    position_side,
    episode;

comment on view report.position_episode is 'One row per position from flat to flat, or to now.';
comment on column report.position_episode.account_id is 'The account.';
comment on column report.position_episode.symbol is 'The contract.';
comment on column report.position_episode.position_side is 'BOTH, LONG or SHORT.';
comment on column report.position_episode.episode is 'Its number within its series, from 1.';
comment on column report.position_episode.direction is 'long or short.';
comment on column report.position_episode.opened_at is 'When the books count the fill that opened it, in UTC; null for what was open before the history begins.';
comment on column report.position_episode.closed_at is 'When they count the fill that ended it, in UTC; null while it is open.';
comment on column report.position_episode.closing_record_key is 'The record of the fill that ended it; null while it is open.';
comment on column report.position_episode.closing_order_id is 'The order of that fill; null while it is open.';
