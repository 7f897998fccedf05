-- What of one account, or of all (null), needs a person, and what of it a person has accepted, counted by
-- kind; differences by their class, prices by what lacks them. opened_at is since when runs have found one
-- of them, null where none has yet.
with items as (
    select
        open_item.account_id,
        case when open_item.class = 'nothing_priced' then open_item.class else open_item.what end as what,
        case when open_item.what in ('price', 'revalued') then open_item.subject else open_item.class end as class,
        false as is_accepted,
        found.opened_at

    from report.open_item

    left join raw.open_item as found
        on open_item.account_id = found.account_id
        and open_item.what = found.what
        and open_item.subject = found.subject

    where :account::text is null or open_item.account_id = :account

    union all

    select
        account_id,
        case when class = 'nothing_priced' then class else what end,
        case when what = 'price' then subject else class end,
        true,
        null

    from report.item

    where decision_number is not null
        and (:account::text is null or account_id = :account)
)

select
    account_id,
    what,
    class,
    is_accepted,
    count(*)::integer as count,
    min(opened_at) as opened_at

from items

group by
    account_id,
    what,
    class,
    is_accepted

order by
    items.account_id collate "C",
    items.what collate "C",
    items.class collate "C",
    items.is_accepted
