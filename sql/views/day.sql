-- How whole days are read as their sums: by `ledger.day_posting`, `ledger.day_disposed` and
-- `ledger.day_filled`, in the files beside this one.
drop function if exists ledger.day_span(text, timestamptz, timestamptz, text) cascade;

create function ledger.day_span(
    time_zone text, from_time timestamptz, until_time timestamptz, only_account text
)
returns table (
    account_id text,
    is_summed boolean,
    from_day timestamptz,
    until_day timestamptz,
    rows_from timestamptz,
    rows_until timestamptz
)
language sql stable
as $$
-- A midnight that clocks show twice is the later one, and the hour before it is of its day: so days are
-- compared by their midnights, and instants only to find them.
with bounds as (
    select
        case
            when date_trunc('day', day_span.from_time, day_span.time_zone) = day_span.from_time
                and date_trunc('day', day_span.from_time - interval '1 microsecond', day_span.time_zone)
                <> day_span.from_time
                or not isfinite(day_span.from_time)
                then day_span.from_time
            else
                (date_trunc('day', day_span.from_time at time zone day_span.time_zone) + interval '1 day')
                at time zone day_span.time_zone
        end as first_day,
        date_trunc('day', day_span.until_time, day_span.time_zone) as end_day
),

summed as (
    select
        account.account_id,
        bounds.first_day,
        -- The first day that is not read as sums.
        greatest(
            bounds.first_day, least(bounds.end_day, coalesce(summed_until.until_time, '-infinity'))
        ) as next_day

    from raw.account

    cross join bounds

    left join ledger.summed_until
        on account.account_id = summed_until.account_id
        and summed_until.time_zone = day_span.time_zone

    where day_span.only_account is null or account.account_id = day_span.only_account
)

select
    summed.account_id,
    part.is_summed,
    part.from_day,
    part.until_day,
    greatest(day_span.from_time, part.from_day - interval '1 day'),
    least(day_span.until_time, part.until_day + interval '1 day')

from summed

cross join lateral (
    values
        (true, summed.first_day, summed.next_day),
        (false, '-infinity'::timestamptz, summed.first_day),
        (false, summed.next_day, 'infinity')
) as part (is_summed, from_day, until_day)
$$;

comment on function ledger.day_span(text, timestamptz, timestamptz, text) is
    'How a time is read, of one account or of all (null): the whole days of the zone that are summed (those that begin at from_day and before until_day), and what is read row by row: the rows of rows_from until before rows_until whose days begin at from_day and before until_day.';
