-- Why some records need a person, if they do, and why one has put them to rest.
with wanted as (
    select distinct
        account_id,
        stream,
        record_key

    from json_to_recordset(:records::json) as record (account_id text, stream text, record_key text)
)

select
    question.account_id,
    question.stream,
    question.subject as record_key,
    question.what as kind,
    question.reason || coalesce('; accepted, because ' || question.because, '') as reason

from wanted

inner join report.question
    on wanted.account_id = question.account_id
    and wanted.stream = question.stream
    and wanted.record_key = question.subject

where question.what in ('not_understood', 'rewritten', 'vanished')

order by
    question.account_id collate "C",
    question.stream collate "C",
    question.subject collate "C",
    question.what collate "C"
