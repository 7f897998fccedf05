-- What the venue did not serve and is not requested yet: as much time as lay between the first request and
-- the last has not passed since.
select
    symbol,
    instant

from price.unserved

where account_id = :account_id
    and kind = :kind
    and :now::timestamptz - requested_at < requested_at - first_requested_at
