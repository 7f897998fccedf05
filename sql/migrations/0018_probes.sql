-- How far a venue's memory reaches, documents may disagree on: the part that is possible and not sure is requested once.
create table raw.probe (
    account_id text not null,
    stream text not null,
    symbol text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    read_at timestamptz not null,
    primary key (account_id, stream, symbol, from_time),
    check (from_time < until_time)
);
comment on table raw.probe is 'Spans older than what the venue is sure to serve, requested once and answered with nothing: that proves nothing, until an older row of the stream shows that the venue still served them.';
comment on column raw.probe.account_id is 'The account.';
comment on column raw.probe.stream is 'The stream.';
comment on column raw.probe.symbol is 'The contract; empty where one request covers the whole account.';
comment on column raw.probe.from_time is 'The first instant of the span.';
comment on column raw.probe.until_time is 'The first instant after it.';
comment on column raw.probe.read_at is 'The venue''s time when it was requested.';
