-- Records whose key holds the text, or begins as it does, the shortest first.
select record_key as id

from raw.record

where account_id in (select json_array_elements_text(:account_ids::json))
    and (strpos(record_key, :id::text) > 0 or strpos(record_key, left(:id::text, greatest(length(:id::text) * 3 / 4, 6))) = 1)

group by record_key

order by
    length(record_key),
    record_key collate "C"

limit 5
