-- Quotes as one JSON parameter → the table. A price that is there already stays as it is, but that a longer
-- file may show how long it holds; another price for the same time replaces it. One row per quote that
-- changed anything.
with given as (
    select
        base_asset,
        quote_asset,
        quality,
        quoted_at,
        stands_until,
        price,
        source

    from json_populate_recordset(null::price.quote, :quotes::json)
),

known as (
    select
        given.*,
        quote.price as known_price

    from given

    left join price.quote
        on quote.account_id = :account_id
        and given.base_asset = quote.base_asset
        and given.quote_asset = quote.quote_asset
        and given.quality = quote.quality
        and given.quoted_at = quote.quoted_at

    where
        quote.price is null
        or quote.price <> given.price
        or (quote.quality = 'peg' and quote.source <> given.source)
        or quote.stands_until < given.stands_until
),

written as (
    insert into price.quote as quote (
        account_id, base_asset, quote_asset, quality, quoted_at, stands_until, price, source, fetched_at
    )
    select
        :account_id,
        base_asset,
        quote_asset,
        quality,
        quoted_at,
        stands_until,
        price,
        source,
        :fetched_at::timestamptz

    from known

    on conflict (account_id, base_asset, quote_asset, quality, quoted_at) do update set
        price = excluded.price,
        source = excluded.source,
        fetched_at = excluded.fetched_at,
        stands_until = greatest(quote.stands_until, excluded.stands_until)

    returning 1
)

select
    count(*) filter (where known_price is null)::integer as added,
    count(*) filter (where known_price <> price)::integer as replaced

from known
