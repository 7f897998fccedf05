--! title: Realized PnL net of fees, by symbol
--! grain: one row per account, symbol and asset with a realized PnL, a fee, a rebate, funding or a liquidation charge in the period
--! parameters: from, until, account
--! sign: + came into the wallet, − went out of it, in every column: a fee paid is negative here
--! units: amounts in the row's asset; a fee charged in another asset than the contract's has a row of its own
--! note: realized_pnl is the result of prices alone. net_of_fees is realized_pnl + trading_fees + rebates, and net_of_all that with funding
--!   and liquidation. Fees of opening fills are in the period they were paid in, whether their position was closed by then or not.
--!   An empty symbol is what belongs to no contract. basis says what the figures come from: cash, fill or both.
--! trace: postings where account_id = :account and symbol = :symbol and asset = :asset and posted_at >= :from and posted_at < :until
--!     and ledger_account in (
--!       'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding', 'expenses:liquidation')
--!   giving realized_pnl = -sum(amount) filter (where ledger_account = 'income:realized_pnl')
--!   giving trading_fees = -sum(amount) filter (where ledger_account = 'expenses:trading_fees')
--!   giving rebates = -sum(amount) filter (where ledger_account = 'income:rebates')
--!   giving funding = -sum(amount) filter (where ledger_account in ('income:funding', 'expenses:funding'))
--!   giving liquidation = -sum(amount) filter (where ledger_account = 'expenses:liquidation')
--!   giving net_of_fees = -sum(amount) filter (where ledger_account in ('income:realized_pnl', 'expenses:trading_fees', 'income:rebates'))
--!   giving net_of_all = -sum(amount)

with booked as (
    select
        account_id,
        symbol,
        asset,
        coalesce(-sum(amount) filter (where ledger_account = 'income:realized_pnl'), 0) as realized_pnl,
        coalesce(-sum(amount) filter (where ledger_account = 'expenses:trading_fees'), 0) as trading_fees,
        coalesce(-sum(amount) filter (where ledger_account = 'income:rebates'), 0) as rebates,
        coalesce(-sum(amount) filter (where ledger_account in ('income:funding', 'expenses:funding')), 0) as funding,
        coalesce(-sum(amount) filter (where ledger_account = 'expenses:liquidation'), 0) as liquidation,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from report.journal

    where ledger_account in (
            'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding', 'expenses:liquidation'
        )
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        symbol,
        asset
)

select
    account_id as account,
    symbol as symbol,
    asset as asset,
    report.plain(realized_pnl) as realized_pnl,
    report.plain(trading_fees) as trading_fees,
    report.plain(rebates) as rebates,
    report.plain(realized_pnl + trading_fees + rebates) as net_of_fees,
    report.plain(funding) as funding,
    report.plain(liquidation) as liquidation,
    report.plain(realized_pnl + trading_fees + rebates + funding + liquidation) as net_of_all,
    basis as basis

from booked

order by
    booked.account_id collate "C",
    booked.symbol collate "C",
    booked.asset collate "C"
