-- Series whose first snapshot shows another position than the fills until then add up to: what they held
-- before the first fill, and the entry price that the venue showed, with the number of fills before it. Left
-- out is what cannot have been open when the history begins, or has another explanation: fills between
-- request and answer; a side of another position mode than the account was in then; a contract that was
-- listed, or settled, since; a series with a hole in what was read, or with trades that the cash statement
-- names and no fill shows.
with first_snapshot as (
    select
        taken_at,
        answered_at

    from snapshot.taken

    where account_id = :account_id

    order by taken_at

    limit 1
),

shown as (
    select
        position.symbol,
        position.position_side,
        position.quantity,
        position.entry_price

    from snapshot.position

    inner join first_snapshot on position.taken_at = first_snapshot.taken_at

    where position.account_id = :account_id
),

filled as (
    select
        fill.symbol,
        fill.position_side,
        coalesce(
            sum(case fill.side when 'BUY' then fill.quantity else -fill.quantity end)
            filter (where fill.occurred_at <= first_snapshot.taken_at), 0
        ) as quantity,
        sum(case fill.side when 'BUY' then fill.quantity else -fill.quantity end) as until_answer,
        count(*) filter (where fill.occurred_at <= first_snapshot.taken_at) as fills,
        min(fill.occurred_at) as first_at

    from history.fill

    cross join first_snapshot

    where fill.account_id = :account_id and fill.occurred_at <= first_snapshot.answered_at

    group by
        fill.symbol,
        fill.position_side
),

differing as (
    select
        coalesce(shown.symbol, filled.symbol) as symbol,
        coalesce(shown.position_side, filled.position_side) as position_side,
        coalesce(shown.quantity, 0) - coalesce(filled.quantity, 0) as quantity,
        shown.entry_price,
        coalesce(filled.fills, 0)::integer as fills,
        filled.first_at,
        first_snapshot.taken_at

    from shown

    full join filled
        on shown.symbol = filled.symbol and shown.position_side = filled.position_side

    cross join first_snapshot

    where
        coalesce(shown.quantity, 0) <> coalesce(filled.quantity, 0)
        and coalesce(shown.quantity, 0) <> coalesce(filled.until_answer, 0)
),

-- From when on the fills of a contract were read without a hole until the snapshot; symbol '' stands for all
-- of them.
read_spans as (
    select
        spans.symbol,
        lower(spans.span) as read_from

    from (
        select
            symbol,
            unnest(range_agg(tstzrange(from_time, until_time))) as span

        from raw."window"

        where account_id = :account_id and stream = 'fills' and evidence <> 'decision'

        group by symbol
    ) as spans

    cross join first_snapshot

    where spans.span @> first_snapshot.taken_at
),

placed as (
    select
        differing.*,
        (
            select min(read_spans.read_from)
            from read_spans
            where read_spans.symbol in (differing.symbol, '')
        ) as read_from

    from differing
)

select
    placed.symbol,
    placed.position_side,
    placed.quantity,
    placed.entry_price,
    placed.fills,
    placed.taken_at

from placed

left join raw.instrument
    on instrument.account_id = :account_id and placed.symbol = instrument.symbol

-- A venue changes the position mode only while nothing is open, so the first fill shows the mode in which the
-- history began.
left join lateral (
    select fill.position_side
    from history.fill
    where
        fill.account_id = :account_id
        and fill.occurred_at >= coalesce(placed.read_from, '-infinity')
        and fill.occurred_at <= placed.taken_at
    order by
        fill.occurred_at,
        length(fill.fill_id),
        fill.fill_id collate "C"
    limit 1
) as first_fill on true

where
    (first_fill.position_side is null or (first_fill.position_side = 'BOTH') = (placed.position_side = 'BOTH'))
    and (placed.read_from is null or placed.first_at is null or placed.first_at >= placed.read_from)
    and not coalesce(instrument.listed_at >= placed.read_from and instrument.listed_at <= placed.taken_at, false)
    and not exists (
        select

        from report.contract_settlement

        where
            contract_settlement.account_id = :account_id
            and contract_settlement.symbol = placed.symbol
            and contract_settlement.occurred_at <= placed.taken_at
    )
    and not exists (
        select

        from history.income

        where
            income.account_id = :account_id
            and income.symbol = placed.symbol
            and income.kind in ('realized_pnl', 'trading_fee')
            and income.trade_id <> ''
            and income.occurred_at >= coalesce(placed.read_from, '-infinity')
            and income.occurred_at <= placed.taken_at
            and not exists (
                select

                from history.fill

                where
                    fill.account_id = income.account_id
                    and fill.symbol = income.symbol
                    and fill.fill_id = income.trade_id
            )
    )

order by
    placed.symbol collate "C",
    placed.position_side collate "C"
