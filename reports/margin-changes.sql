--! title: Margin changes
--! grain: one row per move of margin between the wallet and an isolated position
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: + into the position, − out of it
--! units: amount in the row's asset
--! note: Never cash in or out of the account, and so in no other report: the money stays the account's own.
--!   reason is the venue's own word, empty where it gives none. note is adjustment for a move of a closed
--!   period that was learnt of after its close.
--! trace: margin_changes where account_id = :account and record_key = :record_key
--!   giving amount = sum(amount)

select
    account_id as account,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    symbol as symbol,
    position_side as position_side,
    report.plain(amount) as amount,
    asset as asset,
    direction as direction,
    reason as reason,
    record_key as record_key,
    report.adjustment(occurred_at, posted_at) as note

from history.margin_change

where posted_at >= :from
    and posted_at < :until
    and (:account::text is null or account_id = :account)

order by
    margin_change.account_id collate "C",
    margin_change.occurred_at,
    margin_change.symbol collate "C",
    margin_change.position_side collate "C",
    margin_change.record_key collate "C"
