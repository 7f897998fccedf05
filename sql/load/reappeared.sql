-- Takes back the alarm about records that the venue had stopped serving and now serves again.
delete from raw.set_aside

using json_to_recordset(:rows::json) as row (record_key text)

where
    set_aside.account_id = :account_id
    and set_aside.stream = :stream
    and set_aside.kind in ('vanished', 'withdrawn')
    and set_aside.record_key = row.record_key
