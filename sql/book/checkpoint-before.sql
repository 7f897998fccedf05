-- The last state of a symbol's lots from before an instant.
select event_number

from ledger.checkpoint

where
    account_id = :account_id
    and symbol = :symbol
    and (last_posted_at, last_occurred_at) < (:posted_at::timestamptz, :occurred_at::timestamptz)

order by event_number desc

limit 1
