-- What the proofs lacked: from when on the venue counts a row, whether a statement's row was by force, the names of what a listing names late,
-- and the spans that a proof says lack a row.

alter table history.fill alter column is_maker drop not null;
comment on column history.fill.is_maker is 'Whether the fill added liquidity; null where the venue does not say.';

alter table history.fill add column recorded_at timestamptz;
alter table history.collateral_transaction add column recorded_at timestamptz;
alter table history.collateral_transaction add column is_liquidation boolean;
alter table history.collateral_transaction add column is_deleveraging boolean;
alter table history.position_transaction add column recorded_at timestamptz;
comment on column history.fill.recorded_at is 'From when on the venue''s position counts it.';
comment on column history.collateral_transaction.recorded_at is 'From when on the venue''s wallet holds it.';
comment on column history.collateral_transaction.is_liquidation is 'Whether it was a liquidation.';
comment on column history.collateral_transaction.is_deleveraging is 'Whether it was an auto-deleveraging.';
comment on column history.position_transaction.recorded_at is 'From when on the venue''s position counts it.';

-- The rows that are there already, from their own bodies: a row is counted from the later of its two instants on.
update history.fill set recorded_at = occurred_at;

update history.fill
set
    recorded_at = greatest(
        fill.occurred_at,
        case
            when record.body::json ->> 'censorTime' ~ '^[1-9][0-9]{0,13}$'
                then timestamptz '1970-01-01T00:00:00Z' + (record.body::json ->> 'censorTime')::bigint * interval '1 millisecond'
        end
    ),
    is_maker = case record.body::json ->> 'direction' when 'MAKER' then true when 'TAKER' then false end

from raw.record

inner join raw.account on record.account_id = account.account_id

where account.venue = 'edgex'
    and fill.account_id = record.account_id
    and fill.sequence = record.sequence;

update history.collateral_transaction
set
    recorded_at = greatest(
        collateral_transaction.occurred_at,
        case
            when record.body::json ->> 'censorTime' ~ '^[1-9][0-9]{0,13}$'
                then timestamptz '1970-01-01T00:00:00Z' + (record.body::json ->> 'censorTime')::bigint * interval '1 millisecond'
        end
    ),
    is_liquidation = coalesce(record.body::json ->> 'isLiquidate' = 'true', false),
    is_deleveraging = coalesce(record.body::json ->> 'isDeleverage' = 'true', false)

from raw.record

where collateral_transaction.account_id = record.account_id
    and collateral_transaction.sequence = record.sequence;

update history.position_transaction
set recorded_at = greatest(
        position_transaction.occurred_at,
        case
            when record.body::json ->> 'censorTime' ~ '^[1-9][0-9]{0,13}$'
                then timestamptz '1970-01-01T00:00:00Z' + (record.body::json ->> 'censorTime')::bigint * interval '1 millisecond'
        end
    )

from raw.record

where position_transaction.account_id = record.account_id
    and position_transaction.sequence = record.sequence;

update history.income
set recorded_at = greatest(income.recorded_at, statement.recorded_at)

from history.collateral_transaction as statement

where income.account_id = statement.account_id
    and income.record_key = statement.record_key;

update ledger.entry
set recorded_at = greatest(entry.recorded_at, statement.recorded_at)

from history.collateral_transaction as statement

where entry.account_id = statement.account_id
    and entry.record_key = statement.record_key
    and entry.stream = 'income';

alter table history.fill alter column recorded_at set not null;
alter table history.collateral_transaction alter column recorded_at set not null;
alter table history.collateral_transaction alter column is_liquidation set not null;
alter table history.collateral_transaction alter column is_deleveraging set not null;
alter table history.position_transaction alter column recorded_at set not null;

drop index history.collateral_transaction_in_order;
create index collateral_transaction_in_order on history.collateral_transaction (account_id, asset, recorded_at);

alter table raw.name add column listed_name text;
update raw.name set listed_name = name;
comment on table raw.name is 'What the books call the contracts and assets that a venue names by number. Given at first use, and never changed: a contract that is renamed, or is listed only later, stays the same one.';
comment on column raw.name.listed_name is 'What the venue''s listing called it last; null where no listing has ever named it, and the books call it by its number.';

create table raw.reread (
    account_id text not null,
    stream text not null,
    symbol text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    evidence text not null,
    read_at timestamptz,
    primary key (account_id, stream, symbol, from_time, until_time, evidence),
    check (from_time < until_time)
);
comment on table raw.reread is 'Spans that a proof says lack a row: each is read again once, and what is younger than a fortnight at each run. What is no longer found has no row here.';
comment on column raw.reread.account_id is 'The account.';
comment on column raw.reread.stream is 'The stream that lacks the row.';
comment on column raw.reread.symbol is 'The contract; empty where the proof names none.';
comment on column raw.reread.from_time is 'The first instant of the span.';
comment on column raw.reread.until_time is 'The first instant after it.';
comment on column raw.reread.evidence is 'What was found: the check, its subject and its figures. Other figures are new evidence.';
comment on column raw.reread.read_at is 'The venue''s time when the span was last read again; null until it was.';
