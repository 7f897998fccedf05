-- Positions that ended without a word of what they were closed at, because another contract was listed under
-- their ticker: one row per contract, side and instant, with what is left of them. What a settlement by cash
-- alone has stranded is told by that law.
select
    symbol,
    position_side,
    stranded_at,
    trim_scale(sum(quantity)) as quantity

from ledger.lot

where
    account_id = :account_id
    and method = 'average'
    and stranded_at is not null
    and not exists (
        select

        from report.contract_settlement

        where
            contract_settlement.account_id = :account_id
            and contract_settlement.symbol = lot.symbol
            and contract_settlement.occurred_at = lot.stranded_at
    )

group by
    symbol,
    position_side,
    stranded_at

order by
    symbol collate "C",
    position_side collate "C",
    stranded_at
