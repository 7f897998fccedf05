-- Each position from flat to flat as the venue sums it, against the changes of that time. Each side of a
-- contract counts its positions from 1: one begins where a fill opens the side from flat or across zero. A
-- position that began before the history does has no first change here and is left out. A sum that is older
-- than the newest change is compared without it. What differs comes one by one, the rest as one row per
-- contract and side.
with settled as (
    select (select spans from report.settled_span where account_id = :account_id and stream = 'position_cycles' and symbol = '') as spans
),

changes_by_side as (
    select
        changes.symbol,
        sides.side,
        changes.occurred_at,
        changes.value_at,
        case when sides.is_opened then fill_open_size else 0 end as open_size,
        case when sides.is_opened then fill_open_value else 0 end as open_value,
        case when sides.is_opened then fill_open_fee else 0 end as open_fee,
        case when sides.is_closed then fill_close_size else 0 end as close_size,
        case when sides.is_closed then fill_close_value else 0 end as close_value,
        case when sides.is_closed then fill_close_fee else 0 end as close_fee,
        case when sides.is_settled then funding_fee else 0 end as funding_fee,
        case when sides.is_closed then liquidation_fee else 0 end as liquidation_fee,
        count(*) filter (where sides.is_opened and changes.open_size_before * sides.sign <= 0) over (
            partition by changes.symbol, sides.side
            order by
                report.event_place(event_number, transaction_id, record_key) collate "C"
        ) as cycles_begun

    from history.position_transaction as changes

    cross join lateral (
        values
            ('LONG', 1, fill_open_size > 0, fill_close_size < 0, transaction_type = 'SETTLE_FUNDING_FEE' and open_size_before > 0),
            ('SHORT', -1, fill_open_size < 0, fill_close_size > 0, transaction_type = 'SETTLE_FUNDING_FEE' and open_size_before < 0)
    ) as sides (side, sign, is_opened, is_closed, is_settled)

    where changes.account_id = :account_id
        and (sides.is_opened or sides.is_closed or sides.is_settled)
),

-- How many the venue had counted before the history begins.
counted_before as (
    select
        sides.symbol,
        sides.side,
        case
            when :is_from_beginning::boolean then 0
            else coalesce(cycles.last_number, 0) - sides.cycles_begun
        end as cycles

    from (
        select
            symbol,
            side,
            max(cycles_begun) as cycles_begun

        from changes_by_side

        group by
            symbol,
            side
    ) as sides

    left join (
        select
            symbol,
            side,
            max(cycle_number::numeric) as last_number

        from history.position_cycle

        where account_id = :account_id

        group by
            symbol,
            side
    ) as cycles
        on sides.symbol = cycles.symbol and sides.side = cycles.side
),

numbered as (
    select
        changes_by_side.*,
        counted_before.cycles + changes_by_side.cycles_begun as cycle_number

    from changes_by_side

    inner join counted_before
        on changes_by_side.symbol = counted_before.symbol and changes_by_side.side = counted_before.side

    where changes_by_side.cycles_begun > 0
),

cycles as (
    select
        symbol,
        side,
        cycle_number::numeric as cycle_number,
        min(occurred_at) as occurred_at,
        max(updated_at) as updated_at,
        count(*) as rows,
        max(open_size) as open_size,
        max(open_value) as open_value,
        max(open_fee) as open_fee,
        max(close_size) as close_size,
        max(close_value) as close_value,
        max(close_fee) as close_fee,
        max(funding_fee) as funding_fee,
        max(liquidation_fee) as liquidation_fee

    from history.position_cycle

    where account_id = :account_id

    group by
        symbol,
        side,
        cycle_number::numeric
),

summed as (
    select
        numbered.symbol,
        numbered.side,
        numbered.cycle_number,
        min(numbered.occurred_at) as occurred_at,
        sum(numbered.open_size) as open_size,
        sum(numbered.open_value) as open_value,
        sum(numbered.open_fee) as open_fee,
        sum(numbered.close_size) as close_size,
        sum(numbered.close_value) as close_value,
        sum(numbered.close_fee) as close_fee,
        sum(numbered.funding_fee) as funding_fee,
        sum(numbered.liquidation_fee) as liquidation_fee

    from numbered

    left join cycles
        on numbered.symbol = cycles.symbol and numbered.side = cycles.side and numbered.cycle_number = cycles.cycle_number

    where cycles.symbol is null or numbered.value_at <= cycles.updated_at

    group by
        numbered.symbol,
        numbered.side,
        numbered.cycle_number
),

paired as (
    select
        coalesce(cycles.symbol, summed.symbol) as symbol,
        coalesce(cycles.side, summed.side) as side,
        coalesce(cycles.cycle_number, summed.cycle_number) as cycle_number,
        coalesce(cycles.occurred_at, summed.occurred_at) as occurred_at,
        coalesce(cycles.updated_at, summed.occurred_at) as updated_at,
        figure.name as figure,
        figure.expected,
        figure.found

    from cycles

    full join summed
        on cycles.symbol = summed.symbol and cycles.side = summed.side and cycles.cycle_number = summed.cycle_number

    left join counted_before
        on cycles.symbol = counted_before.symbol and cycles.side = counted_before.side

    cross join settled

    cross join lateral (
        values
            ('rows of it', 1, coalesce(cycles.rows, 0), cycles.symbol is not null or settled.spans @> summed.occurred_at),
            ('open size', cycles.open_size, coalesce(summed.open_size, 0), cycles.symbol is not null),
            ('open value', cycles.open_value, coalesce(summed.open_value, 0), cycles.symbol is not null),
            ('open fee', cycles.open_fee, coalesce(summed.open_fee, 0), cycles.symbol is not null),
            ('close size', cycles.close_size, coalesce(summed.close_size, 0), cycles.symbol is not null),
            ('close value', cycles.close_value, coalesce(summed.close_value, 0), cycles.symbol is not null),
            ('close fee', cycles.close_fee, coalesce(summed.close_fee, 0), cycles.symbol is not null),
            ('funding fee', cycles.funding_fee, coalesce(summed.funding_fee, 0), cycles.symbol is not null),
            ('liquidation fee', cycles.liquidation_fee, coalesce(summed.liquidation_fee, 0), cycles.symbol is not null)
    ) as figure (name, expected, found, is_due)

    where figure.is_due
        and (
            :is_from_beginning::boolean
            or cycles.symbol is null
            or cycles.cycle_number > counted_before.cycles
        )
),

judged as (
    select
        paired.*,
        case when expected <> found then cycle_number::text || ' ' || figure end as broken

    from paired
)

select
    'position_cycles' as law,
    symbol || ' ' || side || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(min(expected)) end as expected,
    case when broken is null then count(*) else trim_scale(min(found)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else 'the position opened on ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
    end as evidence,
    null as checked_at,
    case
        when broken is null then null
        when min(figure) = 'rows of it' then 'position_cycles'
        else 'position_transactions'
    end as lacking_stream,
    min(occurred_at) as lacking_from,
    max(updated_at) as lacking_until

from judged

group by
    symbol,
    side,
    broken

order by
    symbol collate "C",
    side collate "C",
    broken collate "C"
