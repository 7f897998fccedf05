--! title: Balance sheet
--! grain: one row per account, asset and item at the end of the period
--! parameters: until, account
--! sign: + what is there, − what is owed; of the side equity, + where it came from
--! units: amounts in the row's own asset; assets are never added up or converted
--! changes_after_close: a mark that was missing at the close may be there since
--! note: Of each asset, assets are the wallet and the open positions at their unrealized PnL, equity is where
--!   they came from: each account of the ledger since the books begin, and the unrealized PnL. The amounts of
--!   the side assets add up to those of the side equity, exactly. An open position of a contract is worth its
--!   unrealized PnL to the account, because nothing was paid for it but margin, which is in the wallet; its
--!   row has what it cost and its value at the mark too. Where a mark is missing, amount and market_value of
--!   the position are empty, and so is the unrealized PnL of the side equity. The mark is that of the
--!   period's end, or of the last snapshot where the period goes on.
--! trace: postings where account_id = :account and asset = :asset and posted_at < :until
--!     and (:item in ('wallet', 'unrealized_pnl') or starts_with(:item, 'position ')
--!       or ledger_account = :item)
--!   giving sum_of_the_ledger_account = sum(amount) ;
--!   position_changes where account_id = :account and :item = 'position ' || symbol || ' ' || position_side
--!     and coalesce(posted_at, '-infinity') < :until
--!   giving quantity = sum(signed_quantity)

with booked as (
    select
        account_id,
        asset,
        ledger_account,
        sum(amount) as amount

    from report.journal

    where posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        asset,
        ledger_account
),

open as (
    select
        position.account_id,
        position.asset,
        position.symbol,
        position.position_side,
        position.quantity,
        position.cost,
        position.quantity * mark.price as market_value

    from report.position_at(:until) as position

    left join report.last_snapshot
        on position.account_id = last_snapshot.account_id

    left join report.mark
        on position.account_id = mark.account_id
        and position.symbol = mark.symbol
        and mark.marked_at = report.mark_time(:until, last_snapshot.taken_at)

    where :account::text is null or position.account_id = :account
),

items as (
    select
        account_id,
        asset,
        1 as rank,
        'assets' as side,
        'wallet' as item,
        amount,
        null::numeric as quantity,
        null::numeric as cost,
        null::numeric as market_value

    from booked

    where ledger_account like 'assets:%'

    union all

    select
        account_id,
        asset,
        2,
        'assets',
        'position ' || symbol || ' ' || position_side,
        market_value - cost,
        quantity,
        cost,
        market_value

    from open

    union all

    select
        account_id,
        asset,
        3,
        'equity',
        ledger_account,
        -amount,
        null,
        null,
        null

    from booked

    where ledger_account not like 'assets:%'

    union all

    select
        account_id,
        asset,
        4,
        'equity',
        'unrealized_pnl',
        case when count(market_value) = count(*) then sum(market_value - cost) end,
        null,
        null,
        null

    from open

    group by
        account_id,
        asset
)

select
    items.account_id as account,
    items.asset as asset,
    items.side as side,
    items.item as item,
    report.plain(items.amount) as amount,
    report.plain(items.quantity) as quantity,
    report.plain(items.cost) as cost,
    report.plain(items.market_value) as market_value

from items

order by
    items.account_id collate "C",
    items.asset collate "C",
    items.rank,
    items.item collate "C"
