-- Each position from flat to flat as the venue sums it, against the changes of that time. Each side of a contract counts its positions from 1: one
-- begins where a fill opens the side from flat or across zero. A position that began before the history does has no first change here and is left out. A sum
-- that is older than the newest change is compared without it. What differs comes one by one, the rest as one row per contract and side.
with settled as (
    select range_agg(tstzrange(from_time, until_time)) as spans

    from report.covered

    where account_id = :account_id and is_settled and symbol = '' and stream = 'position_terms'
),

changes_by_side as (
    select
        changes.symbol,
        sides.side,
        changes.occurred_at,
        changes.recorded_at,
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
                event_number in ('', '0'),
                length(event_number),
                event_number collate "C",
                length(transaction_id),
                transaction_id collate "C",
                record_key collate "C"
        ) as terms_begun

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
            else coalesce(terms.last_number, 0) - sides.terms_begun
        end as terms

    from (
        select
            symbol,
            side,
            max(terms_begun) as terms_begun

        from changes_by_side

        group by
            symbol,
            side
    ) as sides

    left join (
        select
            symbol,
            side,
            max(term_number::numeric) as last_number

        from history.position_term

        where account_id = :account_id

        group by
            symbol,
            side
    ) as terms
        on sides.symbol = terms.symbol and sides.side = terms.side
),

numbered as (
    select
        changes_by_side.*,
        counted_before.terms + changes_by_side.terms_begun as term_number

    from changes_by_side

    inner join counted_before
        on changes_by_side.symbol = counted_before.symbol and changes_by_side.side = counted_before.side

    where changes_by_side.terms_begun > 0
),

terms as (
    select
        symbol,
        side,
        term_number::numeric as term_number,
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

    from history.position_term

    where account_id = :account_id

    group by
        symbol,
        side,
        term_number::numeric
),

summed as (
    select
        numbered.symbol,
        numbered.side,
        numbered.term_number,
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

    left join terms
        on numbered.symbol = terms.symbol and numbered.side = terms.side and numbered.term_number = terms.term_number

    where terms.symbol is null or numbered.recorded_at <= terms.updated_at

    group by
        numbered.symbol,
        numbered.side,
        numbered.term_number
),

paired as (
    select
        coalesce(terms.symbol, summed.symbol) as symbol,
        coalesce(terms.side, summed.side) as side,
        coalesce(terms.term_number, summed.term_number) as term_number,
        coalesce(terms.occurred_at, summed.occurred_at) as occurred_at,
        coalesce(terms.updated_at, summed.occurred_at) as updated_at,
        figure.name as figure,
        figure.expected,
        figure.found

    from terms

    full join summed
        on terms.symbol = summed.symbol and terms.side = summed.side and terms.term_number = summed.term_number

    left join counted_before
        on terms.symbol = counted_before.symbol and terms.side = counted_before.side

    cross join settled

    cross join lateral (
        values
            ('rows of it', 1, coalesce(terms.rows, 0), terms.symbol is not null or settled.spans @> summed.occurred_at),
            ('open size', terms.open_size, coalesce(summed.open_size, 0), terms.symbol is not null),
            ('open value', terms.open_value, coalesce(summed.open_value, 0), terms.symbol is not null),
            ('open fee', terms.open_fee, coalesce(summed.open_fee, 0), terms.symbol is not null),
            ('close size', terms.close_size, coalesce(summed.close_size, 0), terms.symbol is not null),
            ('close value', terms.close_value, coalesce(summed.close_value, 0), terms.symbol is not null),
            ('close fee', terms.close_fee, coalesce(summed.close_fee, 0), terms.symbol is not null),
            ('funding fee', terms.funding_fee, coalesce(summed.funding_fee, 0), terms.symbol is not null),
            ('liquidation fee', terms.liquidation_fee, coalesce(summed.liquidation_fee, 0), terms.symbol is not null)
    ) as figure (name, expected, found, is_due)

    where figure.is_due
        and (
            :is_from_beginning::boolean
            or terms.symbol is null
            or terms.term_number > counted_before.terms
        )
),

judged as (
    select
        paired.*,
        case when expected <> found then term_number::text || ' ' || figure end as broken

    from paired
)

select
    'position_terms' as law,
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
        when min(figure) = 'rows of it' then 'position_terms'
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
