--! title: Restatement of closed periods
--! grain: one row per account, closed period that overlaps the reported one, ledger account and asset in
--!   which anything was booked
--! parameters: from, until, time_zone, account
--! sign: + came into the wallet, − went out of it
--! units: amounts in the row's asset; assets are never added up or converted
--! note: original is what the closed period's reports say. of_earlier_periods is the part of it that occurred
--!   before the period, in others that were closed by then. adjustment is what occurred in the period and was
--!   learnt after its close: it counts in a later period. restated is what the period would say today:
--!   original − of_earlier_periods + adjustment. The parts are listed in adjustments. Only periods that are
--!   closed now have rows. The realized PnL is the cash of the books; what a fill that came late changes in
--!   lots and disposals is booked in the open period, and is not restated.
--! changes_after_close: it tells of a closed period what was learnt after its close
--! trace: postings where account_id = :account and ledger_account = :ledger_account and asset = :asset
--!     and (posted_at >= :from_time::timestamptz and posted_at < :until_time::timestamptz
--!       or occurred_at >= :from_time::timestamptz and occurred_at < :until_time::timestamptz)
--!   giving original = -sum(amount) filter (where posted_at >= :from_time::timestamptz
--!     and posted_at < :until_time::timestamptz)
--!   giving of_earlier_periods = -sum(amount) filter (where posted_at >= :from_time::timestamptz
--!     and posted_at < :until_time::timestamptz
--!     and not (occurred_at >= :from_time::timestamptz and occurred_at < :until_time::timestamptz))
--!   giving adjustment = -sum(amount) filter (where occurred_at >= :from_time::timestamptz
--!     and occurred_at < :until_time::timestamptz
--!     and not (posted_at >= :from_time::timestamptz and posted_at < :until_time::timestamptz))
--!   giving restated = -sum(amount) filter (where occurred_at >= :from_time::timestamptz
--!     and occurred_at < :until_time::timestamptz)

with closed as (
    select distinct on (account_id, from_time, until_time)
        account_id,
        closing_number,
        period_name,
        from_time,
        until_time

    from ledger.closed_period

    where reopened_at is null
        and from_time < :until
        and until_time > :from
        and (:account::text is null or account_id = :account)

    order by
        account_id,
        from_time,
        until_time,
        closing_number desc
),

changes as (
    select
        closed.account_id,
        closed.closing_number,
        journal.ledger_account,
        journal.asset,
        -journal.amount as change,
        journal.posted_at >= closed.from_time and journal.posted_at < closed.until_time as is_posted_in,
        journal.occurred_at >= closed.from_time and journal.occurred_at < closed.until_time as has_occurred_in

    from closed

    inner join report.journal
        on closed.account_id = journal.account_id

    where journal.wallet is null
        and (
            (journal.posted_at >= closed.from_time and journal.posted_at < closed.until_time)
            or (journal.occurred_at >= closed.from_time and journal.occurred_at < closed.until_time)
        )
),

restated as (
    select
        account_id,
        closing_number,
        ledger_account,
        asset,
        coalesce(sum(change) filter (where is_posted_in), 0) as original,
        coalesce(sum(change) filter (where is_posted_in and not has_occurred_in), 0) as of_earlier_periods,
        coalesce(sum(change) filter (where has_occurred_in and not is_posted_in), 0) as adjustment,
        coalesce(sum(change) filter (where has_occurred_in), 0) as restated

    from changes

    group by
        account_id,
        closing_number,
        ledger_account,
        asset
)

select
    closed.account_id as account,
    closed.period_name as closed_period,
    report.local_time(closed.from_time, :time_zone) as from_time,
    report.local_time(closed.until_time, :time_zone) as until_time,
    restated.ledger_account as ledger_account,
    restated.asset as asset,
    report.plain(restated.original) as original,
    report.plain(restated.of_earlier_periods) as of_earlier_periods,
    report.plain(restated.adjustment) as adjustment,
    report.plain(restated.restated) as restated

from restated

inner join closed
    on restated.account_id = closed.account_id
    and restated.closing_number = closed.closing_number

order by
    closed.account_id collate "C",
    closed.from_time,
    closed.until_time,
    restated.ledger_account collate "C",
    restated.asset collate "C"
