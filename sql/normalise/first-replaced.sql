-- The earliest time of the rows that records have now; null where they have none.
select
    least(
        (
            select min(least(occurred_at, posted_at, value_at))

            from history.income

            where account_id = :account_id
                and record_key in (select json_array_elements_text(:record_keys::json))
        ),
        (
            select min(least(occurred_at, posted_at, value_at))

            from history.fill

            where account_id = :account_id
                and record_key in (select json_array_elements_text(:record_keys::json))
        )
    ) as first_at
