-- The other accounts of the venue whose records are this account's too: one account under two names. A fill
-- has its order's number, which no two accounts share, and cash that belongs to no contract the number of its
-- transfer; funding and fees of two accounts may agree in everything. Histories are contiguous, so where two
-- overlap the newest of the one that ends first are in both: few look-ups tell, however long they are. Each
-- account is compared with each other one, so ten rows must do: of a hundred, a thousand accounts would be
-- looking up for longer than they take to book.
with accounts as (
    select others.account_id

    from raw.account as own_account

    inner join raw.account as others
        on own_account.venue = others.venue and own_account.account_id <> others.account_id

    where own_account.account_id = :account_id
),

pairs as (
    select
        account_id as other_account_id,
        account_id as newest_of,
        :account_id::text as sought_in

    from accounts

    union all

    select
        account_id,
        :account_id::text,
        account_id

    from accounts
)

select
    pairs.other_account_id,
    max(newest.occurred_at) as last_at

from pairs

cross join lateral (
    select
        record.stream,
        record.record_key,
        record.body,
        record.occurred_at

    from raw.record

    where
        record.account_id = pairs.newest_of
        and (record.stream = 'fills' or (record.stream = 'income' and record.symbol = ''))

    order by record.sequence desc

    limit 10
) as newest

cross join lateral (
    select
    from raw.record as twin
    where
        twin.account_id = pairs.sought_in
        and twin.stream = newest.stream
        and twin.record_key = newest.record_key
        and twin.body = newest.body
    limit 1
) as twin

group by pairs.other_account_id

order by pairs.other_account_id collate "C"
