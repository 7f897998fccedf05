-- Positions that were open before the history begins: what the first lot of their series is.
create table ledger.position_opening (
    account_id text not null,
    symbol text not null,
    position_side text not null,
    quantity numeric not null,
    cost numeric not null,
    opened_at timestamptz not null,
    source text not null,
    evidence text not null,
    primary key (account_id, symbol, position_side),
    check (source in ('configured', 'inferred')),
    check (quantity <> 0)
);
comment on table ledger.position_opening is 'One row per series of fills whose history begins with a position open: what it held and what that had cost.';
comment on column ledger.position_opening.account_id is 'The account.';
comment on column ledger.position_opening.symbol is 'The contract.';
comment on column ledger.position_opening.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.position_opening.quantity is 'Signed: negative for a short.';
comment on column ledger.position_opening.cost is 'Signed like the quantity: what the open quantity cost.';
comment on column ledger.position_opening.opened_at is 'The instant it stands at: before the first fill of the series.';
comment on column ledger.position_opening.source is 'configured: by a person. inferred: from evidence.';
comment on column ledger.position_opening.evidence is 'What it rests on, in a sentence.';
