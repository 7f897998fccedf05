--! title: Balances
--! grain: one row per account and asset that had a posting before the end of the period, or that the venue
--!   showed with a balance
--! parameters: from, until, time_zone, account
--! sign: opening, closing and the venue's wallet are balances; between them + came into the wallet, − went
--!   out of it
--! units: amounts in the row's own asset; assets are never added up or converted
--! note: The wallet is without unrealized PnL. closing is opening + net_result + transfers + conversions +
--!   inferred_opening + suspense. opening is the wallet at the first instant of the period, closing at the
--!   first instant after it. inferred_opening is what the wallet must have held before the history begins,
--!   booked in this period. venue_wallet is the venue's last word before the end of the period, at
--!   venue_wallet_at; books_then is what the books say of that instant, and difference is books_then −
--!   venue_wallet. All four are empty where the venue was not queried before the end. A figure of which
--!   nothing is known is empty: those of a period whose cash statement was not read, and all but the venue's
--!   where none ever was. basis says what the balance comes from: cash, the cash statement; fill, a fill
--!   whose cash row is missing; inferred, evidence; reversal, the taking back of a closed period's fill. An
--!   adjustment of a closed period counts in the period in which it is posted.
--! trace: postings where account_id = :account and asset = :asset and posted_at < :until
--!   giving opening = coalesce(sum(wallet) filter (where posted_at < :from), 0)
--!   giving realized_pnl, trading_fees, rebates, funding, liquidation, rewards, net_result
--!     filter (where posted_at >= :from)
--!   giving transfers, conversions, inferred_opening, suspense filter (where posted_at >= :from)
--!     giving closing = sum(wallet) ;
--!   balances where account_id = :account and asset = :asset and taken_at = :venue_wallet_at::timestamptz
--!   giving venue_wallet = sum(wallet)

with last_snapshot as (
    select
        account_id,
        max(taken_at) as taken_at,
        max(answered_at) as answered_at

    from snapshot.taken

    where answered_at < :until
        and (:account::text is null or account_id = :account)

    group by account_id
),

venue_wallets as (
    select
        balance.account_id,
        balance.asset,
        balance.wallet

    from snapshot.balance

    inner join last_snapshot
        on balance.account_id = last_snapshot.account_id
        and balance.taken_at = last_snapshot.taken_at
),

-- Materialized, here and in other reports: on a cluster a function is not to be sent to where the tables are.
postings_until_end as materialized (
    select
        before.*,
        false as is_inside

    from ledger.summed_posting(:time_zone, '-infinity', :from, :account) as before

    union all

    select
        inside.*,
        true

    from ledger.summed_posting(:time_zone, :from, :until, :account) as inside
),

-- What the books have of the period and the wallet had not yet when the venue was asked.
valued_later as (
    select
        last_snapshot.account_id,
        journal.asset,
        sum(journal.wallet) filter (where journal.value_at > last_snapshot.taken_at) as after_request,
        sum(journal.wallet) filter (where journal.value_at > last_snapshot.answered_at) as after_answer

    from last_snapshot

    inner join report.journal
        on last_snapshot.account_id = journal.account_id

    where journal.posted_at < :until
        and (
            journal.posted_at > least(last_snapshot.taken_at, last_snapshot.answered_at)
            or (
                journal.value_at > least(last_snapshot.taken_at, last_snapshot.answered_at)
                and journal.value_at <> journal.posted_at
            )
        )

    group by
        last_snapshot.account_id,
        journal.asset
),

booked as (
    select
        postings_until_end.account_id,
        postings_until_end.asset,
        coalesce(sum(wallet) filter (where not is_inside), 0) as opening,
        coalesce(sum(realized_pnl) filter (where is_inside), 0) as realized_pnl,
        coalesce(sum(trading_fees) filter (where is_inside), 0) as trading_fees,
        coalesce(sum(rebates) filter (where is_inside), 0) as rebates,
        coalesce(sum(funding) filter (where is_inside), 0) as funding,
        coalesce(sum(liquidation) filter (where is_inside), 0) as liquidation,
        coalesce(sum(rewards) filter (where is_inside), 0) as rewards,
        coalesce(sum(net_result) filter (where is_inside), 0) as net_result,
        coalesce(sum(transfers) filter (where is_inside), 0) as transfers,
        coalesce(sum(conversions) filter (where is_inside), 0) as conversions,
        coalesce(sum(inferred_opening) filter (where is_inside), 0) as inferred_opening,
        coalesce(sum(suspense) filter (where is_inside), 0) as suspense,
        coalesce(sum(wallet), 0) as closing,
        coalesce(sum(wallet), 0) - coalesce(min(valued_later.after_request), 0) as booked_until_request,
        coalesce(sum(wallet), 0) - coalesce(min(valued_later.after_answer), 0) as booked_until_answer,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from postings_until_end

    left join valued_later
        on postings_until_end.account_id = valued_later.account_id
        and postings_until_end.asset = valued_later.asset

    group by
        postings_until_end.account_id,
        postings_until_end.asset
),

account_assets as (
    select
        account_id,
        asset

    from booked

    union

    select
        account_id,
        asset

    from venue_wallets

    where wallet <> 0
),

known as materialized (
    select
        account_id,
        report.knows_cash(account_id, :from, :until) as is_of_period,
        report.knows_cash(account_id, '-infinity', :until) as is_at_all

    from raw.account

    where :account::text is null or account_id = :account
),

figures as (
    select
        account_assets.account_id,
        account_assets.asset,
        known.is_of_period,
        booked.account_id is not null or known.is_at_all as is_known,
        coalesce(booked.opening, 0) as opening,
        coalesce(booked.realized_pnl, 0) as realized_pnl,
        coalesce(booked.trading_fees, 0) as trading_fees,
        coalesce(booked.rebates, 0) as rebates,
        coalesce(booked.funding, 0) as funding,
        coalesce(booked.liquidation, 0) as liquidation,
        coalesce(booked.rewards, 0) as rewards,
        coalesce(booked.net_result, 0) as net_result,
        coalesce(booked.transfers, 0) as transfers,
        coalesce(booked.conversions, 0) as conversions,
        coalesce(booked.inferred_opening, 0) as inferred_opening,
        coalesce(booked.suspense, 0) as suspense,
        coalesce(booked.closing, 0) as closing,
        coalesce(booked.booked_until_request, 0) as booked_until_request,
        coalesce(booked.booked_until_answer, 0) as booked_until_answer,
        booked.basis

    from account_assets

    inner join known
        on account_assets.account_id = known.account_id

    left join booked
        on account_assets.account_id = booked.account_id
        and account_assets.asset = booked.asset
),

-- The venue's wallet is of some instant between request and answer, so the books may agree with it at either.
compared as (
    select
        account_assets.account_id,
        account_assets.asset,
        last_snapshot.taken_at,
        coalesce(venue_wallets.wallet, 0) as wallet,
        case
            when figures.booked_until_answer = coalesce(venue_wallets.wallet, 0) then figures.booked_until_answer
            else figures.booked_until_request
        end as books_then

    from account_assets

    inner join last_snapshot
        on account_assets.account_id = last_snapshot.account_id

    left join venue_wallets
        on account_assets.account_id = venue_wallets.account_id
        and account_assets.asset = venue_wallets.asset

    left join figures
        on account_assets.account_id = figures.account_id
        and account_assets.asset = figures.asset
        and figures.is_known
)

select
    account_assets.account_id as account,
    account_assets.asset as asset,
    report.plain(figures.opening) as opening,
    report.plain(of_period.realized_pnl) as realized_pnl,
    report.plain(of_period.trading_fees) as trading_fees,
    report.plain(of_period.rebates) as rebates,
    report.plain(of_period.funding) as funding,
    report.plain(of_period.liquidation) as liquidation,
    report.plain(of_period.rewards) as rewards,
    report.plain(of_period.net_result) as net_result,
    report.plain(of_period.transfers) as transfers,
    report.plain(of_period.conversions) as conversions,
    report.plain(figures.inferred_opening) as inferred_opening,
    report.plain(of_period.suspense) as suspense,
    report.plain(figures.closing) as closing,
    report.plain(compared.wallet) as venue_wallet,
    report.local_time(compared.taken_at, :time_zone) as venue_wallet_at,
    report.plain(compared.books_then) as books_then,
    report.plain(compared.books_then - compared.wallet) as difference,
    figures.basis as basis

from account_assets

left join figures
    on account_assets.account_id = figures.account_id
    and account_assets.asset = figures.asset
    and figures.is_known

left join figures as of_period
    on account_assets.account_id = of_period.account_id
    and account_assets.asset = of_period.asset
    and of_period.is_of_period

left join compared
    on account_assets.account_id = compared.account_id
    and account_assets.asset = compared.asset

order by
    account_assets.account_id collate "C",
    account_assets.asset collate "C"
