-- Why some records need a person, if they do.
with wanted as (
    select distinct
        account_id,
        stream,
        record_key

    from json_to_recordset(:records::json) as record (account_id text, stream text, record_key text)
)

select
    set_aside.account_id,
    set_aside.stream,
    set_aside.record_key,
    set_aside.kind,
    set_aside.reason

from wanted

inner join raw.set_aside
    on wanted.account_id = set_aside.account_id
    and wanted.stream = set_aside.stream
    and wanted.record_key = set_aside.record_key

order by
    set_aside.account_id collate "C",
    set_aside.stream collate "C",
    set_aside.record_key collate "C",
    set_aside.kind collate "C"
