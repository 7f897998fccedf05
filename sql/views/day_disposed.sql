-- What was closed by lots, with the fees and the funding that belong to it, as the reports add it up.
drop view if exists ledger.disposed cascade;

create view ledger.disposed as
select
    disposal.account_id,
    disposal.closed_at as posted_at,
    disposal.method,
    disposal.symbol,
    disposal.asset,
    1::bigint as closings,
    disposal.quantity,
    disposal.realized_pnl,
    disposal.opening_fee + disposal.closing_fee as fees,
    disposal.funding,
    case when fill.record_key is null then disposal.venue_realized_pnl end as settled_pnl

from ledger.disposal

left join history.fill
    on disposal.account_id = fill.account_id
    and disposal.fill_key = fill.record_key

union all

select
    disposal.account_id,
    disposal.closed_at,
    disposal.method,
    disposal.symbol,
    other.asset,
    0,
    0,
    0,
    case when other.kind = 'funding' then 0 else other.amount end,
    case when other.kind = 'funding' then other.amount else 0 end,
    null

from ledger.disposal

inner join ledger.disposal_amount as other
    on disposal.account_id = other.account_id
    and disposal.symbol = other.symbol
    and disposal.closing_number = other.closing_number
    and disposal.method = other.method
    and disposal.piece = other.piece;

comment on view ledger.disposed is 'One row per disposal, and one for each of its fees and fundings in another asset, as their day sums them.';
comment on column ledger.disposed.account_id is 'The account.';
comment on column ledger.disposed.posted_at is 'When the books count it.';
comment on column ledger.disposed.method is 'The lot method.';
comment on column ledger.disposed.symbol is 'The contract.';
comment on column ledger.disposed.asset is 'The asset of the amounts.';
comment on column ledger.disposed.closings is '1 for a disposal, 0 for what is in another asset.';
comment on column ledger.disposed.quantity is 'What was closed.';
comment on column ledger.disposed.realized_pnl is 'As in ledger.disposal.';
comment on column ledger.disposed.fees is '+ paid.';
comment on column ledger.disposed.funding is '+ received, − paid.';
comment on column ledger.disposed.settled_pnl is 'The venue''s own result where it was closed by cash alone, without a fill; else null.';

drop function if exists ledger.day_disposed(text, timestamptz, timestamptz, text) cascade;

create function ledger.day_disposed(
    time_zone text, from_time timestamptz, until_time timestamptz, only_account text
)
returns table (
    account_id text,
    posted_at timestamptz,
    method text,
    symbol text,
    asset text,
    closings bigint,
    quantity numeric,
    realized_pnl numeric,
    fees numeric,
    funding numeric,
    settled_pnl numeric
)
language sql stable rows 10000
set enable_nestloop = on
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
set join_collapse_limit = 1
as $$
-- The rows are those of ledger.disposed, joined in an order in which they are looked up by their time.
select
    day_disposal.account_id,
    day_disposal.day_from,
    day_disposal.method,
    day_disposal.symbol,
    day_disposal.asset,
    day_disposal.closings,
    day_disposal.quantity,
    day_disposal.realized_pnl,
    day_disposal.fees,
    day_disposal.funding,
    day_disposal.settled_pnl

from ledger.day_span(
    day_disposed.time_zone, day_disposed.from_time, day_disposed.until_time, day_disposed.only_account
) as span

inner join ledger.day_disposal
    on span.account_id = day_disposal.account_id
    and day_disposal.day_from >= span.from_day
    and day_disposal.day_from < span.until_day

where span.is_summed

union all

select
    disposal.account_id,
    disposal.closed_at,
    disposal.method,
    disposal.symbol,
    disposal.asset,
    1,
    disposal.quantity,
    disposal.realized_pnl,
    disposal.opening_fee + disposal.closing_fee,
    disposal.funding,
    case when fill.record_key is null then disposal.venue_realized_pnl end

from ledger.day_span(
    day_disposed.time_zone, day_disposed.from_time, day_disposed.until_time, day_disposed.only_account
) as span

inner join ledger.disposal
    on span.account_id = disposal.account_id
    and disposal.closed_at >= span.rows_from
    and disposal.closed_at < span.rows_until
    and date_trunc('day', disposal.closed_at, day_disposed.time_zone) >= span.from_day
    and date_trunc('day', disposal.closed_at, day_disposed.time_zone) < span.until_day

left join history.fill
    on disposal.account_id = fill.account_id
    and disposal.fill_key = fill.record_key

where not span.is_summed

union all

select
    disposal.account_id,
    disposal.closed_at,
    disposal.method,
    disposal.symbol,
    other.asset,
    0,
    0,
    0,
    case when other.kind = 'funding' then 0 else other.amount end,
    case when other.kind = 'funding' then other.amount else 0 end,
    null

from ledger.day_span(
    day_disposed.time_zone, day_disposed.from_time, day_disposed.until_time, day_disposed.only_account
) as span

inner join ledger.disposal
    on span.account_id = disposal.account_id
    and disposal.closed_at >= span.rows_from
    and disposal.closed_at < span.rows_until
    and date_trunc('day', disposal.closed_at, day_disposed.time_zone) >= span.from_day
    and date_trunc('day', disposal.closed_at, day_disposed.time_zone) < span.until_day

inner join ledger.disposal_amount as other
    on disposal.account_id = other.account_id
    and disposal.symbol = other.symbol
    and disposal.closing_number = other.closing_number
    and disposal.method = other.method
    and disposal.piece = other.piece

where not span.is_summed
$$;

comment on function ledger.day_disposed(text, timestamptz, timestamptz, text) is
    'What was closed by lots in a time, of one account or of all (null), with the columns of ledger.disposed. Whole days of the zone are one row each for a method, contract and asset, with the midnight that they begin with as posted_at.';
