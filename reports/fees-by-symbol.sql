--! title: Trading fees by symbol
--! grain: one row per account, symbol and asset with a fee, a rebate or a fill in the period
--! parameters: from, until, time_zone, account
--! sign: + came into the wallet, − went out of it: a fee paid is negative, a rebate positive, and net_fees
--!   their sum
--! units: amounts in the row's asset, which is the asset the fee was charged in and may not be the contract's
--! note: Fees and rebates are the cash that the books hold. fills counts the executions charged in this
--!   asset, those at zero fee too. Where nothing is booked yet for the row's fills, trading_fees and rebates
--!   are the fills' own words, and basis is unbooked_fill; fills and turnover are empty where no fills were
--!   read. turnover is price × quantity of these executions, in turnover_asset, which the contract settles
--!   in; maker_turnover and taker_turnover are its parts of which the venue says so. A rebate that belongs to
--!   no contract (a referral kickback, say) has an empty symbol. Liquidation fees are no trading fees: see
--!   liquidations. basis says what the figures come from: cash, fill (booked from the fill, because its cash
--!   row is missing) or both.
--! trace: postings when basis = cash|fill|cash+fill|cash+reversal|fill+reversal|cash+fill+reversal|reversal
--!     where account_id = :account and symbol = :symbol and asset = :asset
--!     and (trading_fees is not null or rebates is not null) and posted_at >= :from and posted_at < :until
--!   giving trading_fees, rebates
--!     giving net_fees = coalesce(sum(trading_fees), 0) + coalesce(sum(rebates), 0) ;
--!   fills where account_id = :account and symbol = :symbol and fee_asset = :asset
--!     and posted_at >= :from and posted_at < :until
--!   giving fills = count(*) giving turnover = sum(value)
--!   giving maker_turnover = case when count(is_maker) > 0
--!     then coalesce(sum(value) filter (where is_maker), 0) end
--!   giving taker_turnover = case when count(is_maker) > 0
--!     then coalesce(sum(value) filter (where not is_maker), 0) end ;
--!   fills when basis = unbooked_fill where account_id = :account and symbol = :symbol and fee_asset = :asset
--!     and posted_at >= :from and posted_at < :until
--!   giving trading_fees = coalesce(-sum(fee) filter (where fee > 0), 0) giving rebates = coalesce(-sum(fee)
--!     filter (where fee < 0), 0)
--!   giving net_fees = -sum(fee)

with booked as materialized (
    select
        account_id,
        symbol,
        asset,
        coalesce(sum(trading_fees), 0) as trading_fees,
        coalesce(sum(rebates), 0) as rebates,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from ledger.summed_posting(:time_zone, :from, :until, :account)

    where coalesce(trading_fees, rebates) is not null

    group by
        account_id,
        symbol,
        asset
),

executed as (
    select
        fill.account_id,
        fill.symbol,
        fill.fee_asset,
        count(*) as fills,
        sum(fill.value) as turnover,
        case
            when count(fill.is_maker) > 0 then coalesce(sum(fill.value) filter (where fill.is_maker), 0)
        end as maker_turnover,
        case
            when count(fill.is_maker) > 0 then coalesce(sum(fill.value) filter (where not fill.is_maker), 0)
        end as taker_turnover,
        max(coalesce(fill.margin_asset, instrument.margin_asset) collate "C") as turnover_asset,
        coalesce(-sum(fill.fee) filter (where fill.fee > 0), 0) as trading_fees,
        coalesce(-sum(fill.fee) filter (where fill.fee < 0), 0) as rebates

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id
        and fill.symbol = instrument.symbol

    where fill.posted_at >= :from
        and fill.posted_at < :until
        and (:account::text is null or fill.account_id = :account)

    group by
        fill.account_id,
        fill.symbol,
        fill.fee_asset
),

joined as (
    select
        coalesce(booked.account_id, executed.account_id) as account_id,
        coalesce(booked.symbol, executed.symbol) as symbol,
        coalesce(booked.asset, executed.fee_asset) as asset,
        coalesce(booked.trading_fees, executed.trading_fees) as trading_fees,
        coalesce(booked.rebates, executed.rebates) as rebates,
        executed.fills,
        executed.turnover,
        executed.maker_turnover,
        executed.taker_turnover,
        executed.turnover_asset,
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
    case
        when fills is not null then report.plain(turnover)
        when report.knows_fills(account_id, :from, :until) then '0'
    end as turnover,
    case
        when fills is not null then report.plain(maker_turnover)
        when report.knows_fills(account_id, :from, :until) then '0'
    end as maker_turnover,
    case
        when fills is not null then report.plain(taker_turnover)
        when report.knows_fills(account_id, :from, :until) then '0'
    end as taker_turnover,
    turnover_asset as turnover_asset,
    basis as basis

from joined

order by
    joined.account_id collate "C",
    joined.symbol collate "C",
    joined.asset collate "C"
