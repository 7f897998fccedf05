-- What the reports are made of, for people's own SQL: amounts are signed as the reports show them, and times
-- are instants. A day is one of a time zone, so what goes by days is a function of it.
drop view if exists report.fee cascade;

create view report.fee as
select
    account_id,
    entry_id,
    symbol,
    asset,
    coalesce(trading_fees, rebates) as amount,
    trading_fees,
    rebates,
    basis,
    occurred_at,
    posted_at

from report.journal

where trading_fees is not null or rebates is not null;

comment on view report.fee is 'One row per booked trading fee or rebate.';
comment on column report.fee.account_id is 'The account.';
comment on column report.fee.entry_id is 'The entry.';
comment on column report.fee.symbol is 'The contract; empty where the event has none.';
comment on column report.fee.asset is 'The asset that it was charged in.';
comment on column report.fee.amount is 'Paid −, received +.';
comment on column report.fee.trading_fees is 'The same of a fee; null on a rebate.';
comment on column report.fee.rebates is 'The same of a rebate; null on a fee.';
comment on column report.fee.basis is 'cash, fill or reversal, as in report.journal.';
comment on column report.fee.occurred_at is 'When, in UTC.';
comment on column report.fee.posted_at is 'When the books count it, in UTC.';

drop view if exists report.funding cascade;

create view report.funding as
select
    account_id,
    entry_id,
    symbol,
    asset,
    funding as amount,
    basis,
    occurred_at,
    posted_at

from report.journal

where funding is not null;

comment on view report.funding is 'One row per booked payment of funding.';
comment on column report.funding.account_id is 'The account.';
comment on column report.funding.entry_id is 'The entry.';
comment on column report.funding.symbol is 'The contract.';
comment on column report.funding.asset is 'The asset.';
comment on column report.funding.amount is 'Received +, paid −.';
comment on column report.funding.basis is 'cash or reversal, as in report.journal.';
comment on column report.funding.occurred_at is 'When, in UTC.';
comment on column report.funding.posted_at is 'When the books count it, in UTC.';

drop view if exists report.disposal cascade;

create view report.disposal as
select
    account_id,
    method,
    symbol,
    position_side,
    fill_key,
    piece,
    closing_number,
    round_trip_key,
    opening_fill_key,
    direction,
    opened_at,
    closed_at,
    holding_seconds,
    quantity,
    proceeds,
    cost,
    realized_pnl,
    -opening_fee as opening_fee,
    -closing_fee as closing_fee,
    funding,
    asset,
    is_inferred,
    venue_realized_pnl

from ledger.disposal;

comment on view report.disposal is 'One row per lot method and closed piece of a position. Where no cash statement was ever read, its funding of 0 is not known.';
comment on column report.disposal.account_id is 'The account.';
comment on column report.disposal.method is 'The lot method: average, fifo, lifo or hifo.';
comment on column report.disposal.symbol is 'The contract.';
comment on column report.disposal.position_side is 'BOTH, LONG or SHORT.';
comment on column report.disposal.fill_key is 'The closing fill.';
comment on column report.disposal.piece is 'The piece''s number among those that the fill closed, from 1.';
comment on column report.disposal.closing_number is 'The closing fill''s number among the events of its symbol.';
comment on column report.disposal.round_trip_key is 'The fill with which the position left flat: the key of its round trip.';
comment on column report.disposal.opening_fill_key is 'The fill that opened the piece.';
comment on column report.disposal.direction is 'long or short.';
comment on column report.disposal.opened_at is 'When the piece was opened, in UTC; null where that was before the history begins.';
comment on column report.disposal.closed_at is 'When it was closed, in UTC.';
comment on column report.disposal.holding_seconds is 'From opened_at until closed_at.';
comment on column report.disposal.quantity is 'The quantity closed, always positive.';
comment on column report.disposal.proceeds is 'What the sale brought.';
comment on column report.disposal.cost is 'What the purchase cost.';
comment on column report.disposal.realized_pnl is 'proceeds − cost, before fees and funding.';
comment on column report.disposal.opening_fee is 'Its share of the fees that opened it, in the row''s asset: paid −.';
comment on column report.disposal.closing_fee is 'Its share of the closing fill''s fee, likewise.';
comment on column report.disposal.funding is 'The funding that belongs to it, in the row''s asset: received +, paid −.';
comment on column report.disposal.asset is 'The asset of the money columns.';
comment on column report.disposal.is_inferred is 'Whether any of it rests on an inferred opening or closing price.';
comment on column report.disposal.venue_realized_pnl is 'The venue''s own figure for the whole closing fill; on the rows of average alone, else null.';

drop view if exists report.round_trip cascade;

create view report.round_trip as
select
    account_id,
    symbol,
    position_side,
    round_trip_key,
    closing_fill_key,
    closing_number,
    direction,
    opened_at,
    closed_at,
    holding_seconds,
    opening_fills,
    closing_fills,
    quantity,
    largest_quantity,
    proceeds,
    cost,
    realized_pnl,
    -opening_fee as opening_fee,
    -closing_fee as closing_fee,
    funding,
    realized_pnl - opening_fee - closing_fee + funding as result,
    asset,
    is_inferred,
    venue_realized_pnl

from ledger.round_trip;

comment on view report.round_trip is 'One row per position from flat to flat. Where no cash statement was ever read, its funding of 0 is not known.';
comment on column report.round_trip.account_id is 'The account.';
comment on column report.round_trip.symbol is 'The contract.';
comment on column report.round_trip.position_side is 'BOTH, LONG or SHORT.';
comment on column report.round_trip.round_trip_key is 'The fill with which the position left flat; opening where that was before the history begins.';
comment on column report.round_trip.closing_fill_key is 'The fill with which it was flat again.';
comment on column report.round_trip.closing_number is 'The closing fill''s number among the events of its symbol.';
comment on column report.round_trip.direction is 'long or short.';
comment on column report.round_trip.opened_at is 'When it left flat, in UTC; null where that was before the history begins.';
comment on column report.round_trip.closed_at is 'When it was flat again, in UTC.';
comment on column report.round_trip.holding_seconds is 'From opened_at until closed_at.';
comment on column report.round_trip.opening_fills is 'How many fills opened or added to it.';
comment on column report.round_trip.closing_fills is 'How many fills closed some of it.';
comment on column report.round_trip.quantity is 'All that was opened, which is all that was closed.';
comment on column report.round_trip.largest_quantity is 'The most that was open at once.';
comment on column report.round_trip.proceeds is 'What its sales brought.';
comment on column report.round_trip.cost is 'What its purchases cost.';
comment on column report.round_trip.realized_pnl is 'proceeds − cost, before fees and funding.';
comment on column report.round_trip.opening_fee is 'The fees of its opening fills, in the row''s asset: paid −.';
comment on column report.round_trip.closing_fee is 'The fees of its closing fills, likewise.';
comment on column report.round_trip.funding is 'The funding settled on it, in the row''s asset: received +, paid −.';
comment on column report.round_trip.result is 'realized_pnl + opening_fee + closing_fee + funding; what is in other assets is not in it.';
comment on column report.round_trip.asset is 'The asset of the money columns.';
comment on column report.round_trip.is_inferred is 'Whether it rests on an inferred opening or closing price.';
comment on column report.round_trip.venue_realized_pnl is 'The sum of the venue''s own figures of its fills.';

drop function if exists report.daily_result(text, timestamptz, timestamptz);
drop function if exists report.daily_result(text, timestamptz, timestamptz, text);

create function report.daily_result(
    time_zone text,
    from_time timestamptz default '-infinity',
    until_time timestamptz default 'infinity',
    only_account text default null
)
returns table (
    account_id text,
    day date,
    asset text,
    realized_pnl numeric,
    trading_fees numeric,
    rebates numeric,
    funding numeric,
    liquidation numeric,
    rewards numeric,
    net_result numeric,
    transfers numeric,
    conversions numeric,
    inferred_opening numeric,
    suspense numeric,
    wallet_change numeric,
    basis text,
    is_booked boolean
)
language sql stable parallel safe
begin atomic
    select
        posting.account_id,
        (posting.posted_at at time zone daily_result.time_zone)::date as day,
        posting.asset,
        coalesce(sum(posting.realized_pnl), 0),
        coalesce(sum(posting.trading_fees), 0),
        coalesce(sum(posting.rebates), 0),
        coalesce(sum(posting.funding), 0),
        coalesce(sum(posting.liquidation), 0),
        coalesce(sum(posting.rewards), 0),
        coalesce(sum(posting.net_result), 0),
        coalesce(sum(posting.transfers), 0),
        coalesce(sum(posting.conversions), 0),
        coalesce(sum(posting.inferred_opening), 0),
        coalesce(sum(posting.suspense), 0),
        coalesce(sum(posting.wallet), 0),
        string_agg(distinct posting.basis collate "C", '+' order by posting.basis collate "C"),
        bool_or(posting.basis <> 'inferred')

    from ledger.summed_posting(
        daily_result.time_zone, daily_result.from_time, daily_result.until_time, daily_result.only_account
    ) as posting

    group by
        posting.account_id,
        2,
        posting.asset;
end;

comment on function report.daily_result(text, timestamptz, timestamptz, text) is
    'One row per account (or of one alone), day of the time zone and asset with a posting: what prices gave, fees, funding and the other lines, and what is no result; + into the wallet, − out of it. Where is_booked is false the opening of the books is all there is of the day.';

drop function if exists report.realized_pnl_by_day_and_symbol(text, timestamptz, timestamptz);
drop function if exists report.realized_pnl_by_day_and_symbol(text, timestamptz, timestamptz, text);

create function report.realized_pnl_by_day_and_symbol(
    time_zone text,
    from_time timestamptz default '-infinity',
    until_time timestamptz default 'infinity',
    only_account text default null
)
returns table (
    account_id text,
    day date,
    symbol text,
    asset text,
    realized_pnl numeric,
    trading_fees numeric,
    rebates numeric,
    funding numeric,
    liquidation numeric,
    net_result numeric
)
language sql stable parallel safe
begin atomic
    select
        posting.account_id,
        (posting.posted_at at time zone realized_pnl_by_day_and_symbol.time_zone)::date as day,
        posting.symbol,
        posting.asset,
        coalesce(sum(posting.realized_pnl), 0),
        coalesce(sum(posting.trading_fees), 0),
        coalesce(sum(posting.rebates), 0),
        coalesce(sum(posting.funding), 0),
        coalesce(sum(posting.liquidation), 0),
        sum(posting.net_result)

    from ledger.summed_posting(
        realized_pnl_by_day_and_symbol.time_zone,
        realized_pnl_by_day_and_symbol.from_time,
        realized_pnl_by_day_and_symbol.until_time,
        realized_pnl_by_day_and_symbol.only_account
    ) as posting

    where posting.net_result is not null

    group by
        posting.account_id,
        2,
        posting.symbol,
        posting.asset;
end;

comment on function report.realized_pnl_by_day_and_symbol(text, timestamptz, timestamptz, text) is
    'One row per account (or of one alone), day of the time zone, contract and asset with a result: what prices gave, and what was paid and received beside it; + into the wallet, − out of it. An empty symbol is what belongs to no contract.';
