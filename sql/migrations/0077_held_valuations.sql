-- Equity in the reporting currency needs the worth of what is held at a day's end, when nothing happened.
alter table ledger.valuation
    add column is_booked boolean not null default true,
    add column is_held boolean not null default false;
alter table ledger.valuation
    alter column is_booked drop default,
    alter column is_held drop default;
comment on table ledger.valuation is 'One row per asset and minute in which the books have something, or at whose end it is held and valued: what one unit was worth in the reporting currency. Made anew with the books; empty without a reporting currency.';
comment on column ledger.valuation.is_booked is 'Whether an amount of the books is of that minute: a price that it lacks needs a person.';
comment on column ledger.valuation.is_held is 'Whether the minute is the last before a midnight of the configured zone, the end of a closed period or the last snapshot, and the asset was in the wallet or a position paying in it was open then.';
