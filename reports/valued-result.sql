--! title: Result in the reporting currency
--! grain: one row per account, day and asset; a day without postings has no row
--! parameters: from, until, time_zone, account
--! sign: + came into the wallet, − went out of it, in every column: a fee paid is negative here
--! units: net_result in the row's own asset; every column with value in its name in the reporting currency
--! currency: reporting
--! changes_after_close: a price that was missing at the close may be there since
--! note: Each amount is valued at the minute in which it occurred; the prices are in the report prices-used.
--!   Values are exact, and rounded in columns that say so. A value of which an amount has no price is empty,
--!   never a part of it: the amounts without a price are counted in unpriced, and missing says which prices
--!   they lack. net_result_value_of_priced is what those that have one come to; it is empty where none has.
--!   Where the day's cash statement was not read, so that the opening of the books is all there is, no result
--!   is known and all are empty. priced_by_day counts amounts whose coarsest price is the rate of a day,
--!   priced_by_minute the close of a minute; priced_by_peg those that rest on declared pegs alone;
--!   not_to_price those in the reporting currency itself. Transfers and the opening of the books are not in
--!   the result.
--! trace: valued_postings where account_id = :account and asset = :asset
--!     and (posted_at at time zone :time_zone)::date = :day::date
--!     and posted_at >= :from and posted_at < :until
--!   giving net_result
--!   giving net_result_value_of_priced = -sum(value) filter (where net_result is not null)
--!   giving realized_pnl_value = case when bool_or(value is null
--!     and realized_pnl is not null) then null else -sum(value) filter (where realized_pnl is not null) end
--!   giving trading_fees_value = case when bool_or(value is null
--!     and trading_fees is not null) then null else -sum(value) filter (where trading_fees is not null) end
--!   giving rebates_value = case when bool_or(value is null
--!     and rebates is not null) then null else -sum(value) filter (where rebates is not null) end
--!   giving funding_value = case when bool_or(value is null
--!     and funding is not null) then null else -sum(value) filter (where funding is not null) end
--!   giving liquidation_value = case when bool_or(value is null
--!     and liquidation is not null) then null else -sum(value) filter (where liquidation is not null) end
--!   giving rewards_value = case when bool_or(value is null
--!     and rewards is not null) then null else -sum(value) filter (where rewards is not null) end
--!   giving transfers_value = case when bool_or(value is null
--!     and transfers is not null) then null else -sum(value) filter (where transfers is not null) end
--!   giving net_result_value = case when bool_or(value is null
--!     and net_result is not null) then null else -sum(value) filter (where net_result is not null) end

with valued as (
    select
        valued_entry.*,
        (posted_at at time zone :time_zone)::date as day,
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
        coalesce(sum(net_result), 0) as net_result,
        coalesce(-sum(value) filter (where realized_pnl is not null), 0) as realized_pnl_value,
        coalesce(-sum(value) filter (where trading_fees is not null), 0) as trading_fees_value,
        coalesce(-sum(value) filter (where rebates is not null), 0) as rebates_value,
        coalesce(-sum(value) filter (where funding is not null), 0) as funding_value,
        coalesce(-sum(value) filter (where liquidation is not null), 0) as liquidation_value,
        coalesce(-sum(value) filter (where rewards is not null), 0) as rewards_value,
        coalesce(-sum(value) filter (where transfers is not null), 0) as transfers_value,
        coalesce(-sum(value) filter (where net_result is not null), 0) as net_result_value,
        bool_or(value is null and realized_pnl is not null) as lacks_realized_pnl,
        bool_or(value is null and trading_fees is not null) as lacks_trading_fees,
        bool_or(value is null and rebates is not null) as lacks_rebates,
        bool_or(value is null and funding is not null) as lacks_funding,
        bool_or(value is null and liquidation is not null) as lacks_liquidation,
        bool_or(value is null and rewards is not null) as lacks_rewards,
        bool_or(value is null and transfers is not null) as lacks_transfers,
        bool_or(value is null and net_result is not null) as lacks_net_result,
        bool_or(net_result is not null) and not bool_or(net_result is not null and value is not null) as lacks_all,
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
    case when is_known and not lacks_realized_pnl then report.plain(realized_pnl_value) end as realized_pnl_value,
    case when is_known and not lacks_trading_fees then report.plain(trading_fees_value) end as trading_fees_value,
    case when is_known and not lacks_rebates then report.plain(rebates_value) end as rebates_value,
    case when is_known and not lacks_funding then report.plain(funding_value) end as funding_value,
    case when is_known and not lacks_liquidation then report.plain(liquidation_value) end as liquidation_value,
    case when is_known and not lacks_rewards then report.plain(rewards_value) end as rewards_value,
    case when is_known and not lacks_net_result then report.plain(net_result_value) end as net_result_value,
    case when is_known and not lacks_net_result then report.rounded(net_result_value, 2)::text end as net_result_value_rounded,
    case when is_known and not lacks_all then report.plain(net_result_value) end as net_result_value_of_priced,
    case when is_known and not lacks_transfers then report.plain(transfers_value) end as transfers_value,
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
