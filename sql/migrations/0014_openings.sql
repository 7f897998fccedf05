-- When a position was opened that is older than the history stands in no record. It was told as the beginning of the history, and for an account
-- without `since` as the venue's own; now it is not told. The books of these positions are made anew: what they were booked with has changed.
drop view if exists report.position_change cascade;

alter table ledger.position_opening drop column opened_at;

alter table ledger.closed_position_opening drop column opened_at;

alter table ledger.disposal
alter column opened_at drop not null,
alter column holding_seconds drop not null;

comment on column ledger.disposal.opened_at is 'When the piece was opened; at average cost, when the position left flat. Null where that was before the history begins.';
comment on column ledger.disposal.holding_seconds is 'From opened_at until closed_at; null where opened_at is.';

alter table ledger.lot
alter column opened_at drop not null;

comment on column ledger.lot.opened_at is 'When it was opened; null where that was before the history begins.';

alter table ledger.round_trip
alter column opened_at drop not null,
alter column holding_seconds drop not null;

comment on column ledger.round_trip.opened_at is 'When it left flat; null where that was before the history begins.';
comment on column ledger.round_trip.holding_seconds is 'From opened_at until closed_at; null where opened_at is.';

-- Without `since` the venue's beginning stood here, which is no instant of the account's.
alter table raw.account
alter column history_from drop not null;

comment on column raw.account.history_from is 'The instant from which history was asked for (since); null for as far back as the venue serves.';
