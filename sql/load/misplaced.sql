-- Rows of a file that the venue's interface gave as well, at another time: by how many seconds, and how many.
with file_rows as (
    select
        match_key,
        second

    from json_to_recordset(:rows::json) as row (match_key text, second timestamptz)
),

known as (
    select
        income_type || '/' || tran_id || '/' || asset || '/' || symbol as match_key,
        date_trunc('second', occurred_at) as second

    from history.income

    where :stream = 'income' and account_id = :account_id and record_key not like 'import/%'

    union

    select
        symbol || '/' || fill_id || '/' || side,
        date_trunc('second', occurred_at)

    from history.fill

    where :stream = 'fills' and account_id = :account_id and record_key not like 'import/%'
),

nearest as (
    select
        file_rows.match_key,
        file_rows.second,
        min(abs(extract(epoch from known.second - file_rows.second))) as seconds_off

    from file_rows

    inner join known on file_rows.match_key = known.match_key

    group by
        file_rows.match_key,
        file_rows.second
)

select
    seconds_off::bigint::text as seconds_off,
    count(*)::integer as rows

from nearest

where seconds_off > 1

group by seconds_off

order by count(*) desc

limit 1
