-- The next records by sequence. A version in which the venue changed a field that may not change is left out:
-- the books keep the first version.
select
    record.stream,
    record.record_key,
    record.version,
    record.symbol,
    record.occurred_at,
    record.body,
    record.sequence

from raw.record

where
    record.account_id = :account_id
    and record.sequence > :after::bigint
    and (
        record.version = 1
        or not exists (
            select

            from raw.set_aside

            where
                set_aside.account_id = record.account_id
                and set_aside.stream = record.stream
                and set_aside.record_key = record.record_key
                and set_aside.kind = 'rewritten'
        )
    )

order by record.sequence

-- Records of one sequence come together: the next batch begins after it.
fetch first (:batch::integer) rows with ties
