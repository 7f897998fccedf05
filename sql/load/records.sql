-- Appends the rows of a proven span that are new, or that the venue now serves with another body. Rows that are already there, as they are, add nothing.
with incoming as (
    select
        record_key,
        symbol,
        occurred_at,
        body

    from json_to_recordset(:rows::json) as row (record_key text, symbol text, occurred_at timestamptz, body text)
),

latest as (
    select distinct on (record.record_key)
        record.record_key,
        record.version,
        record.body

    from raw.record

    inner join incoming on record.record_key = incoming.record_key

    where record.account_id = :account_id and record.stream = :stream

    order by
        record.record_key,
        record.version desc
),

fresh as (
    select
        incoming.record_key,
        incoming.symbol,
        incoming.occurred_at,
        incoming.body,
        coalesce(latest.version, 0) + 1 as version,
        row_number() over (order by incoming.occurred_at, incoming.record_key collate "C") as position

    from incoming

    left join latest on incoming.record_key = latest.record_key

    where latest.body is distinct from incoming.body
),

account as (
    update raw.account
    set last_sequence = last_sequence + (select count(*) from fresh)
    where account_id = :account_id
    returning last_sequence - (select count(*) from fresh) as sequence_before
)

insert into raw.record (account_id, stream, record_key, version, symbol, occurred_at, body, sequence, run_id)
select
    :account_id,
    :stream,
    fresh.record_key,
    fresh.version,
    fresh.symbol,
    fresh.occurred_at,
    fresh.body,
    account.sequence_before + fresh.position,
    :run_id

from fresh

cross join account

returning
    record_key,
    version
