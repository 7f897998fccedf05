-- The rows of the files within whole seconds, oldest first, each event once. Rows that agree in what two
-- files would share are as many as the one download has that has the most: the parts of one download add up,
-- and what another download has as well is the same event. A row's place is its number among those of its
-- symbol and second, for rows that have no id.
with tables as (
    select
        table_number,
        download,
        rank,
        is_newest_first

    from json_to_recordset(:tables::json) as one (table_number integer, download integer, rank integer, is_newest_first boolean)
),

placed as (
    select
        file_row.symbol,
        file_row.occurred_at,
        file_row.identity,
        file_row.body,
        file_row.match_key,
        tables.download,
        tables.rank,
        case when tables.is_newest_first then -file_row.line else file_row.line end as position

    from raw.file_row

    inner join tables on file_row.table_number = tables.table_number

    where
        file_row.account_id = :account_id
        and file_row.stream = :stream
        and file_row.scope = :scope
        and file_row.occurred_at >= :from_second::timestamptz
        and file_row.occurred_at < :until_second::timestamptz
),

numbered as (
    select
        symbol,
        occurred_at,
        identity,
        body,
        match_key,
        download,
        rank,
        position,
        row_number() over (
            partition by symbol, occurred_at, match_key, download
            order by rank, position
        ) as copy

    from placed
),

compared as (
    select
        symbol,
        occurred_at,
        identity,
        body,
        match_key,
        rank,
        position,
        row_number() over (partition by symbol, occurred_at, match_key, copy order by download) as telling

    from numbered
)

select
    symbol,
    occurred_at,
    identity,
    body,
    match_key,
    row_number() over (partition by symbol, occurred_at order by rank, position)::integer as place

from compared

where telling = 1

order by
    occurred_at,
    rank,
    position
