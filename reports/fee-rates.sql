--! title: Fee rates
--! grain: one row per account, contract, role, fee asset and run of fills at one rate in the period
--! parameters: from, until, time_zone, account
--! sign: fee and expected_fee: − paid, + a rebate; difference: − is what it cost more; a rate below zero is a
--!   rebate
--! units: turnover in the contract's quote asset, fees in fee_asset; rates are fractions of the turnover: a
--!   hundredth is 1 %
--! note: No venue tells the rates of the past, so they are read from the fees: the shortest rate, of four
--!   to seven decimals, at which turnover × rate is the fee but for one unit of the venue's last decimal. A
--!   rate is known from three fills on, or where the venue shows it. kind is usual_rate where fills were
--!   charged at the known rate of most fills of their day (UTC), or of the day before or behind it, since
--!   rates change within a day; a new usual rate begins a new row. other_rate are the fills among them that
--!   were not: usual_rate is what their neighbours were charged, expected_fee what the same rate makes of
--!   them, cut at the venue's last decimal, and difference is fee − expected_fee. rate is empty where no rate
--!   of seven decimals gives the fee. too_few are fills without a known rate to compare with. other_asset are
--!   fees in another asset than the turnover's: without its price no rate can be told, and none is guessed.
--!   forced are fills of orders that the venue placed, which have charges of their own: see liquidations.
--!   shown_rate is the venue's own word, as a snapshot had it last before the next usual rate.
--! trace: fills where account_id = :account and record_key in (
--!     select record_key from report.charged_fill(:account, :from, :until)
--!     where symbol = :symbol and role = coalesce(:role, '') and fee_asset = :fee_asset and kind = :kind
--!       and occurred_at >= :first_fill_at::timestamptz and occurred_at <= :last_fill_at::timestamptz
--!       and usual_rate is not distinct from :usual_rate::numeric
--!       and rate is not distinct from :rate::numeric)
--!   giving fills = count(*) giving turnover = sum(value) giving fee = -sum(fee)

with runs as (
    select
        account_id,
        symbol,
        role,
        fee_asset,
        kind,
        spell,
        usual_rate,
        rate,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as fills,
        sum(value) as turnover,
        -sum(fee) as fee,
        -sum(expected_fee) as expected_fee

    from report.charged_fill(:account::text, :from, :until)

    group by
        account_id,
        symbol,
        role,
        fee_asset,
        kind,
        spell,
        usual_rate,
        rate
),

with_ends as (
    select
        runs.*,
        coalesce(
            (
                select min(later.first_at)

                from runs as later

                where later.account_id = runs.account_id
                    and later.symbol = runs.symbol
                    and later.role = runs.role
                    and later.fee_asset = runs.fee_asset
                    and later.kind = 'usual_rate'
                    and later.spell > runs.spell
            ),
            :until
        ) as in_force_until

    from runs
)

select
    with_ends.account_id as account,
    with_ends.symbol as symbol,
    nullif(with_ends.role, '') as role,
    with_ends.fee_asset as fee_asset,
    with_ends.kind as kind,
    report.local_time(with_ends.first_at, :time_zone) as first_fill_at,
    report.local_time(with_ends.last_at, :time_zone) as last_fill_at,
    with_ends.fills::text as fills,
    report.plain(with_ends.turnover) as turnover,
    report.plain(with_ends.fee) as fee,
    report.plain(with_ends.rate) as rate,
    report.plain(shown.rate) as shown_rate,
    report.plain(with_ends.usual_rate) as usual_rate,
    case when with_ends.kind = 'other_rate' then report.plain(with_ends.expected_fee) end as expected_fee,
    case
        when with_ends.kind = 'other_rate' then report.plain(with_ends.fee - with_ends.expected_fee)
    end as difference

from with_ends

left join lateral (
    select case with_ends.role when 'maker' then fee_rate.maker_rate when 'taker' then fee_rate.taker_rate end as rate

    from snapshot.fee_rate

    where fee_rate.account_id = with_ends.account_id
        and fee_rate.symbol = with_ends.symbol
        and fee_rate.taken_at >= with_ends.first_at
        and fee_rate.taken_at < with_ends.in_force_until
        and with_ends.kind not in ('other_asset', 'forced')

    order by fee_rate.taken_at desc

    limit 1
) as shown on true

order by
    with_ends.account_id collate "C",
    with_ends.symbol collate "C",
    with_ends.role collate "C",
    with_ends.fee_asset collate "C",
    with_ends.first_at,
    with_ends.kind collate "C",
    with_ends.spell,
    with_ends.rate
