-- Moves the records of an import out of raw.record, and returns which they were.
with taken as (
    delete from raw.record

    where account_id = :account_id and run_id = :run_id

    returning
        account_id,
        sequence,
        stream,
        record_key,
        version,
        symbol,
        occurred_at,
        body,
        run_id,
        digest
),

kept as (
    insert into raw.undone_record (
        account_id, sequence, stream, record_key, version, symbol, occurred_at, body, run_id, digest
    )
    select
        account_id,
        sequence,
        stream,
        record_key,
        version,
        symbol,
        occurred_at,
        body,
        run_id,
        digest

    from taken

    returning
        stream,
        record_key
),

-- What was noticed about a record goes with its last version. The delete above is not seen here: versions of
-- other runs are those of another run_id.
unmarked as (
    delete from raw.set_aside

    using kept

    where
        set_aside.account_id = :account_id
        and set_aside.stream = kept.stream
        and set_aside.record_key = kept.record_key
        and not exists (
            select

            from raw.record

            where
                record.account_id = :account_id
                and record.stream = kept.stream
                and record.record_key = kept.record_key
                and record.run_id <> :run_id
        )
)

select count(*)::integer as records

from kept
