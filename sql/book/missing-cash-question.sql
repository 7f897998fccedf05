-- What it depends on beside records, entries and contracts which cash is missing of the time before until, as
-- a digest: the spans that the statement is settled for, and the closes that stand.
select
    concat_ws(
        ' ',
        (
            select range_agg(tstzrange(from_time, until_time)) * tstzmultirange(tstzrange(null, :until::timestamptz))

            from raw."window"

            where account_id = :account_id and stream = 'income' and is_settled
        ),
        (
            select string_agg(closing_number::text, ' ' order by closing_number)

            from ledger.closed_period

            where account_id = :account_id and reopened_at is null
        )
    ) as depends_on
