-- The postings of a time, whole days of them as their sums. The last days of the books and the days that the
-- time begins or ends within are read posting by posting: there are few of them, so they are looked up one by
-- one. A caller that groups a whole history would have them joined in bulk, which reads all there is.
drop function if exists ledger.day_posting(text, timestamptz, timestamptz, text) cascade;

create function ledger.day_posting(
    time_zone text, from_time timestamptz, until_time timestamptz, only_account text
)
returns table (
    account_id text,
    posted_at timestamptz,
    ledger_account text,
    asset text,
    kind text,
    symbol text,
    basis text,
    amount numeric,
    debits numeric,
    postings bigint
)
language sql stable rows 10000
set enable_nestloop = on
set enable_hashjoin = off
set enable_mergejoin = off
as $$
-- A midnight that clocks show twice is the later one, and the hour before it is of its day: so days are
-- compared by their midnights, and instants only to find them.
with bounds as (
    select
        case
            when date_trunc('day', day_posting.from_time, day_posting.time_zone) = day_posting.from_time
                and date_trunc('day', day_posting.from_time - interval '1 microsecond', day_posting.time_zone)
                <> day_posting.from_time
                or not isfinite(day_posting.from_time)
                then day_posting.from_time
            else
                (date_trunc('day', day_posting.from_time at time zone day_posting.time_zone) + interval '1 day')
                at time zone day_posting.time_zone
        end as first_day,
        date_trunc('day', day_posting.until_time, day_posting.time_zone) as end_day
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
        and summed_until.time_zone = day_posting.time_zone

    where day_posting.only_account is null or account.account_id = day_posting.only_account
)

select
    day_sum.account_id,
    day_sum.day_from,
    day_sum.ledger_account,
    day_sum.asset,
    day_sum.kind,
    day_sum.symbol,
    day_sum.basis,
    day_sum.amount,
    day_sum.debits,
    day_sum.postings

from summed

inner join ledger.day_sum
    on summed.account_id = day_sum.account_id
    and day_sum.day_from >= summed.first_day
    and day_sum.day_from < summed.next_day

union all

select
    entry.account_id,
    entry.posted_at,
    side.ledger_account,
    movement.asset,
    entry.kind,
    entry.symbol,
    entry.basis,
    side.amount,
    greatest(side.amount, 0),
    1

from summed

cross join lateral (
    values
        ('-infinity'::timestamptz, summed.first_day),
        (summed.next_day, 'infinity')
) as apart (from_day, until_day)

inner join ledger.entry
    on summed.account_id = entry.account_id
    and entry.posted_at >= greatest(day_posting.from_time, apart.from_day - interval '1 day')
    and entry.posted_at < least(day_posting.until_time, apart.until_day + interval '1 day')
    and date_trunc('day', entry.posted_at, day_posting.time_zone) >= apart.from_day
    and date_trunc('day', entry.posted_at, day_posting.time_zone) < apart.until_day

inner join ledger.movement
    on entry.account_id = movement.account_id
    and entry.entry_id = movement.entry_id

cross join lateral (
    values
        (movement.debit_account, movement.amount),
        (movement.credit_account, -movement.amount)
) as side (ledger_account, amount)
$$;

comment on function ledger.day_posting(text, timestamptz, timestamptz, text) is
    'The postings of a time, of one account or of all (null). Whole days of the zone are one row each for a ledger account, asset, kind, contract and basis, as in ledger.day_sum, with the midnight that they begin with as posted_at.';
