-- When each closed position of an account was open, by symbol.
select
    symbol,
    -- One that was open before the history begins has no instant of its own.
    greatest(opened_at, to_timestamp(0)) as opened_at,
    closed_at

from ledger.round_trip

where account_id = :account_id

order by
    symbol collate "C",
    round_trip.opened_at,
    closed_at
