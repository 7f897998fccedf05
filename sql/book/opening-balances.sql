-- What each wallet held before the history begins. Where the collateral statement has rows of the asset, its
-- first one says what the wallet held before it; otherwise it is inferred from the first snapshot, less all
-- that is booked until then.
with first_rows as (
    select distinct on (asset)
        asset,
        record_key,
        legacy_amount_before

    from history.collateral_transaction

    where account_id = :account_id

    order by
        asset,
        report.event_place(event_number, transaction_id, record_key) collate "C"
),

first_snapshot as (
    select min(taken_at) as taken_at
    from snapshot.taken
    where account_id = :account_id
),

-- As wallet-sums adds them up, whatever was kept of them. A sum is of before the first snapshot, or of after
-- it.
postings as (
    select
        sums.asset,
        sum(sums.amount - sums.opening) as amount

    from json_to_recordset(:sums::json) as sums (
        asset text, until_instant timestamptz, amount numeric, opening numeric
    )

    inner join first_snapshot on sums.until_instant <= first_snapshot.taken_at

    group by sums.asset
),

wallets as (
    select
        balance.asset,
        balance.wallet

    from snapshot.balance

    inner join first_snapshot on balance.taken_at = first_snapshot.taken_at

    where balance.account_id = :account_id
),

openings as (
    select
        asset,
        record_key,
        legacy_amount_before as opening

    from first_rows

    union all

    select
        coalesce(wallets.asset, postings.asset),
        null,
        coalesce(wallets.wallet, 0) - coalesce(postings.amount, 0)

    from wallets

    full join postings on wallets.asset = postings.asset

    where coalesce(wallets.asset, postings.asset) not in (select first_rows.asset from first_rows)
)

select
    asset,
    record_key,
    opening

from openings

where opening <> 0

order by asset collate "C"
