-- The prices that changed after a close, of a time and of what one close keeps of other times (null for
-- none): by asset, how many, and the first of them.
select distinct on (revalued.asset collate "C")
    asset,
    period_name,
    (count(*) over (partition by asset))::integer as prices,
    minute as first_at,
    report.plain(closed_price) as closed_price,
    closed_currency,
    report.plain(price) as price,
    currency

from report.revalued

where account_id = :account
    and (
        closing_number = :closing_number::integer
        or minute >= :from
        and minute < :until
    )

order by
    revalued.asset collate "C",
    revalued.minute,
    revalued.closing_number
