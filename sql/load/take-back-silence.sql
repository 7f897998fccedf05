-- A contract was named earlier than it was taken to be.
delete from raw."window" as silence

using (
    select
        symbol,
        min(occurred_at) as first_at

    from json_to_recordset(:rows::json) as record (symbol text, occurred_at timestamptz)

    group by symbol
) as named

where silence.account_id = :account_id
    and silence.evidence = 'silence'
    and silence.symbol = named.symbol
    and silence.until_time > named.first_at
