-- Per snapshot and asset: the wallet the venue showed, and all postings up to just before the request and
-- just after the answer; what it held before the history begins, and whether that was taken from the first of
-- these wallets.
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

-- As reconcile/wallet-sums adds them up, whatever was kept of them.
sums as (
    select
        asset,
        until_instant,
        sum(amount) as amount,
        sum(opening) as opening

    from json_to_recordset(:sums::json) as row (asset text, until_instant timestamptz, amount numeric, opening numeric)

    group by
        asset,
        until_instant
),

assets as (
    select asset from wallets where wallet <> 0
    union
    select asset from sums
),

openings as (
    select
        assets.asset,
        coalesce((select sum(sums.opening) from sums where sums.asset = assets.asset), 0) as opening,
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

-- One line of time per asset: sums, and a marker behind those of its instant where a total is wanted.
timeline as (
    select asset, until_instant as at, 0 as marker, until_instant as taken_at, amount from sums
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
