-- Positions that ended without a word of what they were closed at: one row per contract, side and instant, with what is left of them. Another contract was
-- listed under their ticker then, or the venue settled them by cash alone.
select
    symbol,
    position_side,
    stranded_at,
    trim_scale(sum(quantity)) as quantity,
    exists (
        select

        from report.contract_settlement

        where
            contract_settlement.account_id = :account_id
            and contract_settlement.symbol = lot.symbol
            and contract_settlement.occurred_at = lot.stranded_at
    ) as is_settled

from ledger.lot

where account_id = :account_id
    and method = 'average'
    and stranded_at is not null

group by
    symbol,
    position_side,
    stranded_at

order by
    symbol collate "C",
    position_side collate "C",
    stranded_at
