-- Where the history of an account begins: as it was requested, or else with the first instant of the cash
-- statement that was read.
drop view if exists ledger.beginning cascade;

create view ledger.beginning as
select
    account.account_id,
    coalesce(
        account.history_from,
        (
            select min(income.from_time)

            from raw."window" as income

            where
                income.account_id = account.account_id
                and income.stream = 'income'
                and income.symbol = ''
                -- What a person decided about a gap was not read.
                and income.evidence <> 'decision'
        )
    ) as begins_at

from raw.account as account;

comment on view ledger.beginning is 'One row per account: where its history begins.';
comment on column ledger.beginning.account_id is 'The account.';
comment on column ledger.beginning.begins_at is 'since, or else the first instant of the cash statement that was read; null while nothing was.';
