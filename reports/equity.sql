--! title: Equity
--! grain: one row per account, day and asset of which there was anything in the wallet or open
--! parameters: from, until, time_zone, account
--! sign: wallet and equity are balances; unrealized_pnl: + profit, − loss; the others: + more equity, − less
--! units: each amount in the row's own asset; assets are never added up or converted
--! changes_after_close: a mark that was missing at the close may be there since
--! note: A day is one of the time zone, and wallet, unrealized_pnl and equity are those of its end.
--!   unrealized_pnl is Σ (quantity × mark − cost) of the open positions whose contracts pay in the asset, at
--!   average cost and before fees and funding; equity is wallet + unrealized_pnl. So equity is the equity of
--!   the day before + net_result + transfers + conversions + inferred_opening + suspense +
--!   change_of_unrealized. valued_by says where the marks come from: mark, the venue's public mark of that
--!   midnight; snapshot, what the venue showed at marked_at, on the day that was not over then; venue, its
--!   own unrealized PnL of that midnight, where it has no public marks and its valuation is of what the books
--!   hold; empty where nothing was open. A mark that the venue does not serve leaves unrealized_pnl and
--!   equity empty, and without_mark names its contracts. So are all but the inferred opening on a day whose
--!   cash statement was not read.
--! trace: postings where account_id = :account and asset = :asset
--!     and posted_at < (:day::date + 1)::timestamp at time zone :time_zone
--!   giving wallet
--!   giving net_result, transfers, conversions, inferred_opening, suspense
--!     filter (where left(report.local_time(posted_at, :time_zone), 10) = :day) ;
--!   position_changes where account_id = :account and asset = :asset
--!     and (symbol, position_side, number) in (
--!       select last.symbol, last.position_side, max(last.number) from ledger.position_change as last
--!       where last.account_id = :account
--!         and coalesce(last.posted_at, '-infinity') < (:day::date + 1)::timestamp at time zone :time_zone
--!       group by last.symbol, last.position_side)
--!   giving open_positions = count(*) filter (where quantity_after <> 0)

select
    daily_equity.account_id as account,
    daily_equity.day::text as day,
    daily_equity.asset as asset,
    report.plain(daily_equity.wallet) as wallet,
    report.plain(daily_equity.unrealized_pnl) as unrealized_pnl,
    report.plain(daily_equity.equity) as equity,
    report.plain(daily_equity.net_result) as net_result,
    report.plain(daily_equity.transfers) as transfers,
    report.plain(daily_equity.conversions) as conversions,
    report.plain(daily_equity.inferred_opening) as inferred_opening,
    report.plain(daily_equity.suspense) as suspense,
    report.plain(daily_equity.change_of_unrealized) as change_of_unrealized,
    daily_equity.open_positions::text as open_positions,
    daily_equity.valued_by as valued_by,
    report.local_time(daily_equity.marked_at, :time_zone) as marked_at,
    daily_equity.without_mark as without_mark

from report.daily_equity(:time_zone, :from, :until, :account) as daily_equity

order by
    daily_equity.account_id collate "C",
    daily_equity.day,
    daily_equity.asset collate "C"
