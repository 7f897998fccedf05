-- Per snapshot and asset, of the venue's figures among themselves: the collateral is the sum of its counters,
-- the wallet is the collateral and the cost of open positions, and the equity is either of the two and what
-- the positions are worth. What differs comes one by one, the rest as one row. What they disagree by stays in
-- every later snapshot: it differs where it came, or changed.
with corrections as (
    select
        asset,
        value_at,
        amount

    from history.collateral_transaction

    where account_id = :account_id and transaction_type = 'BUG_FIX_COLLATERAL_TRANSACTION_TYPE'
),

positions as (
    select
        taken_at,
        asset,
        sum(open_value) as open_value,
        sum(position_value) as position_value,
        sum(unrealized_pnl) as unrealized_pnl

    from snapshot.position_state

    where account_id = :account_id

    group by
        taken_at,
        asset
),

compared as (
    select
        collateral.asset,
        collateral.taken_at,
        identity.name as identity,
        identity.shown,
        identity.computed,
        case when identity.name = 'collateral by counters' then coalesce(corrected.amount, 0) else 0 end as corrected

    from snapshot.collateral

    left join positions
        on collateral.taken_at = positions.taken_at and collateral.asset = positions.asset

    cross join lateral (
        values
            (
                'collateral by counters',
                collateral.amount,
                collateral.deposits + collateral.withdrawals + collateral.transfers_in + collateral.transfers_out + collateral.bought
                + collateral.sold + collateral.fill_fees + collateral.funding_fees + collateral.fee_income
            ),
            (
                'wallet by cost of positions',
                collateral.legacy_amount,
                collateral.amount + coalesce(positions.open_value, 0)
            ),
            (
                'equity by value of positions',
                collateral.total_equity,
                collateral.amount + coalesce(positions.position_value, 0)
            ),
            (
                'equity by unrealized PnL',
                collateral.total_equity,
                collateral.legacy_amount + coalesce(positions.unrealized_pnl, 0)
            )
    ) as identity (name, shown, computed)

    left join lateral (
        select sum(corrections.amount) as amount
        from corrections
        where corrections.asset = collateral.asset and corrections.value_at <= collateral.answered_at
    ) as corrected on true

    where collateral.account_id = :account_id
),

-- From one snapshot to the next.
changed as (
    select
        asset,
        taken_at,
        identity,
        shown,
        shown <> computed as is_off,
        shown - computed - coalesce(lag(shown - computed) over in_time, 0) as change,
        corrected - coalesce(lag(corrected) over in_time, 0) as correction

    from compared

    window in_time as (partition by asset, identity order by taken_at)
),

judged as (
    select
        changed.*,
        case when is_off and change <> 0 then identity end as broken

    from changed
)

select
    'collateral_identities' as law,
    asset || coalesce(' ' || broken, '') as subject,
    case
        when broken is null then 'agrees'
        when bool_or(change <> correction) then 'differs'
        else 'within_tolerance'
    end as status,
    case when broken is null then count(*) else trim_scale(min(shown)) end as expected,
    case when broken is null then count(*) else trim_scale(min(shown - change)) end as found,
    count(*) as compared,
    case
        when broken is null and bool_or(is_off) then 'the venue''s figures disagree by as much as at the snapshot before'
        when broken is null then ''
        when bool_or(change <> correction) then 'the venue''s figures disagree among themselves'
        else 'what differs is exactly the sum of the venue''s own BUG_FIX rows'
    end as evidence,
    taken_at as checked_at

from judged

group by
    asset,
    taken_at,
    broken

order by
    asset collate "C",
    taken_at,
    broken collate "C"
