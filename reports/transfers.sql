--! title: Transfers
--! grain: one row per movement of money into or out of the account
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: + into the account, − out of it
--! units: amount in the row's asset
--! note: Moves of margin between the wallet and an isolated position are no transfers: see margin-changes.
--!   kind is own transfer for one with another account of the store, which counterparty_account names;
--!   deposit, withdrawal, bridge deposit or bridge withdrawal where the venue says so; and transfer where it
--!   does not say with whom. Between venues nothing is guessed. The other account's leg makes no own transfer
--!   of one in a period for which it came too late, after a close. income_type, transaction_id and info are
--!   the venue's own words. note is adjustment for a transfer of a closed period that was learnt of after its
--!   close, and counts in the open one.
--! trace: postings where account_id = :account and entry_id = :entry_id
--!   giving amount = sum(transfers) filter (where asset = :asset)

select
    journal.account_id as account,
    report.local_time(journal.occurred_at, :time_zone) as occurred_at,
    journal.asset as asset,
    report.plain(journal.transfers) as amount,
    case
        when own_transfer.account_id is not null then 'own transfer'
        else coalesce(replace(income.kind, '_', ' '), 'transfer')
    end as kind,
    own_transfer.counterparty_account_id as counterparty_account,
    income.income_type as income_type,
    income.tran_id as transaction_id,
    income.info as info,
    journal.basis as basis,
    journal.entry_id as entry_id,
    report.adjustment(journal.occurred_at, journal.posted_at) as note

from report.journal

left join report.own_transfer
    on journal.account_id = own_transfer.account_id
    and journal.record_key = own_transfer.record_key
    and journal.stream = 'income'
    and coalesce(own_transfer.counterparty_adjusted_at, '-infinity') < :until

left join history.income
    on journal.account_id = income.account_id
    and journal.record_key = income.record_key
    and journal.stream = 'income'
    and (income.part = '' or journal.entry_id = 'income/' || income.record_key || '/' || income.part)

where journal.transfers is not null
    and journal.posted_at >= :from
    and journal.posted_at < :until
    and (:account::text is null or journal.account_id = :account)

order by
    journal.account_id collate "C",
    journal.occurred_at,
    journal.entry_id collate "C",
    journal.line
