-- Positions before and after each fill are kept by the booking: reports looked through all fills for them, several times each.
drop view if exists report.position_change cascade;

create table ledger.position_change (
    account_id text not null,
    symbol text not null,
    position_side text not null,
    number bigint not null,
    record_key text not null,
    fill_id text not null,
    order_id text not null,
    signed_quantity numeric not null,
    quantity_before numeric not null,
    quantity_after numeric not null,
    opened bigint not null,
    closed bigint not null,
    is_opening boolean not null,
    is_closing boolean not null,
    occurred_at timestamptz,
    posted_at timestamptz,
    primary key (account_id, symbol, position_side, number)
);
create index position_change_by_record on ledger.position_change (account_id, record_key);
comment on table ledger.position_change is 'One row per fill, with the position before and after it; one per position that was open before the history begins, and one per settlement by cash alone.';
comment on column ledger.position_change.account_id is 'The account.';
comment on column ledger.position_change.symbol is 'The contract.';
comment on column ledger.position_change.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.position_change.number is 'Its number within its series, from 1, in the order of the books.';
comment on column ledger.position_change.record_key is 'The record of the fill, or of the cash row that settled the contract; empty for what was open before the history begins.';
comment on column ledger.position_change.fill_id is 'The fill; empty for what was open before, and for a settlement.';
comment on column ledger.position_change.order_id is 'The fill''s order; empty for what was open before, and for a settlement.';
comment on column ledger.position_change.signed_quantity is 'Positive for a purchase.';
comment on column ledger.position_change.quantity_before is 'The position before it: negative for a short.';
comment on column ledger.position_change.quantity_after is 'The position after it.';
comment on column ledger.position_change.opened is 'How many positions of the series were opened up to it, itself included.';
comment on column ledger.position_change.closed is 'How many were closed.';
comment on column ledger.position_change.is_opening is 'Whether the position left flat by it; one that crosses zero closes a position and opens another.';
comment on column ledger.position_change.is_closing is 'Whether it ended the position that was open.';
comment on column ledger.position_change.occurred_at is 'When, in UTC; null for what was open before.';
comment on column ledger.position_change.posted_at is 'When the books count it, in UTC; null for what was open before.';

-- Of what is booked. The next run books it anew, settlements and all; until then reports are to say the same as before.
with settled as (
    select
        disposal.account_id,
        disposal.symbol,
        disposal.position_side,
        disposal.fill_key as record_key,
        case disposal.direction when 'long' then -disposal.quantity else disposal.quantity end as signed_quantity,
        income.occurred_at,
        income.posted_at

    from ledger.disposal

    inner join history.income
        on disposal.account_id = income.account_id
        and disposal.symbol = income.symbol
        and disposal.fill_key = income.record_key
        and income.kind = 'contract_settlement'

    where disposal.method = 'average'

    union all

    select
        lot.account_id,
        lot.symbol,
        lot.position_side,
        min(income.record_key),
        -lot.quantity,
        income.occurred_at,
        min(income.posted_at)

    from ledger.lot

    inner join history.income
        on lot.account_id = income.account_id
        and lot.symbol = income.symbol
        and lot.stranded_at = income.occurred_at
        and income.kind = 'contract_settlement'

    where lot.method = 'average'

    group by
        lot.account_id,
        lot.symbol,
        lot.position_side,
        lot.opening_fill_key,
        lot.quantity,
        income.occurred_at
),

changes as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        fill_id,
        order_id,
        case side when 'BUY' then quantity else -quantity end as signed_quantity,
        occurred_at,
        posted_at,
        1 as rank

    from history.fill

    union all

    select
        account_id,
        symbol,
        position_side,
        '',
        '',
        '',
        quantity,
        null,
        null,
        0

    from ledger.position_opening

    union all

    select
        account_id,
        symbol,
        position_side,
        record_key,
        '',
        '',
        signed_quantity,
        occurred_at,
        posted_at,
        1

    from settled
),

added_up as (
    select
        *,
        coalesce(sum(signed_quantity) over before_it, 0) as quantity_before,
        coalesce(sum(signed_quantity) over before_it, 0) + signed_quantity as quantity_after,
        row_number() over in_order as number

    from changes

    window
        in_order as (
            partition by
                account_id,
                symbol,
                position_side
            order by
                rank,
                posted_at,
                occurred_at,
                length(fill_id),
                fill_id collate "C",
                record_key collate "C"
        ),
        before_it as (in_order rows between unbounded preceding and 1 preceding)
),

flagged as (
    select
        *,
        quantity_after <> 0 and sign(quantity_after) <> sign(quantity_before) as is_opening,
        quantity_before <> 0 and sign(quantity_after) <> sign(quantity_before) as is_closing

    from added_up
)

insert into ledger.position_change (
    account_id,
    symbol,
    position_side,
    number,
    record_key,
    fill_id,
    order_id,
    signed_quantity,
    quantity_before,
    quantity_after,
    opened,
    closed,
    is_opening,
    is_closing,
    occurred_at,
    posted_at
)
select
    account_id,
    symbol,
    position_side,
    number,
    record_key,
    fill_id,
    order_id,
    signed_quantity,
    quantity_before,
    quantity_after,
    count(*) filter (where is_opening) over up_to_it,
    count(*) filter (where is_closing) over up_to_it,
    is_opening,
    is_closing,
    occurred_at,
    posted_at

from flagged

window up_to_it as (
    partition by
        account_id,
        symbol,
        position_side
    order by number
);
