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
    and stands_until > :first_minute::timestamptz

order by
    account_id collate "C",
    base_asset collate "C",
    quote_asset collate "C",
    quality collate "C",
    quoted_at
