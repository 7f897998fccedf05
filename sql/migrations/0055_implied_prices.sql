-- A disposal is inferred in two ways: by what it was opened at, and by what it was closed at.
comment on column ledger.disposal.is_inferred is 'Whether any of it was opened before the history begins, with an opening that is inferred, or it was closed at the price that a settlement''s cash implies.';
comment on column ledger.round_trip.is_inferred is 'Whether it began with an inferred opening, or ended at the price that a settlement''s cash implies.';
