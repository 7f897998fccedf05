-- What open positions are worth, and the equity of each day.
drop view if exists report.mark cascade;

create view report.mark as
select
    account_id,
    symbol,
    marked_at,
    price,
    'mark' as basis

from price.mark

union all

-- What a snapshot shows beside the positions.
select
    position.account_id,
    position.symbol,
    position.taken_at,
    max(position.mark_price),
    'snapshot'

from snapshot.position

left join price.mark
    on position.account_id = mark.account_id
    and position.symbol = mark.symbol
    and position.taken_at = mark.marked_at

where position.mark_price is not null and mark.marked_at is null

group by
    position.account_id,
    position.symbol,
    position.taken_at

union all

-- A venue that shows what a position is worth shows the price with it, where the division ends.
select
    state.account_id,
    state.symbol,
    state.taken_at,
    trim_scale(report.quotient(state.position_value, state.open_size, 32)),
    'snapshot'

from snapshot.position_state as state

left join snapshot.position as shown
    on state.account_id = shown.account_id
    and state.taken_at = shown.taken_at
    and state.symbol = shown.symbol
    and shown.mark_price is not null

where state.open_size <> 0
    and shown.account_id is null
    and report.quotient(state.position_value, nullif(state.open_size, 0), 32) * state.open_size
    = state.position_value;

comment on view report.mark is 'One row per account, contract and instant of which the venue''s mark price is known.';
comment on column report.mark.account_id is 'The account whose venue said it.';
comment on column report.mark.symbol is 'The contract.';
comment on column report.mark.marked_at is 'The instant, in UTC.';
comment on column report.mark.price is 'The mark.';
comment on column report.mark.basis is 'mark: the public mark of that instant. snapshot: what the venue showed beside the position.';

drop view if exists report.last_snapshot cascade;

create view report.last_snapshot as
select
    account_id,
    max(taken_at) as taken_at,
    max(answered_at) as answered_at

from snapshot.taken

group by account_id;

comment on view report.last_snapshot is 'One row per account that was ever queried: its newest snapshot.';
comment on column report.last_snapshot.account_id is 'The account.';
comment on column report.last_snapshot.taken_at is 'The venue''s time just before the request.';
comment on column report.last_snapshot.answered_at is 'The venue''s time just after the answer.';

create or replace function report.mark_time(until_time timestamptz, last_taken_at timestamptz) returns timestamptz
language sql immutable parallel safe
return case when last_taken_at < until_time then last_taken_at else until_time end;
comment on function report.mark_time(timestamptz, timestamptz) is
    'Of which instant the marks at the end of a time are: its end, or the newest snapshot where the time goes on beyond it.';

drop function if exists report.daily_equity(text, timestamptz, timestamptz) cascade;
drop function if exists report.daily_equity(text, timestamptz, timestamptz, text) cascade;

create function report.daily_equity(
    time_zone text,
    from_time timestamptz default '-infinity',
    until_time timestamptz default 'infinity',
    only_account text default null
)
returns table (
    account_id text,
    day date,
    asset text,
    begins_at timestamptz,
    ends_at timestamptz,
    wallet numeric,
    unrealized_pnl numeric,
    equity numeric,
    equity_before numeric,
    net_result numeric,
    transfers numeric,
    inferred_opening numeric,
    conversions numeric,
    suspense numeric,
    change_of_unrealized numeric,
    open_positions bigint,
    valued_by text,
    marked_at timestamptz,
    without_mark text,
    is_first boolean
)
language sql stable parallel safe
as $$
-- Days are counted by the zone's midnights; the day before the first one is where changes begin.
with cash_spans as (
    select
        account_id,
        range_agg(tstzrange(from_time, until_time)) as spans

    from report.known_window

    where stream = 'income'
        and from_time < until_time
        and (daily_equity.only_account is null or account_id = daily_equity.only_account)

    group by account_id
),

changes as materialized (
    select
        posting.account_id,
        posting.asset,
        greatest(
            (posting.posted_at at time zone daily_equity.time_zone)::date,
            (daily_equity.from_time at time zone daily_equity.time_zone)::date - 1
        ) as day,
        sum(posting.wallet) as wallet,
        coalesce(sum(posting.net_result), 0) as net_result,
        coalesce(sum(posting.transfers), 0) as transfers,
        coalesce(sum(posting.inferred_opening), 0) as inferred_opening,
        coalesce(sum(posting.conversions), 0) as conversions,
        coalesce(sum(posting.suspense), 0) as suspense,
        bool_or(
            posting.basis <> 'inferred'
            and (posting.posted_at at time zone daily_equity.time_zone)::date
            >= (daily_equity.from_time at time zone daily_equity.time_zone)::date - 1
        ) as is_read

    from ledger.summed_posting(
        daily_equity.time_zone, '-infinity', daily_equity.until_time, daily_equity.only_account
    ) as posting

    group by
        posting.account_id,
        posting.asset,
        3
),

-- Once an account: pulled into the days, each of these would be sought again for every day.
spans as materialized (
    select
        account.account_id,
        cash_spans.spans as cash,
        (
            select min(known_window.from_time)

            from report.known_window

            where known_window.account_id = account.account_id
                and known_window.stream = 'fills'
                and known_window.from_time < known_window.until_time
        ) as fills_from,
        last_snapshot.taken_at as last_taken_at,
        least(
            (select min(entry.posted_at) from ledger.entry where entry.account_id = account.account_id),
            positions.first_posted_at
        ) as begins_at,
        -- A day of which nothing was read yet is not one.
        greatest(
            least(last_snapshot.taken_at, upper(cash_spans.spans)) - interval '1 microsecond',
            (select max(entry.posted_at) from ledger.entry where entry.account_id = account.account_id),
            positions.last_posted_at
        ) as ends_at

    from raw.account

    left join report.last_snapshot
        on account.account_id = last_snapshot.account_id

    left join cash_spans
        on account.account_id = cash_spans.account_id

    -- Series by series: one step down an index each, and not the whole of it.
    cross join lateral (
        select
            min(of_series.first_posted_at) as first_posted_at,
            max(of_series.last_posted_at) as last_posted_at

        from ledger.position_change as series

        cross join lateral (
            select
                min(change.posted_at) as first_posted_at,
                max(change.posted_at) as last_posted_at

            from ledger.position_change as change

            where change.account_id = series.account_id
                and change.symbol = series.symbol
                and change.position_side = series.position_side
        ) as of_series

        where series.account_id = account.account_id
            and series.number = 1
    ) as positions

    where daily_equity.only_account is null or account.account_id = daily_equity.only_account
),

days as (
    select
        bounds.*,
        report.mark_time(bounds.ends_at, spans.last_taken_at) as marked_at,
        -- Before anything was booked, there was nothing.
        bounds.ends_at <= spans.begins_at
        or coalesce(spans.cash && tstzrange(bounds.begins_at, bounds.ends_at), false) as is_read,
        bounds.ends_at <= spans.begins_at or coalesce(spans.fills_from < bounds.ends_at, false) as knows_fills,
        spans.begins_at >= bounds.begins_at and spans.begins_at < bounds.ends_at as is_first

    from spans

    cross join lateral (
        select
            spans.account_id,
            series.day::date as day,
            series.day::date::timestamp at time zone daily_equity.time_zone as begins_at,
            -- A time that ends within a day ends that day.
            least((series.day::date + 1)::timestamp at time zone daily_equity.time_zone, daily_equity.until_time)
                as ends_at

        from generate_series(
            (greatest(spans.begins_at, daily_equity.from_time) at time zone daily_equity.time_zone)::date - 1,
            (
                least(spans.ends_at, daily_equity.until_time - interval '1 microsecond')
                at time zone daily_equity.time_zone
            )::date,
            interval '1 day'
        ) as series (day)
    ) as bounds
),

-- Each day's open positions, at the mark of its end.
valued as (
    select
        position.account_id,
        days.day,
        position.asset,
        count(*) as open_positions,
        sum(position.quantity * mark.price - position.cost) as unrealized_pnl,
        min(mark.basis) as basis,
        string_agg(distinct position.symbol collate "C", ' ' order by position.symbol collate "C")
            filter (where mark.price is null) as without_mark

    from days

    inner join lateral report.position_at(days.ends_at) as position
        on days.account_id = position.account_id

    left join report.mark
        on position.account_id = mark.account_id
        and position.symbol = mark.symbol
        and days.marked_at = mark.marked_at

    group by
        position.account_id,
        days.day,
        position.asset
),

assets as (
    select
        account_id,
        asset

    from changes

    union

    select
        account_id,
        asset

    from valued
),

-- A venue without public marks may tell what it valued the positions at.
shown as (
    select
        equity_snapshot.account_id,
        equity_snapshot.asset,
        equity_snapshot.occurred_at,
        min(equity_snapshot.unrealized_pnl) as unrealized_pnl,
        min(equity_snapshot.total_equity - equity_snapshot.unrealized_pnl) as wallet

    from history.equity_snapshot

    where daily_equity.only_account is null or equity_snapshot.account_id = daily_equity.only_account

    group by
        equity_snapshot.account_id,
        equity_snapshot.asset,
        equity_snapshot.occurred_at
),

figures as (
    select
        days.account_id,
        days.day,
        assets.asset,
        days.begins_at,
        days.ends_at,
        days.marked_at,
        days.is_first,
        days.is_read or coalesce(bool_or(changes.is_read) over of_day, false) as is_read,
        coalesce(sum(changes.wallet) over until_then, 0) as wallet,
        coalesce(changes.net_result, 0) as net_result,
        coalesce(changes.transfers, 0) as transfers,
        coalesce(changes.inferred_opening, 0) as inferred_opening,
        coalesce(changes.conversions, 0) as conversions,
        coalesce(changes.suspense, 0) as suspense,
        changes.account_id is not null as has_postings,
        days.knows_fills,
        coalesce(valued.open_positions, 0) as open_positions,
        valued.unrealized_pnl as unrealized_at_mark,
        valued.basis,
        valued.without_mark as lacks_mark,
        shown.unrealized_pnl as shown_unrealized,
        shown.wallet as shown_wallet

    from days

    inner join assets
        on days.account_id = assets.account_id

    left join changes
        on days.account_id = changes.account_id
        and days.day = changes.day
        and assets.asset = changes.asset

    left join valued
        on days.account_id = valued.account_id
        and days.day = valued.day
        and assets.asset = valued.asset

    left join shown
        on days.account_id = shown.account_id
        and assets.asset = shown.asset
        and days.marked_at = shown.occurred_at

    window
        until_then as (
            partition by
                days.account_id,
                assets.asset
            order by days.day
        ),
        of_day as (partition by days.account_id, days.day)
),

judged as (
    select
        figures.*,
        case
            when open_positions = 0 then case when knows_fills then 0 end
            when lacks_mark is null then unrealized_at_mark
            when is_shown then shown_unrealized
        end as unrealized_pnl,
        case
            when open_positions = 0 then null
            when lacks_mark is null then basis
            when is_shown then 'venue'
        end as valued_by,
        case when not is_shown then lacks_mark end as without_mark

    from figures

    -- The venue's figure is of these positions where its wallet is that of the books. A trade of the very
    -- instant is in its figure, not in the day that ends there, and may have left the wallet as it was.
    cross join lateral (
        select
            coalesce(shown_wallet = wallet, false)
            and not exists (
                select

                from history.fill

                where fill.account_id = figures.account_id
                    and fill.posted_at = figures.marked_at
            ) as is_shown
    ) as venue
),

valued_days as (
    select
        judged.*,
        case when is_read then wallet + unrealized_pnl end as equity,
        row_number() over in_time as place,
        lag(case when is_read then wallet + unrealized_pnl end) over in_time as equity_before,
        lag(unrealized_pnl) over in_time as unrealized_before,
        lag(wallet) over in_time as wallet_before,
        lag(open_positions) over in_time as positions_before

    from judged

    window in_time as (
        partition by
            account_id,
            asset
        order by day
    )
)

select
    account_id,
    day,
    asset,
    begins_at,
    ends_at,
    case when is_read then wallet end as wallet,
    unrealized_pnl,
    equity,
    equity_before,
    case when is_read then net_result end as net_result,
    case when is_read then transfers end as transfers,
    inferred_opening,
    case when is_read then conversions end as conversions,
    case when is_read then suspense end as suspense,
    unrealized_pnl - unrealized_before as change_of_unrealized,
    open_positions,
    valued_by,
    case when open_positions > 0 and without_mark is null then marked_at end as marked_at,
    without_mark,
    is_first

from valued_days

-- The first day of all is the one before anything was there.
where place > 1
    and begins_at >= daily_equity.from_time
    and (has_postings or wallet <> 0 or wallet_before <> 0 or open_positions > 0 or positions_before > 0)
$$;

comment on function report.daily_equity(text, timestamptz, timestamptz, text) is
    'One row per account (or of one alone), day of the time zone and asset that something of was there: the wallet at the day''s end, the unrealized PnL of open positions at the mark of that instant, both together, and what moved them. A day that was not read, and one of which a mark is missing, has no equity; without_mark names the contracts. The day that is not over is valued at the marks of the newest snapshot: marked_at. valued_by is mark, snapshot, or venue for its own figure; null where nothing is open. is_first says that the account''s books begin on that day.';

drop function if exists report.balance_sheet(timestamptz, text);
drop function if exists report.balance_sheet(timestamptz, text, text);

create function report.balance_sheet(until_time timestamptz, only_account text, time_zone text default 'UTC')
returns table (
    account_id text,
    asset text,
    rank integer,
    side text,
    item text,
    amount numeric,
    quantity numeric,
    cost numeric,
    market_value numeric
)
language sql stable parallel safe
as $$
with booked as materialized (
    select
        account_id,
        asset,
        ledger_account,
        sum(amount) as amount

    from ledger.summed_posting(
        balance_sheet.time_zone, '-infinity', balance_sheet.until_time, balance_sheet.only_account
    )

    group by
        account_id,
        asset,
        ledger_account
),

open as (
    select
        position.account_id,
        position.asset,
        position.symbol,
        position.position_side,
        position.quantity,
        position.cost,
        position.quantity * mark.price as market_value

    from report.position_at(balance_sheet.until_time) as position

    left join report.last_snapshot
        on position.account_id = last_snapshot.account_id

    left join report.mark
        on position.account_id = mark.account_id
        and position.symbol = mark.symbol
        and mark.marked_at = report.mark_time(balance_sheet.until_time, last_snapshot.taken_at)

    where balance_sheet.only_account is null or position.account_id = balance_sheet.only_account
)

select
    account_id,
    asset,
    1 as rank,
    'assets' as side,
    'wallet' as item,
    amount,
    null::numeric as quantity,
    null::numeric as cost,
    null::numeric as market_value

from booked

where ledger_account like 'assets:%'

union all

select
    account_id,
    asset,
    2,
    'assets',
    'position ' || symbol || ' ' || position_side,
    market_value - cost,
    quantity,
    cost,
    market_value

from open

union all

select
    account_id,
    asset,
    3,
    'equity',
    ledger_account,
    -amount,
    null,
    null,
    null

from booked

where ledger_account not like 'assets:%'

union all

select
    account_id,
    asset,
    4,
    'equity',
    'unrealized_pnl',
    case when count(market_value) = count(*) then sum(market_value - cost) end,
    null,
    null,
    null

from open

group by
    account_id,
    asset
$$;

comment on function report.balance_sheet(timestamptz, text, text) is
    'One row per account, asset and item just before the time: the wallet and open positions on the side assets, and on the side equity where they came from; amounts in the asset. Of one account, or of all (null). Where a mark is missing, the amount and market_value of the position are null, and so is the unrealized PnL. The zone changes no figure: with that of the configuration, days that are summed are read as sums.';
