-- The earliest time of what a symbol loses that goes back to an event: what was closed since, and all of its
-- positions, of which an opening is of no time. Null where it loses nothing.
select
    least(
        (
            select min(closed_at)

            from ledger.disposal

            where account_id = :account_id
                and symbol = :symbol
                and closing_number > :number::bigint
        ),
        (
            select min(coalesce(least(occurred_at, posted_at), '-infinity'))

            from ledger.position_change

            where account_id = :account_id
                and symbol = :symbol
        )
    ) as first_at
