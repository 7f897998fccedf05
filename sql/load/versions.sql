-- All that the venue ever said of some records, oldest first.
select
    record.record_key,
    record.symbol,
    record.occurred_at,
    record.body

from raw.record

where
    record.account_id = :account_id
    and record.stream = :stream
    and record.record_key in (
        select row.record_key
        from json_to_recordset(:keys::json) as row (record_key text)
    )

order by
    record.record_key collate "C",
    record.version
