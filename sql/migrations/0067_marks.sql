-- What a venue shows of open positions and of the account, and its public marks and funding rates: what equity is made of, and proven by.
-- Every new column of a snapshot is null where the venue does not show it, and in snapshots of before this migration.

alter table snapshot.taken
    add column position_mode text check (position_mode in ('one-way', 'hedge')),
    add column is_multi_assets boolean;
comment on column snapshot.taken.position_mode is 'one-way or hedge; null where the venue was not asked, or has no such thing.';
comment on column snapshot.taken.is_multi_assets is 'Whether all assets together secure every position; null where the venue was not asked, or has no such thing.';

alter table snapshot.balance
    add column unrealized_pnl numeric,
    add column equity numeric;
comment on column snapshot.balance.unrealized_pnl is 'Of the positions in this asset, by the venue''s own count; null where it does not say.';
comment on column snapshot.balance.equity is 'The wallet with the unrealized PnL, by the venue''s own count; null where it does not say.';

alter table snapshot.position
    add column mark_price numeric,
    add column unrealized_pnl numeric,
    add column liquidation_price numeric,
    add column leverage numeric,
    add column margin_type text check (margin_type in ('cross', 'isolated')),
    add column maintenance_margin numeric;
comment on column snapshot.position.mark_price is 'The venue''s mark at the answer; null where it does not say.';
comment on column snapshot.position.unrealized_pnl is 'At that mark, by the venue''s own count; null where it does not say.';
comment on column snapshot.position.liquidation_price is 'Null where the venue names none.';
comment on column snapshot.position.leverage is 'Null where the venue does not say.';
comment on column snapshot.position.margin_type is 'cross or isolated; null where the venue does not say.';
comment on column snapshot.position.maintenance_margin is 'In the asset of the contract; null where the venue does not say.';

create table snapshot.fee_rate (
    account_id text not null,
    taken_at timestamptz not null,
    symbol text not null,
    maker_rate numeric not null,
    taker_rate numeric not null,
    primary key (account_id, taken_at, symbol)
);
comment on table snapshot.fee_rate is 'One row per snapshot and contract that the venue was asked for the account''s fee rates of; one contract a run, in turn.';
comment on column snapshot.fee_rate.account_id is 'The account.';
comment on column snapshot.fee_rate.taken_at is 'The snapshot.';
comment on column snapshot.fee_rate.symbol is 'The contract.';
comment on column snapshot.fee_rate.maker_rate is 'Of the value of a fill; negative for a rebate.';
comment on column snapshot.fee_rate.taker_rate is 'Of the value of a fill.';

create table price.mark (
    account_id text not null,
    symbol text not null,
    marked_at timestamptz not null,
    price numeric not null,
    source text not null,
    fetched_at timestamptz not null,
    primary key (account_id, symbol, marked_at),
    check (price > 0 and price < 'Infinity')
);
comment on table price.mark is 'One row per contract and instant: the venue''s public mark price then. Fetched for the midnights and period ends at which the account had a position open.';
comment on column price.mark.account_id is 'The account whose venue said it.';
comment on column price.mark.symbol is 'The contract.';
comment on column price.mark.marked_at is 'The instant, in UTC: the first of the span whose opening mark it is.';
comment on column price.mark.price is 'The mark, with the digits of the venue.';
comment on column price.mark.source is 'The venue''s path and what was requested of it.';
comment on column price.mark.fetched_at is 'When it was fetched last, by this machine''s clock.';

create table price.funding_rate (
    account_id text not null,
    symbol text not null,
    settled_at timestamptz not null,
    rate numeric not null,
    mark_price numeric,
    source text not null,
    fetched_at timestamptz not null,
    primary key (account_id, symbol, settled_at)
);
comment on table price.funding_rate is 'One row per contract and settlement of funding: the public rate, and the mark it was settled at.';
comment on column price.funding_rate.account_id is 'The account whose venue said it.';
comment on column price.funding_rate.symbol is 'The contract.';
comment on column price.funding_rate.settled_at is 'The settlement, in UTC, by the venue''s own time of it.';
comment on column price.funding_rate.rate is 'A positive rate is paid by longs to shorts.';
comment on column price.funding_rate.mark_price is 'The mark the settlement was counted at; null where the venue does not publish it.';
comment on column price.funding_rate.source is 'The venue''s path and what was requested of it.';
comment on column price.funding_rate.fetched_at is 'When it was fetched last, by this machine''s clock.';
