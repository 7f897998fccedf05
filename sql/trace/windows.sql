-- The spans that cover some records: what they were last read with, or what else proves their time complete.
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
    "window".symbol,
    "window".from_time,
    "window".until_time,
    "window".is_settled,
    "window".read_at,
    "window".evidence,
    "window".note,
    "window".run_id,
    run.command,
    run.started_at

from wanted

inner join raw.record
    on wanted.account_id = record.account_id
    and wanted.stream = record.stream
    and wanted.record_key = record.record_key
    and record.version = 1

inner join raw."window"
    on record.account_id = "window".account_id
    and record.stream = "window".stream
    and "window".symbol in ('', '*', record.symbol)
    and "window".from_time <= record.occurred_at
    and "window".until_time > record.occurred_at

left join raw.run
    on "window".account_id = run.account_id
    and "window".run_id = run.run_id

order by
    record.account_id collate "C",
    record.stream collate "C",
    record.record_key collate "C",
    "window".from_time,
    "window".until_time,
    "window".symbol collate "C",
    "window".is_settled
