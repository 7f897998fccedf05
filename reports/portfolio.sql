--! title: Portfolio
--! grain: one row per asset that any of the accounts had a posting in before the end of the period
--! parameters: from, until, time_zone, accounts
--! sign: opening and closing are balances; between them + came into the accounts, − went out of them
--! units: amounts in the row's own asset; assets are never added up or converted
--! note: The wallets of all accounts that are reported, on all venues, together: each column is the sum of
--!   that column of balances. own_transfers are transfers between two of these accounts, which leave nothing
--!   but what is on its way at the edge of the period; outside_transfers are all others. closing is opening +
--!   outside_transfers + own_transfers + net_result + conversions + inferred_opening + suspense. accounts
--!   counts those with a posting in the asset; venues names theirs. Where two of them are one account of the
--!   venue under two names (same_account in reconciliation), nothing is added up: the figures are empty. So
--!   are those between opening and closing where of one of the accounts no cash statement of the period was
--!   read.
--! trace: postings where asset = :asset and posted_at < :until and (:accounts::text is null
--!     or account_id = any(:accounts::text::text[]))
--!   giving accounts = count(distinct account_id)
--!   giving opening = sum(wallet) filter (where posted_at < :from)
--!   giving own_transfers = sum(transfers) filter (where posted_at >= :from
--!     and stream = 'income' and record_key in (
--!       select record_key from report.own_transfer
--!       where own_transfer.account_id = journal.account_id
--!         and coalesce(counterparty_adjusted_at, '-infinity') < :until
--!         and (:accounts::text is null or counterparty_account_id = any(:accounts::text::text[]))))
--!   giving outside_transfers = sum(transfers) filter (where posted_at >= :from
--!     and not (stream = 'income' and record_key in (
--!       select record_key from report.own_transfer
--!       where own_transfer.account_id = journal.account_id
--!         and coalesce(counterparty_adjusted_at, '-infinity') < :until
--!         and (:accounts::text is null or counterparty_account_id = any(:accounts::text::text[])))))
--!   giving realized_pnl, trading_fees, rebates, funding, liquidation, rewards, net_result
--!     filter (where posted_at >= :from)
--!   giving conversions, inferred_opening, suspense filter (where posted_at >= :from)
--!     giving closing = sum(wallet)

-- Materialized: Postgres would ask anew for every posting.
with known as materialized (
    select
        account_id,
        report.knows_cash(account_id, :from, :until) as is_known,
        exists (
            select

            from report.same_account

            where same_account.account_id = account.account_id
                and (:accounts::text is null or same_account.other_account_id = any(:accounts::text::text[]))
        ) as is_counted_twice

    from raw.account
),

-- One by one where there is a list, and nothing is read of other accounts; else all at once (null).
chosen as (
    select null::text as account_id

    where :accounts::text is null

    union all

    select unnest(:accounts::text::text[])
),

posted as materialized (
    select
        before.*,
        false as is_inside

    from chosen

    cross join lateral ledger.summed_posting(:time_zone, '-infinity', :from, chosen.account_id) as before

    union all

    select
        inside.*,
        true

    from chosen

    cross join lateral ledger.summed_posting(:time_zone, :from, :until, chosen.account_id) as inside
),

postings as (
    select
        posted.*,
        account.venue,
        known.is_counted_twice,
        known.is_known

    from posted

    inner join known
        on posted.account_id = known.account_id

    inner join raw.account
        on posted.account_id = account.account_id
),

own_transfers as (
    select
        journal.asset,
        sum(journal.transfers) as amount

    from report.own_transfer

    inner join report.journal
        on own_transfer.account_id = journal.account_id
        and own_transfer.record_key = journal.record_key
        and journal.stream = 'income'

    where journal.posted_at >= :from
        and journal.posted_at < :until
        and coalesce(own_transfer.counterparty_adjusted_at, '-infinity') < :until
        and (:accounts::text is null or own_transfer.counterparty_account_id = any(:accounts::text::text[]))
        and (:accounts::text is null or journal.account_id = any(:accounts::text::text[]))

    group by journal.asset
),

totals as (
    select
        postings.asset,
        count(distinct account_id) as accounts,
        string_agg(distinct venue collate "C", '+' order by venue collate "C") as venues,
        bool_or(is_counted_twice) as is_counted_twice,
        bool_and(is_known) as is_known,
        coalesce(sum(wallet) filter (where not is_inside), 0) as opening,
        coalesce(sum(transfers) filter (where is_inside), 0) - coalesce(min(own_transfers.amount), 0)
            as outside_transfers,
        coalesce(min(own_transfers.amount), 0) as own_transfers,
        coalesce(sum(realized_pnl) filter (where is_inside), 0) as realized_pnl,
        coalesce(sum(trading_fees) filter (where is_inside), 0) as trading_fees,
        coalesce(sum(rebates) filter (where is_inside), 0) as rebates,
        coalesce(sum(funding) filter (where is_inside), 0) as funding,
        coalesce(sum(liquidation) filter (where is_inside), 0) as liquidation,
        coalesce(sum(rewards) filter (where is_inside), 0) as rewards,
        coalesce(sum(net_result) filter (where is_inside), 0) as net_result,
        coalesce(sum(conversions) filter (where is_inside), 0) as conversions,
        coalesce(sum(inferred_opening) filter (where is_inside), 0) as inferred_opening,
        coalesce(sum(suspense) filter (where is_inside), 0) as suspense,
        coalesce(sum(wallet), 0) as closing

    from postings

    left join own_transfers
        on postings.asset = own_transfers.asset

    group by postings.asset
)

select
    totals.asset as asset,
    totals.accounts::text as accounts,
    totals.venues as venues,
    report.plain(single.opening) as opening,
    report.plain(during.outside_transfers) as outside_transfers,
    report.plain(during.own_transfers) as own_transfers,
    report.plain(during.realized_pnl) as realized_pnl,
    report.plain(during.trading_fees) as trading_fees,
    report.plain(during.rebates) as rebates,
    report.plain(during.funding) as funding,
    report.plain(during.liquidation) as liquidation,
    report.plain(during.rewards) as rewards,
    report.plain(during.net_result) as net_result,
    report.plain(during.conversions) as conversions,
    report.plain(single.inferred_opening) as inferred_opening,
    report.plain(during.suspense) as suspense,
    report.plain(single.closing) as closing

from totals

left join totals as single
    on totals.asset = single.asset and not single.is_counted_twice

left join totals as during
    on totals.asset = during.asset and not during.is_counted_twice and during.is_known

order by totals.asset collate "C"
