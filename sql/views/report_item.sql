-- Until when an account's prices can be known at all: what came to be known later is the next run's to find.
drop view if exists report.valued_until cascade;

create view report.valued_until as
select
    account_id,
    max(answered_at) as until

from snapshot.taken

group by account_id;

comment on view report.valued_until is 'One row per account that a snapshot was taken of: its last one''s end, against which it is judged whether a price is missing or only not due yet.';
comment on column report.valued_until.account_id is 'The account.';
comment on column report.valued_until.until is 'When the last snapshot was answered, in UTC.';

-- The items that need a person, and those that a person has accepted. The one place that says what makes a
-- fact the same on another night.
drop view if exists report.item cascade;

create view report.item as
with marks as (
    select
        account_id,
        kind as what,
        '' as class,
        stream,
        symbol,
        record_key as subject,
        null as asset,
        null::numeric as amount,
        reason,
        reason as problem,
        occurred_at,
        occurred_at as since,
        occurred_at as until

    from raw.set_aside as mark

    where
        kind <> 'withdrawn'
        and not (
            kind = 'not_understood'
            and exists (
                select

                from raw.set_aside as withdrawn

                where
                    withdrawn.account_id = mark.account_id
                    and withdrawn.stream = mark.stream
                    and withdrawn.record_key = mark.record_key
                    and withdrawn.kind = 'withdrawn'
            )
        )
),

suspense as (
    select
        journal.account_id,
        'suspense' as what,
        '' as class,
        journal.stream,
        journal.symbol,
        journal.record_key as subject,
        journal.asset,
        -sum(journal.amount) as amount,
        coalesce('income type ' || min(income.income_type), 'kind ' || journal.kind) as reason,
        'entry ' || journal.entry_id || ', ' || report.plain(-sum(journal.amount)) || ' ' || journal.asset || ' of '
            || coalesce('income type ' || min(income.income_type), 'kind ' || journal.kind) as problem,
        journal.occurred_at,
        journal.posted_at as since,
        journal.posted_at as until

    from report.journal

    left join history.income
        on journal.account_id = income.account_id
        and journal.record_key = income.record_key
        and journal.stream = 'income'
        and (income.part = '' or journal.entry_id = 'income/' || income.record_key || '/' || income.part)

    -- The few are found among the movements at once; the accounts of all postings would have to be worked
    -- out.
    where journal.suspense is not null
        and (journal.account_id, journal.entry_id) in (
            select
                account_id,
                entry_id

            from ledger.movement

            where 'suspense' in (debit_account, credit_account)
        )

    group by
        journal.account_id,
        journal.stream,
        journal.symbol,
        journal.record_key,
        journal.entry_id,
        journal.kind,
        journal.asset,
        journal.occurred_at,
        journal.posted_at
),

records as (
    select * from marks

    union all

    select * from suspense
),

-- The digest is of the whole row, so another version never passes for the one that was looked at.
seen_records as (
    select
        records.account_id,
        records.what,
        records.class,
        records.stream,
        records.symbol,
        records.subject,
        records.asset,
        records.amount,
        records.reason,
        coalesce('version ' || newest.version || ', ' || newest.digest || ': ', '') || records.problem as seen,
        records.occurred_at,
        records.since,
        records.until

    from records

    left join lateral (
        select
            version,
            digest

        from raw.record

        where record.account_id = records.account_id
            and record.stream = records.stream
            and record.record_key = records.subject

        order by version desc

        limit 1
    ) as newest on true
),

differences as (
    select
        account_id,
        'difference' as what,
        class,
        '' as stream,
        symbol,
        check_name || ' ' || subject as subject,
        asset,
        -difference as amount,
        report.finding_text(note, suspect, next) as reason,
        'expected ' || report.plain(expected) || ', found ' || report.plain(found)
            || case when is_standing then '' else
                coalesce(', since ' || report.local_time(from_time, 'UTC'), '') || ', at ' || report.local_time(checked_at, 'UTC')
            end as seen,
        coalesce(from_time, checked_at) as occurred_at,
        from_time as since,
        checked_at as until

    from ledger.reconciliation

    where status = 'differs'
),

-- What a daily series has not come to yet, or a minute that had not ended, is not missing as of the last
-- snapshot.
unpriced as (
    select
        valuation.account_id,
        valuation.asset,
        valuation.currency,
        string_agg(distinct valuation.missing, '; ' order by valuation.missing) as reason,
        count(*) as minutes,
        min(valuation.minute) as since,
        max(valuation.minute) as until

    from ledger.valuation

    inner join report.valued_until
        on valuation.account_id = valued_until.account_id

    -- What is only held is no amount of the books: reports say what it lacks.
    where valuation.is_booked
        and valuation.missing is not null
        and valuation.minute + interval '1 minute' <= valued_until.until
        and (valuation.due_at is null or valuation.due_at <= valued_until.until)

    group by
        valuation.account_id,
        valuation.asset,
        valuation.currency
),

-- What was never priced at all is one standing fact, however much comes; a hole among prices is one of its
-- minutes.
judged_prices as (
    select
        unpriced.*,
        exists (
            select
            from ledger.valuation
            where valuation.account_id = unpriced.account_id
                and valuation.is_booked
                and valuation.price is not null
                and valuation.quality <> 'none_needed'
        ) as is_any_priced,
        exists (
            select
            from ledger.valuation
            where valuation.account_id = unpriced.account_id
                and valuation.asset = unpriced.asset
                and valuation.is_booked
                and valuation.price is not null
        ) as is_asset_priced

    from unpriced
),

prices as (
    select
        account_id,
        'price' as what,
        '' as class,
        '' as stream,
        '' as symbol,
        asset as subject,
        asset,
        null::numeric as amount,
        reason,
        reason || case when is_asset_priced then
            ', ' || minutes || case when minutes = 1 then ' minute' else ' minutes' end
            || ' from ' || report.local_time(since, 'UTC') || ' until ' || report.local_time(until, 'UTC')
            else ''
        end as seen,
        since as occurred_at,
        since,
        until

    from judged_prices

    where is_any_priced

    union all

    select
        account_id,
        'price',
        'nothing_priced',
        '',
        '',
        currency,
        null,
        null,
        'nothing has a price in ' || currency,
        'nothing has a price in ' || currency,
        min(since),
        min(since),
        max(until)

    from judged_prices

    where not is_any_priced

    group by
        account_id,
        currency
),

items as (
    select * from seen_records

    union all

    select * from differences

    union all

    select * from prices
)

select
    items.account_id,
    items.what,
    items.class,
    items.stream,
    items.symbol,
    items.subject,
    items.asset,
    items.amount,
    items.reason,
    items.seen,
    items.occurred_at,
    items.since,
    items.until,
    decision.decision_number,
    decision.because,
    decision.decided_at

from items

left join raw.decision
    on items.account_id = decision.account_id
    and items.what = decision.what
    and items.stream = decision.stream
    and items.subject = decision.subject
    and items.seen = decision.seen
    and decision.withdrawn_at is null;

comment on view report.item is 'One row per item, open or accepted: a record set aside, an entry in suspense, a check that differs, prices that are missing; with the decision in force, where a person has accepted it. Gaps are in raw.gap.';
comment on column report.item.account_id is 'The account.';
comment on column report.item.what is 'not_understood, rewritten, vanished, as in raw.set_aside; suspense; difference; price.';
comment on column report.item.class is 'Of a difference, what the evidence shows it to be; nothing_priced where nothing has a price in the reporting currency; else empty.';
comment on column report.item.stream is 'The record''s stream; empty for a difference and for prices.';
comment on column report.item.symbol is 'The contract; empty where there is none.';
comment on column report.item.subject is 'What perpbooks accept takes: the record''s key; of a difference its check and subject; of prices the asset, or the reporting currency where nothing has a price in it.';
comment on column report.item.asset is 'The asset of the amount.';
comment on column report.item.amount is 'Of an entry in suspense, what it moved the wallet by; of a difference, expected − found. Null for a record set aside and for prices.';
comment on column report.item.reason is 'Why it needs a person.';
comment on column report.item.seen is 'What a decision holds for: another text is another item.';
comment on column report.item.occurred_at is 'When, or where the time begins that it is about.';
comment on column report.item.since is 'From when on periods count it; null for the beginning of the books.';
comment on column report.item.until is 'Until when, itself included: of a difference the venue''s time of the evidence.';
comment on column report.item.decision_number is 'The decision in force, in raw.decision; null where the item is open.';
comment on column report.item.because is 'Why a person has accepted it; null where the item is open.';
comment on column report.item.decided_at is 'When it was accepted; null where the item is open.';

-- A closed period's amounts in the reporting currency that are counted otherwise now: by another price or
-- peg, in another currency, or in none.
drop view if exists report.revalued cascade;

create view report.revalued as
select
    closed_valuation.account_id,
    closed_valuation.closing_number,
    closed_period.period_name,
    closed_valuation.asset,
    closed_valuation.minute,
    closed_valuation.price as closed_price,
    closed_valuation.currency as closed_currency,
    valuation.price,
    valuation.currency

from ledger.closed_valuation

inner join ledger.closed_period
    on closed_valuation.account_id = closed_period.account_id
    and closed_valuation.closing_number = closed_period.closing_number

left join ledger.valuation
    on closed_valuation.account_id = valuation.account_id
    and closed_valuation.asset = valuation.asset
    and closed_valuation.minute = valuation.minute

where closed_period.reopened_at is null
    and (
        valuation.price is distinct from closed_valuation.price
        or valuation.currency is distinct from closed_valuation.currency
    );

comment on view report.revalued is 'One row per price that a close counted with and that is another one now. What had no price at the close is not here.';
comment on column report.revalued.account_id is 'The account.';
comment on column report.revalued.closing_number is 'The close.';
comment on column report.revalued.period_name is 'The closed period as it was requested.';
comment on column report.revalued.asset is 'The asset.';
comment on column report.revalued.minute is 'The first instant of the minute that is valued, in UTC.';
comment on column report.revalued.closed_price is 'Units of the currency for one of the asset, at the close.';
comment on column report.revalued.closed_currency is 'The reporting currency at the close.';
comment on column report.revalued.price is 'The price now; null where it is missing or nothing is valued.';
comment on column report.revalued.currency is 'The reporting currency now; null where nothing is valued.';

-- The one definition of what needs a person.
drop view if exists report.open_item cascade;

create view report.open_item as
select
    account_id,
    what,
    class,
    -- Another figure or time of a check is another difference; a record, or the prices of an asset, are one
    -- item whatever is the matter with them.
    stream || case when stream = '' then '' else ' ' end || subject
        || case when what = 'difference' then ': ' || seen else '' end as subject

from report.item

where decision_number is null

union all

select
    account_id,
    'gap',
    '',
    stream || ' ' || symbol || ' ' || report.local_time(from_time, 'UTC')

from raw.gap

union all

-- Without these two there are no books; another stream that a key may not read is only not kept.
select
    account_id,
    'denied_stream',
    '',
    stream

from raw.denied_stream

where stream in ('income', 'fills')

union all

-- Nobody can accept that a closed period says something else: it is given back its prices, or reopened.
select distinct
    account_id,
    'revalued',
    '',
    period_name

from report.revalued;

comment on view report.open_item is 'What needs a person, one row each: the items without a decision, the gaps, the essential streams that the key may not read, and the closed periods whose prices changed.';
comment on column report.open_item.account_id is 'The account.';
comment on column report.open_item.what is 'As in report.item; gap; denied_stream; revalued.';
comment on column report.open_item.class is 'Of a difference, what the evidence shows it to be; nothing_priced where nothing has a price in the reporting currency; else empty.';
comment on column report.open_item.subject is 'The record''s stream and key; of a difference its check, subject and what was seen; of prices the asset or the currency; of a gap its stream, contract and beginning; a stream; a closed period.';
