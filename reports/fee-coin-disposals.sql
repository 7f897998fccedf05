--! title: Disposals of fee coins
--! grain: one row per piece of a coin that left for something in the period, and the lot it came from
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: quantity, proceeds and cost positive; result: + profit, − loss
--! units: quantity in the coin; proceeds, cost and result in the reporting currency
--! currency: reporting
--! changes_after_close: a price that was missing at the close may be there since
--! note: A coin is an asset in which the account has neither PnL nor funding: BNB or ASTER that fees are paid
--!   with. To pay with a coin is to dispose of it at what it is worth then; the fee itself is a cost of its
--!   own, in valued-result. Lots leave first in first out, per account and coin; what is transferred out
--!   takes its lots along and is no disposal. The cost of a lot is what it was worth when it came, also for
--!   coins that were transferred in: what was paid for them elsewhere is not known here. A lot whose cost
--!   nobody can know (the opening balance) has none, and missing says so. Amounts are exact; rounded ones say
--!   so. note is adjustment for what was learnt of a closed period after its close, and counts in the open
--!   one.
--! trace: postings where account_id = :account and asset = :asset and entry_id in (
--!     select unnest(array[entry_id, acquired_entry_id]) from ledger.coin_disposal
--!     where account_id = :account and asset = :asset and entry_id = :entry_id and part = :part::integer)
--!   giving left_by_it = -sum(wallet) filter (where entry_id = :entry_id)

select
    account_id as account,
    asset as asset,
    report.local_time(disposed_at, :time_zone) as disposed_at,
    kind as disposed_by,
    report.local_time(acquired_at, :time_zone) as acquired_at,
    acquired_by as acquired_by,
    report.plain(quantity) as quantity,
    currency as currency,
    report.plain(proceeds) as proceeds,
    report.plain(cost) as cost,
    report.plain(result) as result,
    report.rounded(result, 2)::text as result_rounded,
    missing as missing,
    entry_id as entry_id,
    part::text as part,
    report.adjustment(disposed_at, posted_at) as note

from ledger.coin_disposal

where posted_at >= :from
    and posted_at < :until
    and (:account::text is null or account_id = :account)

order by
    coin_disposal.account_id collate "C",
    coin_disposal.asset collate "C",
    coin_disposal.posted_at,
    coin_disposal.disposed_at,
    coin_disposal.entry_id collate "C",
    coin_disposal.line,
    coin_disposal.part
