-- The next fills of a series in the order in which the books count them: by posting, by time, then by trade id as a number, then by record.
select
    fill.record_key,
    fill.fill_id,
    fill.side,
    fill.price,
    fill.quantity,
    fill.realized_pnl,
    coalesce(fill.margin_asset, instrument.margin_asset, '') as margin_asset,
    fill.occurred_at,
    fill.posted_at,
    fill.sequence

from history.fill

left join raw.instrument
    on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

where
    fill.account_id = :account_id
    and fill.symbol = :symbol
    and fill.position_side = :position_side
    and (fill.posted_at, fill.occurred_at, length(fill.fill_id), fill.fill_id collate "C", fill.record_key collate "C")
    > (
        coalesce(
            (select last.posted_at from history.fill as last where last.account_id = :account_id and last.record_key = :last_key),
            '-infinity'
        ),
        :last_at::timestamptz, length(:last_fill_id), :last_fill_id collate "C", :last_key collate "C"
    )

order by
    fill.posted_at,
    fill.occurred_at,
    length(fill.fill_id),
    fill.fill_id collate "C",
    fill.record_key collate "C"

limit :batch::integer
