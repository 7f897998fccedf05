-- Snapshots that were taken before a listing named a contract or coin called it by its number, and those after by its name. Since 0015 what was called by its
-- number is called so for ever, so a number whose name is another can only be of before. History and books are made anew by their own way.
create temporary table late_name on commit drop as
select
    account_id,
    kind,
    venue_id,
    name

from raw.name

where name <> venue_id;

update snapshot.balance
set asset = late_name.name
from late_name
where late_name.account_id = balance.account_id
    and late_name.kind = 'asset'
    and late_name.venue_id = balance.asset;

update snapshot.collateral
set asset = late_name.name
from late_name
where late_name.account_id = collateral.account_id
    and late_name.kind = 'asset'
    and late_name.venue_id = collateral.asset;

update snapshot.position
set symbol = late_name.name
from late_name
where late_name.account_id = position.account_id
    and late_name.kind = 'contract'
    and late_name.venue_id = position.symbol;

update snapshot.position_state
set symbol = late_name.name
from late_name
where late_name.account_id = position_state.account_id
    and late_name.kind = 'contract'
    and late_name.venue_id = position_state.symbol;

update snapshot.side_statistics
set symbol = late_name.name
from late_name
where late_name.account_id = side_statistics.account_id
    and late_name.kind = 'contract'
    and late_name.venue_id = side_statistics.symbol;
