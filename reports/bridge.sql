--! title: Bridge between treatments
--! grain: per account and asset one row per treatment (what = total), each followed by the items that lead to
--!   the next one (what = item)
--! parameters: from, until, time_zone, account
--! sign: + profit, − loss, in every column: a fee paid is negative here
--! units: amounts in the row's asset; assets are never added up or converted
--! note: A treatment is a lot method (average, fifo, lifo, hifo), fees outside (an expense when paid) or
--!   inside (the opening share and the closing share count when the piece they belong to is closed), and
--!   funding as its own item (when settled) or inside (when the quantity that received it is closed). amount
--!   of a total is realized_pnl + fees + funding + unassigned_funding. A total plus the items after it is the
--!   next total, to the last digit; items of zero are left out. The first total is the cash that the books
--!   hold. Treatments differ by what positions hold that are open at the beginning or the end of the period,
--!   and over a span from flat to flat not at all. Unassigned funding belongs to no position for certain, and
--!   is the same in all. Lots that were stranded count as open. Liquidation charges, rewards and transfers
--!   are in no treatment. What rests on a cash statement or on fills that were not read is empty.
--! trace: postings when step = 1 where account_id = :account and asset = :asset and posted_at < :until
--!     and coalesce(realized_pnl, trading_fees, rebates, funding) is not null
--!   giving realized_pnl filter (where :what = 'total' and posted_at >= :from)
--!   giving fee_amount = sum(coalesce(trading_fees, rebates)) filter (where :what = 'total'
--!     and posted_at >= :from)
--!   giving funding_amount = sum(funding) filter (where :what = 'total' and posted_at >= :from) ;
--!   disposals when step = 2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17 where account_id = :account
--!     and (method = :method or :what = 'item') and closed_at < :until
--!     and (asset = :asset or exists (
--!       select from ledger.disposal_amount as other
--!       where other.account_id = disposal.account_id and other.method = disposal.method
--!         and other.symbol = disposal.symbol
--!         and other.position_side = disposal.position_side and other.fill_key = disposal.fill_key
--!           and other.piece = disposal.piece
--!         and other.asset = :asset))
--!   giving realized_pnl = sum(realized_pnl) filter (where :what = 'total' and asset = :asset
--!     and closed_at >= :from)
--!   giving fee_amount = case when :what = 'total' and :fees = 'inside' then
--!       -coalesce(sum(opening_fee + closing_fee) filter (where asset = :asset and closed_at >= :from), 0)
--!       - coalesce((select sum(amount) from ledger.disposal_amount
--!       inner join ledger.disposal using (account_id, method, symbol, position_side, fill_key, piece)
--!       where account_id = :account and method = :method and disposal_amount.asset = :asset
--!         and kind <> 'funding'
--!         and closed_at >= :from and closed_at < :until), 0)
--!     when :what = 'total' then -(select sum(fee) from history.fill where account_id = :account
--!       and fee_asset = :asset
--!       and posted_at >= :from and posted_at < :until) end
--!   giving funding_amount = case when :what = 'total' and :funding = 'inside' then
--!       coalesce(sum(funding) filter (where asset = :asset and closed_at >= :from), 0)
--!       + coalesce((select sum(amount) from ledger.disposal_amount
--!       inner join ledger.disposal using (account_id, method, symbol, position_side, fill_key, piece)
--!       where account_id = :account and method = :method and disposal_amount.asset = :asset
--!         and kind = 'funding'
--!         and closed_at >= :from and closed_at < :until), 0)
--!     when :what = 'total' then
--!       coalesce((select sum(amount) from history.income where account_id = :account and asset = :asset
--!         and kind = 'funding'
--!         and posted_at >= :from and posted_at < :until), 0)
--!       - coalesce((select sum(amount) from ledger.unassigned_funding where account_id = :account
--!         and asset = :asset
--!         and posted_at >= :from and posted_at < :until), 0) end
--!   giving unassigned_funding = case when :what = 'total' then (
--!     select sum(amount) from ledger.unassigned_funding where account_id = :account and asset = :asset
--!       and posted_at >= :from and posted_at < :until) end ;
--!   fills where account_id = :account and fee_asset = :asset and posted_at < :until ;
--!   income where account_id = :account and asset = :asset and kind = 'funding' and posted_at < :until ;
--!   postings when step = 2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17 where account_id = :account
--!     and asset = :asset and posted_at < :until
--!     and coalesce(realized_pnl, trading_fees, rebates, funding) is not null

with treatment (step, method, fees, funding) as (
    values
        (2, 'average', 'outside', 'own'),
        (3, 'average', 'inside', 'own'),
        (4, 'average', 'inside', 'inside'),
        (5, 'average', 'outside', 'inside'),
        (6, 'fifo', 'outside', 'inside'),
        (7, 'fifo', 'inside', 'inside'),
        (8, 'fifo', 'inside', 'own'),
        (9, 'fifo', 'outside', 'own'),
        (10, 'lifo', 'outside', 'own'),
        (11, 'lifo', 'inside', 'own'),
        (12, 'lifo', 'inside', 'inside'),
        (13, 'lifo', 'outside', 'inside'),
        (14, 'hifo', 'outside', 'inside'),
        (15, 'hifo', 'inside', 'inside'),
        (16, 'hifo', 'inside', 'own'),
        (17, 'hifo', 'outside', 'own')
),

booked as materialized (
    select
        account_id,
        asset,
        is_before,
        sum(realized_pnl) as realized_pnl,
        sum(coalesce(trading_fees, rebates)) filter (where kind = 'rebate') as rebates,
        sum(coalesce(trading_fees, rebates)) filter (where kind <> 'rebate') as fees,
        sum(funding) as funding

    from (
        select
            before.*,
            true as is_before

        from ledger.summed_posting(:time_zone, '-infinity', :from, :account) as before

        union all

        select
            inside.*,
            false

        from ledger.summed_posting(:time_zone, :from, :until, :account) as inside
    ) as posting

    where coalesce(realized_pnl, trading_fees, rebates, funding) is not null

    group by
        account_id,
        asset,
        is_before
),

closed as materialized (
    select
        account_id,
        asset,
        method,
        is_before,
        sum(realized_pnl) as realized_pnl,
        -sum(fees) as fees,
        sum(funding) as funding

    from (
        select
            before.*,
            true as is_before

        from ledger.day_disposed(:time_zone, '-infinity', :from, :account) as before

        union all

        select
            inside.*,
            false

        from ledger.day_disposed(:time_zone, :from, :until, :account) as inside
    ) as disposal

    group by
        account_id,
        asset,
        method,
        is_before
),

-- Everything that any treatment counts, signed + gain, − cost, of the time before the period and during it.
-- What is the same for all methods has none. Each part is summed where it is read: all of them in one list
-- would be sorted on the disk.
counted as (
    select
        booked.account_id,
        booked.asset,
        '' as method,
        part.measure,
        booked.is_before,
        part.amount

    from booked

    cross join lateral (
        values
            ('booked_pnl', booked.realized_pnl),
            ('booked_rebates', booked.rebates),
            ('booked_fees', booked.fees),
            ('booked_funding', booked.funding)
    ) as part (measure, amount)

    union all

    select
        account_id,
        fee_asset,
        '',
        'fees_paid',
        is_before,
        -sum(fee)

    from (
        select
            before.*,
            true as is_before

        from ledger.day_filled(:time_zone, '-infinity', :from, :account) as before

        union all

        select
            inside.*,
            false

        from ledger.day_filled(:time_zone, :from, :until, :account) as inside
    ) as fill

    group by
        account_id,
        fee_asset,
        is_before

    union all

    select
        account_id,
        asset,
        '',
        'funding_settled',
        posted_at < :from,
        sum(amount)

    from history.income

    where kind = 'funding'
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        asset,
        posted_at < :from

    union all

    select
        account_id,
        asset,
        '',
        'funding_unassigned',
        posted_at < :from,
        sum(amount)

    from ledger.unassigned_funding

    where posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        asset,
        posted_at < :from

    union all

    select
        closed.account_id,
        closed.asset,
        closed.method,
        part.measure,
        closed.is_before,
        part.amount

    from closed

    cross join lateral (
        values
            ('realized', closed.realized_pnl),
            ('fees_released', closed.fees),
            ('funding_released', closed.funding)
    ) as part (measure, amount)
),

summed as (
    select
        account_id,
        asset,
        method,
        measure,
        coalesce(sum(amount) filter (where not is_before), 0) as during,
        coalesce(sum(amount) filter (where is_before), 0) as before

    from counted

    group by
        account_id,
        asset,
        method,
        measure
),

overall as (
    select
        account_id,
        asset,
        coalesce(sum(during) filter (where measure = 'booked_pnl'), 0) as booked_pnl,
        coalesce(sum(during) filter (where measure = 'booked_rebates'), 0) as booked_rebates,
        coalesce(sum(during) filter (where measure = 'booked_fees'), 0) as booked_fees,
        coalesce(sum(during) filter (where measure = 'booked_funding'), 0) as booked_funding,
        coalesce(sum(during) filter (where measure = 'fees_paid'), 0) as fees_paid,
        coalesce(sum(before) filter (where measure = 'fees_paid'), 0) as fees_paid_before,
        coalesce(sum(during) filter (where measure = 'funding_settled'), 0) as settled,
        coalesce(sum(before) filter (where measure = 'funding_settled'), 0) as settled_before,
        coalesce(sum(during) filter (where measure = 'funding_unassigned'), 0) as unassigned,
        coalesce(sum(before) filter (where measure = 'funding_unassigned'), 0) as unassigned_before

    from summed

    group by
        account_id,
        asset
),

released as (
    select
        account_id,
        asset,
        method,
        coalesce(sum(during) filter (where measure = 'realized'), 0) as realized,
        coalesce(sum(before) filter (where measure = 'realized'), 0) as realized_before,
        coalesce(sum(during) filter (where measure = 'fees_released'), 0) as fees,
        coalesce(sum(before) filter (where measure = 'fees_released'), 0) as fees_before,
        coalesce(sum(during) filter (where measure = 'funding_released'), 0) as funding,
        coalesce(sum(before) filter (where measure = 'funding_released'), 0) as funding_before

    from summed

    where method <> ''

    group by
        account_id,
        asset,
        method
),

-- Each treatment with what its method has realized and released, and with what positions hold at both ends of
-- the period.
treated as (
    select
        overall.account_id,
        overall.asset,
        treatment.step,
        treatment.method,
        treatment.fees,
        treatment.funding,
        coalesce(released.realized, 0) as realized,
        case treatment.fees when 'outside' then overall.fees_paid else coalesce(released.fees, 0) end as fee_amount,
        case treatment.funding
            when 'own' then overall.settled - overall.unassigned
            else coalesce(released.funding, 0)
        end as funding_amount,
        overall.unassigned,
        coalesce(released.realized_before, 0) as realized_before,
        coalesce(released.realized_before + released.realized, 0) as realized_until,
        coalesce(released.funding_before, 0) as funding_before,
        coalesce(released.funding_before + released.funding, 0) as funding_until,
        overall.fees_paid_before - coalesce(released.fees_before, 0) as fees_held_at_begin,
        overall.fees_paid_before + overall.fees_paid
            - coalesce(released.fees_before + released.fees, 0) as fees_held_at_end,
        overall.settled_before - overall.unassigned_before
            - coalesce(released.funding_before, 0) as funding_held_at_begin,
        overall.settled_before + overall.settled - overall.unassigned_before - overall.unassigned
            - coalesce(released.funding_before + released.funding, 0) as funding_held_at_end

    from overall

    cross join treatment

    left join released
        on overall.account_id = released.account_id
        and overall.asset = released.asset
        and treatment.method = released.method
),

line as (
    select
        account_id,
        asset,
        1 as step,
        0 as item,
        'total' as what,
        'cash of the books' as description,
        '' as method,
        'outside' as fees,
        'own' as funding,
        booked_pnl as realized_pnl,
        booked_fees + booked_rebates as fee_amount,
        booked_funding as funding_amount,
        0 as unassigned,
        booked_pnl + booked_fees + booked_rebates + booked_funding as amount

    from overall

    union all

    select
        account_id,
        asset,
        step,
        0,
        'total',
        'treatment',
        method,
        fees,
        funding,
        realized,
        fee_amount,
        funding_amount,
        unassigned,
        realized + fee_amount + funding_amount + unassigned

    from treated

    union all

    select
        first.account_id,
        first.asset,
        1,
        item.number,
        'item',
        item.description,
        '',
        '',
        '',
        null,
        null,
        null,
        null,
        item.amount

    from treated as first

    inner join overall
        on first.account_id = overall.account_id
        and first.asset = overall.asset

    cross join lateral (
        values
            (1, 'realized PnL of the fills less that of the cash: what the venue cuts off, and cash of another period', first.realized - overall.booked_pnl),
            (2, 'fees of the fills less those of the cash', overall.fees_paid - overall.booked_fees),
            (3, 'rebates that belong to no fill', -overall.booked_rebates),
            (4, 'funding rows less the funding booked', overall.settled - overall.booked_funding)
    ) as item (number, description, amount)

    where first.step = 2
        and item.amount <> 0

    union all

    select
        one.account_id,
        one.asset,
        one.step,
        item.number,
        'item',
        item.description,
        '',
        '',
        '',
        null,
        null,
        null,
        null,
        item.amount

    from treated as one

    inner join treated as next
        on one.account_id = next.account_id
        and one.asset = next.asset
        and one.step + 1 = next.step

    cross join lateral (
        values
            (
                1,
                'opening fees of positions open at the end',
                case
                    when one.fees = next.fees then 0
                    when next.fees = 'inside' then -one.fees_held_at_end
                    else one.fees_held_at_end
                end
            ),
            (
                2,
                'opening fees of positions open at the beginning',
                case
                    when one.fees = next.fees then 0
                    when next.fees = 'inside' then one.fees_held_at_begin
                    else -one.fees_held_at_begin
                end
            ),
            (
                3,
                'funding held by positions open at the end',
                case
                    when one.funding = next.funding then 0
                    when next.funding = 'inside' then -one.funding_held_at_end
                    else one.funding_held_at_end
                end
            ),
            (
                4,
                'funding held by positions open at the beginning',
                case
                    when one.funding = next.funding then 0
                    when next.funding = 'inside' then one.funding_held_at_begin
                    else -one.funding_held_at_begin
                end
            ),
            (
                5,
                'cost of lots open at the end: by ' || next.method || ' less by ' || one.method,
                case when one.method = next.method then 0 else next.realized_until - one.realized_until end
            ),
            (
                6,
                'cost of lots open at the beginning: by ' || one.method || ' less by ' || next.method,
                case when one.method = next.method then 0 else one.realized_before - next.realized_before end
            ),
            (
                7,
                'funding of lots open at the end: by ' || one.method || ' less by ' || next.method,
                case
                    when one.method = next.method or one.funding = 'own' then 0
                    else next.funding_until - one.funding_until
                end
            ),
            (
                8,
                'funding of lots open at the beginning: by ' || next.method || ' less by ' || one.method,
                case
                    when one.method = next.method or one.funding = 'own' then 0
                    else one.funding_before - next.funding_before
                end
            )
    ) as item (number, description, amount)

    where item.amount <> 0
),

known as materialized (
    select
        account_id,
        report.knows_cash(account_id, :from, :until) as knows_cash,
        report.knows_fills(account_id, :from, :until) as knows_fills

    from raw.account

    where :account::text is null or account_id = :account
)

select
    line.account_id as account,
    asset as asset,
    step::text as step,
    what as what,
    nullif(method, '') as method,
    nullif(fees, '') as fees,
    nullif(funding, '') as funding,
    description as description,
    case when is_measured then report.plain(realized_pnl) end as realized_pnl,
    case when is_measured then report.plain(fee_amount) end as fee_amount,
    case when is_measured and knows_cash then report.plain(funding_amount) end as funding_amount,
    case when is_measured and knows_cash then report.plain(unassigned) end as unassigned_funding,
    case when is_measured and knows_cash and (is_cash or knows_fills) then report.plain(amount) end as amount

from line

inner join known
    on line.account_id = known.account_id

-- The first total is the cash; all others rest on fills, and their funding on cash.
cross join lateral (
    select
        line.step = 1 and line.what = 'total' as is_cash,
        case when line.step = 1 and line.what = 'total' then known.knows_cash else known.knows_fills end as is_measured
) as rest

order by
    line.account_id collate "C",
    line.asset collate "C",
    line.step,
    line.item
