--! title: Funding by symbol
--! grain: one row per account, symbol and asset with a funding payment in the period
--! parameters: from, until, account
--! sign: + came into the wallet, − went out of it: paid is negative, and net_funding is received + paid
--! units: amounts in the row's asset
--! note: Each payment counts in the period of its own instant, whether its position was closed by then or
--!   not; an adjustment of a closed period, in the one in which it is posted. payments counts those that
--!   moved money; a payment of zero moves none.
--! trace: postings where account_id = :account and symbol = :symbol and asset = :asset
--!     and funding is not null and posted_at >= :from and posted_at < :until
--!   giving received = coalesce(sum(funding) filter (where funding > 0), 0)
--!   giving paid = coalesce(sum(funding) filter (where funding < 0), 0)
--!   giving net_funding = sum(funding) giving payments = count(distinct entry_id)

select
    account_id as account,
    symbol as symbol,
    asset as asset,
    report.plain(coalesce(sum(amount) filter (where amount > 0), 0)) as received,
    report.plain(coalesce(sum(amount) filter (where amount < 0), 0)) as paid,
    report.plain(sum(amount)) as net_funding,
    count(distinct entry_id)::text as payments,
    string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

from report.funding

where posted_at >= :from
    and posted_at < :until
    and (:account::text is null or account_id = :account)

group by
    account_id,
    symbol,
    asset

order by
    funding.account_id collate "C",
    funding.symbol collate "C",
    funding.asset collate "C"
