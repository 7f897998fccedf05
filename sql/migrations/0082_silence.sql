-- A contract that is traded for the first time when its earlier history is no longer served.
alter table raw."window" drop constraint window_evidence_check;
alter table raw."window" add constraint window_evidence_check
check (evidence in ('venue', 'import', 'decision', 'beginning', 'silence'));
-- Looked for with every page that brings rows.
create index window_silence on raw."window" (account_id) where evidence = 'silence';

comment on column raw."window".evidence is 'venue: requested from its interface, and the answer proven whole. import: a file the venue made. decision: a person''s, with the reason in note. beginning: inferred, because money first came into the account after it; gone when a row appears in it. silence: inferred, because the cash statement was read and nothing in it names the contract yet; gone when a row of it appears in or before it.';
