-- What reports add up over years beside postings, by day: closings and fills. And what the rows of a day are,
-- as a digest, so that a night need not read years to know that they are the same.
create table ledger.day_disposal (
    account_id text not null,
    day_from timestamptz not null,
    method text not null,
    symbol text not null,
    asset text not null,
    closings bigint not null,
    quantity numeric not null,
    realized_pnl numeric not null,
    fees numeric not null,
    funding numeric not null,
    settled_pnl numeric,
    primary key (account_id, day_from, method, symbol, asset)
);
comment on table ledger.day_disposal is 'One row per day, lot method, contract and asset: the sums of its disposals. Counts as ledger.day_sum does.';
comment on column ledger.day_disposal.account_id is 'The account.';
comment on column ledger.day_disposal.day_from is 'The midnight that the day begins with, in the zone of ledger.summed_until.';
comment on column ledger.day_disposal.method is 'The lot method.';
comment on column ledger.day_disposal.symbol is 'The contract.';
comment on column ledger.day_disposal.asset is 'The asset of the amounts.';
comment on column ledger.day_disposal.closings is 'How many disposals there are; 0 where the asset is one of fees or funding alone.';
comment on column ledger.day_disposal.quantity is 'The sum of what was closed.';
comment on column ledger.day_disposal.realized_pnl is 'The sum of proceeds − cost, of a short cost − proceeds.';
comment on column ledger.day_disposal.fees is 'The sum of the opening and closing fees in the asset; + paid.';
comment on column ledger.day_disposal.funding is 'The sum of the funding in the asset; + received, − paid.';
comment on column ledger.day_disposal.settled_pnl is 'The venue''s own result of what was closed by cash alone, without a fill; null where nothing was.';

create table ledger.day_fill (
    account_id text not null,
    day_from timestamptz not null,
    symbol text not null,
    margin_asset text not null,
    fee_asset text not null,
    fee numeric not null,
    realized_pnl numeric not null,
    closing_fills bigint not null,
    primary key (account_id, day_from, symbol, margin_asset, fee_asset)
);
comment on table ledger.day_fill is 'One row per day, contract, margin asset and fee asset: the sums of its fills. Counts as ledger.day_sum does.';
comment on column ledger.day_fill.account_id is 'The account.';
comment on column ledger.day_fill.day_from is 'The midnight that the day begins with, in the zone of ledger.summed_until.';
comment on column ledger.day_fill.symbol is 'The contract.';
comment on column ledger.day_fill.margin_asset is 'The asset that the contract is settled in, as the fills say; empty where they do not.';
comment on column ledger.day_fill.fee_asset is 'The asset that the fees were paid in.';
comment on column ledger.day_fill.fee is 'The sum of the fees; + paid, − rebated.';
comment on column ledger.day_fill.realized_pnl is 'The sum of the venue''s own figures.';
comment on column ledger.day_fill.closing_fills is 'How many fills have such a figure that is not 0.';

create table ledger.day_digest (
    account_id text not null,
    day_from timestamptz not null,
    first_at timestamptz not null,
    inputs bigint not null,
    digest numeric not null,
    primary key (account_id, day_from)
);
comment on table ledger.day_digest is 'One row per day: what its rows are, those of ledger.dated_row. Counts as ledger.day_sum does.';
comment on column ledger.day_digest.account_id is 'The account.';
comment on column ledger.day_digest.day_from is 'The midnight that the day begins with, in the zone of ledger.summed_until; -infinity for rows that are of no time.';
comment on column ledger.day_digest.first_at is 'The earliest time of its rows.';
comment on column ledger.day_digest.inputs is 'How many rows there are.';
comment on column ledger.day_digest.digest is 'The sum of their hashes.';

comment on table ledger.summed_until is 'Up to when the rows of an account are summed by day. A row that is written or taken away before it, by any of its times, sets it back to its day.';
