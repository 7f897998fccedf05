-- The contract whose fee rates are asked for next: of those that a record names and that can be traded, the
-- one that was asked for longest ago.
with asked as (
    select
        symbol,
        max(taken_at) as asked_at

    from snapshot.fee_rate

    where account_id = :account_id

    group by symbol
)

select named_symbol.symbol

from report.named_symbol

inner join raw.instrument
    on named_symbol.account_id = instrument.account_id
    and named_symbol.symbol = instrument.symbol

left join asked on named_symbol.symbol = asked.symbol

where
    named_symbol.account_id = :account_id
    and instrument.status = 'TRADING'

group by
    named_symbol.symbol,
    asked.asked_at

order by
    asked.asked_at nulls first,
    named_symbol.symbol collate "C"

limit 1
