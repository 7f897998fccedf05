-- Transfers between two accounts of the same store, on a venue that keeps a collateral statement: both legs
-- share the venue's event number, the amounts are opposite and the asset is one. Of several equal legs of an
-- event each has a counter-leg of its own: they are paired in order, and what is left over has none. The only
-- view that joins across accounts: on Citus, its rows travel.
drop view if exists report.own_transfer cascade;

create view report.own_transfer as
with legs as materialized (
    select
        statement.account_id,
        account.venue,
        statement.record_key,
        statement.transaction_id,
        statement.transaction_type,
        statement.event_number,
        statement.asset,
        statement.amount,
        statement.occurred_at,
        row_number() over (
            partition by
                account.venue,
                statement.event_number,
                statement.asset,
                statement.transaction_type,
                statement.amount
            order by
                statement.account_id collate "C",
                statement.record_key collate "C"
        ) as place

    from history.collateral_transaction as statement

    inner join raw.account
        on statement.account_id = account.account_id

    where statement.transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT')
        and statement.transfer_reason = 'USER_TRANSFER'
        and statement.event_number not in ('', '0')
)

select
    own.account_id,
    own.record_key,
    own.transaction_id,
    own.event_number,
    own.asset,
    own.amount,
    own.occurred_at,
    counterparty.account_id as counterparty_account_id,
    counterparty.record_key as counterparty_record_key,
    case when income.posted_at <> income.occurred_at then income.posted_at end as counterparty_adjusted_at

from legs as own

inner join legs as counterparty
    on own.venue = counterparty.venue
    and own.event_number = counterparty.event_number
    and own.asset = counterparty.asset
    and own.transaction_type <> counterparty.transaction_type
    and own.amount = -counterparty.amount
    and own.place = counterparty.place
    and own.account_id <> counterparty.account_id

inner join history.income
    on counterparty.account_id = income.account_id
    and counterparty.record_key = income.record_key;

comment on view report.own_transfer is 'One row per leg of a transfer between two accounts of the store, on a venue with a collateral statement (edgeX). Between venues nothing is guessed.';
comment on column report.own_transfer.account_id is 'The account.';
comment on column report.own_transfer.record_key is 'The record in raw; its cash in history.income has the same.';
comment on column report.own_transfer.transaction_id is 'The venue''s id of the row.';
comment on column report.own_transfer.event_number is 'The venue''s number of the event, which both legs share.';
comment on column report.own_transfer.asset is 'The asset.';
comment on column report.own_transfer.amount is '+ into the account, − out of it.';
comment on column report.own_transfer.occurred_at is 'When the row was made, in UTC.';
comment on column report.own_transfer.counterparty_account_id is 'The other account.';
comment on column report.own_transfer.counterparty_record_key is 'The other account''s record.';
comment on column report.own_transfer.counterparty_adjusted_at is 'When the other account''s books count it, where that is later than it occurred, because its time was closed before; else null.';
