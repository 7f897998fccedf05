-- Positions that were open when the venue listed another contract under their ticker: one row per contract, side and listing, with what is left of them.
select
    symbol,
    position_side,
    stranded_at,
    trim_scale(sum(quantity)) as quantity

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
