-- The fills of a time, whole days of them as their sums.
drop view if exists ledger.filled cascade;

create view ledger.filled as
select
    account_id,
    posted_at,
    symbol,
    coalesce(margin_asset, '') as margin_asset,
    fee_asset,
    fee,
    realized_pnl,
    (realized_pnl <> 0)::integer::bigint as closing_fills

from history.fill;

comment on view ledger.filled is 'One row per fill, as its day sums it.';
comment on column ledger.filled.account_id is 'The account.';
comment on column ledger.filled.posted_at is 'When the books count it.';
comment on column ledger.filled.symbol is 'The contract.';
comment on column ledger.filled.margin_asset is 'The asset that the contract is settled in, as the fill says; empty where it does not.';
comment on column ledger.filled.fee_asset is 'The asset that the fee was paid in.';
comment on column ledger.filled.fee is '+ paid, − rebated.';
comment on column ledger.filled.realized_pnl is 'The venue''s own figure.';
comment on column ledger.filled.closing_fills is '1 where that is not 0.';

drop function if exists ledger.day_filled(text, timestamptz, timestamptz, text) cascade;

create function ledger.day_filled(
    time_zone text, from_time timestamptz, until_time timestamptz, only_account text
)
returns table (
    account_id text,
    posted_at timestamptz,
    symbol text,
    margin_asset text,
    fee_asset text,
    fee numeric,
    realized_pnl numeric,
    closing_fills bigint
)
language sql stable rows 10000
set enable_nestloop = on
set enable_hashjoin = off
set enable_mergejoin = off
as $$
select
    day_fill.account_id,
    day_fill.day_from,
    day_fill.symbol,
    day_fill.margin_asset,
    day_fill.fee_asset,
    day_fill.fee,
    day_fill.realized_pnl,
    day_fill.closing_fills

from ledger.day_span(
    day_filled.time_zone, day_filled.from_time, day_filled.until_time, day_filled.only_account
) as span

inner join ledger.day_fill
    on span.account_id = day_fill.account_id
    and day_fill.day_from >= span.from_day
    and day_fill.day_from < span.until_day

where span.is_summed

union all

select filled.*

from ledger.day_span(
    day_filled.time_zone, day_filled.from_time, day_filled.until_time, day_filled.only_account
) as span

inner join ledger.filled
    on span.account_id = filled.account_id
    and filled.posted_at >= span.rows_from
    and filled.posted_at < span.rows_until
    and date_trunc('day', filled.posted_at, day_filled.time_zone) >= span.from_day
    and date_trunc('day', filled.posted_at, day_filled.time_zone) < span.until_day

where not span.is_summed
$$;

comment on function ledger.day_filled(text, timestamptz, timestamptz, text) is
    'The fills of a time, of one account or of all (null), with the columns of ledger.filled. Whole days of the zone are one row each for a contract, margin asset and fee asset, with the midnight that they begin with as posted_at.';
