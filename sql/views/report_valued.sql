-- The books in the reporting currency: each posting and each disposal with the worth of its minute. Amounts
-- are exact products; what has no price has no value and says why.
create or replace function report.rounded(amount numeric, decimals integer) returns numeric
language sql immutable parallel safe
return case
    -- Exactly between two: to the even one. Postgres' own round() goes away from zero, which adds up over
    -- many amounts.
    when abs(amount - trunc(amount, decimals)) * 2 = power(10::numeric, -decimals)
        and mod(abs(round(amount, decimals)) * power(10::numeric, decimals), 2) = 1
        then trunc(amount, decimals)
    else round(amount, decimals)
end;
comment on function report.rounded(numeric, integer) is
    'An amount rounded to so many decimals, half to even: the last step of a report, in a column that says so.';

create or replace function report.price_minute(instant timestamptz) returns timestamptz
language sql immutable parallel safe
return date_trunc('minute', instant, 'UTC') - interval '1 minute';
comment on function report.price_minute(timestamptz) is
    'The minute whose close is what an asset was worth at an instant: the last one that was over by then.';

drop view if exists report.valued_entry cascade;

create view report.valued_entry as
select
    journal.*,
    valuation.currency,
    valuation.price,
    valuation.quality,
    journal.amount * valuation.price as value,
    case when valuation.asset is null then 'not valued yet' else valuation.missing end as missing,
    date_trunc('minute', journal.occurred_at) as minute

from report.journal

left join ledger.valuation
    on journal.account_id = valuation.account_id
    and journal.asset = valuation.asset
    and date_trunc('minute', journal.occurred_at) = valuation.minute;

comment on view report.valued_entry is 'One row per posting, valued in the reporting currency at the minute in which it occurred. Without a reporting currency nothing is valued.';
comment on column report.valued_entry.account_id is 'The account.';
comment on column report.valued_entry.entry_id is 'The entry.';
comment on column report.valued_entry.line is 'The posting''s number within the entry, from 1.';
comment on column report.valued_entry.kind is 'The kind of event, as in ledger.entry.';
comment on column report.valued_entry.symbol is 'The contract; empty where the event has none.';
comment on column report.valued_entry.ledger_account is 'The ledger account, as in the chart of accounts.';
comment on column report.valued_entry.asset is 'The asset.';
comment on column report.valued_entry.amount is 'Debits positive, credits negative, in the asset.';
comment on column report.valued_entry.currency is 'The reporting currency; null where nothing was valued yet.';
comment on column report.valued_entry.price is 'Units of the currency for one of the asset; null where a price is missing.';
comment on column report.valued_entry.quality is 'none_needed, minute, day or peg, as in ledger.valuation; null where a price is missing.';
comment on column report.valued_entry.value is 'amount × price, exactly; null where a price is missing.';
comment on column report.valued_entry.missing is 'Which price is missing; null where none is.';
comment on column report.valued_entry.basis is 'cash: from the cash statement. fill: from the fill, because its cash row is missing. inferred: an opening balance. reversal: takes back what a closed period has from a fill.';
comment on column report.valued_entry.minute is 'The minute of the valuation, in UTC.';
comment on column report.valued_entry.occurred_at is 'When, in UTC.';
comment on column report.valued_entry.stream is 'The stream of the record it was booked from.';
comment on column report.valued_entry.record_key is 'The record it was booked from.';
comment on column report.valued_entry.value_at is 'From when on the venue''s wallet holds it, in UTC.';
comment on column report.valued_entry.posted_at is 'When the books count it, in UTC.';

drop view if exists report.valued_disposal cascade;

create view report.valued_disposal as
select
    disposal.account_id,
    disposal.method,
    disposal.symbol,
    disposal.position_side,
    disposal.fill_key,
    disposal.opened_at,
    disposal.closed_at,
    disposal.quantity,
    disposal.asset,
    disposal.realized_pnl,
    valuation.currency,
    valuation.price,
    valuation.quality,
    disposal.realized_pnl * valuation.price as value,
    case when valuation.asset is null then 'not valued yet' else valuation.missing end as missing

from ledger.disposal

left join ledger.valuation
    on disposal.account_id = valuation.account_id
    and disposal.asset = valuation.asset
    and date_trunc('minute', disposal.closed_at) = valuation.minute;

comment on view report.valued_disposal is 'One row per closed piece of a position, its result valued in the reporting currency at the minute in which it was closed.';
comment on column report.valued_disposal.account_id is 'The account.';
comment on column report.valued_disposal.method is 'The lot method.';
comment on column report.valued_disposal.symbol is 'The contract.';
comment on column report.valued_disposal.position_side is 'BOTH, LONG or SHORT.';
comment on column report.valued_disposal.fill_key is 'The record of the fill that closed it.';
comment on column report.valued_disposal.opened_at is 'When the position was opened, in UTC.';
comment on column report.valued_disposal.closed_at is 'When the piece was closed, in UTC.';
comment on column report.valued_disposal.quantity is 'The closed quantity.';
comment on column report.valued_disposal.asset is 'The asset of the result.';
comment on column report.valued_disposal.realized_pnl is 'The result in its asset: + profit, − loss, before fees and funding.';
comment on column report.valued_disposal.currency is 'The reporting currency; null where nothing was valued yet.';
comment on column report.valued_disposal.price is 'Units of the currency for one of the asset; null where a price is missing.';
comment on column report.valued_disposal.quality is 'none_needed, minute, day or peg, as in ledger.valuation; null where a price is missing.';
comment on column report.valued_disposal.value is 'realized_pnl × price, exactly; null where a price is missing.';
comment on column report.valued_disposal.missing is 'Which price is missing; null where none is.';
