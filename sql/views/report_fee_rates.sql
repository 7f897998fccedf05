-- At which rate each fill was charged, and at which its neighbours were. No venue tells rates of the past, so
-- they are read from the fees themselves: fee = value × rate, cut or rounded at the venue's last decimal.
create or replace function report.is_charged_at(rate numeric, fee numeric, value numeric, unit numeric) returns boolean
language sql immutable parallel safe
return abs(value * rate - fee) <= unit;
comment on function report.is_charged_at(numeric, numeric, numeric, numeric) is
    'Whether value × rate is the fee, but for at most one unit of its last decimal.';

-- Rates are some hundredths of a percent, and have four decimals or five; discounts of some percent make up
-- to seven of them. The nearest rate is tried at each number of decimals: if any fits, it does.
create or replace function report.fee_rate(fee numeric, value numeric, unit numeric) returns numeric
language sql immutable parallel safe
return trim_scale(case
    when report.is_charged_at(round(fee / nullif(value, 0), 4), fee, value, unit) then round(fee / nullif(value, 0), 4)
    when report.is_charged_at(round(fee / nullif(value, 0), 5), fee, value, unit) then round(fee / nullif(value, 0), 5)
    when report.is_charged_at(round(fee / nullif(value, 0), 6), fee, value, unit) then round(fee / nullif(value, 0), 6)
    when report.is_charged_at(round(fee / nullif(value, 0), 7), fee, value, unit) then round(fee / nullif(value, 0), 7)
end);
comment on function report.fee_rate(numeric, numeric, numeric) is
    'The shortest rate, of four to seven decimals, at which value × rate is the fee; null where there is none.';

drop function if exists report.charged_fill(text, timestamptz, timestamptz);
drop function if exists report.recomputed_fee(text, timestamptz, timestamptz);

create function report.recomputed_fee(
    account text, from_time timestamptz default '-infinity', until_time timestamptz default 'infinity'
)
returns table (
    account_id text,
    record_key text,
    symbol text,
    role text,
    fee_asset text,
    occurred_at timestamptz,
    value numeric,
    fee numeric,
    unit numeric,
    apart text,
    rate numeric
)
language sql stable parallel safe
as $$
with forced_order as (
    select distinct
        account_id,
        symbol,
        order_id

    from history.forced_order

    where order_id <> ''
        and posted_at < recomputed_fee.until_time
        and (recomputed_fee.account is null or account_id = recomputed_fee.account)
),

executed as (
    select
        fill.account_id,
        fill.record_key,
        fill.symbol,
        case when fill.is_maker then 'maker' when not fill.is_maker then 'taker' else '' end as role,
        fill.fee_asset,
        fill.occurred_at,
        fill.value,
        fill.fee,
        tolerance.trade_cash as unit,
        case
            when forced_order.order_id is not null then 'forced'
            when fill.fee_asset is distinct from coalesce(fill.margin_asset, instrument.margin_asset) then 'other_asset'
        end as apart

    from history.fill

    inner join ledger.tolerance
        on fill.account_id = tolerance.account_id

    left join raw.instrument
        on fill.account_id = instrument.account_id
        and fill.symbol = instrument.symbol

    left join forced_order
        on fill.account_id = forced_order.account_id
        and fill.symbol = forced_order.symbol
        and fill.order_id = forced_order.order_id

    where fill.posted_at >= recomputed_fee.from_time
        and fill.posted_at < recomputed_fee.until_time
        and (recomputed_fee.account is null or fill.account_id = recomputed_fee.account)
)

select
    executed.*,
    case when apart is null then report.fee_rate(fee, value, unit) end

from executed
$$;
comment on function report.recomputed_fee(text, timestamptz, timestamptz) is
    'One row per fill that the books count from from_time until before until_time (of one account, or of all: null), with the rate that its fee is of its value, as report.fee_rate finds it. apart says why there is none to be found: other_asset (the fee is in another asset than the value) or forced (an order that the venue placed); else it is null. unit is one of the last decimal that the venue keeps.';

create function report.charged_fill(
    account text, from_time timestamptz default '-infinity', until_time timestamptz default 'infinity'
)
returns table (
    account_id text,
    record_key text,
    symbol text,
    role text,
    fee_asset text,
    occurred_at timestamptz,
    value numeric,
    fee numeric,
    kind text,
    spell bigint,
    usual_rate numeric,
    rate numeric,
    expected_fee numeric
)
language sql stable parallel safe
as $$
-- Read twice. Where it is not kept, a million fills take minutes: the planner then joins them row by row.
with named as materialized (
    select
        recomputed_fee.*,
        (occurred_at at time zone 'UTC')::date as day

    from report.recomputed_fee(charged_fill.account, charged_fill.from_time, charged_fill.until_time)
),

day_rates as (
    select
        account_id,
        symbol,
        role,
        fee_asset,
        day,
        rate,
        count(*) as fills,
        sum(value) as value

    from named

    where apart is null

    group by
        account_id,
        symbol,
        role,
        fee_asset,
        day,
        rate
),

-- A rate is known from three fills on. What the venue shows of now is no part of it: which contract it was
-- asked for depends on how often it was, and the same history must give the same rows.
known as (
    select
        day_rates.*,
        rate is not null and sum(fills) over (
            partition by
                account_id,
                symbol,
                role,
                fee_asset,
                rate
        ) >= 3 as is_known

    from day_rates
),

-- What the day's fills were charged, of the known rates.
days as (
    select distinct on (account_id, symbol, role, fee_asset, day)
        account_id,
        symbol,
        role,
        fee_asset,
        day,
        case when is_known then rate end as usual_rate

    from known

    order by
        account_id,
        symbol,
        role,
        fee_asset,
        day,
        is_known desc,
        fills desc,
        value desc,
        rate
),

counted as (
    select
        days.*,
        count(usual_rate) over (series order by day) as known_before,
        count(usual_rate) over (series order by day desc) as known_after

    from days

    window series as (
        partition by
            account_id,
            symbol,
            role,
            fee_asset
    )
),

-- A day without one has that of the day before it, or behind it.
filled as (
    select
        account_id,
        symbol,
        role,
        fee_asset,
        day,
        coalesce(
            max(usual_rate) over (partition by account_id, symbol, role, fee_asset, known_before),
            max(usual_rate) over (partition by account_id, symbol, role, fee_asset, known_after)
        ) as usual_rate

    from counted
),

neighbours as (
    select
        filled.*,
        lag(usual_rate) over series as rate_before,
        lead(usual_rate) over series as rate_after

    from filled

    window series as (
        partition by
            account_id,
            symbol,
            role,
            fee_asset
        order by day
    )
),

spells as (
    select
        neighbours.*,
        count(*) filter (where usual_rate <> rate_before) over (
            partition by
                account_id,
                symbol,
                role,
                fee_asset
            order by day
        ) as spell

    from neighbours
),

judged as (
    select
        named.*,
        spells.usual_rate,
        spells.spell,
        -- Rates change within a day: what was charged as on the day before or behind is of its spell.
        case
            when named.apart is not null or spells.usual_rate is null then 0
            when report.is_charged_at(spells.usual_rate, named.fee, named.value, named.unit) then 0
            when report.is_charged_at(spells.rate_before, named.fee, named.value, named.unit) then -1
            when report.is_charged_at(spells.rate_after, named.fee, named.value, named.unit) then 1
        end as step,
        spells.rate_before,
        spells.rate_after

    from named

    left join spells
        on named.account_id = spells.account_id
        and named.symbol = spells.symbol
        and named.role = spells.role
        and named.fee_asset = spells.fee_asset
        and named.day = spells.day
        and named.apart is null
),

placed as (
    select
        judged.*,
        case step when -1 then rate_before when 1 then rate_after else usual_rate end as own_usual_rate

    from judged
)

select
    account_id,
    record_key,
    symbol,
    role,
    fee_asset,
    occurred_at,
    value,
    fee,
    case
        when apart is not null then apart
        when usual_rate is null then 'too_few'
        when step is null then 'other_rate'
        else 'usual_rate'
    end,
    spell + coalesce(step, 0),
    own_usual_rate,
    case when step is null or usual_rate is null then rate else own_usual_rate end,
    trunc(value * own_usual_rate, scale(unit))

from placed
$$;

comment on function report.charged_fill(text, timestamptz, timestamptz) is
    'One row per fill that the books count from from_time until before until_time (of one account, or of all: null): at which rate it was charged, and at which its neighbours were. kind is usual_rate, other_rate, too_few (no known rate to compare with), other_asset (the fee is in another asset than the value) or forced (an order that the venue placed). spell counts the usual rates of its account, contract, role and fee asset from 0; usual_rate is the neighbours'' rate, expected_fee what it makes of the fill, cut at the venue''s last decimal. rate is null where no rate of seven decimals gives the fee.';
