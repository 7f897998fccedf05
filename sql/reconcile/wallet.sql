-- Per snapshot and asset: the wallet the venue showed, and all postings up to just before the request and
-- just after the answer, by the time from which on the venue's wallet holds them; what it held before the
-- history begins, and whether that was taken from the first of these wallets.
with instants as (
    select
        taken_at,
        answered_at

    from snapshot.taken

    where account_id = :account_id
),

wallets as (
    select
        taken_at,
        asset,
        wallet

    from snapshot.balance

    where account_id = :account_id
),

wallet_postings as (
    select
        posting.asset,
        entry.kind,
        entry.value_at,
        posting.wallet as amount

    from ledger.posting

    inner join ledger.entry
        on posting.account_id = entry.account_id and posting.entry_id = entry.entry_id

    where posting.account_id = :account_id and posting.wallet is not null
),

assets as (
    select asset from wallets where wallet <> 0
    union
    select asset from wallet_postings
),

openings as (
    select
        assets.asset,
        coalesce(
            (
                select sum(wallet_postings.amount)
                from wallet_postings
                where wallet_postings.asset = assets.asset and wallet_postings.kind = 'opening'
            ),
            0
        ) as opening,
        not account.is_from_beginning
        and not exists (
            select
            from history.collateral_transaction as statement_row
            where statement_row.account_id = account.account_id and statement_row.asset = assets.asset
        ) as is_inferred

    from assets

    cross join raw.account

    where account.account_id = :account_id
),

-- One line of time per asset: postings, and a marker behind all postings of its instant where a sum is
-- wanted.
timeline as (
    select asset, value_at as at, 0 as marker, value_at as taken_at, amount from wallet_postings
    union all
    select assets.asset, instants.taken_at, 1, instants.taken_at, 0 from assets cross join instants
    union all
    select assets.asset, instants.answered_at, 2, instants.taken_at, 0 from assets cross join instants
),

summed as (
    select
        asset,
        marker,
        taken_at,
        sum(amount) over (
            partition by asset
            order by at, least(marker, 1)
            range between unbounded preceding and current row
        ) as total

    from timeline
)

select
    before_request.asset,
    before_request.taken_at,
    trim_scale(coalesce(wallets.wallet, 0)) as wallet,
    trim_scale(before_request.total) as until_request,
    trim_scale(after_answer.total) as until_answer,
    trim_scale(openings.opening) as opening,
    openings.is_inferred

from summed as before_request

inner join openings
    on before_request.asset = openings.asset

inner join summed as after_answer
    on before_request.asset = after_answer.asset
    and before_request.taken_at = after_answer.taken_at
    and after_answer.marker = 2

left join wallets
    on before_request.asset = wallets.asset and before_request.taken_at = wallets.taken_at

where before_request.marker = 1

order by
    before_request.asset collate "C",
    before_request.taken_at
