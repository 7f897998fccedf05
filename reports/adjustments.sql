--! title: Adjustments of closed periods
--! grain: one row per event that the period counts though it occurred before, because its own period was
--!   closed before it was known
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: amount: + came into the wallet, − went out of it; quantity is negative for a sale
--! units: amount in the row's asset; quantity in the contract's base unit
--! note: what is cash, fill, forced_order or margin_change. Amounts stand on the rows of cash alone; of the
--!   others, a fill changes positions and realized PnL, and a margin change moves money inside of the account
--!   (+ into the position). closed_period is the first that was closed of those that occurred_at lies in;
--!   empty where it lies before what was closed. basis reversal takes back what a closed period has from a
--!   fill, because the cash row came, which has a row of its own.
--! trace: postings when what = cash where account_id = :account and entry_id = :entry_id
--!     and ledger_account = :ledger_account and asset = :asset
--!   giving amount = -sum(amount) ;
--!   fills when what = fill where account_id = :account and record_key = :record_key
--!   giving quantity = sum(case side when 'BUY' then quantity else -quantity end) ;
--!   forced_orders when what = forced_order where account_id = :account and record_key = :record_key
--!   giving quantity = sum(case side when 'BUY' then executed_quantity else -executed_quantity end) ;
--!   margin_changes when what = margin_change where account_id = :account and record_key = :record_key
--!   giving amount = sum(amount)

select
    adjusting_event.account_id as account,
    report.local_time(adjusting_event.occurred_at, :time_zone) as occurred_at,
    report.local_time(adjusting_event.posted_at, :time_zone) as posted_at,
    (
        select closed_period.period_name

        from ledger.closed_period

        where closed_period.account_id = adjusting_event.account_id
            and closed_period.reopened_at is null
            and closed_period.from_time <= adjusting_event.occurred_at
            and closed_period.until_time > adjusting_event.occurred_at
            -- No later one: it would change what a closed period's report says here.
            and closed_period.closing_number <= (
                select min(border.closing_number)

                from ledger.closed_period as border

                where border.account_id = adjusting_event.account_id
                    and border.reopened_at is null
                    and border.until_time = adjusting_event.posted_at
            )

        order by closed_period.closing_number

        limit 1
    ) as closed_period,
    adjusting_event.what as what,
    adjusting_event.kind as kind,
    adjusting_event.symbol as symbol,
    report.plain(adjusting_event.quantity) as quantity,
    report.plain(adjusting_event.amount) as amount,
    adjusting_event.asset as asset,
    adjusting_event.ledger_account as ledger_account,
    adjusting_event.basis as basis,
    adjusting_event.entry_id as entry_id,
    adjusting_event.record_key as record_key

from report.adjusting_event

where adjusting_event.posted_at >= :from
    and adjusting_event.posted_at < :until
    and (:account::text is null or adjusting_event.account_id = :account)

order by
    adjusting_event.account_id collate "C",
    adjusting_event.posted_at,
    adjusting_event.occurred_at,
    adjusting_event.what collate "C",
    adjusting_event.entry_id collate "C",
    adjusting_event.record_key collate "C",
    adjusting_event.line
