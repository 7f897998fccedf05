--! title: Trading fees by symbol
--! grain: one row per account, symbol and asset with a fee, a rebate or a fill in the period
--! parameters: from, until, account
--! sign: + came into the wallet, − went out of it: a fee paid is negative, a rebate positive, and net_fees
--!   their sum
--! units: amounts in the row's asset, which is the asset the fee was charged in and may not be the contract's
--! note: Fees and rebates are the cash that the books hold. fills counts the executions charged in this
--!   asset, those at zero fee too. Where nothing is booked yet for the row's fills, trading_fees and rebates
--!   are the fills' own words, and basis is unbooked_fill; fills is empty where no fills were read. A rebate
--!   that belongs to no contract (a referral kickback, say) has an empty symbol. Liquidation fees are no
--!   trading fees: see liquidations. basis says what the figures come from: cash, fill (booked from the fill,
--!   because its cash row is missing) or both.
--! trace: postings when basis = cash|fill|cash+fill|cash+reversal|fill+reversal|cash+fill+reversal|reversal
--!     where account_id = :account and symbol = :symbol and asset = :asset
--!     and (trading_fees is not null or rebates is not null) and posted_at >= :from and posted_at < :until
--!   giving trading_fees, rebates
--!     giving net_fees = coalesce(sum(trading_fees), 0) + coalesce(sum(rebates), 0) ;
--!   fills where account_id = :account and symbol = :symbol and fee_asset = :asset
--!     and posted_at >= :from and posted_at < :until
--!   giving fills = count(*) ;
--!   fills when basis = unbooked_fill where account_id = :account and symbol = :symbol and fee_asset = :asset
--!     and posted_at >= :from and posted_at < :until
--!   giving trading_fees = coalesce(-sum(fee) filter (where fee > 0), 0) giving rebates = coalesce(-sum(fee)
--!     filter (where fee < 0), 0)
--!   giving net_fees = -sum(fee)

with booked as (
    select
        account_id,
        symbol,
        asset,
        coalesce(sum(trading_fees), 0) as trading_fees,
        coalesce(sum(rebates), 0) as rebates,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from report.journal

    where (trading_fees is not null or rebates is not null)
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        symbol,
        asset
),

executed as (
    select
        account_id,
        symbol,
        fee_asset,
        count(*) as fills,
        coalesce(-sum(fee) filter (where fee > 0), 0) as trading_fees,
        coalesce(-sum(fee) filter (where fee < 0), 0) as rebates

    from history.fill

    where posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        symbol,
        fee_asset
),

joined as (
    select
        coalesce(booked.account_id, executed.account_id) as account_id,
        coalesce(booked.symbol, executed.symbol) as symbol,
        coalesce(booked.asset, executed.fee_asset) as asset,
        coalesce(booked.trading_fees, executed.trading_fees) as trading_fees,
        coalesce(booked.rebates, executed.rebates) as rebates,
        executed.fills,
        case
            when booked.account_id is not null then booked.basis
            when executed.trading_fees <> 0 or executed.rebates <> 0 then 'unbooked_fill'
        end as basis

    from booked

    full join executed
        on booked.account_id = executed.account_id
        and booked.symbol = executed.symbol
        and booked.asset = executed.fee_asset
)

select
    account_id as account,
    symbol as symbol,
    asset as asset,
    report.plain(trading_fees) as trading_fees,
    report.plain(rebates) as rebates,
    report.plain(trading_fees + rebates) as net_fees,
    case
        when fills is not null then fills::text
        when report.knows_fills(account_id, :from, :until) then '0'
    end as fills,
    basis as basis

from joined

order by
    joined.account_id collate "C",
    joined.symbol collate "C",
    joined.asset collate "C"
