-- Every version of some records, verbatim, and the run that brought it.
with wanted as (
    select distinct
        account_id,
        stream,
        record_key

    from json_to_recordset(:records::json) as record (account_id text, stream text, record_key text)
)

select
    record.account_id,
    record.stream,
    record.record_key,
    record.version,
    record.body,
    record.run_id,
    run.command,
    run.started_at

from wanted

inner join raw.record
    on wanted.account_id = record.account_id
    and wanted.stream = record.stream
    and wanted.record_key = record.record_key

left join raw.run
    on record.account_id = run.account_id
    and record.run_id = run.run_id

order by
    record.account_id collate "C",
    record.stream collate "C",
    record.record_key collate "C",
    record.version
