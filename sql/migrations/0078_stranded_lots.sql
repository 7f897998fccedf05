-- Lots that a contract left behind when its ticker was given to another one are few, and sought for each series whenever positions are told.
create index lot_stranded on ledger.lot (account_id, symbol, position_side) where stranded_at is not null;
