-- The seal of raw: what the loads counted and hashed, against the records as they are. One row per violation,
-- named as well as it can be: law, stream, symbol, record_key (null where the record itself is gone), the
-- time it is about, and the figures. Records of an import that was taken back count as loaded: they are kept
-- in a table of their own. Looked at are the records behind a sequence, and those of days from from_time on.
with loaded as (
    select stream, record_key, symbol, occurred_at, version, sequence, body, digest
    from raw.record
    where account_id = :account_id and sequence > :after::bigint

    union all

    select stream, record_key, symbol, occurred_at, version, sequence, body, digest
    from raw.record
    where account_id = :account_id and sequence <= :after::bigint and occurred_at >= :from_time::timestamptz

    union all

    select stream, record_key, symbol, occurred_at, version, sequence, body, digest
    from raw.undone_record
    where account_id = :account_id and (sequence > :after::bigint or occurred_at >= :from_time::timestamptz)
),

records as (
    select
        stream,
        record_key,
        symbol,
        occurred_at,
        version,
        sequence,
        digest = raw.digest_of(stream, record_key, version, symbol, occurred_at, sequence, body) as is_whole,
        greatest(lag(sequence) over (order by sequence), :after::bigint) as sequence_before

    from loaded
),

account as (
    select last_sequence from raw.account where account_id = :account_id
),

-- From one record to the next, its sequence rises by one; the last one has the highest, which the account
-- keeps. The time is that of the record behind the hole; of the last one, of the last record that is there,
-- or of this look where none is.
breaks as (
    select
        stream,
        symbol,
        record_key,
        occurred_at,
        sequence_before + 1 as expected,
        sequence as found

    from records

    where sequence > :after::bigint and sequence <> sequence_before + 1

    union all

    select
        '',
        '',
        null,
        coalesce(max(records.occurred_at), now()),
        account.last_sequence,
        greatest(max(records.sequence), :after::bigint)

    from account

    left join records on true

    group by account.last_sequence

    having greatest(max(records.sequence), :after::bigint) <> account.last_sequence
),

counted as (
    select
        stream,
        symbol,
        date_trunc('day', occurred_at, 'UTC') as day,
        count(*) as records

    from records

    where occurred_at >= :from_time

    group by
        stream,
        symbol,
        date_trunc('day', occurred_at, 'UTC')
),

totals as (
    select
        stream,
        symbol,
        day,
        records

    from raw.control_total

    where account_id = :account_id and day >= :from_time
)

select
    'record_digest' as law,
    stream,
    symbol,
    record_key,
    occurred_at as from_time,
    occurred_at as until_time,
    '1' as expected,
    '0' as found

from records

where not is_whole

union all

select
    'record_sequence',
    stream,
    symbol,
    record_key,
    occurred_at,
    occurred_at,
    expected::text,
    found::text

from breaks

union all

select
    'record_count',
    coalesce(totals.stream, counted.stream),
    coalesce(totals.symbol, counted.symbol),
    null,
    coalesce(totals.day, counted.day),
    coalesce(totals.day, counted.day) + interval '1 day' - interval '1 millisecond',
    coalesce(totals.records, 0)::text,
    coalesce(counted.records, 0)::text

from totals

full join counted
    on totals.stream = counted.stream
    and totals.symbol = counted.symbol
    and totals.day = counted.day

where coalesce(totals.records, 0) <> coalesce(counted.records, 0)
