--! title: Gaps, records set aside and suspense
--! grain: one row per gap that overlaps the period or was closed in it, per record of the period set aside,
--!   per entry of the period in suspense, and per unexplained difference of a wallet
--! parameters: from, until, time_zone, account
--! sign: amount: + came into the wallet, − went out of it
--! units: amount in the row's asset; empty where the amount is not known
--! changes_after_close: what is learnt of a period's evidence after its close is shown here
--! note: what is gap: the venue no longer serves the span from occurred_at to until; its records are missing
--!   from the books. reason ends with the command for whoever knows that nothing is missing there. accepted:
--!   a person decided that nothing is missing there, for the reason given. imported: a file of the venue's
--!   closed it. inferred: the venue no longer serves it, and nothing in the cash statement, which was read,
--!   names the contract yet; it is read as without rows. not_understood: the record is kept and not booked.
--!   rewritten: the venue changed a field that may not change, and the first version stays booked. vanished:
--!   the venue no longer serves the record, which stays booked. suspense: the money is booked, its kind is
--!   not known. unexplained: the venue's wallet moved by this amount from occurred_at to until and no record
--!   tells why; nothing is booked for it.
--!   accepted_because is the reason why a person has accepted the row, as it is: it changes nothing in the
--!   books, and is no open item.
--! trace: gaps when what = gap where account_id = :account and stream = :stream and symbol = :symbol
--!     and from_time = :occurred_at::timestamptz ;
--!   windows when what = accepted|imported|inferred where account_id = :account and stream = :stream
--!     and symbol = :symbol
--!     and from_time = :occurred_at::timestamptz and note = :reason ;
--!   records when what = not_understood|rewritten|vanished where account_id = :account and stream = :stream
--!     and record_key = :record_key ;
--!   postings when what = suspense where account_id = :account and stream = :stream
--!     and record_key = :record_key
--!     and suspense is not null and asset = :asset
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
        reason || '; where nothing is missing, perpbooks gap accept --account ' || account_id || ' --stream ' || stream
            || case symbol when '' then '' else ' --symbol ' || symbol end
            || ' --period ' || report.local_time(from_time, :time_zone)
            || '..' || report.local_time(until_time, :time_zone)
            || ' --because "…"' as reason,
        null as because,
        null::timestamptz as decided_at

    from raw.gap

    where from_time < :until
        and until_time > :from
        and (:account::text is null or account_id = :account)
),

closed as (
    select
        account_id,
        case evidence when 'decision' then 'accepted' when 'import' then 'imported' else 'inferred' end as what,
        stream,
        symbol,
        from_time as occurred_at,
        until_time as until,
        null::numeric as amount,
        null as asset,
        null as record_key,
        note as reason,
        null as because,
        null::timestamptz as decided_at

    from raw.window

    where evidence in ('import', 'decision', 'silence')
        and from_time < :until
        and until_time > :from
        and (:account::text is null or account_id = :account)
),

items as (
    select
        account_id,
        case what when 'difference' then 'unexplained' else what end as what,
        stream,
        case what when 'difference' then '' else symbol end as symbol,
        occurred_at,
        case what when 'difference' then item.until end as until,
        amount,
        asset,
        case what when 'difference' then null else subject end as record_key,
        reason,
        because,
        decided_at

    from report.item

    where item.until >= :from
        and (since is null or since < :until)
        and (what <> 'difference' or (class = 'unexplained' and subject = 'wallet ' || asset))
        and (:account::text is null or account_id = :account)
),

all_of_them as (
    select * from holes

    union all

    select * from closed

    union all

    select * from items
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
    record_key as record_key,
    because as accepted_because,
    report.local_time(decided_at, :time_zone) as accepted_at

from all_of_them

order by
    all_of_them.account_id collate "C",
    all_of_them.occurred_at,
    all_of_them.what collate "C",
    all_of_them.stream collate "C",
    all_of_them.symbol collate "C",
    all_of_them.record_key collate "C",
    all_of_them.amount
