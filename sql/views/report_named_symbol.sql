-- Whose history an account has. What was never understood, and is no longer served, names nothing. The
-- contracts are those of the control totals, one a day: to read them from the records themselves took longer
-- with every night.
drop view if exists report.named_symbol cascade;

create view report.named_symbol as
with loaded as (
    select
        account_id,
        stream,
        symbol,
        sum(records) as records

    from raw.control_total

    where symbol <> ''

    group by
        account_id,
        stream,
        symbol
),

withdrawn as (
    select
        record.account_id,
        record.stream,
        record.symbol,
        count(*) as records

    from raw.set_aside

    inner join raw.record
        on set_aside.account_id = record.account_id
        and set_aside.stream = record.stream
        and set_aside.record_key = record.record_key

    where set_aside.kind = 'withdrawn'

    group by
        record.account_id,
        record.stream,
        record.symbol
)

select distinct
    loaded.account_id,
    loaded.symbol

from loaded

left join withdrawn
    on loaded.account_id = withdrawn.account_id
    and loaded.stream = withdrawn.stream
    and loaded.symbol = withdrawn.symbol

where loaded.records > coalesce(withdrawn.records, 0);

comment on view report.named_symbol is 'One row per contract that a record names, but for records that the venue took back before they were understood.';
comment on column report.named_symbol.account_id is 'The account.';
comment on column report.named_symbol.symbol is 'The contract.';
