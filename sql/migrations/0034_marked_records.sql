-- A bad answer leaves a record marked as vanished or rewritten. The venue is asked for it again at the next run, not only while its time is young.
alter table raw.set_aside add column read_again_at timestamptz;
comment on column raw.set_aside.read_again_at is 'The venue''s time when a vanished or rewritten record was last requested again; null until it was.';
