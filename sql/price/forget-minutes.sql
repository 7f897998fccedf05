-- Takes away valuations with their legs, by asset and minute.
with given as (
    select
        asset,
        minute

    from json_populate_recordset(null::ledger.valuation, :minutes::json)
),

legs as (
    delete from ledger.valuation_leg
    using given
    where
        valuation_leg.account_id = :account_id
        and valuation_leg.asset = given.asset
        and valuation_leg.minute = given.minute
)

delete from ledger.valuation
using given
where
    valuation.account_id = :account_id
    and valuation.asset = given.asset
    and valuation.minute = given.minute
