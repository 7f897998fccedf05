--! title: Adjustments of closed periods
--! grain: one row per event that the period counts though it occurred before, because its own period was closed before it was known
--! parameters: from, until, time_zone, account
--! sign: amount: + came into the wallet, − went out of it; quantity is negative for a sale
--! units: amount in the row's asset; quantity in the contract's base unit
--! note: what is cash, fill, forced_order or margin_change. Amounts stand on the rows of cash alone; of the others, a fill changes positions
--!   and realized PnL, and a margin change moves money inside of the account (+ into the position).
--!   closed_periods are those that occurred_at lies in and that were closed before the event was known; empty where it lies before them.
--!   basis reversal takes back what a closed period has from a fill, because the cash row came, which has a row of its own.

with adjusting as (
    select
        account_id,
        'cash' as what,
        occurred_at,
        posted_at,
        kind,
        symbol,
        null::numeric as quantity,
        -amount as amount,
        asset,
        ledger_account,
        basis,
        entry_id,
        record_key,
        line

    from report.journal

    where ledger_account <> 'assets:wallet'
        and posted_at <> occurred_at
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    union all

    select
        account_id,
        'fill',
        occurred_at,
        posted_at,
        lower(side),
        symbol,
        case side when 'BUY' then quantity else -quantity end,
        null,
        null,
        null,
        null,
        null,
        record_key,
        1

    from history.fill

    where posted_at <> occurred_at
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    union all

    select
        account_id,
        'forced_order',
        occurred_at,
        posted_at,
        kind,
        symbol,
        case side when 'BUY' then executed_quantity else -executed_quantity end,
        null,
        null,
        null,
        null,
        null,
        record_key,
        1

    from history.forced_order

    where posted_at <> occurred_at
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    union all

    select
        account_id,
        'margin_change',
        occurred_at,
        posted_at,
        direction,
        symbol,
        null,
        amount,
        asset,
        null,
        null,
        null,
        record_key,
        1

    from history.margin_change

    where posted_at <> occurred_at
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)
)

select
    adjusting.account_id as account,
    report.local_time(adjusting.occurred_at, :time_zone) as occurred_at,
    report.local_time(adjusting.posted_at, :time_zone) as posted_at,
    (
        select string_agg(distinct closed_period.period_name, ' ' order by closed_period.period_name)

        from ledger.closed_period

        where closed_period.account_id = adjusting.account_id
            and closed_period.reopened_at is null
            and closed_period.from_time <= adjusting.occurred_at
            and closed_period.until_time > adjusting.occurred_at
            and closed_period.until_time <= adjusting.posted_at
    ) as closed_periods,
    adjusting.what as what,
    adjusting.kind as kind,
    adjusting.symbol as symbol,
    report.plain(adjusting.quantity) as quantity,
    report.plain(adjusting.amount) as amount,
    adjusting.asset as asset,
    adjusting.ledger_account as ledger_account,
    adjusting.basis as basis,
    adjusting.entry_id as entry_id,
    adjusting.record_key as record_key

from adjusting

order by
    adjusting.account_id collate "C",
    adjusting.posted_at,
    adjusting.occurred_at,
    adjusting.what collate "C",
    adjusting.entry_id collate "C",
    adjusting.record_key collate "C",
    adjusting.line
