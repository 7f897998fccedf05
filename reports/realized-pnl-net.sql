--! title: Realized PnL net of fees, by symbol
--! grain: one row per account, symbol and asset with a realized PnL, a fee, a rebate, funding or a
--!   liquidation charge in the period
--! parameters: from, until, time_zone, account
--! sign: + came into the wallet, − went out of it, in every column: a fee paid is negative here
--! units: amounts in the row's asset; a fee charged in another asset than the contract's has a row of its own
--! note: realized_pnl is the result of prices alone. net_of_fees is realized_pnl + trading_fees + rebates,
--!   and net_of_all that with funding and liquidation. Fees of opening fills are in the period they were paid
--!   in, whether their position was closed by then or not. An empty symbol is what belongs to no contract.
--!   basis says what the figures come from: cash, fill or both.
--! trace: postings where account_id = :account and symbol = :symbol and asset = :asset and posted_at >= :from
--!     and posted_at < :until and net_result is not null and rewards is null
--!   giving realized_pnl, trading_fees, rebates, funding, liquidation
--!   giving net_of_fees = coalesce(sum(realized_pnl), 0) + coalesce(sum(trading_fees), 0)
--!     + coalesce(sum(rebates), 0)
--!   giving net_of_all = sum(net_result)

with booked as materialized (
    select
        account_id,
        symbol,
        asset,
        coalesce(sum(realized_pnl), 0) as realized_pnl,
        coalesce(sum(trading_fees), 0) as trading_fees,
        coalesce(sum(rebates), 0) as rebates,
        coalesce(sum(funding), 0) as funding,
        coalesce(sum(liquidation), 0) as liquidation,
        sum(net_result) as net_of_all,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from ledger.summed_posting(:time_zone, :from, :until, :account)

    where net_result is not null
        and rewards is null

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
    report.plain(net_of_all) as net_of_all,
    basis as basis

from booked

order by
    booked.account_id collate "C",
    booked.symbol collate "C",
    booked.asset collate "C"
