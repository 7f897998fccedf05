-- What came into the wallet and left it, of assets in which the account has neither PnL nor funding and that
-- are not the reporting currency, in order.
with pnl_assets as (
    select distinct posting.asset

    from ledger.posting

    where
        posting.account_id = :account_id
        and (posting.realized_pnl is not null or posting.funding is not null)

    union

    select distinct coalesce(fill.margin_asset, instrument.margin_asset, '')

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    where fill.account_id = :account_id
)

select
    movement.asset,
    movement.entry_id,
    movement.line,
    entry.kind,
    movement.debit_account,
    movement.credit_account,
    movement.amount,
    entry.occurred_at,
    entry.posted_at,
    date_trunc('minute', entry.occurred_at) as minute

from ledger.movement

inner join ledger.entry
    on movement.account_id = entry.account_id and movement.entry_id = entry.entry_id

where
    movement.account_id = :account_id
    and movement.asset <> :currency
    and movement.asset not in (select pnl_assets.asset from pnl_assets)
    and 'assets:wallet' in (movement.debit_account, movement.credit_account)

-- Of one instant, what comes is there before what leaves.
order by
    movement.asset collate "C",
    entry.posted_at,
    entry.occurred_at,
    movement.debit_account = 'assets:wallet' desc,
    movement.entry_id collate "C",
    movement.line
