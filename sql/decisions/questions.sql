-- The questions about one record, one proof or the prices of one asset, and the decision in force of each. A fact that several nights show is one question.
select distinct on (question.what collate "C", question.stream collate "C", question.seen collate "C")
    what,
    stream,
    subject,
    seen,
    reason,
    until,
    decision_number,
    because

from report.question

where account_id = :account_id
    and subject = :subject
    and case when what in ('difference', 'price') then what else 'record' end = :kind
    and (:at::timestamptz is null or until = :at)

order by
    question.what collate "C",
    question.stream collate "C",
    question.seen collate "C",
    question.until
