-- An account's first cash row is where its history begins: what lies before it is covered by one inference.
alter table raw."window" drop constraint window_evidence_check;
alter table raw."window" add constraint window_evidence_check
check (evidence in ('venue', 'import', 'decision', 'beginning'));
-- Looked for with every page that brings rows.
create index window_beginning on raw."window" (account_id) where evidence = 'beginning';

comment on column raw."window".evidence is 'venue: requested from its interface, and the answer proven whole. import: a file the venue made. decision: a person''s, with the reason in note. beginning: inferred, because money first came into the account after it; gone when a row appears in it.';
comment on column raw."window".note is 'The file, the reason, or what the inference rests on; empty for the venue''s interface.';
comment on column raw."window".symbol is 'The contract; empty where one request covers the whole account; * for every symbol, known or not: where a person decided, or before the beginning.';
