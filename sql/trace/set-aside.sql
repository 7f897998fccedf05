-- Why some records are open items, if they are, and why a person has accepted them.
with wanted as (
    select distinct
        account_id,
        stream,
        record_key

    from json_to_recordset(:records::json) as record (account_id text, stream text, record_key text)
)

select
    item.account_id,
    item.stream,
    item.subject as record_key,
    item.what as kind,
    item.reason || coalesce('; accepted, because ' || item.because, '') as reason

from wanted

inner join report.item
    on wanted.account_id = item.account_id
    and wanted.stream = item.stream
    and wanted.record_key = item.subject

where item.what in ('not_understood', 'rewritten', 'vanished')

order by
    item.account_id collate "C",
    item.stream collate "C",
    item.subject collate "C",
    item.what collate "C"
