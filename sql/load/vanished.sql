-- Records of the span that an earlier read brought and that the venue no longer serves.
select record.record_key

from raw.record

where
    record.account_id = :account_id
    and record.stream = :stream
    and (:symbol = '' or record.symbol = :symbol)
    and record.occurred_at >= :from_time
    and record.occurred_at < :until_time
    and record.version = 1
    and record.record_key not like 'import/%'
    and record.record_key not in (
        select row.record_key
        from json_to_recordset(:rows::json) as row (record_key text)
    )
