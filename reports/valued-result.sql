--! title: Result in the reporting currency
--! grain: one row per account, day and asset; a day without postings has no row
--! parameters: from, until, time_zone, account
--! sign: + came into the wallet, − went out of it, in every column: a fee paid is negative here
--! units: net_result in the row's own asset; every column with value in its name in the reporting currency
--! currency: reporting
--! changes_after_close: a price that was missing at the close may be there since
--! note: Each amount is valued at the minute in which it occurred; the prices are in the report prices-used. Values are exact, and rounded in columns that
--!   say so. A value of which an amount has no price is empty, never a part of it: the amounts without a price are counted in unpriced, and
--!   missing says which prices they lack. net_result_value_of_priced is what those that have one come to; it is empty where none has. Where the
--!   day's cash statement was not read, so that the opening of the books is all there is, no result is known and all are empty.
--!   priced_by_day counts amounts whose coarsest price is the rate of a day, priced_by_minute the close of a minute; priced_by_peg those that rest
--!   on declared pegs alone; not_to_price those in the reporting currency itself. Transfers and the opening of the books are not in the result.
--! trace: valued_postings where account_id = :account and asset = :asset and (posted_at at time zone :time_zone)::date = :day::date
--!     and posted_at >= :from and posted_at < :until
--!   giving net_result = -sum(amount) filter (where ledger_account in (
--!     'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding',
--!     'expenses:liquidation', 'income:rewards'))
--!   giving net_result_value_of_priced = -sum(value) filter (where ledger_account in (
--!     'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding',
--!     'expenses:liquidation', 'income:rewards'))
--!   giving realized_pnl_value = case when count(*) filter (where value is null and ledger_account = 'income:realized_pnl') = 0
--!     then -sum(value) filter (where ledger_account = 'income:realized_pnl') end
--!   giving trading_fees_value = case when count(*) filter (where value is null and ledger_account = 'expenses:trading_fees') = 0
--!     then -sum(value) filter (where ledger_account = 'expenses:trading_fees') end
--!   giving rebates_value = case when count(*) filter (where value is null and ledger_account = 'income:rebates') = 0
--!     then -sum(value) filter (where ledger_account = 'income:rebates') end
--!   giving funding_value = case when count(*) filter (where value is null and ledger_account in ('income:funding', 'expenses:funding')) = 0
--!     then -sum(value) filter (where ledger_account in ('income:funding', 'expenses:funding')) end
--!   giving liquidation_value = case when count(*) filter (where value is null and ledger_account = 'expenses:liquidation') = 0
--!     then -sum(value) filter (where ledger_account = 'expenses:liquidation') end
--!   giving rewards_value = case when count(*) filter (where value is null and ledger_account = 'income:rewards') = 0
--!     then -sum(value) filter (where ledger_account = 'income:rewards') end
--!   giving transfers_value = case when count(*) filter (where value is null and ledger_account = 'equity:transfers') = 0
--!     then -sum(value) filter (where ledger_account = 'equity:transfers') end
--!   giving net_result_value = case when count(*) filter (where value is null and ledger_account in (
--!     'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding',
--!     'expenses:liquidation', 'income:rewards')) = 0
--!     then -sum(value) filter (where ledger_account in (
--!     'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding',
--!     'expenses:liquidation', 'income:rewards')) end

with valued as (
    select
        account_id,
        (posted_at at time zone :time_zone)::date as day,
        asset,
        ledger_account,
        -amount as change,
        -value as value,
        quality,
        missing,
        currency,
        basis,
        ledger_account in (
            'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding',
            'expenses:liquidation', 'income:rewards'
        ) as is_result,
        -- Each movement once: its debit.
        amount > 0 as is_counted

    from report.valued_entry

    where posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)
),

results_by_day as (
    select
        account_id,
        day,
        asset,
        max(currency) as currency,
        coalesce(sum(change) filter (where is_result), 0) as net_result,
        sum(value) filter (where ledger_account = 'income:realized_pnl') as realized_pnl,
        sum(value) filter (where ledger_account = 'expenses:trading_fees') as trading_fees,
        sum(value) filter (where ledger_account = 'income:rebates') as rebates,
        sum(value) filter (where ledger_account in ('income:funding', 'expenses:funding')) as funding,
        sum(value) filter (where ledger_account = 'expenses:liquidation') as liquidation,
        sum(value) filter (where ledger_account = 'income:rewards') as rewards,
        sum(value) filter (where ledger_account = 'equity:transfers') as transfers,
        coalesce(sum(value) filter (where is_result), 0) as net_result_of_priced,
        bool_or(value is null and ledger_account = 'income:realized_pnl') as lacks_realized_pnl,
        bool_or(value is null and ledger_account = 'expenses:trading_fees') as lacks_trading_fees,
        bool_or(value is null and ledger_account = 'income:rebates') as lacks_rebates,
        bool_or(value is null and ledger_account in ('income:funding', 'expenses:funding')) as lacks_funding,
        bool_or(value is null and ledger_account = 'expenses:liquidation') as lacks_liquidation,
        bool_or(value is null and ledger_account = 'income:rewards') as lacks_rewards,
        bool_or(value is null and ledger_account = 'equity:transfers') as lacks_transfers,
        bool_or(value is null and is_result) as lacks_result,
        bool_or(is_result) and not bool_or(is_result and value is not null) as lacks_all,
        bool_or(basis <> 'inferred') or report.knows_cash(
            account_id, day::timestamp at time zone :time_zone, (day + 1)::timestamp at time zone :time_zone
        ) as is_known,
        count(*) filter (where is_counted and quality = 'minute') as priced_by_minute,
        count(*) filter (where is_counted and quality = 'day') as priced_by_day,
        count(*) filter (where is_counted and quality = 'peg') as priced_by_peg,
        count(*) filter (where is_counted and quality = 'none_needed') as not_to_price,
        count(*) filter (where is_counted and value is null) as unpriced,
        string_agg(distinct missing collate "C", '; ' order by missing collate "C") as missing

    from valued

    group by
        account_id,
        day,
        asset
)

select
    account_id as account,
    day::text as day,
    asset as asset,
    case when is_known then report.plain(net_result) end as net_result,
    currency as currency,
    case when is_known and not lacks_realized_pnl then report.plain(coalesce(realized_pnl, 0)) end as realized_pnl_value,
    case when is_known and not lacks_trading_fees then report.plain(coalesce(trading_fees, 0)) end as trading_fees_value,
    case when is_known and not lacks_rebates then report.plain(coalesce(rebates, 0)) end as rebates_value,
    case when is_known and not lacks_funding then report.plain(coalesce(funding, 0)) end as funding_value,
    case when is_known and not lacks_liquidation then report.plain(coalesce(liquidation, 0)) end as liquidation_value,
    case when is_known and not lacks_rewards then report.plain(coalesce(rewards, 0)) end as rewards_value,
    case when is_known and not lacks_result then report.plain(net_result_of_priced) end as net_result_value,
    case when is_known and not lacks_result then report.rounded(net_result_of_priced, 2)::text end as net_result_value_rounded,
    case when is_known and not lacks_all then report.plain(net_result_of_priced) end as net_result_value_of_priced,
    case when is_known and not lacks_transfers then report.plain(coalesce(transfers, 0)) end as transfers_value,
    priced_by_minute::text as priced_by_minute,
    priced_by_day::text as priced_by_day,
    priced_by_peg::text as priced_by_peg,
    not_to_price::text as not_to_price,
    unpriced::text as unpriced,
    missing as missing

from results_by_day

order by
    results_by_day.account_id collate "C",
    results_by_day.day,
    results_by_day.asset collate "C"
