--! title: Daily result
--! grain: one row per account, day and asset; a day without postings has no row
--! parameters: from, until, time_zone, account
--! sign: + came into the wallet, − went out of it, in every column: a fee paid is negative here
--! units: each amount in the row's own asset; assets are never added up or converted
--! note: A day begins and ends at midnight of the time zone, so it has 23 or 25 hours when clocks change.
--!   net_result is realized_pnl + trading_fees + rebates + funding + liquidation + rewards. Transfers,
--!   conversions between assets, the inferred opening of the books and suspense (events of a kind that is not
--!   known) are kept apart and are not in it. Where the day's cash statement was not read, so that its
--!   opening alone is booked, the others are empty. wallet_change is the sum of net_result and those four. An
--!   adjustment of a closed period counts on the day on which it is posted: see adjustments. basis says what
--!   the row was booked from: cash, the venue's cash statement; fill, a fill whose cash row is missing;
--!   inferred, evidence; reversal, the taking back of a closed period's fill.
--! trace: postings where account_id = :account and asset = :asset
--!     and left(report.local_time(posted_at, :time_zone), 10) = :day and posted_at >= :from
--!       and posted_at < :until
--!   giving realized_pnl, trading_fees, rebates, funding, liquidation, rewards, net_result
--!   giving transfers, conversions, inferred_opening, suspense giving wallet_change = sum(wallet)

with changes_by_day as (
    select
        daily_result.*,
        is_booked or report.knows_cash(
            account_id, day::timestamp at time zone :time_zone, (day + 1)::timestamp at time zone :time_zone
        ) as is_known

    from report.daily_result(:time_zone, :from, :until, :account) as daily_result
)

select
    changes_by_day.account_id as account,
    changes_by_day.day::text as day,
    changes_by_day.asset as asset,
    report.plain(known.realized_pnl) as realized_pnl,
    report.plain(known.trading_fees) as trading_fees,
    report.plain(known.rebates) as rebates,
    report.plain(known.funding) as funding,
    report.plain(known.liquidation) as liquidation,
    report.plain(known.rewards) as rewards,
    report.plain(known.net_result) as net_result,
    report.plain(known.transfers) as transfers,
    report.plain(known.conversions) as conversions,
    report.plain(changes_by_day.inferred_opening) as inferred_opening,
    report.plain(known.suspense) as suspense,
    report.plain(changes_by_day.wallet_change) as wallet_change,
    changes_by_day.basis as basis

from changes_by_day

left join changes_by_day as known
    on changes_by_day.account_id = known.account_id
    and changes_by_day.day = known.day
    and changes_by_day.asset = known.asset
    and known.is_known

order by
    changes_by_day.account_id collate "C",
    changes_by_day.day,
    changes_by_day.asset collate "C"
