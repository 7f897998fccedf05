-- Keeps with a close the prices at which its books are valued and that no earlier close keeps.
insert into ledger.closed_valuation (account_id, closing_number, asset, minute, currency, price)
select distinct
    valued_entry.account_id,
    :closing_number::integer,
    valued_entry.asset,
    valued_entry.minute,
    valued_entry.currency,
    valued_entry.price

from report.valued_entry

where
    valued_entry.account_id = :account_id
    and valued_entry.posted_at < :until
    and valued_entry.price is not null
    and not exists (
        select

        from ledger.closed_valuation

        inner join ledger.closed_period
            on closed_valuation.account_id = closed_period.account_id
            and closed_valuation.closing_number = closed_period.closing_number

        where
            closed_valuation.account_id = valued_entry.account_id
            and closed_valuation.asset = valued_entry.asset
            and closed_valuation.minute = valued_entry.minute
            and closed_period.reopened_at is null
    )
