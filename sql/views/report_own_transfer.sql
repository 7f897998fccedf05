-- Transfers between two accounts of the same store, on a venue that keeps a collateral statement: both legs share the venue's event number, the amounts
-- are opposite and the asset is one. The only view that joins across accounts: on Citus, its rows travel.
drop view if exists report.own_transfer cascade;

create view report.own_transfer as
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
    counterparty.adjusted_at as counterparty_adjusted_at

from history.collateral_transaction as own

inner join raw.account as own_account
    on own.account_id = own_account.account_id

inner join lateral (
    select
        other.account_id,
        other.record_key,
        case when income.posted_at <> income.occurred_at then income.posted_at end as adjusted_at

    from history.collateral_transaction as other

    inner join history.income
        on other.account_id = income.account_id
        and other.record_key = income.record_key

    inner join raw.account as other_account
        on other.account_id = other_account.account_id

    where other.event_number = own.event_number
        and other.transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT')
        and other.transfer_reason = 'USER_TRANSFER'
        and other.asset = own.asset
        and other.amount = -own.amount
        and other.account_id <> own.account_id
        and other_account.venue = own_account.venue

    order by
        other.account_id collate "C",
        other.record_key collate "C"

    limit 1
) as counterparty
    on true

where own.transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT')
    and own.transfer_reason = 'USER_TRANSFER'
    and own.event_number not in ('', '0');

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
