-- The booking goes on from what it kept as well.
comment on table ledger.proven is 'Per check that found nothing amiss, and per step of the booking that looks through the history: up to when, and what it counted until then. A row goes where something before its end is written or taken away, and the whole is read anew.';
comment on column ledger.proven.check_name is 'The statement under sql.';
