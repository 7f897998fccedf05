-- The books' wallet of each asset before a period and after it, and with how many decimals its amounts are
-- written until then.
select
    posting.asset,
    report.plain(coalesce(sum(posting.wallet) filter (where entry.posted_at < :from), 0)) as opening,
    report.plain(sum(posting.wallet)) as closing,
    max(scale(trim_scale(posting.wallet))) as decimals

from ledger.posting

inner join ledger.entry
    on posting.account_id = entry.account_id
    and posting.entry_id = entry.entry_id

where posting.account_id = :account_id
    and posting.wallet is not null
    and entry.posted_at < :until

group by posting.asset

order by posting.asset collate "C"
