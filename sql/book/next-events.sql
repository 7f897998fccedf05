-- The next fills, funding rows and settlements of a symbol in the order in which they are booked. A
-- settlement comes before the fills of its own millisecond: the position that it settled is the one before
-- them. A funding row may be stamped some seconds after its settlement, which is at the full minute before.
-- The rows of a settlement are one event, and all of them come or none: the next batch begins after it.
with settled as (
    select
        'funding' as kind,
        case
            when posted_at = occurred_at then report.funding_settled_at(occurred_at)
            else posted_at
        end as posted_at,
        report.funding_settled_at(occurred_at) as occurred_at,
        '' as fill_id,
        record_key,
        part,
        '' as position_side,
        amount,
        0 as value,
        0 as fee,
        '' as fee_asset,
        asset,
        0 as realized_pnl,
        sequence

    from history.income

    where
        account_id = :account_id
        and symbol = :symbol
        and kind = 'funding'
        and posted_at >= :last_posted_at::timestamptz

    union all

    select
        'contract_settlement',
        posted_at,
        occurred_at,
        '',
        record_key,
        part,
        '',
        amount,
        0,
        0,
        '',
        asset,
        0,
        sequence

    from report.contract_settlement

    where
        account_id = :account_id
        and symbol = :symbol
        and posted_at >= :last_posted_at::timestamptz
),

next_event as (
    (
        select
            'fill' as kind,
            posted_at,
            occurred_at,
            fill_id,
            record_key,
            '' as part,
            position_side,
            case side when 'BUY' then quantity else -quantity end as amount,
            value,
            fee,
            fee_asset,
            margin_asset as asset,
            realized_pnl,
            sequence

        from history.fill

        where
            account_id = :account_id
            and symbol = :symbol
            and (posted_at, occurred_at, length(fill_id), fill_id collate "C", record_key collate "C")
            > (
                :last_posted_at::timestamptz,
                :last_occurred_at::timestamptz,
                length(:last_fill_id),
                :last_fill_id collate "C",
                :last_key collate "C"
            )

        order by
            posted_at,
            occurred_at,
            length(fill_id),
            fill_id collate "C",
            record_key collate "C"

        limit :batch::integer
    )

    union all

    (
        select
            kind,
            posted_at,
            occurred_at,
            fill_id,
            record_key,
            part,
            position_side,
            amount,
            value,
            fee,
            fee_asset,
            asset,
            realized_pnl,
            sequence

        from settled

        where (posted_at, occurred_at) > (:last_posted_at::timestamptz, :last_occurred_at::timestamptz)

        order by
            posted_at,
            occurred_at

        fetch first (:batch::integer) rows with ties
    )
),

whole_event as (
    select next_event.*

    from next_event

    order by
        posted_at,
        occurred_at,
        length(fill_id),
        fill_id collate "C",
        case kind when 'fill' then record_key else '' end collate "C"

    fetch first (:batch::integer) rows with ties
)

select
    kind,
    posted_at,
    occurred_at,
    fill_id,
    record_key,
    part,
    position_side,
    amount,
    value,
    fee,
    fee_asset,
    asset,
    realized_pnl,
    sequence

from whole_event

order by
    posted_at,
    occurred_at,
    length(fill_id),
    fill_id collate "C",
    record_key collate "C",
    part collate "C"
