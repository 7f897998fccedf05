-- Keeps since when each open item of an account has been one: what is new begins now, what is no longer open
-- is forgotten.
with open_now as (
    select distinct
        what,
        subject

    from report.open_item

    where account_id = :account_id
),

forgotten as (
    delete from raw.open_item
    where open_item.account_id = :account_id
        and not exists (
            select
            from open_now
            where open_now.what = open_item.what and open_now.subject = open_item.subject
        )
)

insert into raw.open_item (account_id, what, subject, opened_at)
select
    :account_id,
    what,
    subject,
    :now

from open_now

on conflict (account_id, what, subject) do nothing
