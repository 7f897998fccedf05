-- What a difference may come from, and what a person can do about it, stand in columns of their own; the note had all three in one text.
alter table ledger.reconciliation add column suspect text not null default '';
alter table ledger.reconciliation add column next text not null default '';

update ledger.reconciliation
set note = substr(split_part('; ' || note, '; suspect: ', 1), length('; ') + 1),
    suspect = split_part(split_part('; ' || note, '; suspect: ', 2), '; next: ', 1),
    next = split_part(note, '; next: ', 2)
where status = 'differs';

alter table ledger.reconciliation alter column suspect drop default;
alter table ledger.reconciliation alter column next drop default;

comment on column ledger.reconciliation.note is 'What was compared; of a difference, the evidence where its figures do not say it all.';
comment on column ledger.reconciliation.suspect is 'What a difference may come from; empty where there is none.';
comment on column ledger.reconciliation.next is 'What a person can do about a difference; empty where there is none.';
