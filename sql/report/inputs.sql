-- What the reports of a period can read of an account, as a few digests: one row per span between two of the
-- bounds (0 is before the first), with how many rows it has and the sum of their hashes. A row is in the span
-- of its earliest time, so a period reads nothing but what the spans before its end hold; what says something
-- of an earlier time than its own (a cash row of its fill, a proof, the end of a position) is in the span of
-- that time, as the view says it. A row that is of no time is in the first span. The numbers tell the hashes
-- of one table from those of another; those of the large tables are in `sql/views/dated_row.sql`.
with bounds as (
    select :bounds::text::timestamptz[] as instants
),

-- What was read, as each span has it: a window that grows at its end changes the last span alone.
spans as (
    select
        places.place,
        tstzrange(bounds.instants[places.place], bounds.instants[places.place + 1]) as span

    from bounds

    cross join lateral generate_series(0, cardinality(bounds.instants)) as places (place)
),

known as (
    select
        stream,
        range_agg(tstzrange(from_time, until_time)) as known_spans

    from report.known_window

    where account_id = :account
        and from_time < until_time

    group by stream
),

first_fills as (
    select
        symbol,
        fill_id,
        min(occurred_at) as occurred_at

    from history.fill

    where account_id = :account

    group by
        symbol,
        fill_id
),

booked as (
    select
        least(
            (select min(posted_at) from ledger.entry where account_id = :account),
            (select min(posted_at) from ledger.position_change where account_id = :account)
        ) as first_at,
        greatest(
            (select max(posted_at) from ledger.entry where account_id = :account),
            (select max(posted_at) from ledger.position_change where account_id = :account)
        ) as last_at
),

inputs as (
    select
        '-infinity'::timestamptz as at,
        hash_record_extended(row(venue), 1) as hash

    from raw.account

    where account_id = :account

    union all

    select
        '-infinity',
        hash_record_extended(tolerance, 2)

    from ledger.tolerance

    where account_id = :account

    union all

    -- A report judges nothing that was never reconciled, and values nothing without a currency.
    select
        '-infinity',
        hash_record_extended(
            row(
                exists (select from ledger.reconciliation where account_id = :account),
                (select min(currency) from ledger.valuation where account_id = :account)
            ),
            3
        )

    union all

    select
        '-infinity',
        hash_record_extended(same_account, 4)

    from report.same_account

    where account_id = :account

    union all

    -- Of the contracts that were traded; the venue lists others every week.
    select
        '-infinity',
        hash_record_extended(row(symbol, margin_asset), 5)

    from raw.instrument

    where account_id = :account
        and exists (
            select

            from history.fill

            where fill.account_id = :account
                and fill.symbol = instrument.symbol
        )

    union all

    select
        from_time,
        hash_record_extended(gap, 6)

    from raw.gap

    where account_id = :account

    union all

    select
        from_time,
        hash_record_extended(row(stream, symbol, from_time, until_time, evidence, note), 7)

    from raw.window

    where account_id = :account
        and evidence in ('import', 'decision', 'silence')

    union all

    -- All others are told in the facts of the period. To what is seen of missing prices, every night adds
    -- minutes: up to when they go is told below.
    select
        coalesce(since, '-infinity'),
        hash_record_extended(
            row(
                what,
                class,
                stream,
                symbol,
                subject,
                asset,
                amount,
                reason,
                occurred_at,
                because,
                decided_at,
                case when what <> 'price' then until end
            ),
            8
        )

    from report.item

    where account_id = :account
        and (what <> 'difference' or (class = 'unexplained' and subject = 'wallet ' || asset))

    union all

    select
        from_time,
        hash_record_extended(closed_period, 9)

    from ledger.closed_period

    where account_id = :account

    union all

    -- A closed period is told of whole, in whichever part of it one looks.
    select
        closed_period.from_time,
        hash_record_extended(row(closed_period.closing_number, journal), 10)

    from ledger.closed_period

    inner join report.journal
        on closed_period.account_id = journal.account_id
        and (
            (journal.posted_at >= closed_period.from_time and journal.posted_at < closed_period.until_time)
            or (journal.occurred_at >= closed_period.from_time and journal.occurred_at < closed_period.until_time)
        )

    where closed_period.account_id = :account
        and closed_period.reopened_at is null
        -- Without a close nothing is read.
        and exists (select from ledger.closed_period where account_id = :account)

    union all

    select
        minute,
        hash_record_extended(revalued, 11)

    from report.revalued

    where account_id = :account

    union all

    select
        taken_at,
        hash_record_extended(taken, 12)

    from snapshot.taken

    where account_id = :account

    union all

    select
        taken_at,
        hash_record_extended(balance, 13)

    from snapshot.balance

    where account_id = :account

    union all

    -- A snapshot of just a period's end has a mark of it.
    select
        taken_at - interval '1 millisecond',
        hash_record_extended("position", 14)

    from snapshot.position

    where account_id = :account

    union all

    select
        taken_at,
        hash_record_extended(fee_rate, 15)

    from snapshot.fee_rate

    where account_id = :account

    union all

    select
        taken_at,
        hash_record_extended(collateral, 16)

    from snapshot.collateral

    where account_id = :account

    union all

    select
        taken_at - interval '1 millisecond',
        hash_record_extended(position_state, 17)

    from snapshot.position_state

    where account_id = :account

    union all

    select
        least(occurred_at, posted_at),
        hash_record_extended(forced_order, 20)

    from history.forced_order

    where account_id = :account

    union all

    select
        least(occurred_at, posted_at),
        hash_record_extended(margin_change, 21)

    from history.margin_change

    where account_id = :account

    union all

    select
        least(occurred_at, value_at),
        hash_record_extended(collateral_transaction, 22)

    from history.collateral_transaction

    where account_id = :account

    union all

    -- What the venue shows of a period's end belongs to the period, as the mark of it does.
    select
        occurred_at - interval '1 millisecond',
        hash_record_extended(equity_snapshot, 23)

    from history.equity_snapshot

    where account_id = :account

    union all

    -- The other account's leg may come much later.
    select
        occurred_at,
        hash_record_extended(own_transfer, 24)

    from report.own_transfer

    where account_id = :account

    union all

    -- The cash of a trade may be stamped after it.
    select
        least(date_trunc('second', trade_cash.occurred_at), first_fills.occurred_at),
        hash_record_extended(trade_cash, 25)

    from report.trade_cash

    left join first_fills
        on trade_cash.symbol = first_fills.symbol
        and trade_cash.trade_id = first_fills.fill_id

    where trade_cash.account_id = :account

    union all

    -- A position is told of to its end from its first move on.
    select
        first_move_at,
        hash_record_extended(isolated_margin_episode, 26)

    from report.isolated_margin_episode

    where account_id = :account

    union all

    select
        least(settled_at, posted_at),
        hash_record_extended(unassigned_funding, 33)

    from ledger.unassigned_funding

    where account_id = :account

    union all

    select
        least(disposed_at, posted_at),
        hash_record_extended(coin_disposal, 34)

    from ledger.coin_disposal

    where account_id = :account

    union all

    -- A price that is missing is judged by what could be known at the last snapshot.
    select
        valuation.minute,
        hash_record_extended(
            row(
                valuation,
                valuation.missing is not null
                and coalesce(valuation.due_at, valuation.minute + interval '1 minute') > valued_until.until
            ),
            35
        )

    from ledger.valuation

    left join report.valued_until
        on valuation.account_id = valued_until.account_id

    where valuation.account_id = :account

    union all

    select
        minute,
        hash_record_extended(valuation_leg, 36)

    from ledger.valuation_leg

    where account_id = :account

    union all

    select
        checked_at,
        hash_record_extended(reconciliation, 37)

    from ledger.reconciliation

    where account_id = :account
        and check_name = 'wallet'

    union all

    -- The mark of a period's end belongs to the period.
    select
        marked_at - interval '1 millisecond',
        hash_record_extended(row(symbol, marked_at, price, source), 38)

    from price.mark

    where account_id = :account

    union all

    select
        settled_at,
        hash_record_extended(row(symbol, settled_at, rate, mark_price, source), 39)

    from price.funding_rate

    where account_id = :account

    union all

    -- Of the lots, which are those of now, only what another contract has taken the ticker of is told of.
    select
        stranded_at,
        hash_record_extended(row(symbol, position_side, stranded_at, quantity, cost), 42)

    from ledger.lot

    where account_id = :account
        and method = 'average'
        and stranded_at is not null

    union all

    select
        day_from,
        hash_record_extended(day_sum, 45)

    from ledger.day_sum

    where account_id = :account

    union all

    select
        day_from,
        hash_record_extended(day_disposal, 47)

    from ledger.day_disposal

    where account_id = :account

    union all

    select
        day_from,
        hash_record_extended(day_fill, 48)

    from ledger.day_fill

    where account_id = :account

    union all

    -- Sums are read where they are of the days of the zone.
    select
        '-infinity',
        hash_record_extended(row(time_zone), 46)

    from ledger.summed_until

    where account_id = :account
),

-- Up to when the digests of days count.
kept as (
    select
        coalesce(max(until_time), '-infinity') as until_day,
        coalesce(max(time_zone), 'UTC') as time_zone

    from ledger.summed_until

    where account_id = :account
),

-- The rows of the large tables: whole days of them as they are kept, the others one by one. These are few,
-- which the planner sees only of a time that has two ends.
dated as (
    select
        day_digest.first_at,
        day_digest.inputs,
        day_digest.digest

    from ledger.day_digest

    where account_id = :account
        and day_from < (select kept.until_day from kept)

    union all

    select
        dated_row.at,
        1,
        dated_row.hash

    from ledger.dated_row

    where account_id = :account
        and posted_at >= (select kept.until_day - interval '1 day' from kept)
        and posted_at < 'infinity'
        and date_trunc('day', at, (select kept.time_zone from kept)) >= (select kept.until_day from kept)
),

placed as (
    select
        width_bucket(coalesce(inputs.at, '-infinity'), bounds.instants) as place,
        1 as inputs,
        inputs.hash

    from inputs

    cross join bounds

    union all

    select
        width_bucket(dated.first_at, bounds.instants),
        dated.inputs,
        dated.digest

    from dated

    cross join bounds

    union all

    -- And whether it was read on to the end of the span or beyond it.
    select
        spans.place,
        1,
        hash_record_extended(
            row(
                known.stream,
                known.known_spans * tstzmultirange(spans.span),
                least(upper(known.known_spans), upper(spans.span))
            ),
            40
        )

    from known

    cross join spans

    union all

    -- What was not valued yet is due a minute after it, as far as could be known at the last snapshot.
    select
        spans.place,
        1,
        hash_record_extended(row(least(valued_until.until, upper(spans.span) + interval '1 minute')), 41)

    from spans

    inner join report.valued_until
        on valued_until.account_id = :account

    union all

    -- Prices that are missing are told of in each period up to the last of them.
    select
        spans.place,
        1,
        hash_record_extended(row(item.subject, item.class, least(item.until, upper(spans.span))), 44)

    from spans

    inner join report.item
        on item.account_id = :account
        and item.what = 'price'
        and item.since < upper(spans.span)

    union all

    -- The days of the equity go from the first thing booked to the last one or the last snapshot, and are
    -- valued at that one where they go beyond it.
    select
        spans.place,
        1,
        hash_record_extended(
            row(
                booked.first_at < upper(spans.span),
                least(booked.last_at, upper(spans.span)),
                least(last_snapshot.taken_at, upper(spans.span))
            ),
            43
        )

    from spans

    cross join booked

    left join report.last_snapshot
        on last_snapshot.account_id = :account
)

select
    place,
    sum(inputs)::integer as inputs,
    sum(hash)::text as digest

from placed

group by place

order by place
