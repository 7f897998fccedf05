--! title: Performance
--! grain: one row per account, asset and span; an empty account is all reported accounts together
--! parameters: from, until, time_zone, accounts
--! sign: equity is a balance; flows: + into the account, − out of it; profit and returns: + profit, − loss
--! units: opening_equity, closing_equity, flows and profit in the row's own asset; returns and drawdowns are
--!   fractions: 0.1 is 10 %
--! changes_after_close: a mark that was missing at the close may be there since
--! note: Of the report equity, day by day. The spans are the whole period, and each calendar year and month
--!   in it. flows is what came in and went out: transfers, conversions, inferred_opening and suspense; profit
--!   is closing_equity − opening_equity − flows. The return of a day is (equity + outflow) ÷ (equity of the
--!   day before + inflow) − 1: a day's net inflow counts from its beginning, a net outflow until its end.
--!   time_weighted_return_rounded links these: their product over the span, each plus 1, less 1, so what was
--!   moved in or out is no return. money_weighted_return_rounded is the modified Dietz return: profit ÷
--!   (opening_equity + flows, each weighted by the share of the days that it was there). Both are of the span
--!   as it is, never of a year. The drawdown is the deepest fall of the linked return below its highest point
--!   before, which it had at the end of drawdown_from; it ends with drawdown_until. Returns are rounded last,
--!   half to even, to 10 decimals. A day without equity (a mark is missing, or it was not read) breaks the
--!   chain, that day and the next: returns are empty then, and days_without_return and
--!   first_day_without_return say so. An account whose books begin with a position open is measured from the
--!   end of that day. Where two of the accounts are one account of the venue under two names, there are no
--!   rows of all together.
--! trace: postings where asset = :asset
--!     and posted_at < (:last_day::date + 1)::timestamp at time zone :time_zone
--!     and (:accounts::text is null or account_id = any(:accounts::text::text[]))
--!     and (:account::text is null or account_id = :account)
--!   giving wallet_at_the_end = sum(wallet)
--!   giving transfers_between = coalesce(sum(transfers)
--!     filter (where posted_at >= :first_day::date::timestamp at time zone :time_zone), 0)
--!   giving net_result_between = coalesce(sum(net_result)
--!     filter (where posted_at >= :first_day::date::timestamp at time zone :time_zone), 0)

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
        end as flow

    from report.daily_equity(:time_zone, :from, :until)

    where :accounts::text is null or account_id = any(:accounts::text::text[])
),

reported as (
    select account_id

    from raw.account

    where :accounts::text is null or account_id = any(:accounts::text::text[])
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
        case when count(flow) = count(*) then sum(flow) end

    from days

    where (select count(*) > 1 from reported)
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
        (:from::timestamptz at time zone :time_zone)::date as first_day,
        ((:until::timestamptz - interval '1 microsecond') at time zone :time_zone)::date as last_day
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
    spans.account_id as account,
    spans.asset as asset,
    spans.span as span,
    spans.first_day::text as first_day,
    spans.last_day::text as last_day,
    spans.days::text as days,
    report.plain(spans.opening_equity) as opening_equity,
    report.plain(spans.closing_equity) as closing_equity,
    report.plain(spans.flows) as flows,
    report.plain(spans.closing_equity - spans.opening_equity - spans.flows) as profit,
    report.plain(report.rounded(spans.time_weighted_return, 10)) as time_weighted_return_rounded,
    case
        when spans.opening_equity * spans.days + spans.weighted_flows > 0 then report.plain(
            report.rounded(
                report.quotient(
                    (spans.closing_equity - spans.opening_equity - spans.flows) * spans.days,
                    spans.opening_equity * spans.days + spans.weighted_flows,
                    40
                ),
                10
            )
        )
    end as money_weighted_return_rounded,
    report.plain(report.rounded(spans.max_drawdown, 10)) as max_drawdown_rounded,
    case when spans.max_drawdown < 0 then falls.drawdown_from::text end as drawdown_from,
    case when spans.max_drawdown < 0 then spans.drawdown_until::text end as drawdown_until,
    spans.best_day::text as best_day,
    report.plain(report.rounded(spans.best_day_return, 10)) as best_day_return_rounded,
    spans.worst_day::text as worst_day,
    report.plain(report.rounded(spans.worst_day_return, 10)) as worst_day_return_rounded,
    spans.days_without_return::text as days_without_return,
    spans.first_day_without_return::text as first_day_without_return

from spans

inner join falls
    on spans.account_id is not distinct from falls.account_id
    and spans.asset = falls.asset
    and spans.span = falls.span

order by
    spans.account_id collate "C" nulls first,
    spans.asset collate "C",
    spans.rank,
    spans.span collate "C"
