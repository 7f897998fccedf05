-- When each closed position of an account was open, by symbol. opened_at is null where it was opened before
-- the history begins.
select
    symbol,
    opened_at,
    closed_at

from ledger.round_trip

where account_id = :account_id

order by
    symbol collate "C",
    opened_at nulls first,
    closed_at
