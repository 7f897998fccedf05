-- What was proven of a time that records have come for since is proven anew; also where a record of it is
-- another one now. A cycle is another one as long as its position is open, each night, and no proof that is
-- kept is of what it says.
delete from ledger.proven

where account_id = :account_id
    and exists (
        select

        from raw.record

        where record.account_id = :account_id
            and record.sequence > proven.last_sequence
            and not (record.stream = 'position_cycles' and record.version > 1)
            and (
                record.occurred_at < proven.until_time
                or exists (
                    select

                    from raw.record as earlier

                    where earlier.account_id = :account_id
                        and record.version > 1
                        and earlier.stream = record.stream
                        and earlier.record_key = record.record_key
                        and earlier.occurred_at < proven.until_time
                )
            )
    )
