--! title: Balance sheet
--! grain: one row per account, asset and item at the end of the period
--! parameters: until, time_zone, account
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

select
    balance_sheet.account_id as account,
    balance_sheet.asset as asset,
    balance_sheet.side as side,
    balance_sheet.item as item,
    report.plain(balance_sheet.amount) as amount,
    report.plain(balance_sheet.quantity) as quantity,
    report.plain(balance_sheet.cost) as cost,
    report.plain(balance_sheet.market_value) as market_value

from report.balance_sheet(:until, :account, :time_zone) as balance_sheet

order by
    balance_sheet.account_id collate "C",
    balance_sheet.asset collate "C",
    balance_sheet.rank,
    balance_sheet.item collate "C"
