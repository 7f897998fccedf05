-- Whether anything is known of a time: where nothing is, a figure is empty, and never 0. What a file brought
-- after a period was closed is known from the end of that period on: the closed period's reports stay as they
-- were.
drop view if exists report.known_window cascade;

create view report.known_window as
select
    "window".account_id,
    "window".stream,
    "window".symbol,
    greatest("window".from_time, max(closed.until_time)) as from_time,
    "window".until_time

from raw."window"

left join raw.import
    on "window".account_id = import.account_id and "window".run_id = import.run_id

left join ledger.closed_period as closed
    on "window".account_id = closed.account_id
    and closed.reopened_at is null
    and "window".evidence in ('import', 'decision', 'silence')
    and coalesce(import.loaded_at, "window".read_at) >= closed.closed_at

group by
    "window".account_id,
    "window".stream,
    "window".symbol,
    "window".from_time,
    "window".until_time;

comment on view report.known_window is 'One row per span that was read, as the reports know of it: what a file brought after a close begins at the end of the closed period.';
comment on column report.known_window.account_id is 'The account.';
comment on column report.known_window.stream is 'The stream.';
comment on column report.known_window.symbol is 'The contract, as in raw.window.';
comment on column report.known_window.from_time is 'From when on it is known; not before until_time where all of it is closed.';
comment on column report.known_window.until_time is 'The first instant after it.';

create or replace function report.knows_cash(account text, from_time timestamptz, until_time timestamptz) returns boolean
language sql stable parallel safe
return exists (
    select

    from report.known_window

    where account_id = account
        and stream = 'income'
        and known_window.from_time < known_window.until_time
        and known_window.from_time < knows_cash.until_time
        and known_window.until_time > knows_cash.from_time
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

    from report.known_window

    where account_id = account
        and stream = 'fills'
        and known_window.from_time < known_window.until_time
        and known_window.from_time < knows_fills.until_time
        and known_window.until_time > knows_fills.from_time
) or exists (
    select

    from history.fill

    where account_id = account
        and posted_at >= knows_fills.from_time
        and posted_at < knows_fills.until_time
);
comment on function report.knows_fills(text, timestamptz, timestamptz) is
    'Whether anything is known of an account''s fills in a span: they were requested, or there are some.';
