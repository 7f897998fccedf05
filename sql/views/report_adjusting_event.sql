-- What the books count later than it occurred, because its time was closed before it was known.
drop view if exists report.adjusting_event cascade;

create view report.adjusting_event as
select
    account_id,
    'cash' as what,
    occurred_at,
    posted_at,
    kind,
    symbol,
    null::numeric as quantity,
    -amount as amount,
    asset,
    ledger_account,
    basis,
    entry_id,
    record_key,
    line

from report.journal

where wallet is null
    and posted_at <> occurred_at

union all

select
    account_id,
    'fill',
    occurred_at,
    posted_at,
    lower(side),
    symbol,
    case side when 'BUY' then quantity else -quantity end,
    null,
    null,
    null,
    null,
    null,
    record_key,
    1

from history.fill

where posted_at <> occurred_at

union all

select
    account_id,
    'forced_order',
    occurred_at,
    posted_at,
    kind,
    symbol,
    case side when 'BUY' then executed_quantity else -executed_quantity end,
    null,
    null,
    null,
    null,
    null,
    record_key,
    1

from history.forced_order

where posted_at <> occurred_at

union all

select
    account_id,
    'margin_change',
    occurred_at,
    posted_at,
    direction,
    symbol,
    null,
    amount,
    asset,
    null,
    null,
    null,
    record_key,
    1

from history.margin_change

where posted_at <> occurred_at;

comment on view report.adjusting_event is 'One row per posting, fill, forced order and margin change that the books count later than it occurred, because its time was closed before it was known.';
comment on column report.adjusting_event.account_id is 'The account.';
comment on column report.adjusting_event.what is 'cash, fill, forced_order or margin_change.';
comment on column report.adjusting_event.occurred_at is 'When it happened, in UTC.';
comment on column report.adjusting_event.posted_at is 'When the books count it, in UTC.';
comment on column report.adjusting_event.kind is 'The kind of event: of cash as in ledger.entry, of a fill its side, of a forced order its kind, of a margin change its direction.';
comment on column report.adjusting_event.symbol is 'The contract; empty where there is none.';
comment on column report.adjusting_event.quantity is 'Of a fill or an order, negative for a sale; else null.';
comment on column report.adjusting_event.amount is 'Of cash: + into the wallet, − out of it; of a margin change: + into the position; else null.';
comment on column report.adjusting_event.asset is 'The asset of the amount.';
comment on column report.adjusting_event.ledger_account is 'The account that cash was booked against; else null.';
comment on column report.adjusting_event.basis is 'As in ledger.entry, for cash; else null.';
comment on column report.adjusting_event.entry_id is 'The entry, for cash; else null.';
comment on column report.adjusting_event.record_key is 'The record.';
comment on column report.adjusting_event.line is 'The posting''s number within the entry; else 1.';
