--! title: Performance in the reporting currency
--! grain: one row per account and span; an empty account is all reported accounts together
--! parameters: from, until, time_zone, accounts
--! sign: equity is a balance; flows: + into the account, − out of it; profit and returns: + profit, − loss
--! units: opening_equity, closing_equity, flows and profit in the reporting currency; returns and drawdowns
--!   are fractions: 0.1 is 10 %
--! currency: reporting
--! changes_after_close: a mark or a price that was missing at the close may be there since
--! note: As the report performance, of all assets of an account together. The equity of a day is that of each
--!   asset, as the report equity has it, at the asset's price of the day's end: the close of the last minute
--!   that was over by then. flows is what came in and went out (transfers, inferred_opening and suspense),
--!   each at the price of the minute in which it occurred, so a change of prices is a profit or a loss; to
--!   change one asset into another is no flow here. A day of which a price or a mark is missing breaks the
--!   chain, that day and the next; missing says which. A span ends with the last day whose prices are due:
--!   a day's rate that is not published yet breaks nothing. The prices are in the report prices-used.
--! trace: valued_postings where (:account::text is null or account_id = :account)
--!     and (:accounts::text is null or account_id = any(:accounts::text::text[]))
--!     and posted_at >= :first_day::date::timestamp at time zone :time_zone
--!     and posted_at < (:last_day::date + 1)::timestamp at time zone :time_zone
--!   giving transfers_between = coalesce(-sum(value) filter (where transfers is not null), 0)
--!   giving net_result_between = coalesce(-sum(value) filter (where net_result is not null), 0)

select
    performance.account_id as account,
    performance.asset as currency,
    performance.span as span,
    performance.first_day::text as first_day,
    performance.last_day::text as last_day,
    performance.days::text as days,
    report.plain(performance.opening_equity) as opening_equity,
    report.plain(performance.closing_equity) as closing_equity,
    report.plain(performance.flows) as flows,
    report.plain(performance.profit) as profit,
    report.plain(performance.time_weighted_return) as time_weighted_return_rounded,
    report.plain(performance.money_weighted_return) as money_weighted_return_rounded,
    report.plain(performance.max_drawdown) as max_drawdown_rounded,
    performance.drawdown_from::text as drawdown_from,
    performance.drawdown_until::text as drawdown_until,
    performance.best_day::text as best_day,
    report.plain(performance.best_day_return) as best_day_return_rounded,
    performance.worst_day::text as worst_day,
    report.plain(performance.worst_day_return) as worst_day_return_rounded,
    performance.days_without_return::text as days_without_return,
    performance.first_day_without_return::text as first_day_without_return,
    performance.missing as missing

from report.performance(:time_zone, :from, :until, :accounts, true) as performance

order by
    performance.account_id collate "C" nulls first,
    performance.rank,
    performance.span collate "C"
