-- The public funding rates of the settlements before a time, as a digest.
select
    coalesce(
        sum(
            hashtextextended(
                concat_ws(' ', symbol, settled_at at time zone 'UTC', rate, coalesce(mark_price::text, '-'), is_regular), 2
            )
        ),
        0
    )::text as digest

from price.funding_rate

where account_id = :account_id and settled_at < :until::timestamptz
