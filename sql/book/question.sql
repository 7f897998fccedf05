-- What the checks that go on from the last proof depend on beside records and entries, as a digest; and the
-- last record that has been decoded.
select
    least(
        account.last_sequence,
        coalesce(
            (
                select progress.sequence

                from history.progress

                where progress.account_id = :account_id and progress.stage = 'normalise'
            ),
            0
        )
    ) as last_sequence,
    md5(
        concat_ws(
            ' ',
            account.is_from_beginning,
            (select tolerance::text from ledger.tolerance where tolerance.account_id = :account_id),
            (select summed_until.time_zone from ledger.summed_until where summed_until.account_id = :account_id),
            (
                select sum(hash_record_extended(position_opening, 2))

                from ledger.position_opening

                where position_opening.account_id = :account_id
            )
        )
    ) as depends_on

from raw.account

where account.account_id = :account_id
