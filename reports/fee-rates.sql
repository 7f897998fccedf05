--! title: Fee rates
--! grain: one row per account, contract, role, fee asset and run of fills at one rate in the period
--! parameters: from, until, time_zone, account
--! sign: fee and expected_fee: − paid, + a rebate; difference: − is what it cost more; a rate below zero is a
--!   rebate
--! units: turnover in the contract's quote asset, fees in fee_asset; rates are fractions of the turnover: a
--!   hundredth is 1 %
--! note: No venue tells the rates of the past, so they are read from the fees: the shortest rate, of four
--!   to seven decimals, at which turnover × rate is the fee but for one unit of the venue's last decimal. A
--!   rate is known from three fills on. kind is usual_rate where fills were charged at the known rate of most
--!   fills of their day (UTC), or of the day before or behind it, since rates change within a day; a new
--!   usual rate begins a new row. other_rate are the fills among them that were not: usual_rate is what their
--!   neighbours were charged, expected_fee what the same rate makes of them, cut at the venue's last decimal,
--!   and difference is fee − expected_fee. rate is empty where no rate of seven decimals gives the fee.
--!   too_few are fills without a known rate to compare with. other_asset are fees in another asset than the
--!   turnover's: without its price no rate can be told, and none is guessed. forced are fills of orders that
--!   the venue placed, which have charges of their own: see liquidations.
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
)

select
    runs.account_id as account,
    runs.symbol as symbol,
    nullif(runs.role, '') as role,
    runs.fee_asset as fee_asset,
    runs.kind as kind,
    report.local_time(runs.first_at, :time_zone) as first_fill_at,
    report.local_time(runs.last_at, :time_zone) as last_fill_at,
    runs.fills::text as fills,
    report.plain(runs.turnover) as turnover,
    report.plain(runs.fee) as fee,
    report.plain(runs.rate) as rate,
    report.plain(runs.usual_rate) as usual_rate,
    case when runs.kind = 'other_rate' then report.plain(runs.expected_fee) end as expected_fee,
    case
        when runs.kind = 'other_rate' then report.plain(runs.fee - runs.expected_fee)
    end as difference

from runs

order by
    runs.account_id collate "C",
    runs.symbol collate "C",
    runs.role collate "C",
    runs.fee_asset collate "C",
    runs.first_at,
    runs.kind collate "C",
    runs.spell,
    runs.rate
