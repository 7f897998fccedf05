-- What an answer served of what was requested, and what it did not.
with answered as (
    select
        instant,
        is_served

    from json_to_recordset(:answered::json) as answered (instant timestamptz, is_served boolean)
),

served as (
    delete from price.unserved
    using answered
    where
        unserved.account_id = :account_id
        and unserved.kind = :kind
        and unserved.symbol = :symbol
        and unserved.instant = answered.instant
        and answered.is_served
)

insert into price.unserved (account_id, kind, symbol, instant, first_requested_at, requested_at)
select
    :account_id,
    :kind,
    :symbol,
    instant,
    :now::timestamptz,
    :now::timestamptz

from answered

where not is_served

on conflict (account_id, kind, symbol, instant) do update set requested_at = excluded.requested_at
