-- What was proven of a time that records have come for since is proven anew; also where a record of it is
-- another one now. A record of the day behind that time counts as well: it may be of an event within it (the
-- fill that a contract was settled by, the order that forced a fill). A cycle is another one as long as its
-- position is open, each night, and no proof that is kept is of what it says.
delete from ledger.proven

where account_id = :account_id
    and exists (
        select

        from raw.record

        where record.account_id = :account_id
            and record.sequence > proven.last_sequence
            and not (record.stream = 'position_cycles' and record.version > 1)
            and (
                record.occurred_at < proven.until_time + interval '1 day'
                or exists (
                    select

                    from raw.record as earlier

                    where earlier.account_id = :account_id
                        and record.version > 1
                        and earlier.stream = record.stream
                        and earlier.record_key = record.record_key
                        and earlier.occurred_at < proven.until_time + interval '1 day'
                )
            )
    )
