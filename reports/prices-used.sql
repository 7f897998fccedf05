--! title: Prices used
--! grain: one row per account, asset, minute and price that a value of the period rests on; a minute without
--!   a price has one row that says so
--! parameters: from, until, time_zone, account
--! sign: always positive
--! units: price in quote for one base; worth in the reporting currency for one of the asset
--! currency: reporting
--! changes_after_close: a price that was missing at the close may be there since
--! note: From the asset to the reporting currency, leg by leg. quoted_at is the first instant of the minute
--!   or day that the price is of: minute is the close of that minute; day the rate of that day, of the last
--!   day published before where that is a weekend or holiday of the ECB; peg what the configuration declares,
--!   for all time, so its quoted_at is empty. Where is_inverse is true the worth divides by the price. A
--!   price of an earlier period is here where a coin that was disposed of in this one was acquired then. What
--!   is held has the price of each day's last minute, which equity in the reporting currency is valued at.
--! trace: prices where account_id = :account and asset = :asset and minute = :minute::timestamptz
--!     and leg = :leg::integer
--!   giving price = max(price) ;
--!   valued_postings where account_id = :account and asset = :asset and minute = :minute::timestamptz
--!   giving worth = max(price) ;
--!   disposals where account_id = :account and asset = :asset
--!     and date_trunc('minute', closed_at) = :minute::timestamptz

with minutes as (
    select
        account_id,
        asset,
        minute

    from report.valued_entry

    where posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    union

    select
        account_id,
        asset,
        date_trunc('minute', closed_at)

    from report.valued_disposal

    where closed_at >= :from
        and closed_at < :until
        and (:account::text is null or account_id = :account)

    union

    select
        account_id,
        asset,
        date_trunc('minute', acquired_at)

    from ledger.coin_disposal

    where posted_at >= :from
        and posted_at < :until
        and acquired_at is not null
        and (:account::text is null or account_id = :account)

    union

    -- What is held at the ends of days, and at both ends of the period.
    select
        account_id,
        asset,
        minute

    from ledger.valuation

    where is_held
        and minute >= report.price_minute(:from)
        and minute < :until
        and (:account::text is null or account_id = :account)
),

prices as (
    select
        minutes.account_id,
        minutes.asset,
        minutes.minute,
        valuation.currency,
        valuation.price as worth,
        case when valuation.asset is null then 'not valued yet' else valuation.missing end as missing,
        valuation_leg.leg,
        valuation_leg.base_asset,
        valuation_leg.quote_asset,
        valuation_leg.price,
        valuation_leg.is_inverse,
        valuation_leg.quality,
        valuation_leg.quoted_at,
        valuation_leg.source

    from minutes

    left join ledger.valuation
        on minutes.account_id = valuation.account_id
        and minutes.asset = valuation.asset
        and minutes.minute = valuation.minute

    left join ledger.valuation_leg
        on minutes.account_id = valuation_leg.account_id
        and minutes.asset = valuation_leg.asset
        and minutes.minute = valuation_leg.minute

    where valuation.quality is distinct from 'none_needed'
)

select
    account_id as account,
    asset as asset,
    report.local_time(minute, :time_zone) as minute,
    leg::text as leg,
    base_asset as base,
    quote_asset as quote,
    report.plain(price) as price,
    is_inverse::text as is_inverse,
    quality as quality,
    case when quality <> 'peg' then report.local_time(quoted_at, :time_zone) end as quoted_at,
    source as source,
    report.plain(worth) as worth,
    currency as currency,
    missing as missing

from prices

order by
    prices.account_id collate "C",
    prices.asset collate "C",
    prices.minute,
    prices.leg
