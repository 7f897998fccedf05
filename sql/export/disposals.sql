-- The closed pieces of an account's positions by one lot method, in the order of their closes, with their
-- worth in the reporting currency at the minute of the close, and the entries that the same trade's result
-- was booked by.
with booked as (
    select
        entry.symbol,
        coalesce(nullif(income.trade_id, ''), fill.fill_id, entry.record_key) as trade,
        string_agg(entry.entry_id, chr(10) order by entry.entry_id collate "C") as entry_ids

    from ledger.entry

    left join history.income
        on entry.account_id = income.account_id
        and entry.record_key = income.record_key
        and entry.stream = 'income'

    left join history.fill
        on entry.account_id = fill.account_id
        and entry.record_key = fill.record_key
        and entry.stream = 'fills'

    where entry.account_id = :account_id
        and entry.kind = 'realized_pnl'

    group by
        entry.symbol,
        coalesce(nullif(income.trade_id, ''), fill.fill_id, entry.record_key)
),

-- At average cost a piece comes from all that was opened before, so each change gets the newest opening of
-- its position so far. By the other methods a piece comes from one opening.
increased as (
    select
        symbol,
        position_side,
        number,
        record_key,
        max(occurred_at) filter (where abs(quantity_after) > abs(quantity_before) or is_opening)
            over (partition by symbol, position_side, opened order by number) as last_opened_at

    from ledger.position_change

    where account_id = :account_id
        and :method = 'average'
),

-- The closing part of a fill that crosses zero belongs to the position before it.
closed as (
    select
        symbol,
        position_side,
        record_key,
        lag(last_opened_at) over (partition by symbol, position_side order by number) as last_opened_at

    from increased
)

select
    disposal.symbol,
    disposal.position_side,
    disposal.direction,
    disposal.opened_at,
    coalesce(closed.last_opened_at, disposal.opened_at) as last_opened_at,
    disposal.closed_at,
    report.plain(disposal.quantity) as quantity,
    disposal.asset,
    report.plain(disposal.proceeds) as proceeds,
    report.plain(disposal.cost) as cost,
    report.plain(disposal.realized_pnl) as realized_pnl,
    report.plain(disposal.opening_fee) as opening_fee,
    report.plain(disposal.closing_fee) as closing_fee,
    report.plain(disposal.funding) as funding,
    valuation.currency,
    report.plain(valuation.price) as currency_price,
    valuation.quality,
    valuation.missing,
    case when disposal.is_inferred then 'inferred' else 'fill' end as basis,
    fill.fill_id,
    fill.order_id,
    disposal.fill_key,
    disposal.opening_fill_key,
    disposal.piece::text as piece,
    booked.entry_ids

from ledger.disposal

left join ledger.valuation
    on disposal.account_id = valuation.account_id
    and disposal.asset = valuation.asset
    and date_trunc('minute', disposal.closed_at) = valuation.minute

left join history.fill
    on disposal.account_id = fill.account_id
    and disposal.fill_key = fill.record_key

left join booked
    on disposal.symbol = booked.symbol
    and coalesce(fill.fill_id, disposal.fill_key) = booked.trade

left join closed
    on disposal.symbol = closed.symbol
    and disposal.position_side = closed.position_side
    and disposal.fill_key = closed.record_key

where disposal.account_id = :account_id
    and disposal.method = :method
    and disposal.closed_at >= :from
    and disposal.closed_at < :until

order by
    disposal.closed_at,
    disposal.symbol collate "C",
    disposal.closing_number,
    disposal.piece
