-- The assets that the venue's contracts are priced in: the one with the most contracts first, because it is
-- traded most.
select margin_asset

from raw.instrument

where account_id = :account_id and margin_asset <> ''

group by margin_asset

order by
    count(*) desc,
    margin_asset collate "C"
