-- Whether anything was heard of a contract since an instant: a record of any stream that names it, or a
-- snapshot that shows a position in it.
select
    exists (
        select

        from raw.record

        where record.account_id = :account_id
            and record.symbol = :symbol
            and record.occurred_at >= :since
    ) or exists (
        select

        from snapshot.position

        where position.account_id = :account_id
            and position.symbol = :symbol
            and position.quantity <> 0
            and position.taken_at >= :since
    ) as is_heard
