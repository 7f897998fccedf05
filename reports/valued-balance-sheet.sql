--! title: Balance sheet in the reporting currency
--! grain: one row per account, asset and item at the end of the period, and the total of each side
--! parameters: until, time_zone, account
--! sign: + what is there, − what is owed; of the side equity, + where it came from
--! units: amount, quantity, cost and market_value in the row's own asset; the columns with value in their
--!   names, but market_value, in the reporting currency
--! currency: reporting
--! changes_after_close: a mark or a price that was missing at the close may be there since
--! note: As the report balance-sheet, with what each item is worth. All are valued at the price of the
--!   period's end (price_at: the last minute that was over by then), or of the last snapshot where the period
--!   goes on: value is amount × price, cost_value and value_at_mark likewise. So the values of both sides add
--!   up to the same, exactly; each entry at the price of its own minute is in valued-result. The rows with
--!   the item total add up a side over all assets: value is empty where an item has no price or no mark,
--!   unpriced counts these items, and value_of_priced is what the others come to.
--! trace: postings where account_id = :account and (:asset::text is null or asset = :asset)
--!     and posted_at < :until
--!     and (:item in ('wallet', 'unrealized_pnl', 'total') or starts_with(:item, 'position ')
--!       or ledger_account = :item) ;
--!   position_changes where account_id = :account and :item = 'position ' || symbol || ' ' || position_side
--!     and coalesce(posted_at, '-infinity') < :until
--!   giving quantity = sum(signed_quantity) ;
--!   prices where account_id = :account and asset = :asset and minute = :price_at::timestamptz

with items as (
    select
        balance_sheet.*,
        valued.currency,
        report.price_minute(report.mark_time(:until, last_snapshot.taken_at)) as minute,
        valuation.price,
        case when balance_sheet.amount = 0 then 0 else balance_sheet.amount * valuation.price end as value,
        case
            when valuation.asset is null then 'not valued at that time'
            when valuation.missing is not null then valuation.missing
            when balance_sheet.amount is null then 'no mark'
        end as missing

    from report.balance_sheet(:until, :account, :time_zone) as balance_sheet

    left join report.last_snapshot
        on balance_sheet.account_id = last_snapshot.account_id

    left join ledger.valuation
        on balance_sheet.account_id = valuation.account_id
        and balance_sheet.asset = valuation.asset
        and report.price_minute(report.mark_time(:until, last_snapshot.taken_at)) = valuation.minute

    left join lateral (
        select any_valuation.currency

        from ledger.valuation as any_valuation

        where any_valuation.account_id = balance_sheet.account_id

        limit 1
    ) as valued on true
),

sheet as (
    select
        account_id,
        asset,
        rank,
        side,
        item,
        amount,
        quantity,
        cost,
        market_value,
        currency,
        minute,
        price,
        value,
        cost * price as cost_value,
        market_value * price as value_at_mark,
        null::numeric as value_of_priced,
        case when value is null then 1 else 0 end as unpriced,
        case when value is null then missing end as missing

    from items

    union all

    select
        account_id,
        null,
        max(rank),
        side,
        'total',
        null,
        null,
        null,
        null,
        max(currency),
        max(minute),
        null,
        case when count(value) = count(*) then sum(value) end,
        null,
        null,
        sum(value),
        (count(*) - count(value))::integer,
        string_agg(distinct missing collate "C", '; ' order by missing collate "C") filter (where value is null)

    from items

    group by
        account_id,
        side
)

select
    sheet.account_id as account,
    sheet.asset as asset,
    sheet.side as side,
    sheet.item as item,
    report.plain(sheet.amount) as amount,
    report.plain(sheet.quantity) as quantity,
    report.plain(sheet.cost) as cost,
    report.plain(sheet.market_value) as market_value,
    sheet.currency as currency,
    report.local_time(sheet.minute, :time_zone) as price_at,
    report.plain(sheet.price) as price,
    report.plain(sheet.value) as value,
    report.rounded(sheet.value, 2)::text as value_rounded,
    report.plain(sheet.cost_value) as cost_value,
    report.plain(sheet.value_at_mark) as value_at_mark,
    report.plain(sheet.value_of_priced) as value_of_priced,
    sheet.unpriced::text as unpriced,
    sheet.missing as missing

from sheet

order by
    sheet.account_id collate "C",
    sheet.asset collate "C" nulls last,
    sheet.rank,
    sheet.item collate "C"
