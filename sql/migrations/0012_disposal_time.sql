-- Symbols are booked one after the other, so the times of a first booking begin anew with each: every row went somewhere into the middle of the index, which
-- was a fifth of the server's work. A range index keeps the first and the last time of some thousand rows, which lie together as they were booked.
drop index ledger.disposal_by_time;
create index disposal_by_time on ledger.disposal using brin (closed_at) with (autosummarize = on);
