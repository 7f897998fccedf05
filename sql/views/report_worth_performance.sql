-- Returns of daily equity, in each asset or in the reporting currency.
drop function if exists report.performance(text, timestamptz, timestamptz, text, boolean);

create function report.performance(
    time_zone text, from_time timestamptz, until_time timestamptz, accounts text, in_currency boolean
)
returns table (
    account_id text,
    asset text,
    span text,
    rank integer,
    first_day date,
    last_day date,
    days integer,
    opening_equity numeric,
    closing_equity numeric,
    flows numeric,
    profit numeric,
    time_weighted_return numeric,
    money_weighted_return numeric,
    max_drawdown numeric,
    drawdown_from date,
    drawdown_until date,
    best_day date,
    best_day_return numeric,
    worst_day date,
    worst_day_return numeric,
    days_without_return bigint,
    first_day_without_return date,
    missing text
)
language sql stable parallel safe
as $$
with days as (
    select
        account_id,
        asset,
        day,
        case when equity_before is null and is_first and equity is not null then 0 else equity_before end
            as equity_before,
        equity,
        case
            when equity_before is null and is_first and equity is not null then equity
            else transfers + conversions + inferred_opening + suspense
        end as flow,
        null as missing

    from report.daily_equity(performance.time_zone, performance.from_time, performance.until_time)

    where not performance.in_currency
        and (performance.accounts is null or account_id = any(performance.accounts::text[]))

    union all

    select
        account_id,
        currency,
        day,
        equity_before,
        equity,
        flow,
        missing

    from report.daily_value(performance.time_zone, performance.from_time, performance.until_time)

    where performance.in_currency
        and (performance.accounts is null or account_id = any(performance.accounts::text[]))
),

reported as (
    select account_id

    from raw.account

    where performance.accounts is null or account_id = any(performance.accounts::text[])
),

-- All together end with the first account that something is left of and that was not read on: the sum of the
-- others would be a part of it.
known_until as (
    select coalesce(min(day), 'infinity') as last_day

    from (
        select
            day,
            equity,
            max(day) over (partition by account_id) as last_day

        from days
    ) as of_account

    where day = last_day and equity is distinct from 0
),

-- A sum of which a part is not known is not known.
series as (
    select *

    from days

    union all

    select
        null,
        asset,
        day,
        case when count(equity_before) = count(*) then sum(equity_before) end,
        case when count(equity) = count(*) then sum(equity) end,
        case when count(flow) = count(*) then sum(flow) end,
        string_agg(distinct missing collate "C", '; ' order by missing collate "C")

    from days

    where (select count(*) > 1 from reported)
        and day <= (select last_day from known_until)
        and not exists (
            select

            from report.same_account

            where same_account.account_id in (select account_id from reported)
                and same_account.other_account_id in (select account_id from reported)
        )

    group by
        asset,
        day
),

measured as (
    select
        series.*,
        case
            when equity_before + greatest(flow, 0) > 0
                then report.quotient(equity - least(flow, 0), equity_before + greatest(flow, 0), 40)
            -- Nothing was there that could have earned or lost.
            when equity_before + greatest(flow, 0) = 0 and equity - least(flow, 0) = 0 then 1
        end as factor

    from series
),

whole as (
    select
        (performance.from_time at time zone performance.time_zone)::date as first_day,
        ((performance.until_time - interval '1 microsecond') at time zone performance.time_zone)::date as last_day
),

in_spans as (
    select
        measured.*,
        span.name as span,
        span.rank,
        min(measured.day) over of_span as first_day,
        max(measured.day) over of_span as last_day,
        report.link(measured.factor) over until_then as index,
        count(*) filter (where measured.factor is null) over of_span as days_without_return,
        row_number() over until_then as place

    from measured

    cross join whole

    cross join lateral (
        values
            (1, whole.first_day::text || '..' || whole.last_day::text, true),
            (2, to_char(measured.day, 'YYYY'), date_trunc('year', whole.first_day) <> date_trunc('year', whole.last_day)),
            (
                3,
                to_char(measured.day, 'YYYY-MM'),
                date_trunc('month', whole.first_day) <> date_trunc('month', whole.last_day)
            )
    ) as span (rank, name, is_part)

    where span.is_part

    window
        of_span as (
            partition by
                measured.account_id,
                measured.asset,
                span.name
        ),
        until_then as (
            partition by
                measured.account_id,
                measured.asset,
                span.name
            order by measured.day
        )
),

with_peaks as (
    select
        in_spans.*,
        greatest(1, max(index) over until_then) as peak,
        last_day - first_day + 1 as days,
        -- How many days of the span an inflow of this day is there, or an outflow is not.
        case when flow > 0 then last_day - day + 1 else last_day - day end as days_there

    from in_spans

    window until_then as (
        partition by
            account_id,
            asset,
            span
        order by day
    )
),

with_drawdowns as (
    select
        with_peaks.*,
        report.quotient(index, peak, 40) - 1 as drawdown

    from with_peaks
),

spans as (
    select
        account_id,
        asset,
        span,
        rank,
        first_day,
        last_day,
        days,
        days_without_return,
        min(day) filter (where factor is null) as first_day_without_return,
        min(equity_before) filter (where day = first_day) as opening_equity,
        min(equity) filter (where day = last_day) as closing_equity,
        case when count(flow) = count(*) then sum(flow) end as flows,
        case when count(flow) = count(*) then sum(flow * days_there) end as weighted_flows,
        string_agg(distinct missing collate "C", '; ' order by missing collate "C") as missing,
        case when days_without_return = 0 then report.link(factor order by day) - 1 end as time_weighted_return,
        case when days_without_return = 0 then min(drawdown) end as max_drawdown,
        (array_agg(day order by drawdown, day))[1] as drawdown_until,
        (array_agg(day order by factor desc, day) filter (where factor is not null))[1] as best_day,
        max(factor) - 1 as best_day_return,
        (array_agg(day order by factor, day) filter (where factor is not null))[1] as worst_day,
        min(factor) - 1 as worst_day_return

    from with_drawdowns

    group by
        account_id,
        asset,
        span,
        rank,
        first_day,
        last_day,
        days,
        days_without_return
),

-- The day with whose end the fall began: the last one at the highest point before the deepest.
falls as (
    select
        spans.account_id,
        spans.asset,
        spans.span,
        coalesce(max(high.day), spans.first_day - 1) as drawdown_from

    from spans

    left join with_drawdowns as high
        on spans.account_id is not distinct from high.account_id
        and spans.asset = high.asset
        and spans.span = high.span
        and high.day <= spans.drawdown_until
        and high.drawdown = 0
        and high.peak = high.index

    group by
        spans.account_id,
        spans.asset,
        spans.span,
        spans.first_day
)

select
    spans.account_id,
    spans.asset,
    spans.span,
    spans.rank,
    spans.first_day,
    spans.last_day,
    spans.days,
    spans.opening_equity,
    spans.closing_equity,
    spans.flows,
    spans.closing_equity - spans.opening_equity - spans.flows,
    report.rounded(spans.time_weighted_return, 10),
    case
        when spans.opening_equity * spans.days + spans.weighted_flows > 0 then report.rounded(
            report.quotient(
                (spans.closing_equity - spans.opening_equity - spans.flows) * spans.days,
                spans.opening_equity * spans.days + spans.weighted_flows,
                40
            ),
            10
        )
    end,
    report.rounded(spans.max_drawdown, 10),
    case when spans.max_drawdown < 0 then falls.drawdown_from end,
    case when spans.max_drawdown < 0 then spans.drawdown_until end,
    spans.best_day,
    report.rounded(spans.best_day_return, 10),
    spans.worst_day,
    report.rounded(spans.worst_day_return, 10),
    spans.days_without_return,
    spans.first_day_without_return,
    spans.missing

from spans

inner join falls
    on spans.account_id is not distinct from falls.account_id
    and spans.asset = falls.asset
    and spans.span = falls.span
$$;

comment on function report.performance(text, timestamptz, timestamptz, text, boolean) is
    'One row per account (null: all reported ones together), asset and span, where asset is the reporting currency if in_currency: equity at both ends, flows, profit, and returns and drawdown rounded to 10 decimals. The spans are the time, and each calendar year and month in it. accounts is an array as text; null for all. missing says which prices days of the span lack.';
