--! title: Funding by symbol
--! grain: one row per account, symbol and asset with a funding payment in the period
--! parameters: from, until, time_zone, account
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
    report.plain(sum(debits - amount)) as received,
    report.plain(-sum(debits)) as paid,
    report.plain(sum(funding)) as net_funding,
    sum(postings)::text as payments,
    string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

from ledger.summed_posting(:time_zone, :from, :until, :account) as posting

where funding is not null

group by
    account_id,
    symbol,
    asset

order by
    posting.account_id collate "C",
    posting.symbol collate "C",
    posting.asset collate "C"
