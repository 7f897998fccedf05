-- Where to cut a span of a file's rows, so that a piece holds some :rows of them and no second is cut in two:
-- the second of the row behind those, or the one after it where all of them are of one second. Null where the
-- rest of the span is one piece.
select
    greatest(occurred_at, :from_second::timestamptz + interval '1 second') as until_second

from raw.file_row

where
    account_id = :account_id
    and stream = :stream
    and scope = :scope
    and occurred_at >= :from_second::timestamptz
    and occurred_at < :until_second::timestamptz

order by occurred_at

offset :rows::integer
limit 1
