-- What the postings of each asset add to the wallet between one instant of a snapshot (its request or its
-- answer) and the next, by the time from which on the venue's wallet holds them: until_instant is the first
-- that they are in, infinity where none is yet. opening is what was there before the history, as far as it is
-- among them. Many snapshots cost no more than one.
with instants as (
    select array_agg(distinct instant order by instant) as instants

    from snapshot.taken

    cross join lateral (values (taken_at), (answered_at)) as asked (instant)

    where account_id = :account_id
),

placed as (
    select
        posting.asset,
        posting.wallet,
        entry.kind,
        entry.value_at < :keep_until as is_kept,
        width_bucket(entry.value_at - interval '1 microsecond', instants.instants) + 1 as place

    from ledger.entry

    inner join ledger.posting
        on entry.account_id = posting.account_id and entry.entry_id = posting.entry_id

    cross join instants

    where entry.account_id = :account_id
        and entry.value_at >= :from_time
        and posting.wallet is not null
)

select
    placed.asset,
    coalesce(instants.instants[placed.place], 'infinity') as until_instant,
    placed.is_kept,
    trim_scale(sum(placed.wallet)) as amount,
    trim_scale(coalesce(sum(placed.wallet) filter (where placed.kind = 'opening'), 0)) as opening

from placed

cross join instants

group by
    placed.asset,
    placed.place,
    placed.is_kept,
    instants.instants

order by
    placed.asset collate "C",
    placed.place,
    placed.is_kept desc
