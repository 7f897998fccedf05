-- A missing price is an open item like others, unless it is only not due yet; and of each open item it is kept since when it has been one.

alter table raw.decision drop constraint decision_what_check;
alter table raw.decision add constraint decision_what_check check (
    what in ('not_understood', 'rewritten', 'vanished', 'suspense', 'difference', 'price')
);
comment on column raw.decision.what is 'not_understood, rewritten, vanished: a mark in raw.set_aside. suspense: an entry whose kind is not known. difference: a proof that differs. price: prices that are missing.';
comment on column raw.decision.stream is 'The record''s stream; empty for a difference and for prices.';
comment on column raw.decision.subject is 'The record''s key; of a difference its check and subject, as perpbooks trace check takes them; of missing prices the asset, or the reporting currency where nothing has a price in it.';
comment on column raw.decision.seen is 'What was seen, in the words of report.question. Of a record: its newest version, the digest of that, and the problem. Of a difference: both figures and the time it is about. Of missing prices: which, and in how many minutes of which time.';

alter table ledger.valuation add column due_at timestamptz;
comment on column ledger.valuation.due_at is 'Of a missing price that a daily series has not come to yet: until when it is waited for. Else null.';
alter table ledger.valuation add constraint valuation_due_check check (due_at is null or missing is not null);
create index valuation_missing on ledger.valuation (account_id, asset) where missing is not null;

create table raw.open_item (
    account_id text not null,
    what text not null,
    subject text not null,
    opened_at timestamptz not null,
    primary key (account_id, what, subject)
);
comment on table raw.open_item is 'One row per open item as of the last run or reconciliation of the account, with the time of the first one in a row that found it. What is no longer open is no longer here.';
comment on column raw.open_item.account_id is 'The account.';
comment on column raw.open_item.what is 'As in report.open_item.';
comment on column raw.open_item.subject is 'As in report.open_item.';
comment on column raw.open_item.opened_at is 'When it was first found, by this machine''s clock.';
