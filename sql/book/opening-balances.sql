-- What each wallet held before the history begins: the first snapshot, less all that the books know of until then.
with first_snapshot as (
    select min(taken_at) as taken_at
    from snapshot.balance
    where account_id = :account_id
),

postings as (
    select
        posting.asset,
        sum(posting.amount) as amount

    from ledger.posting

    inner join ledger.entry
        on posting.account_id = entry.account_id and posting.entry_id = entry.entry_id

    cross join first_snapshot

    where
        posting.account_id = :account_id
        and posting.ledger_account = 'assets:wallet'
        and entry.kind <> 'opening'
        and entry.recorded_at <= first_snapshot.taken_at

    group by posting.asset
),

wallets as (
    select
        balance.asset,
        balance.wallet

    from snapshot.balance

    inner join first_snapshot on balance.taken_at = first_snapshot.taken_at

    where balance.account_id = :account_id
)

select
    coalesce(wallets.asset, postings.asset) as asset,
    coalesce(wallets.wallet, 0) - coalesce(postings.amount, 0) as opening

from wallets

full join postings on wallets.asset = postings.asset

where coalesce(wallets.wallet, 0) <> coalesce(postings.amount, 0)

order by coalesce(wallets.asset, postings.asset) collate "C"
