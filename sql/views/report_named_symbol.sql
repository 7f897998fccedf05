-- Whose history an account has. What was never understood, and is no longer served, names nothing.
drop view if exists report.named_symbol cascade;

create view report.named_symbol as
select
    account_id,
    symbol

from raw.record

where
    symbol <> ''
    and not exists (
        select

        from raw.set_aside

        where
            set_aside.account_id = record.account_id
            and set_aside.stream = record.stream
            and set_aside.record_key = record.record_key
            and set_aside.kind = 'withdrawn'
    );

comment on view report.named_symbol is 'One row per record that names a contract, but for those that the venue took back before they were understood.';
comment on column report.named_symbol.account_id is 'The account.';
comment on column report.named_symbol.symbol is 'The contract.';
