-- What was imported from files, so that it can be taken back; and where a file's rows lie while it is looked at.

create table raw.import (
    account_id text not null,
    import_number integer not null,
    run_id text not null,
    command text not null,
    files text not null,
    from_time timestamptz,
    until_time timestamptz,
    loaded_at timestamptz not null,
    undone_at timestamptz,
    constraint import_pkey primary key (account_id, import_number),
    constraint import_command_check check (command in ('import', 'download'))
);
comment on table raw.import is 'One row per invocation that loaded files of an account. perpbooks import --undo takes one back; its row stays.';
comment on column raw.import.account_id is 'The account.';
comment on column raw.import.import_number is 'The account''s first import is 1, the next one 2.';
comment on column raw.import.run_id is 'What its records in raw.record and its spans in raw.window have as their run.';
comment on column raw.import.command is 'import: files that a person gave. download: files that the venue was asked to make.';
comment on column raw.import.files is 'The names of the files, one a line.';
comment on column raw.import.from_time is 'The first instant they were said to be of; null where their rows told.';
comment on column raw.import.until_time is 'The first instant after it.';
comment on column raw.import.loaded_at is 'When it began, by this machine''s clock.';
comment on column raw.import.undone_at is 'When it was taken back, by this machine''s clock; null while it holds.';

create table raw.import_gap (
    account_id text not null,
    import_number integer not null,
    stream text not null,
    symbol text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    reason text not null,
    constraint import_gap_pkey primary key (account_id, import_number, stream, symbol, from_time),
    constraint import_gap_span_check check (from_time < until_time)
);
comment on table raw.import_gap is 'What of the gaps an import filled: it is a gap again when the import is taken back.';
comment on column raw.import_gap.account_id is 'The account.';
comment on column raw.import_gap.import_number is 'The import.';
comment on column raw.import_gap.stream is 'The stream.';
comment on column raw.import_gap.symbol is 'The contract; empty for the whole account.';
comment on column raw.import_gap.from_time is 'The first instant that was filled.';
comment on column raw.import_gap.until_time is 'The first instant after it.';
comment on column raw.import_gap.reason is 'Why the venue does not serve it, as raw.gap said.';

create table raw.undone_record (
    account_id text not null,
    sequence bigint not null,
    stream text not null,
    record_key text not null,
    version integer not null,
    symbol text not null,
    occurred_at timestamptz not null,
    body text not null,
    run_id text not null,
    digest text not null,
    constraint undone_record_pkey primary key (account_id, sequence)
);
comment on table raw.undone_record is 'Records of imports that were taken back, as raw.record had them. Nothing is booked from them.';
comment on column raw.undone_record.account_id is 'The account.';
comment on column raw.undone_record.sequence is 'Its sequence in raw.record, which no other record gets.';
comment on column raw.undone_record.stream is 'The stream.';
comment on column raw.undone_record.record_key is 'The record''s key.';
comment on column raw.undone_record.version is 'Which version of the record it was.';
comment on column raw.undone_record.symbol is 'The contract; empty where the row has none.';
comment on column raw.undone_record.occurred_at is 'The venue''s time of the record.';
comment on column raw.undone_record.body is 'The row''s JSON.';
comment on column raw.undone_record.run_id is 'The import''s run.';
comment on column raw.undone_record.digest is 'SHA-256 of the row as it was loaded (raw.digest_of).';

create table raw.file_row (
    account_id text not null,
    stream text not null,
    scope text not null,
    occurred_at timestamptz not null,
    table_number integer not null,
    line integer not null,
    symbol text not null,
    identity text not null,
    body text not null,
    match_key text not null,
    constraint file_row_pkey primary key (account_id, stream, scope, occurred_at, table_number, line)
);
comment on table raw.file_row is 'The rows of files that are being imported, while they are looked at; empty at all other times.';
comment on column raw.file_row.account_id is 'The account.';
comment on column raw.file_row.stream is 'income or fills.';
comment on column raw.file_row.scope is 'What coverage is kept by: the contract of a fill; empty for income.';
comment on column raw.file_row.occurred_at is 'The row''s time, a whole second.';
comment on column raw.file_row.table_number is 'The table of the files it is in, from 1.';
comment on column raw.file_row.line is 'The line it begins on there.';
comment on column raw.file_row.symbol is 'The contract; empty where the row has none.';
comment on column raw.file_row.identity is 'The parts of its record key, as a JSON list.';
comment on column raw.file_row.body is 'The row as the venue''s interface would have sent it.';
comment on column raw.file_row.match_key is 'What a row of the interface of the same event shares with it, and a row of another file.';

alter table raw.download drop constraint download_outcome_check;
alter table raw.download add constraint download_outcome_check check (outcome in ('loaded', 'expired', 'undone'));
comment on column raw.download.outcome is 'loaded; expired: the venue no longer has the file; undone: its import was taken back. Null while it is under way.';
