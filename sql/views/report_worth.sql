-- Equity in the reporting currency: of each day, at the prices of its end.
drop function if exists report.daily_value(text, timestamptz, timestamptz) cascade;

create function report.daily_value(time_zone text, from_time timestamptz, until_time timestamptz)
returns table (
    account_id text,
    currency text,
    day date,
    equity_before numeric,
    equity numeric,
    flow numeric,
    missing text
)
language sql stable parallel safe
as $$
with equities as (
    select
        daily_equity.account_id,
        daily_equity.day,
        daily_equity.equity_before is null and daily_equity.is_first as is_opened_within,
        daily_equity.transfers is not null as is_read,
        case when daily_equity.equity_before = 0 then 0 else daily_equity.equity_before * before.price end as value_before,
        case when daily_equity.equity = 0 then 0 else daily_equity.equity * closing.price end as value,
        case
            when daily_equity.equity = 0 then null
            when daily_equity.equity is null then 'no mark of ' || daily_equity.without_mark
            when closing.asset is null then daily_equity.asset || ' is not valued at that time'
            else closing.missing
        end as missing,
        daily_equity.equity <> 0 and coalesce(closing.due_at > valued_until.until, false) as is_not_due

    from report.daily_equity(daily_value.time_zone, daily_value.from_time, daily_value.until_time) as daily_equity

    left join report.last_snapshot
        on daily_equity.account_id = last_snapshot.account_id

    left join report.valued_until
        on daily_equity.account_id = valued_until.account_id

    left join ledger.valuation as before
        on daily_equity.account_id = before.account_id
        and daily_equity.asset = before.asset
        and report.price_minute(report.mark_time(daily_equity.begins_at, last_snapshot.taken_at)) = before.minute

    left join ledger.valuation as closing
        on daily_equity.account_id = closing.account_id
        and daily_equity.asset = closing.asset
        and report.price_minute(report.mark_time(daily_equity.ends_at, last_snapshot.taken_at)) = closing.minute
),

-- What came in and went out, at the prices of then.
flows as (
    select
        valued_entry.account_id,
        (valued_entry.posted_at at time zone daily_value.time_zone)::date as day,
        case when count(valued_entry.value) = count(*) then -sum(valued_entry.value) end as flow,
        string_agg(distinct valued_entry.missing collate "C", '; ' order by valued_entry.missing collate "C") as missing,
        coalesce(bool_or(valuation.due_at > valued_until.until), false) as is_not_due

    from report.valued_entry

    left join report.valued_until
        on valued_entry.account_id = valued_until.account_id

    left join ledger.valuation
        on valued_entry.account_id = valuation.account_id
        and valued_entry.asset = valuation.asset
        and valued_entry.minute = valuation.minute

    where valued_entry.posted_at >= daily_value.from_time
        and valued_entry.posted_at < daily_value.until_time
        and coalesce(valued_entry.transfers, valued_entry.inferred_opening, valued_entry.suspense) is not null

    group by
        valued_entry.account_id,
        2
),

-- A sum of which a part is not known is not known.
days as (
    select
        account_id,
        day,
        bool_or(is_opened_within) as is_opened_within,
        bool_and(is_read) as is_read,
        case when count(value_before) = count(*) then sum(value_before) end as value_before,
        case when count(value) = count(*) then sum(value) end as value,
        string_agg(distinct missing collate "C", '; ' order by missing collate "C") as missing,
        bool_or(is_not_due) as is_not_due

    from equities

    group by
        account_id,
        day
),

judged as (
    select
        days.account_id,
        days.day,
        case when days.is_opened_within and days.value is not null then 0 else days.value_before end as equity_before,
        days.value as equity,
        case
            when days.is_opened_within and days.value is not null then days.value
            when not days.is_read or (flows.day is not null and flows.flow is null) then null
            else coalesce(flows.flow, 0)
        end as flow,
        nullif(concat_ws('; ', days.missing, flows.missing), '') as missing,
        min(days.day) filter (where days.is_not_due or flows.is_not_due) over (partition by days.account_id) as not_due_from

    from days

    left join flows
        on days.account_id = flows.account_id
        and days.day = flows.day
)

select
    judged.account_id,
    valued.currency,
    judged.day,
    judged.equity_before,
    judged.equity,
    judged.flow,
    judged.missing

from judged

inner join raw.account
    on judged.account_id = account.account_id

cross join lateral (
    select valuation.currency

    from ledger.valuation

    where valuation.account_id = account.account_id

    limit 1
) as valued

-- A rate is due in the order of the days: what is not due yet is at the end.
where judged.not_due_from is null or judged.day < judged.not_due_from
$$;

comment on function report.daily_value(text, timestamptz, timestamptz) is
    'One row per account and day of the time zone: what all its assets were worth in the reporting currency at both ends of the day, at the prices of then, and what came in and went out of it, each at the price of its minute. A figure of which a part is not known is null, and missing says what. Days whose price is not due yet are left out. A day with whose end the books begin has no equity before, and all that was there then as its flow.';
