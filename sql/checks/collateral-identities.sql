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
                and correction.occurred_at <= collateral.answered_at
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
)

select
    'collateral_identities' as law,
    asset || coalesce(' ' || case when shown <> computed then identity end, '') as subject,
    case
        when bool_or(shown <> computed and shown - computed <> corrections) then 'differs'
        when bool_or(shown <> computed) then 'within_tolerance'
        else 'agrees'
    end as status,
    case when bool_or(shown <> computed) then trim_scale(min(shown)) else count(*) end as expected,
    case when bool_or(shown <> computed) then trim_scale(min(computed)) else count(*) end as found,
    count(*) as compared,
    case
        when bool_or(shown <> computed and shown - computed <> corrections) then 'the venue''s figures disagree among themselves'
        when bool_or(shown <> computed) then 'what differs is exactly the sum of the venue''s own BUG_FIX rows'
        else ''
    end as evidence,
    taken_at as checked_at

from compared

group by
    asset,
    taken_at,
    case when shown <> computed then identity end

order by
    asset collate "C",
    taken_at,
    case when shown <> computed then identity end collate "C"
