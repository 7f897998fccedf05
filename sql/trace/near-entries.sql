-- Entries whose id holds the text, or begins as it does, the shortest first.
select entry_id as id

from ledger.entry

where account_id in (select json_array_elements_text(:account_ids::json))
    and (strpos(entry_id, :id::text) > 0 or strpos(entry_id, left(:id::text, greatest(length(:id::text) * 3 / 4, 6))) = 1)

group by entry_id

order by
    length(entry_id),
    entry_id collate "C"

limit 5
