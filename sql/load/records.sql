-- Appends the rows of a proven span that are new, or that the venue now serves with another body. Rows that
-- are already there, as they are, add nothing.
with incoming as (
    select
        record_key,
        symbol,
        occurred_at,
        body

    from json_to_recordset(:rows::json) as row (record_key text, symbol text, occurred_at timestamptz, body text)
),

-- The newest version of each: one step down the primary key, to the last entry that is not behind it. With
-- equality, the planner may take another index, and does where the statistics are from before the stream
-- began: then it reads the whole stream for each row of each page.
latest as (
    select
        incoming.record_key,
        record.version,
        record.body

    from incoming

    cross join lateral (
        select
            account_id,
            stream,
            record_key,
            version,
            body

        from raw.record

        where
            (account_id, stream, record_key, version)
            <= (:account_id::text, :stream::text, incoming.record_key, 2147483647)

        order by
            account_id desc,
            stream desc,
            record_key desc,
            version desc

        limit 1
    ) as record

    where
        record.account_id = :account_id
        and record.stream = :stream
        and record.record_key = incoming.record_key
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
),

-- Joined with the account, so that its row is locked first: loads of one account wait for each other there
-- and nowhere else.
counted as (
    insert into raw.control_total (account_id, stream, symbol, day, records)
    select
        :account_id,
        :stream,
        fresh.symbol,
        date_trunc('day', fresh.occurred_at, 'UTC'),
        count(*)

    from fresh

    cross join account

    group by
        fresh.symbol,
        date_trunc('day', fresh.occurred_at, 'UTC')

    on conflict (account_id, stream, symbol, day) do update
    set records = control_total.records + excluded.records
),

numbered as (
    select
        fresh.record_key,
        fresh.symbol,
        fresh.occurred_at,
        fresh.body,
        fresh.version::integer as version,
        account.sequence_before + fresh.position as sequence

    from fresh

    cross join account
)

insert into raw.record (account_id, stream, record_key, version, symbol, occurred_at, body, sequence, run_id, digest)
select
    :account_id,
    :stream,
    record_key,
    version,
    symbol,
    occurred_at,
    body,
    sequence,
    :run_id,
    raw.digest_of(:stream, record_key, version, symbol, occurred_at, sequence, body)

from numbered

returning
    record_key,
    version
