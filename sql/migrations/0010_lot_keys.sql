-- A disposal is told by its closing fill's number: rows come in the order of their key, and one index serves the key and the way back to a checkpoint.
-- With the fill's record in it the key was wide, its order was another one than the rows', and a second index was needed.
alter table ledger.disposal drop constraint disposal_pkey;
drop index ledger.disposal_by_number;
alter table ledger.disposal add primary key (account_id, symbol, closing_number, method, piece);

alter table ledger.disposal_amount drop constraint disposal_amount_pkey;
drop index ledger.disposal_amount_by_number;
alter table ledger.disposal_amount add primary key (account_id, symbol, closing_number, method, piece, kind, asset);
