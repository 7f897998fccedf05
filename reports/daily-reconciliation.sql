--! title: Daily reconciliation
--! grain: one row per account, asset and day of the period, from the asset's first posting or balance on;
--!   days without a posting too
--! parameters: from, until, time_zone, account
--! sign: opening and closing are balances; between them + came into the wallet, − went out of it; difference
--!   is found − the venue's wallet
--! units: amounts in the row's own asset; assets are never added up or converted
--! changes_after_close: its proofs weigh a day's evidence as it is known now, also what came after the close
--! note: closing is opening + net_result + transfers + conversions + inferred_opening + suspense, and is the
--!   opening of the next day. A day begins and ends at midnight of the time zone; the first and the last one
--!   are cut off at the period. snapshots counts the times in the day that the venue was queried for its
--!   wallet, each of them proven against the one before; venue_wallet is what it showed last, at
--!   venue_wallet_at. difference is the sum of what does not agree at the day's snapshots, each for the time
--!   since the one before. Of a day whose cash statement was not read, what lies between opening and closing
--!   is empty, but for the opening of the books. status: agrees, differs; inferred where what was there
--!   before the history begins was taken from a wallet of the day, which so proves no row before it;
--!   not_asked where the day has no snapshot of its own. class says what the evidence shows the differences
--!   to be; unexplained is the rest, in suspense: nothing is booked for it.
--! trace: postings where account_id = :account and asset = :asset and posted_at < :until
--!     and (posted_at at time zone :time_zone)::date <= :day::date
--!   giving opening = sum(wallet) filter (where posted_at < :from
--!     or (posted_at at time zone :time_zone)::date < :day::date)
--!   giving realized_pnl, trading_fees, rebates, funding, liquidation, rewards, net_result, transfers,
--!     conversions, inferred_opening, suspense
--!     filter (where posted_at >= :from and (posted_at at time zone :time_zone)::date = :day::date)
--!   giving closing = sum(wallet) ;
--!   balances where account_id = :account and asset = :asset and taken_at = (
--!     select max(taken_at) from snapshot.taken as last
--!     where last.account_id = :account and taken_at < :until
--!       and (taken_at at time zone :time_zone)::date <= :day::date)
--!   giving venue_wallet = sum(wallet)
--!     filter (where report.local_time(taken_at, :time_zone) = :venue_wallet_at)

with proofs as (
    select
        account_id,
        asset,
        (checked_at at time zone :time_zone)::date as day,
        expected,
        difference,
        status,
        class,
        checked_at

    from ledger.reconciliation

    where check_name = 'wallet'
        and checked_at >= :from
        and checked_at < :until
        and (:account::text is null or account_id = :account)
),

proofs_by_day as (
    select
        account_id,
        asset,
        day,
        count(*) as snapshots,
        sum(difference) as difference,
        max(checked_at) as checked_at,
        bool_or(status = 'differs') as is_different,
        bool_or(status = 'inferred') as is_inferred,
        string_agg(distinct class collate "C", '+' order by class collate "C") filter (where class <> '') as class

    from proofs

    group by
        account_id,
        asset,
        day
),

changes as materialized (
    select
        before.*,
        (:from::timestamptz at time zone :time_zone)::date as day,
        false as is_inside

    from ledger.summed_posting(:time_zone, '-infinity', :from, :account) as before

    union all

    select
        inside.*,
        (inside.posted_at at time zone :time_zone)::date,
        true

    from ledger.summed_posting(:time_zone, :from, :until, :account) as inside
),

changes_by_day as (
    select
        account_id,
        asset,
        day,
        coalesce(sum(wallet) filter (where not is_inside), 0) as carried,
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
        coalesce(sum(wallet) filter (where is_inside), 0) as wallet_change,
        bool_or(basis <> 'inferred') as is_booked

    from changes

    group by
        account_id,
        asset,
        day
),

first_days as (
    select
        account_id,
        asset,
        min(day) as day

    from (
        select account_id, asset, day from changes_by_day
        union all
        select account_id, asset, day from proofs_by_day
    ) as known

    group by
        account_id,
        asset
),

-- Up to the last day that anything is known of: the days behind it are not over, or not read.
last_day as (
    select max(day) as day

    from (
        select day from changes_by_day
        union all
        select day from proofs_by_day
    ) as known
),

days as (
    select
        first_days.account_id,
        first_days.asset,
        series.day::date as day

    from first_days

    cross join last_day

    cross join lateral generate_series(first_days.day::timestamp, last_day.day::timestamp, interval '1 day') as series (day)
),

-- Materialized: of the account and not of the asset, and Postgres would ask anew for every column.
known_days as materialized (
    select
        account_id,
        day,
        report.knows_cash(
            account_id, day::timestamp at time zone :time_zone, (day + 1)::timestamp at time zone :time_zone
        ) as is_known

    from (
        select distinct
            account_id,
            day

        from days
    ) as day_of_account
),

by_day as (
    select
        days.account_id,
        days.asset,
        days.day,
        coalesce(changes_by_day.carried, 0) as carried,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.realized_pnl, 0) end as realized_pnl,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.trading_fees, 0) end as trading_fees,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.rebates, 0) end as rebates,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.funding, 0) end as funding,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.liquidation, 0) end as liquidation,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.rewards, 0) end as rewards,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.net_result, 0) end as net_result,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.transfers, 0) end as transfers,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.conversions, 0) end as conversions,
        coalesce(changes_by_day.inferred_opening, 0) as inferred_opening,
        case when coalesce(changes_by_day.is_booked, false) or known_days.is_known then coalesce(changes_by_day.suspense, 0) end as suspense,
        coalesce(changes_by_day.wallet_change, 0) as wallet_change,
        sum(coalesce(changes_by_day.carried, 0) + coalesce(changes_by_day.wallet_change, 0)) over (
            partition by
                days.account_id,
                days.asset
            order by days.day
        ) as closing,
        proofs_by_day.snapshots,
        proofs_by_day.difference,
        proofs_by_day.is_different,
        proofs_by_day.is_inferred,
        proofs_by_day.class,
        proofs.expected as venue_wallet,
        proofs_by_day.checked_at

    from days

    left join changes_by_day
        on days.account_id = changes_by_day.account_id
        and days.asset = changes_by_day.asset
        and days.day = changes_by_day.day

    inner join known_days
        on days.account_id = known_days.account_id
        and days.day = known_days.day

    left join proofs_by_day
        on days.account_id = proofs_by_day.account_id
        and days.asset = proofs_by_day.asset
        and days.day = proofs_by_day.day

    left join proofs
        on proofs_by_day.account_id = proofs.account_id
        and proofs_by_day.asset = proofs.asset
        and proofs_by_day.checked_at = proofs.checked_at
)

select
    account_id as account,
    asset as asset,
    day::text as day,
    report.plain(closing - wallet_change) as opening,
    report.plain(realized_pnl) as realized_pnl,
    report.plain(trading_fees) as trading_fees,
    report.plain(rebates) as rebates,
    report.plain(funding) as funding,
    report.plain(liquidation) as liquidation,
    report.plain(rewards) as rewards,
    report.plain(net_result) as net_result,
    report.plain(transfers) as transfers,
    report.plain(conversions) as conversions,
    report.plain(inferred_opening) as inferred_opening,
    report.plain(suspense) as suspense,
    report.plain(closing) as closing,
    coalesce(snapshots, 0)::text as snapshots,
    report.plain(venue_wallet) as venue_wallet,
    report.local_time(checked_at, :time_zone) as venue_wallet_at,
    report.plain(difference) as difference,
    case
        when snapshots is null then 'not_asked'
        when is_different then 'differs'
        when is_inferred then 'inferred'
        else 'agrees'
    end as status,
    coalesce(class, '') as class

from by_day

order by
    by_day.account_id collate "C",
    by_day.asset collate "C",
    by_day.day
