-- The windows as each symbol has them: one for every symbol of a stream (symbol *: a decision, or the time
-- before the beginning) counts for each one that was requested. A contract that the venue refuses has no rows
-- from then on.
drop view if exists report.covered cascade;

create view report.covered as
select
    account_id,
    stream,
    symbol,
    from_time,
    until_time,
    is_settled

from raw."window"

where symbol <> '*'

union all

select
    account_id,
    stream,
    symbol,
    from_time,
    until_time,
    true

from raw.refused_symbol

union all

select
    asked.account_id,
    asked.stream,
    asked.symbol,
    decided.from_time,
    decided.until_time,
    decided.is_settled

from (
    select
        account_id,
        stream,
        symbol

    from raw."window"

    where symbol <> '*'

    union

    select
        account_id,
        stream,
        symbol

    from raw.refused_symbol
) as asked

inner join raw."window" as decided
    on asked.account_id = decided.account_id
    and asked.stream = decided.stream
    and decided.symbol = '*';

comment on view report.covered is 'Spans known to be complete, per stream and symbol: those of raw.window, with what holds for every symbol told for each, and those of raw.refused_symbol.';
comment on column report.covered.account_id is 'The account.';
comment on column report.covered.stream is 'The stream.';
comment on column report.covered.symbol is 'The contract; empty where one request covers the whole account.';
comment on column report.covered.from_time is 'The first instant of the span.';
comment on column report.covered.until_time is 'The first instant after it.';
comment on column report.covered.is_settled is 'False while rows may still appear in it.';

drop view if exists report.settled_span cascade;

create view report.settled_span as
select
    account_id,
    stream,
    symbol,
    range_agg(tstzrange(from_time, until_time)) filter (where is_settled) as spans

from report.covered

group by
    account_id,
    stream,
    symbol;

comment on view report.settled_span is 'One row per account, stream and symbol that was read: the spans of it in which no row is to come any more.';
comment on column report.settled_span.account_id is 'The account.';
comment on column report.settled_span.stream is 'The stream.';
comment on column report.settled_span.symbol is 'The contract; empty where the stream is read for all of them at once.';
comment on column report.settled_span.spans is 'The spans, joined; null where there is none.';
