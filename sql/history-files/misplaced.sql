-- Rows of a file that the venue's interface gave as well, at another time: by how many seconds, and how many.
with known as (
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
        file_row.match_key,
        file_row.occurred_at,
        min(abs(extract(epoch from known.second - file_row.occurred_at))) as seconds_off

    from raw.file_row

    inner join known on file_row.match_key = known.match_key

    where
        file_row.account_id = :account_id
        and file_row.stream = :stream
        and file_row.table_number in (
            select one.table_number
            from json_to_recordset(:tables::json) as one (table_number integer)
        )

    group by
        file_row.match_key,
        file_row.occurred_at
)

select
    seconds_off::bigint::text as seconds_off,
    count(*)::integer as rows

from nearest

where seconds_off > 1

group by seconds_off

order by count(*) desc

limit 1
