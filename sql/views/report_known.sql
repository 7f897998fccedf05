-- Whether anything is known of a time: where nothing is, a figure is empty, and never 0.
create or replace function report.knows_cash(account text, from_time timestamptz, until_time timestamptz) returns boolean
language sql stable parallel safe
return exists (
    select

    from raw."window"

    where account_id = account
        and stream = 'income'
        and "window".from_time < knows_cash.until_time
        and "window".until_time > knows_cash.from_time
) or exists (
    select

    from ledger.entry

    where account_id = account
        and basis <> 'inferred'
        and posted_at >= knows_cash.from_time
        and posted_at < knows_cash.until_time
);
comment on function report.knows_cash(text, timestamptz, timestamptz) is
    'Whether the books know anything of an account''s cash in a span: its cash statement was read, or something was booked from a fill.';

create or replace function report.knows_fills(account text, from_time timestamptz, until_time timestamptz) returns boolean
language sql stable parallel safe
return exists (
    select

    from raw."window"

    where account_id = account
        and stream = 'fills'
        and "window".from_time < knows_fills.until_time
        and "window".until_time > knows_fills.from_time
) or exists (
    select

    from history.fill

    where account_id = account
        and posted_at >= knows_fills.from_time
        and posted_at < knows_fills.until_time
);
comment on function report.knows_fills(text, timestamptz, timestamptz) is
    'Whether anything is known of an account''s fills in a span: they were asked for, or there are some.';
