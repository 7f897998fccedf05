-- The prices that may hold in a span: everybody's, and those of the account's own venue.
select
    base_asset,
    quote_asset,
    quality,
    quoted_at,
    stands_until,
    price,
    source

from price.quote

where
    account_id in ('', :account_id)
    and quoted_at <= :last_minute::timestamptz
    -- The newest of a daily series is needed beyond its end, to say when the next one is due.
    and stands_until > :first_minute::timestamptz - case when quality = 'day' then interval '14 days' else interval '0' end

order by
    account_id collate "C",
    base_asset collate "C",
    quote_asset collate "C",
    quality collate "C",
    quoted_at
