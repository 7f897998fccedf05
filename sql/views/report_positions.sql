-- Positions from flat to flat, of what the booking keeps of each fill.
drop view if exists report.position_episode cascade;

create view report.position_episode as
with ends as (
    select
        change.account_id,
        change.symbol,
        change.position_side,
        change.record_key,
        change.order_id,
        change.quantity_after,
        change.posted_at,
        end_of_one.episode,
        end_of_one.is_beginning

    from ledger.position_change as change

    cross join lateral (
        values
            (change.opened, true, change.is_opening),
            (change.closed, false, change.is_closing)
    ) as end_of_one (episode, is_beginning, is_there)

    where (change.is_opening or change.is_closing) and end_of_one.is_there
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
