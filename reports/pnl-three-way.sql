--! title: Realized PnL, three ways
--! grain: one row per fill of the period that closed something, by the venue's figure, by its cash or by
--!   ours; what differs first
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: + profit, − loss; cash_difference is cash_of_trade − fills_of_trade, average_difference is average −
--!   fill
--! units: amounts in asset
--! changes_after_close: a fill is compared with its cash also where one of them came after the close
--! note: fill is the venue's own figure of the fill. cash_of_trade is what the cash statement has of its
--!   trade (or of its second, where the statement names no trade), and fills_of_trade what the venue's
--!   figures of all fills of that trade add up to: both sides of a self-trade share its id. cash_of_trade is
--!   empty where the statement has no row. average is our own replay at average cost, before fees and
--!   funding. verdict: differs, by more than the venue's truncation explains (one unit of its last decimal
--!   for the cash of a trade, ten for a fill at average: ledger.tolerance), as the reconciliation has it;
--!   no_cash, the cash row of its trade is missing; agrees; empty where the books were not reconciled yet.
--!   note is adjustment for a fill of a closed period that was learnt of after its close, and counts in the
--!   open one.
--! trace: fills where account_id = :account and record_key = :record_key
--!   giving quantity = sum(quantity) giving fill = sum(realized_pnl) ;
--!   income where account_id = :account and symbol = :symbol and asset = :asset and kind <> 'trading_fee'
--!     and record_key in (
--!     select record_key from report.trade_cash as own
--!     where own.account_id = :account and own.symbol = :symbol and own.asset = :asset
--!       and own.kind = 'realized_pnl' and (own.trade_id = :fill_id
--!       or own.trade_id = ''
--!         and date_trunc('second', own.occurred_at) = date_trunc('second', :occurred_at::timestamptz)
--!         and not exists (
--!         select from report.trade_cash as named
--!         where named.account_id = :account and named.symbol = :symbol and named.asset = :asset
--!           and named.kind = 'realized_pnl'
--!           and named.trade_id = :fill_id)))
--!   giving cash_of_trade = sum(amount) ;
--!   disposals where account_id = :account and method = 'average' and symbol = :symbol
--!     and position_side = :position_side
--!     and fill_key = :record_key
--!   giving average = sum(realized_pnl)

-- Cash and trades are compared whole, whatever of them the period counts; nothing of it is older than this.
with first_fill as (
    select date_trunc('second', min(occurred_at)) as second

    from history.fill

    where posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)
),

fills as (
    select
        fill.account_id,
        fill.record_key,
        fill.symbol,
        fill.position_side,
        fill.fill_id,
        fill.side,
        fill.quantity,
        fill.occurred_at,
        fill.posted_at,
        coalesce(fill.margin_asset, instrument.margin_asset, '') as asset,
        fill.realized_pnl,
        coalesce(disposal.realized_pnl, 0) as average

    from history.fill

    left join raw.instrument
        on fill.account_id = instrument.account_id and fill.symbol = instrument.symbol

    left join ledger.disposal
        on fill.account_id = disposal.account_id
        and disposal.method = 'average'
        and fill.symbol = disposal.symbol
        and fill.position_side = disposal.position_side
        and fill.record_key = disposal.fill_key

    where fill.occurred_at >= (select second from first_fill)
        and fill.occurred_at < :until
        and (:account::text is null or fill.account_id = :account)
        and (fill.realized_pnl <> 0 or disposal.fill_key is not null)
),

-- A trade has one instant.
trades as (
    select
        account_id,
        symbol,
        asset,
        fill_id,
        date_trunc('second', min(occurred_at)) as second,
        sum(realized_pnl) as realized_pnl

    from fills

    group by
        account_id,
        symbol,
        asset,
        fill_id
),

cash as (
    select
        account_id,
        symbol,
        asset,
        trade_id,
        date_trunc('second', occurred_at) as second,
        amount

    from report.trade_cash

    -- The cash of a trade at the end may be stamped after it.
    where kind = 'realized_pnl'
        and occurred_at >= (select second from first_fill)
        and (:account::text is null or account_id = :account)
),

cash_by_trade as (
    select
        account_id,
        symbol,
        asset,
        trade_id,
        sum(amount) as amount

    from cash

    where trade_id <> ''

    group by
        account_id,
        symbol,
        asset,
        trade_id
),

cash_by_second as (
    select
        account_id,
        symbol,
        asset,
        second,
        sum(amount) as amount

    from cash

    where trade_id = ''

    group by
        account_id,
        symbol,
        asset,
        second
),

-- Cash that names no trade is of all trades of its second that have no other.
seconds as (
    select
        trades.account_id,
        trades.symbol,
        trades.asset,
        trades.second,
        sum(trades.realized_pnl) as realized_pnl

    from trades

    left join cash_by_trade
        on trades.account_id = cash_by_trade.account_id
        and trades.symbol = cash_by_trade.symbol
        and trades.asset = cash_by_trade.asset
        and trades.fill_id = cash_by_trade.trade_id

    where cash_by_trade.trade_id is null

    group by
        trades.account_id,
        trades.symbol,
        trades.asset,
        trades.second
),

compared as (
    select
        fills.*,
        coalesce(cash_by_trade.amount, cash_by_second.amount) as cash_of_trade,
        case
            when cash_by_trade.amount is null and cash_by_second.amount is not null then seconds.realized_pnl
            else trades.realized_pnl
        end as fills_of_trade

    from fills

    inner join trades
        on fills.account_id = trades.account_id
        and fills.symbol = trades.symbol
        and fills.asset = trades.asset
        and fills.fill_id = trades.fill_id

    left join seconds
        on trades.account_id = seconds.account_id
        and trades.symbol = seconds.symbol
        and trades.asset = seconds.asset
        and trades.second = seconds.second

    left join cash_by_trade
        on trades.account_id = cash_by_trade.account_id
        and trades.symbol = cash_by_trade.symbol
        and trades.asset = cash_by_trade.asset
        and trades.fill_id = cash_by_trade.trade_id

    left join cash_by_second
        on trades.account_id = cash_by_second.account_id
        and trades.symbol = cash_by_second.symbol
        and trades.asset = cash_by_second.asset
        and trades.second = cash_by_second.second
),

judged as (
    select
        compared.*,
        case
            when abs(average - realized_pnl) > tolerance.fill_average or abs(cash_of_trade - fills_of_trade) > tolerance.trade_cash
                then 'differs'
            when cash_of_trade is null and realized_pnl <> 0 then 'no_cash'
            when tolerance.account_id is not null then 'agrees'
        end as verdict

    from compared

    left join ledger.tolerance
        on compared.account_id = tolerance.account_id
        and exists (select from ledger.reconciliation where reconciliation.account_id = compared.account_id)

    where posted_at >= :from
        and posted_at < :until
)

select
    account_id as account,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    symbol as symbol,
    position_side as position_side,
    fill_id as fill_id,
    side as side,
    report.plain(quantity) as quantity,
    asset as asset,
    report.plain(realized_pnl) as fill,
    report.plain(fills_of_trade) as fills_of_trade,
    report.plain(cash_of_trade) as cash_of_trade,
    report.plain(cash_of_trade - fills_of_trade) as cash_difference,
    report.plain(average) as average,
    report.plain(average - realized_pnl) as average_difference,
    verdict as verdict,
    record_key as record_key,
    report.adjustment(occurred_at, posted_at) as note

from judged

order by
    judged.account_id collate "C",
    case judged.verdict when 'differs' then 1 when 'no_cash' then 2 else 3 end,
    judged.occurred_at,
    judged.symbol collate "C",
    judged.position_side collate "C",
    length(judged.fill_id),
    judged.fill_id collate "C",
    judged.record_key collate "C"
