-- Keeps with a close the entries of its books that rest on no cash row of their own and that no earlier close
-- keeps.
insert into ledger.closed_entry (account_id, closing_number, entry_id, asset, amount, posted_at)
select
    entry.account_id,
    :closing_number::integer,
    entry.entry_id,
    posting.asset,
    posting.wallet,
    entry.posted_at

from ledger.entry

inner join ledger.posting
    on entry.account_id = posting.account_id
    and entry.entry_id = posting.entry_id
    and posting.wallet is not null

where
    entry.account_id = :account_id
    and entry.basis in ('fill', 'inferred', 'reversal')
    and entry.posted_at < :until
    and not exists (
        select

        from report.kept_entry

        where
            kept_entry.account_id = entry.account_id
            and kept_entry.entry_id = entry.entry_id
    )
