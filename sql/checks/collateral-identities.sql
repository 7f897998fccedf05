-- Per snapshot and asset, of the venue's figures among themselves: the collateral is the sum of its counters, the wallet is the collateral and the
-- cost of open positions, and the equity is either of the two and what the positions are worth. What differs comes one by one, the rest as one row.
with positions as (
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
        (
            select coalesce(sum(correction.amount), 0)
            from history.collateral_transaction as correction
            where correction.account_id = :account_id
                and correction.asset = collateral.asset
                and correction.transaction_type = 'BUG_FIX_COLLATERAL_TRANSACTION_TYPE'
                and correction.recorded_at <= collateral.answered_at
                and identity.name = 'collateral by counters'
                and identity.shown <> identity.computed
        ) as corrections

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

    where collateral.account_id = :account_id
),

judged as (
    select
        compared.*,
        case when computed <> shown then identity end as broken

    from compared
)

select
    'collateral_identities' as law,
    asset || coalesce(' ' || broken, '') as subject,
    case
        when broken is null then 'agrees'
        when bool_or(shown - computed <> corrections) then 'differs'
        else 'within_tolerance'
    end as status,
    case when broken is null then count(*) else trim_scale(min(shown)) end as expected,
    case when broken is null then count(*) else trim_scale(min(computed)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        when bool_or(shown - computed <> corrections) then 'the venue''s figures disagree among themselves'
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
