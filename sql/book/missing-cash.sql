-- Fills whose result or fee never came in the cash statement, though that is settled beyond them, and that are not booked from the fill yet.
-- A cash row belongs to a fill by its trade id; one without a trade id, by its instant.
with candidates as (
    select
        fill.record_key,
        fill.symbol,
        fill.fill_id,
        fill.occurred_at,
        fill.realized_pnl,
        coalesce(fill.margin_asset, instrument.margin_asset, '') as margin_asset,
        fill.fee,
        fill.fee_asset,
        fill.realized_pnl <> 0 and not exists (
            select

            from history.income

            where
                income.account_id = fill.account_id
                and income.symbol = fill.symbol
                and income.income_type = 'REALIZED_PNL'
                and (
                    income.trade_id = fill.fill_id
                    or (income.trade_id = '' and income.occurred_at = fill.occurred_at)
                )
        ) as lacks_realized_pnl,
        fill.fee <> 0 and not exists (
            select

            from history.income

            where
                income.account_id = fill.account_id
                and income.symbol = fill.symbol
                and income.income_type = 'COMMISSION'
                and (
                    income.trade_id = fill.fill_id
                    or (income.trade_id = '' and income.occurred_at = fill.occurred_at)
                )
        ) as lacks_fee

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    where
        fill.account_id = :account_id
        and exists (
            select

            from raw."window"

            where
                "window".account_id = fill.account_id
                and "window".stream = 'income'
                and "window".is_settled
                and "window".from_time <= fill.occurred_at
                and "window".until_time > fill.occurred_at
        )
)

select
    candidates.record_key,
    candidates.symbol,
    candidates.occurred_at,
    candidates.realized_pnl,
    candidates.margin_asset,
    candidates.fee,
    candidates.fee_asset,
    candidates.lacks_realized_pnl and pnl_entry.entry_id is null as wants_realized_pnl,
    candidates.lacks_fee and fee_entry.entry_id is null as wants_fee

from candidates

left join ledger.entry as pnl_entry
    on pnl_entry.account_id = :account_id
    and pnl_entry.entry_id = 'fill/' || candidates.record_key || '/realized_pnl'

left join ledger.entry as fee_entry
    on fee_entry.account_id = :account_id
    and fee_entry.entry_id = 'fill/' || candidates.record_key || '/trading_fee'

where
    (candidates.lacks_realized_pnl and pnl_entry.entry_id is null)
    or (candidates.lacks_fee and fee_entry.entry_id is null)

order by candidates.record_key collate "C"

limit :batch::integer
