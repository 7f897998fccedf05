-- From the first event the books know of, or the first span that is or was a gap, or the first snapshot, to
-- the last snapshot.
select
    least(
        (
            select min(entry.occurred_at)
            from ledger.entry
            where :account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, entry.account_id)
        ),
        -- A gap before the first event may hold one that is earlier.
        (
            select min(gap.from_time)
            from raw.gap
            where :account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, gap.account_id)
        ),
        (
            select min(closed.from_time)
            from raw."window" as closed
            where
                closed.evidence in ('import', 'decision')
                and (:account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, closed.account_id))
        ),
        -- An account in which nothing ever happened was read all the same.
        (
            select min(taken.taken_at)
            from snapshot.taken
            where :account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, taken.account_id)
        )
    ) as from_time,
    (
        select max(taken.answered_at)
        from snapshot.taken
        where :account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, taken.account_id)
    ) as until_time
