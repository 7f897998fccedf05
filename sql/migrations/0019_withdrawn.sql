-- A record that was never understood and that the venue serves no more: nothing was booked of it, and nothing of it is left to do.
alter table raw.set_aside drop constraint set_aside_kind_check;
alter table raw.set_aside add constraint set_aside_kind_check check (kind in ('not_understood', 'rewritten', 'vanished', 'withdrawn'));
comment on table raw.set_aside is 'Records that need a person, each with its reason; but for those that are withdrawn, which need nobody any more.';
comment on column raw.set_aside.kind is 'not_understood: kept, not booked; a rebuild tries again. rewritten: the venue says of a field that may not change something else than at first; the first version stays booked. vanished: the venue no longer serves it; it stays booked. withdrawn: the venue no longer serves what was not understood.';
