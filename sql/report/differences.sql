-- The open differences whose evidence overlaps the period: from the evidence before it up to its own.
select
    check_name,
    subject,
    report.plain(difference) as difference,
    note

from report.proof

where account_id = :account
    and status = 'differs'
    and checked_at >= :from
    and (checked_since is null or checked_since < :until)

order by
    proof.check_name collate "C",
    proof.subject collate "C",
    proof.checked_at
