--! title: Performance
--! grain: one row per account, asset and span; an empty account is all reported accounts together
--! parameters: from, until, time_zone, accounts
--! sign: equity is a balance; flows: + into the account, − out of it; profit and returns: + profit, − loss
--! units: opening_equity, closing_equity, flows and profit in the row's own asset; returns and drawdowns are
--!   fractions: 0.1 is 10 %
--! changes_after_close: a mark that was missing at the close may be there since
--! note: Of the report equity, day by day. The spans are the whole period, and each calendar year and month
--!   in it. flows is what came in and went out: transfers, conversions, inferred_opening and suspense; profit
--!   is closing_equity − opening_equity − flows. The return of a day is (equity + outflow) ÷ (equity of the
--!   day before + inflow) − 1: a day's net inflow counts from its beginning, a net outflow until its end.
--!   time_weighted_return_rounded links these: their product over the span, each plus 1, less 1, so what was
--!   moved in or out is no return. money_weighted_return_rounded is the modified Dietz return: profit ÷
--!   (opening_equity + flows, each weighted by the share of the days that it was there). Both are of the span
--!   as it is, never of a year. The drawdown is the deepest fall of the linked return below its highest point
--!   before, which it had at the end of drawdown_from; it ends with drawdown_until. Returns are rounded last,
--!   half to even, to 10 decimals. A day without equity (a mark is missing, or it was not read) breaks the
--!   chain, that day and the next: returns are empty then, and days_without_return and
--!   first_day_without_return say so. An account whose books begin with a position open is measured from the
--!   end of that day. Where two of the accounts are one account of the venue under two names, there are no
--!   rows of all together.
--! trace: postings where asset = :asset
--!     and posted_at < (:last_day::date + 1)::timestamp at time zone :time_zone
--!     and (:accounts::text is null or account_id = any(:accounts::text::text[]))
--!     and (:account::text is null or account_id = :account)
--!   giving wallet_at_the_end = sum(wallet)
--!   giving transfers_between = coalesce(sum(transfers)
--!     filter (where posted_at >= :first_day::date::timestamp at time zone :time_zone), 0)
--!   giving net_result_between = coalesce(sum(net_result)
--!     filter (where posted_at >= :first_day::date::timestamp at time zone :time_zone), 0)

select
    performance.account_id as account,
    performance.asset as asset,
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
    performance.first_day_without_return::text as first_day_without_return

from report.performance(:time_zone, :from, :until, :accounts, false) as performance

order by
    performance.account_id collate "C" nulls first,
    performance.asset collate "C",
    performance.rank,
    performance.span collate "C"
