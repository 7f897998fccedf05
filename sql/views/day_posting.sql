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

from ledger.day_span(
    day_posting.time_zone, day_posting.from_time, day_posting.until_time, day_posting.only_account
) as span

inner join ledger.day_sum
    on span.account_id = day_sum.account_id
    and day_sum.day_from >= span.from_day
    and day_sum.day_from < span.until_day

where span.is_summed

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

from ledger.day_span(
    day_posting.time_zone, day_posting.from_time, day_posting.until_time, day_posting.only_account
) as span

inner join ledger.entry
    on span.account_id = entry.account_id
    and entry.posted_at >= span.rows_from
    and entry.posted_at < span.rows_until
    and date_trunc('day', entry.posted_at, day_posting.time_zone) >= span.from_day
    and date_trunc('day', entry.posted_at, day_posting.time_zone) < span.until_day

inner join ledger.movement
    on entry.account_id = movement.account_id
    and entry.entry_id = movement.entry_id

cross join lateral (
    values
        (movement.debit_account, movement.amount),
        (movement.credit_account, -movement.amount)
) as side (ledger_account, amount)

where not span.is_summed
$$;

comment on function ledger.day_posting(text, timestamptz, timestamptz, text) is
    'The postings of a time, of one account or of all (null). Whole days of the zone are one row each for a ledger account, asset, kind, contract and basis, as in ledger.day_sum, with the midnight that they begin with as posted_at.';
