-- When the books count an event, and in which order a statement's rows stand: each in one place, for booking,
-- checks and reports.
create or replace function report.event_place(event_number text, transaction_id text, record_key text) returns text
language sql immutable parallel safe
return case when event_number in ('', '0') then '1' else '0' end
    || lpad(length(event_number)::text, 9, '0') || event_number
    || lpad(length(transaction_id)::text, 9, '0') || transaction_id
    || record_key;
comment on function report.event_place(text, text, text) is
    'Where a row of a collateral statement or of its positions stands, as a text to be sorted with collate "C": by the venue''s event number, those without one last; equal ones by their id, and twins of one id by their record.';

create or replace function report.funding_settled_at(occurred_at timestamptz) returns timestamptz
language sql immutable parallel safe
return date_trunc('minute', occurred_at, 'UTC');
comment on function report.funding_settled_at(timestamptz) is
    'When a funding row was settled, in UTC: at the full minute before its stamp, which may be some seconds late.';
