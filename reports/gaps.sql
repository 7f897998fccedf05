--! title: Gaps, records set aside and suspense
--! grain: one row per gap that overlaps the period or was closed in it, per record of the period set aside, per posting of the period in suspense, and per unexplained difference of a wallet
--! parameters: from, until, time_zone, account
--! sign: amount: + came into the wallet, − went out of it
--! units: amount in the row's asset; empty where the amount is not known
--! changes_after_close: what is learnt of a period's evidence after its close is shown here
--! note: what is gap: the venue no longer serves the span from occurred_at to until; its records are missing from the books.
--!   accepted: a person decided that nothing is missing there, for the reason given. imported: a file of the venue's closed it.
--!   not_understood: the record is kept and not booked. rewritten: the venue changed a field that may not change, and the first version stays
--!   booked. vanished: the venue no longer serves the record, which stays booked. suspense: the money is booked, its kind is not known.
--!   unexplained: the venue's wallet moved by this amount from occurred_at to until and no record tells why; nothing is booked for it.
--! trace: gaps when what = gap where account_id = :account and stream = :stream and symbol = :symbol
--!     and from_time = :occurred_at::timestamptz ;
--!   windows when what = accepted|imported where account_id = :account and stream = :stream and symbol = :symbol
--!     and from_time = :occurred_at::timestamptz and note = :reason ;
--!   records when what = not_understood|rewritten|vanished where account_id = :account and stream = :stream
--!     and record_key = :record_key ;
--!   postings when what = suspense where account_id = :account and stream = :stream and record_key = :record_key
--!     and ledger_account = 'suspense' and asset = :asset
--!   giving amount = -sum(amount) ;
--!   balances when what = unexplained where account_id = :account and asset = :asset
--!     and taken_at in (:occurred_at::timestamptz, :until::timestamptz)

with holes as (
    select
        account_id,
        'gap' as what,
        stream,
        symbol,
        from_time as occurred_at,
        until_time as until,
        null::numeric as amount,
        null as asset,
        null as record_key,
        reason

    from raw.gap

    where from_time < :until
        and until_time > :from
        and (:account::text is null or account_id = :account)
),

closed as (
    select
        account_id,
        case evidence when 'decision' then 'accepted' else 'imported' end as what,
        stream,
        symbol,
        from_time as occurred_at,
        until_time as until,
        null::numeric as amount,
        null as asset,
        null as record_key,
        note as reason

    from raw.window

    where evidence <> 'venue'
        and from_time < :until
        and until_time > :from
        and (:account::text is null or account_id = :account)
),

set_aside as (
    select
        account_id,
        kind as what,
        stream,
        symbol,
        occurred_at,
        null::timestamptz as until,
        null::numeric as amount,
        null as asset,
        record_key,
        reason

    from raw.set_aside

    where occurred_at >= :from
        and occurred_at < :until
        and (:account::text is null or account_id = :account)
),

suspense as (
    select
        journal.account_id,
        'suspense' as what,
        journal.stream,
        journal.symbol,
        journal.occurred_at,
        null::timestamptz as until,
        -journal.amount as amount,
        journal.asset,
        journal.record_key,
        coalesce('income type ' || income.income_type, 'kind ' || journal.kind) as reason

    from report.journal

    left join history.income
        on journal.account_id = income.account_id
        and journal.record_key = income.record_key
        and journal.stream = 'income'
        and (income.part = '' or journal.entry_id = 'income/' || income.record_key || '/' || income.part)

    where journal.ledger_account = 'suspense'
        and journal.posted_at >= :from
        and journal.posted_at < :until
        and (:account::text is null or journal.account_id = :account)
),

unexplained as (
    select
        account_id,
        'unexplained' as what,
        '' as stream,
        '' as symbol,
        coalesce(from_time, checked_at) as occurred_at,
        checked_at as until,
        -difference as amount,
        asset,
        null as record_key,
        note as reason

    from ledger.reconciliation

    where check_name = 'wallet'
        and status = 'differs'
        and class = 'unexplained'
        and checked_at >= :from
        and (from_time is null or from_time < :until)
        and (:account::text is null or account_id = :account)
),

all_of_them as (
    select * from holes

    union all

    select * from closed

    union all

    select * from set_aside

    union all

    select * from suspense

    union all

    select * from unexplained
)

select
    account_id as account,
    what as what,
    stream as stream,
    symbol as symbol,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    report.local_time(until, :time_zone) as until,
    report.plain(amount) as amount,
    asset as asset,
    reason as reason,
    record_key as record_key

from all_of_them

order by
    all_of_them.account_id collate "C",
    all_of_them.occurred_at,
    all_of_them.what collate "C",
    all_of_them.stream collate "C",
    all_of_them.symbol collate "C",
    all_of_them.record_key collate "C",
    all_of_them.amount
